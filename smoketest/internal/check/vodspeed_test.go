package check

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// runSpeed runs the speed check on a handler.
func runSpeed(t *testing.T, handler http.Handler, d time.Duration) Result {
	t.Helper()
	results, err := Run(context.Background(), newWorld(t, handler).target, []Check{Speed(d)}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return results[0]
}

// Only what comes late once it has been asked for is slow, and the slowest is named.
func TestSpeed(t *testing.T) {
	if r := runSpeed(t, asset(), time.Minute); r.Verdict != Pass {
		t.Errorf("a minute: %s, %v, want pass", r.Verdict, r.Failure)
	}
	var mu sync.Mutex
	asked := map[string]int{}
	slow := func(path string, from int) http.Handler {
		clear(asked)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			asked[r.URL.Path]++
			n := asked[r.URL.Path]
			mu.Unlock()
			if r.URL.Path == path && n >= from || from == 0 && n == 1 {
				time.Sleep(300 * time.Millisecond)
			}
			w.Header().Set("X-Cache", "Miss from cloudfront")
			w.Header().Set("X-Amz-Cf-Pop", "FRA56-P4")
			asset().ServeHTTP(w, r)
		})
	}
	if r := runSpeed(t, slow("", 0), 250*time.Millisecond); r.Verdict != Pass {
		t.Errorf("slow at first: %s, %v, want pass", r.Verdict, r.Failure)
	}
	r := runSpeed(t, slow("/a/180p/seg1.ts", 2), 250*time.Millisecond)
	if r.Verdict != Fail || r.Check.Harm != Weakens || r.Failure.Cause != "first-byte-slow" ||
		!strings.Contains(r.Failure.Asked, "/a/180p/seg1.ts") || !strings.Contains(r.Failure.Got, "Miss, edge FRA56-P4") {
		t.Errorf("slow again: %s, %+v, want a failure that names the segment", r.Verdict, r.Failure)
	}
	if r := runSpeed(t, files{}, time.Minute); r.Verdict != Fail || r.Failure.Cause == "first-byte-slow" {
		t.Errorf("no content: %s, %+v, want a failure for that", r.Verdict, r.Failure)
	}
}

// What a header holds beside codes does not get into a report.
func TestCodewords(t *testing.T) {
	for text, want := range map[string]string{"FRA56-P4": "FRA56-P4", "RefreshHit": "RefreshHit", "": "", "a b": "", "<b>": "", "\x1b[1m": "", strings.Repeat("x", 25): ""} {
		if got := codeword(text); got != want {
			t.Errorf("codeword(%q) = %q, want %q", text, got, want)
		}
	}
}
