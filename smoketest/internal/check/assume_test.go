package check

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func refuseSignature(w http.ResponseWriter, code string) {
	w.Header().Set("Content-Type", textXML)
	w.WriteHeader(http.StatusForbidden)
	fmt.Fprint(w, strings.Replace(deniedBody, "AccessDenied", code, 1))
}

// A refusal of an odd policy counts only where an ordinary one of the same make is
// served: here every custom policy is refused, in URL and cookies.
func TestOddPolicyNeedsControl(t *testing.T) {
	f := asset()
	w := newWorld(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("Policy") || r.Header.Get("Cookie") != "" || !r.URL.Query().Has("Signature") {
			refuseSignature(rw, "AccessDenied")
			return
		}
		f.ServeHTTP(rw, r)
	}))
	for _, id := range []string{"assume.signature.escaped-question-mark", "assume.signature.protocol-prefix", "assume.signature.cookie-protocol"} {
		if r := w.run(t, id); r.Verdict != Skip || !strings.Contains(r.Reason, "right request was not served") {
			t.Errorf("%s = %s %q, want skip, for nothing is proven", id, r.Verdict, r.Reason)
		}
	}
}

// Other answers than the assumed ones are told from them by status, code, layer and
// header.
func TestDiffers(t *testing.T) {
	accessDenied := func(rw http.ResponseWriter) { refuseSignature(rw, "AccessDenied") }
	tests := []struct {
		id     string
		odd    string // in the query of the odd request
		answer func(http.ResponseWriter)
		got    string
	}{
		{"assume.signature.unknown-hash", "Hash-Algorithm=MD5", func(rw http.ResponseWriter) { refuseSignature(rw, "MalformedPolicy") },
			"403 MalformedPolicy from CloudFront's signature check, text/xml"},
		{"assume.signature.no-signature", "Expires=", accessDenied, "403 AccessDenied from CloudFront's signature check"},
		{"assume.signature.twice", "&Expires=", accessDenied, "403 AccessDenied from CloudFront's signature check"},
		{"assume.signature.lower-case", "signature=", func(rw http.ResponseWriter) { rw.WriteHeader(http.StatusOK) }, "200"},
		{"assume.signature.encoded-name", "Key%2DPair-Id", func(rw http.ResponseWriter) {
			rw.WriteHeader(http.StatusForbidden)
			fmt.Fprint(rw, storageBody)
		}, "403 AccessDenied from S3"},
	}
	f := asset()
	for _, tt := range tests {
		seen := 0
		w := newWorld(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if seen++; seen > 1 && strings.Contains(r.URL.RawQuery, tt.odd) {
				tt.answer(rw)
				return
			}
			f.ServeHTTP(rw, r)
		}))
		if r := w.run(t, tt.id); r.Verdict != Differs || !strings.Contains(r.Failure.Got, tt.got) {
			t.Errorf("%s = %s %s %v, want differs, got %s", tt.id, r.Verdict, r.Reason, r.Failure, tt.got)
		}
	}
}

// The request about one second is sent early in it, whenever the check begins, and
// is about the second that the service is in.
func TestThisSecond(t *testing.T) {
	f := asset()
	start := now().Add(990 * time.Millisecond)
	clock, behind := start, time.Duration(0)
	w := newWorld(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Date", clock.Add(-behind).Format(http.TimeFormat))
		expires := r.URL.Query().Get("Expires")
		if expires == "" || expires == fmt.Sprint(clock.Unix()) {
			refuseSignature(rw, "AccessDenied")
			return
		}
		f.ServeHTTP(rw, r)
	}))
	w.target.Now = func() time.Time { return clock }
	w.target.Wait = func(_ context.Context, d time.Duration) error { clock = clock.Add(d); return nil }
	const id = "assume.signature.last-second"
	if r := w.run(t, id); r.Verdict != Pass {
		t.Errorf("%s = %s %s %v, want pass", id, r.Verdict, r.Reason, r.Failure)
	}
	if got := time.Duration(clock.Nanosecond()); got < secondFrom || got > secondTo || clock.Sub(start) > time.Second {
		t.Errorf("%s begun at %s asked at %s, want early in the next second", id, start, clock)
	}
	behind = time.Second
	if r := w.run(t, id); r.Verdict != Skip || !strings.Contains(r.Reason, "set the clock") {
		t.Errorf("%s with a service one second behind = %s %q, want skip", id, r.Verdict, r.Reason)
	}
}

// What cannot be asked, as SHA-1 with a key that makes none, fails no run.
func TestUnaskableAssumption(t *testing.T) {
	w := newWorld(t, files{})
	c := scripted("assume.a", errors.New("signing a policy: no SHA-1, token="+secretText))
	c.assumes = true
	results, err := Run(context.Background(), w.target, []Check{c}, Options{})
	if err != nil {
		t.Fatalf("Run: %v", err)
	}
	if r := results[0]; r.Verdict != Skip || r.Reason != "the request could not be made: signing a policy: no SHA-1, token=***" {
		t.Errorf("%s = %s %q, want skip with the masked error", c.ID, r.Verdict, r.Reason)
	}
}

// A token is as large as it is asked for, whatever else is in it.
func TestSizedToken(t *testing.T) {
	s := newWorld(t, files{}).session(t)
	for _, size := range []int{2048, 2049} {
		for _, id := range []string{"abcdABCDefgh", "abcdABCDefghi", "abcdABCDefghij"} {
			ch := s.Stack.Channels[0]
			ch.ARN = "arn:aws:ivs:us-west-2:123456789012:channel/" + id
			req, err := sizedToken(size)(context.Background(), s, ch)
			if err != nil {
				t.Fatal(err)
			}
			if got := len(req.URL.Query().Get("token")); got != size {
				t.Errorf("sizedToken(%d) for %s has %d bytes", size, ch.ARN, got)
			}
		}
	}
}
