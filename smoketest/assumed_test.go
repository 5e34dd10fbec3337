package main

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"privateplayback/internal/local"
	"privateplayback/smoketest/internal/check"
)

// nth answers one request of a run, the nth, in a way that nobody assumes.
type nth struct {
	http.RoundTripper
	n, seen int
}

func (t *nth) RoundTrip(r *http.Request) (*http.Response, error) {
	t.seen++
	if t.seen != t.n {
		return t.RoundTripper.RoundTrip(r)
	}
	return &http.Response{StatusCode: http.StatusTeapot, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("")), Request: r}, nil
}

// retries bounds how often a check is tried again.
const retries = 5

// The stand-in answers as is assumed, and each check of an assumption notices
// another answer, which is never a failure.
func TestAssumed(t *testing.T) {
	d := deploy(t, local.Options{})
	stack := readTarget(t, d).Stack
	run := func(c check.Check, n int) (r check.Result, requests int) {
		t.Helper()
		client := d.Client()
		transport := &nth{RoundTripper: client.Transport, n: n}
		client.Transport = transport
		results, err := check.Run(t.Context(), check.Target{
			Stack: stack, SigningKey: d.SigningKey, PlaybackKey: d.PlaybackKey, Client: client,
		}, []check.Check{c}, check.Options{})
		client.CloseIdleConnections()
		if err != nil || len(results) != 1 {
			t.Fatalf("%s: %v, %v", c.ID, results, err)
		}
		return results[0], transport.seen
	}
	for _, c := range check.Assumed() {
		// On a busy machine a request may miss the second that it is about: that is a
		// skip, and asked again.
		r, requests := run(c, 0)
		for retry := 0; r.Verdict == check.Skip && retry < retries; retry++ {
			r, requests = run(c, 0)
		}
		if r.Verdict != check.Pass {
			t.Errorf("%s: %s %s %v, want pass", c.ID, r.Verdict, r.Reason, r.Failure)
			continue
		}
		differs := 0
		for retry := 0; differs == 0 && retry < retries; retry++ {
			for n := 1; n <= requests; n++ {
				switch r, _ := run(c, n); r.Verdict {
				case check.Differs:
					differs++
				case check.Skip: // it was the control
				default:
					t.Errorf("%s with request %d answered otherwise: %s, want differs or skip", c.ID, n, r.Verdict)
				}
			}
		}
		if differs == 0 {
			t.Errorf("%s notices no other answer", c.ID)
		}
	}
}
