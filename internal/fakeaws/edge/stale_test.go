package edge

import (
	"io"
	"net/http"
	"testing"
	"time"
)

// fresh serves a body that is good for 60 seconds.
func fresh(body, directives string) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Cache-Control", "max-age=60"+directives)
		io.WriteString(rw, body)
	}
}

func failing(status int) http.HandlerFunc {
	return func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(status) }
}

// When the origin fails, an expired object is served for the error caching
// minimum TTL, then the origin is asked again.
func TestStaleOnError(t *testing.T) {
	for name, origin := range map[string]http.HandlerFunc{"500": failing(500), "unreachable": nil} {
		w := newWorld(t, public)
		w.origin = fresh("old", "")
		w.get("/a")
		w.origin = origin
		for _, step := range []struct {
			at      time.Duration
			age     string
			fetches int
		}{{60 * time.Second, "60", 2}, {69 * time.Second, "69", 2}, {70 * time.Second, "70", 3}, {24 * time.Hour, "86400", 4}} {
			w.now = start.Add(step.at)
			rec := w.get("/a")
			if rec.Code != 200 || rec.Body.String() != "old" || rec.Header().Get("Age") != step.age || len(w.fetched) != step.fetches {
				t.Errorf("%s after %v: got %d %q, Age %q, %d fetches, want 200 old, %q, %d", name, step.at,
					rec.Code, rec.Body, rec.Header().Get("Age"), len(w.fetched), step.age, step.fetches)
			}
		}
		w.origin = fresh("new", "")
		w.now = w.now.Add(time.Hour)
		if rec := w.get("/a"); rec.Body.String() != "new" || rec.Header().Get("X-Cache") != xMiss {
			t.Errorf("%s, origin back: got %q, X-Cache %q, want new, %q", name, rec.Body, rec.Header().Get("X-Cache"), xMiss)
		}
	}
}

func TestNoStaleOn4xx(t *testing.T) {
	w := newWorld(t, public)
	w.origin = fresh("old", "")
	w.get("/a")
	w.origin = failing(404)
	w.now = w.now.Add(time.Minute)
	if got := verdict(w.get("/a")); got != "404" {
		t.Errorf("got %s, want 404", got)
	}
}

func TestStaleIfError(t *testing.T) {
	w := newWorld(t, public)
	w.origin = fresh("old", ", stale-if-error=15")
	w.get("/a")
	w.origin = failing(503)
	for _, step := range []struct {
		at   time.Duration
		want string
	}{{74 * time.Second, "200"}, {75 * time.Second, "503"}} {
		w.now = start.Add(step.at)
		if got := verdict(w.get("/a")); got != step.want {
			t.Errorf("after %v: got %s, want %s", step.at, got, step.want)
		}
	}
	w = newWorld(t, public)
	w.origin = fresh("old", ", stale-if-error=0")
	w.get("/a")
	w.origin = failing(503)
	w.now = w.now.Add(time.Minute)
	if got := verdict(w.get("/a")); got != "503" {
		t.Errorf("stale-if-error=0: got %s, want 503", got)
	}
}

func TestStaleWhileRevalidate(t *testing.T) {
	w := newWorld(t, public)
	w.origin = fresh("old", ", stale-while-revalidate=30")
	w.get("/a")
	w.origin = failing(500)
	w.now = start.Add(70 * time.Second)
	if rec := w.get("/a"); rec.Body.String() != "old" || rec.Header().Get("X-Cache") != xHit || len(w.fetched) != 2 {
		t.Errorf("failing behind: got %q, X-Cache %q, %d fetches, want old, %q, 2", rec.Body, rec.Header().Get("X-Cache"), len(w.fetched), xHit)
	}
	w.origin = fresh("new", ", stale-while-revalidate=30")
	if rec := w.get("/a"); rec.Body.String() != "old" || len(w.fetched) != 3 {
		t.Errorf("stale: got %q, %d fetches, want old, 3", rec.Body, len(w.fetched))
	}
	if rec := w.get("/a"); rec.Body.String() != "new" || len(w.fetched) != 3 {
		t.Errorf("fetched behind: got %q, %d fetches, want new, 3", rec.Body, len(w.fetched))
	}
	w.now = w.now.Add(100 * time.Second)
	if rec := w.get("/a"); rec.Header().Get("X-Cache") != xMiss {
		t.Errorf("after the time: X-Cache = %q, want %q", rec.Header().Get("X-Cache"), xMiss)
	}
}

// Conditions, ranges and HEAD are answered from an expired object that the
// origin confirms, too.
func TestPartsOfAConfirmedObject(t *testing.T) {
	w := newWorld(t, public)
	w.get("/a.ts")
	for _, test := range []struct {
		method, header string
		status         int
		body           string
	}{
		{"HEAD", "X: ", 200, ""},
		{"GET", "Range: bytes=2-3", 206, "23"},
		{"GET", `If-None-Match: "v1"`, 304, ""},
	} {
		w.now = w.now.Add(48 * time.Hour)
		rec := w.do(w.request(test.method, "/a.ts", test.header))
		if rec.Code != test.status || rec.Body.String() != test.body || rec.Header().Get("X-Cache") != xRefreshHit {
			t.Errorf("%s %s: got %d %q, X-Cache %q, want %d %q, %q", test.method, test.header,
				rec.Code, rec.Body, rec.Header().Get("X-Cache"), test.status, test.body, xRefreshHit)
		}
	}
	for i, r := range w.fetched[1:] {
		if r.Method != "GET" || r.Header.Get("If-None-Match") != `"v1"` || r.Header.Get("Range") != "" {
			t.Errorf("fetch %d: %s %v, want a whole conditional GET", i, r.Method, r.Header)
		}
	}
}
