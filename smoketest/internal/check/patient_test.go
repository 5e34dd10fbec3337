package check

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// A service that says when to come again is not asked before.
func TestRetryAfter(t *testing.T) {
	for after, want := range map[string]int32{"7": 2, "3600": 1} {
		var seen atomic.Int32
		sound := asset()
		w := newWorld(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if seen.Add(1) == 1 {
				rw.Header().Set("Retry-After", after)
				rw.WriteHeader(503)
				return
			}
			sound.ServeHTTP(rw, r)
		}))
		var pauses []time.Duration
		w.target.Wait = func(_ context.Context, d time.Duration) error { pauses = append(pauses, d); return nil }
		r := w.run(t, "vod.grant.not-before")
		if seen.Load() != want || (r.Verdict == Pass) != (want == 2) || want == 2 && (len(pauses) != 1 || pauses[0] != 7*time.Second) {
			t.Errorf("Retry-After: %s: %s %v after %d requests and pauses %v, want %d requests", after, r.Verdict, r.Failure, seen.Load(), pauses, want)
		}
	}
}

// The time of an answer is compared with that of the attempt which it answers.
func TestAttemptsAreDatedApart(t *testing.T) {
	var seen, late atomic.Int64
	w := newWorld(t, http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		if seen.Add(1) == 1 {
			rw.WriteHeader(503)
			return
		}
		rw.Header().Set("Date", now().Add(time.Duration(late.Load())).Format(http.TimeFormat))
		rw.Header().Set("Content-Type", textXML)
		rw.WriteHeader(403)
		fmt.Fprint(rw, deniedBody)
	}))
	w.target.Now = func() time.Time { return now().Add(time.Duration(late.Load())) }
	w.target.Wait = func(context.Context, time.Duration) error { late.Add(int64(time.Minute)); return nil }
	if r := w.run(t, "vod.grant.not-before"); r.Verdict != Fail || r.Failure.Cause != "signature-mismatch" {
		t.Errorf("%s %+v, want fail for signature-mismatch: both clocks agree", r.Verdict, r.Failure)
	}
}

// hangUp is a server that ends each handshake.
type hangUp struct{}

func (hangUp) RoundTrip(*http.Request) (*http.Response, error) { return nil, syscall.ECONNRESET }

// A server that takes no old TLS is not worn out for those who speak newer.
func TestOddConnectionsTireNobody(t *testing.T) {
	w := newWorld(t, asset())
	w.target.Wait = impatient(2)
	s := w.session(t)
	req, err := plain(withClient(t.Context(), &http.Client{Transport: hangUp{}}), s.base)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.do(req); err == nil {
		t.Fatal("a handshake that is hung up on gave an answer")
	}
	if once, err := s.weary.recall(s.base.Hostname()); once || err != nil {
		t.Errorf("recall = %t, %v after an odd handshake, want a host as good as new", once, err)
	}
}
