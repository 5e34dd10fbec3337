package edge

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func ttl(n int64) *int64 { return &n }

// errorSite serves /errors/*, and answers everything else with a status.
func (w *world) errorSite(status int, cacheControl string) {
	w.origin = func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Content-Type", "text/html")
		if strings.HasPrefix(r.URL.Path, "/errors/page") {
			io.WriteString(rw, "sorry")
			return
		}
		if strings.HasPrefix(r.URL.Path, "/errors/") {
			rw.WriteHeader(http.StatusGone)
			return
		}
		if cacheControl != "" {
			rw.Header().Set("Cache-Control", cacheControl)
		}
		rw.WriteHeader(status)
		io.WriteString(rw, "<Error/>")
	}
}

func withErrors(list ...CustomErrorResponse) func(*world, *DistributionConfig) {
	return func(_ *world, c *DistributionConfig) { c.CustomErrorResponses = list }
}

func TestCustomErrorRefusals(t *testing.T) {
	for _, test := range []struct {
		name   string
		status int
		code   string
		list   []CustomErrorResponse
	}{
		{"code not in the list", 400, "InvalidErrorCode", []CustomErrorResponse{{ErrorCode: 401, ErrorCachingMinTTL: ttl(1)}}},
		{"no code", 400, "InvalidErrorCode", []CustomErrorResponse{{ErrorCachingMinTTL: ttl(1)}}},
		{"code twice", 400, "InvalidArgument", []CustomErrorResponse{{ErrorCode: 404, ErrorCachingMinTTL: ttl(1)}, {ErrorCode: 404, ErrorCachingMinTTL: ttl(2)}}},
		{"page without code", 400, "InvalidArgument", []CustomErrorResponse{{ErrorCode: 404, ResponsePagePath: "/e"}}},
		{"code without page", 400, "InvalidArgument", []CustomErrorResponse{{ErrorCode: 404, ResponseCode: 200}}},
		{"response code", 400, "InvalidResponseCode", []CustomErrorResponse{{ErrorCode: 404, ResponsePagePath: "/e", ResponseCode: 302}}},
		{"page without slash", 400, "InvalidArgument", []CustomErrorResponse{{ErrorCode: 404, ResponsePagePath: "e", ResponseCode: 200}}},
		{"page with a space", 400, "InvalidArgument", []CustomErrorResponse{{ErrorCode: 404, ResponsePagePath: "/ e", ResponseCode: 200}}},
		{"page too long", 400, "InvalidArgument", []CustomErrorResponse{{ErrorCode: 404, ResponsePagePath: "/" + strings.Repeat("e", 4000), ResponseCode: 200}}},
		{"negative TTL", 400, "InvalidArgument", []CustomErrorResponse{{ErrorCode: 404, ErrorCachingMinTTL: ttl(-1)}}},
		{"nothing to do", 400, "InvalidArgument", []CustomErrorResponse{{ErrorCode: 404}}},
	} {
		w := newWorld(t)
		c := w.config()
		c.CallerReference, c.CustomErrorResponses = "second", test.list
		_, err := w.CreateDistribution(c)
		wantCode(t, test.name, err, test.status, test.code)
	}
}

func TestCustomErrorPage(t *testing.T) {
	w := newWorld(t, public, withErrors(
		CustomErrorResponse{ErrorCode: 404, ResponsePagePath: "/errors/page.html", ResponseCode: 200},
		CustomErrorResponse{ErrorCode: 403, ResponsePagePath: "/errors/page.html", ResponseCode: 404},
		CustomErrorResponse{ErrorCode: 503, ResponsePagePath: "/errors/lost.html", ResponseCode: 200},
	))
	for _, test := range []struct {
		origin int
		method string
		want   int
		body   string
	}{
		{404, "GET", 200, "sorry"},
		{404, "HEAD", 200, ""},
		{403, "GET", 404, "sorry"},
		{404, "OPTIONS", 200, "sorry"}, // an answer that is not cached
		{503, "GET", 410, ""},          // the page is missing: the status of the page
		{500, "GET", 500, "<Error/>"},  // no custom response
		{403, "POST", 404, "sorry"},    // the edge's own refusal
	} {
		w.errorSite(test.origin, "")
		for range 2 {
			rec := w.do(w.request(test.method, fmt.Sprint("/", test.origin, test.method)))
			if rec.Code != test.want || rec.Body.String() != test.body || rec.Header().Get("X-Cache") != xError {
				t.Errorf("%d on %s: got %d %q, X-Cache %q, want %d %q", test.origin, test.method,
					rec.Code, rec.Body, rec.Header().Get("X-Cache"), test.want, test.body)
			}
		}
	}
}

func TestErrorCachingTTL(t *testing.T) {
	for _, test := range []struct {
		name         string
		status       int
		cacheControl string
		response     CustomErrorResponse
		fetches      [3]int // after 0 s, 9 s, 60 s
	}{
		{"longer", 404, "", CustomErrorResponse{ErrorCode: 404, ErrorCachingMinTTL: ttl(61)}, [3]int{1, 1, 1}},
		{"none", 404, "", CustomErrorResponse{ErrorCode: 404, ErrorCachingMinTTL: ttl(0)}, [3]int{1, 2, 3}},
		{"origin wants longer", 404, "max-age=90", CustomErrorResponse{ErrorCode: 404, ErrorCachingMinTTL: ttl(5)}, [3]int{1, 1, 1}},
		{"other code", 500, "", CustomErrorResponse{ErrorCode: 404, ErrorCachingMinTTL: ttl(61)}, [3]int{1, 1, 2}},
		{"403 needs the origin", 403, "", CustomErrorResponse{ErrorCode: 403, ErrorCachingMinTTL: ttl(61)}, [3]int{1, 2, 3}},
		{"403 with the origin", 403, "max-age=1", CustomErrorResponse{ErrorCode: 403, ErrorCachingMinTTL: ttl(61)}, [3]int{1, 1, 1}},
	} {
		w := newWorld(t, public, withErrors(test.response))
		w.errorSite(test.status, test.cacheControl)
		for i, at := range []time.Duration{0, 9 * time.Second, 60 * time.Second} {
			w.now = start.Add(at)
			if rec := w.get("/x"); rec.Code != test.status || len(w.fetched) != test.fetches[i] {
				t.Errorf("%s, after %v: got %d, %d fetches, want %d, %d", test.name, at, rec.Code, len(w.fetched), test.status, test.fetches[i])
			}
		}
	}
}

// The page also answers the signature check. It must be public, or the
// signature must cover it.
func TestCustomPageForSignatureErrors(t *testing.T) {
	w := newWorld(t, withErrors(
		CustomErrorResponse{ErrorCode: 403, ResponsePagePath: "/errors/page.html", ResponseCode: 403},
		CustomErrorResponse{ErrorCode: 404, ResponsePagePath: "/errors/page.html", ResponseCode: 404},
	))
	w.errorSite(404, "")
	if got := verdict(w.get("/x")); got != "403 MissingKey" {
		t.Errorf("private page: got %s, want 403 MissingKey", got)
	}
	if rec := w.get(w.canned("/x", time.Hour)); rec.Body.String() != "<Error/>" {
		t.Errorf("private page, signature for another path: got %q, want the origin's body", rec.Body)
	}
	if rec := w.get("/x", w.cookies(w.policy(w.url("/*")))); rec.Code != 404 || rec.Body.String() != "sorry" {
		t.Errorf("private page, cookies that cover it: got %d %q, want 404 sorry", rec.Code, rec.Body)
	}
	w.update(func(c *DistributionConfig) {
		addBehavior(c, "/errors/*")
		c.Behaviors[0].TrustedKeyGroups = nil
	})
	if rec := w.get("/x"); rec.Code != 403 || rec.Body.String() != "sorry" {
		t.Errorf("public page: got %d %q, want 403 sorry", rec.Code, rec.Body)
	}
	if rec := w.get(w.canned("/x", time.Hour)); rec.Code != 404 || rec.Body.String() != "sorry" {
		t.Errorf("public page, origin's error: got %d %q, want 404 sorry", rec.Code, rec.Body)
	}
}

func TestCustomErrorsAreCopied(t *testing.T) {
	w := newWorld(t, withErrors(CustomErrorResponse{ErrorCode: 404, ErrorCachingMinTTL: ttl(7)}))
	*w.dist.CustomErrorResponses[0].ErrorCachingMinTTL = 8
	read, err := w.Distribution(w.dist.ID)
	if err != nil || *read.CustomErrorResponses[0].ErrorCachingMinTTL != 7 {
		t.Errorf("got TTL %d, %v, want 7", *read.CustomErrorResponses[0].ErrorCachingMinTTL, err)
	}
}
