package edge

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"
)

func TestHitMissRefresh(t *testing.T) {
	w := newWorld(t, public)
	steps := []struct {
		name    string
		after   time.Duration
		method  string
		xCache  string
		age     string
		fetches int
	}{
		{"first", 0, "GET", xMiss, "", 1},
		{"again", 30 * time.Second, "GET", xHit, "30", 1},
		{"HEAD", time.Second, "HEAD", xHit, "31", 1},
		{"last second", day*time.Second - 32*time.Second, "GET", xHit, "86399", 1},
		{"expired", time.Second, "GET", xRefreshHit, "", 2},
		{"confirmed", time.Second, "GET", xHit, "1", 2},
	}
	for _, step := range steps {
		w.now = w.now.Add(step.after)
		rec := w.do(w.request(step.method, "/a.ts"))
		h := rec.Header()
		if rec.Code != 200 || h.Get("X-Cache") != step.xCache || h.Get("Age") != step.age || len(w.fetched) != step.fetches {
			t.Errorf("%s: got %d, X-Cache %q, Age %q, %d fetches, want 200, %q, %q, %d",
				step.name, rec.Code, h.Get("X-Cache"), h.Get("Age"), len(w.fetched), step.xCache, step.age, step.fetches)
		}
		body := originBody
		if step.method == "HEAD" {
			body = ""
		}
		if rec.Body.String() != body || h.Get("Content-Length") != "10" {
			t.Errorf("%s: got body %q, length %s, want %q, 10", step.name, rec.Body, h.Get("Content-Length"), body)
		}
	}
}

func TestOriginHeadersToViewer(t *testing.T) {
	w := newWorld(t, public)
	for range 2 {
		h := w.get("/a.ts").Header()
		for name, want := range map[string]string{"Server": "AmazonS3", "Content-Type": "video/mp2t", "Etag": `"v1"`,
			"X-Amz-Request-Id": "", "X-Amz-Id-2": "", "Via": w.via(w.request("GET", "/")), "X-Amz-Cf-Pop": pop} {
			if got := h.Get(name); got != want {
				t.Errorf("%s = %q, want %q", name, got, want)
			}
		}
	}
}

func TestCacheIsPerDistribution(t *testing.T) {
	w := newWorld(t, public)
	c := w.config()
	c.CallerReference = "second"
	public(w, &c)
	second, err := w.CreateDistribution(c)
	if err != nil {
		t.Fatal(err)
	}
	w.get("/a.ts")
	rec := w.do(atHost(w.request("GET", "/a.ts"), second.DomainName))
	if got := rec.Header().Get("X-Cache"); got != xMiss {
		t.Errorf("X-Cache at the second distribution = %q, want %q", got, xMiss)
	}
}

func TestErrorsFromOrigin(t *testing.T) {
	for _, test := range []struct {
		status       int
		cacheControl string
		fetches      [3]int // after 0 s, 9 s, 10 s
	}{
		{404, "", [3]int{1, 1, 2}},
		{503, "", [3]int{1, 1, 2}},
		{403, "", [3]int{1, 2, 3}},
		{403, "no-cache", [3]int{1, 2, 3}},
		{403, "max-age=5", [3]int{1, 1, 2}},
		{404, "max-age=60", [3]int{1, 1, 1}},
		{416, "", [3]int{1, 2, 3}},
	} {
		w := newWorld(t, public)
		w.origin = func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Server", "AmazonS3")
			if test.cacheControl != "" {
				rw.Header().Set("Cache-Control", test.cacheControl)
			}
			rw.WriteHeader(test.status)
			io.WriteString(rw, "<Error/>")
		}
		for i, at := range []time.Duration{0, 9 * time.Second, 10 * time.Second} {
			w.now = start.Add(at)
			rec := w.get("/a.ts")
			if rec.Code != test.status || rec.Header().Get("X-Cache") != xError || rec.Header().Get("Server") != "AmazonS3" ||
				rec.Body.String() != "<Error/>" || len(w.fetched) != test.fetches[i] {
				t.Errorf("%d %q after %v: got %d, X-Cache %q, %d fetches, want %d fetches", test.status, test.cacheControl, at,
					rec.Code, rec.Header().Get("X-Cache"), len(w.fetched), test.fetches[i])
			}
		}
	}
}

func TestOriginUnreachable(t *testing.T) {
	w := newWorld(t, public)
	w.origin = nil
	rec := w.get("/a.ts")
	if rec.Code != 502 {
		t.Errorf("got %d, want 502", rec.Code)
	}
	wantEdgeHeaders(t, "unreachable", rec, xError)
}

func TestUncached(t *testing.T) {
	for name, edit := range map[string]func(*DistributionConfig){
		"caching disabled": func(c *DistributionConfig) { c.DefaultBehavior.CachePolicyID = cachingDisabled },
		"OPTIONS":          func(*DistributionConfig) {},
	} {
		w := newWorld(t, public)
		w.update(edit)
		method := "GET"
		if name == "OPTIONS" {
			method = name
		}
		for range 2 {
			if got := w.do(w.request(method, "/a.ts", "Range: bytes=0-1")).Header().Get("X-Cache"); got != xMiss {
				t.Errorf("%s: X-Cache = %q, want %q", name, got, xMiss)
			}
		}
		if len(w.fetched) != 2 || w.fetched[1].Header.Get("Range") != "bytes=0-1" {
			t.Errorf("%s: %d fetches, want 2 with the range passed on", name, len(w.fetched))
		}
	}
}

func TestOptionsCachedOnRequest(t *testing.T) {
	w := newWorld(t, public)
	w.update(func(c *DistributionConfig) { c.DefaultBehavior.CachedMethods = getHeadOptions })
	w.get("/a.ts")
	for i, want := range []string{xMiss, xHit} {
		if got := w.do(w.request("OPTIONS", "/a.ts")).Header().Get("X-Cache"); got != want {
			t.Errorf("OPTIONS %d: X-Cache = %q, want %q", i, got, want)
		}
	}
}

func TestPostPassesTheBody(t *testing.T) {
	w := newWorld(t, public)
	w.update(func(c *DistributionConfig) { c.DefaultBehavior.AllowedMethods = seven() })
	var got []byte
	w.origin = func(_ http.ResponseWriter, r *http.Request) { got, _ = io.ReadAll(r.Body) }
	w.do(withBody(w.request("POST", "/a")))
	if string(got) != "x" {
		t.Errorf("the origin read %q, want x", got)
	}
}

func TestLargeObjectsPassThrough(t *testing.T) {
	w := newWorld(t, public)
	w.cache = newStore(100, 1000)
	big := repeatBytes(101)
	w.origin = func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Content-Length", strconv.Itoa(len(big)))
		if r.Header.Get("Range") == "bytes=0-1" {
			rw.Header().Set("Content-Length", "2")
			rw.WriteHeader(206)
			rw.Write(big[:2])
			return
		}
		rw.Write(big)
	}
	for range 2 {
		rec := w.get("/big")
		if got := rec.Header().Get("X-Cache"); got != xMiss || !bytes.Equal(rec.Body.Bytes(), big) {
			t.Errorf("got %d bytes, X-Cache %q, want %d bytes, %q", rec.Body.Len(), got, len(big), xMiss)
		}
	}
	if rec := w.get("/big", "Range: bytes=0-1"); rec.Code != 206 || rec.Body.Len() != 2 {
		t.Errorf("range: got %d with %d bytes, want 206 with 2", rec.Code, rec.Body.Len())
	}
}

func TestUpdateKeepsTheCache(t *testing.T) {
	w := newWorld(t, public)
	w.get("/a.ts")
	w.update(func(c *DistributionConfig) { c.Comment = "changed" })
	if got := w.get("/a.ts").Header().Get("X-Cache"); got != xHit {
		t.Errorf("after an update: X-Cache = %q, want %q", got, xHit)
	}
}

func TestConcurrentUse(t *testing.T) {
	w := newWorld(t, public)
	s := New(Options{Now: func() time.Time { return start }, Fetch: func(r *http.Request, _ string) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(repeatBytes(10)))}, nil
	}})
	c := w.config()
	c.Origins[0].OriginAccessIdentity = ""
	public(w, &c)
	d, err := s.CreateDistribution(c)
	if err != nil {
		t.Fatal(err)
	}
	w.Service = s
	w.dist = d
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for n := range 50 {
				if rec := w.get(fmt.Sprint("/", n%5)); rec.Code != 200 {
					t.Errorf("got %d, want 200", rec.Code)
				}
			}
		})
		wg.Go(func() {
			now, _ := s.Distribution(d.ID)
			now.Comment = fmt.Sprint(i)
			s.UpdateDistribution(d.ID, now.ETag, now.DistributionConfig) // losing the race is fine
		})
	}
	wg.Wait()
}
