package fakeaws

import (
	"bytes"
	"context"
	"io"
	"net/http"
)

// roundTrip asks a handler of this process and waits for its whole answer.
func roundTrip(ctx context.Context, h http.Handler, r *http.Request) *http.Response {
	a := &answer{header: http.Header{}}
	h.ServeHTTP(a, r.WithContext(ctx))
	a.WriteHeader(http.StatusOK)
	return &http.Response{
		StatusCode:    a.status,
		Status:        http.StatusText(a.status),
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        a.sent,
		Body:          io.NopCloser(&a.body),
		ContentLength: int64(a.body.Len()),
		Request:       r,
	}
}

// answer collects what a handler writes.
type answer struct {
	header, sent http.Header
	status       int
	body         bytes.Buffer
}

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status, a.sent = status, a.header.Clone()
	}
}

func (a *answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(p)
}
