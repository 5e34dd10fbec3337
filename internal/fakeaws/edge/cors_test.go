package edge

import (
	"net/http"
	"testing"
	"time"
)

const (
	appA = "https://a.example.com"
	appB = "https://b.example.com"
)

// corsBucket answers as S3 does with rules for both applications.
func corsBucket(rw http.ResponseWriter, r *http.Request) {
	if origin := r.Header.Get("Origin"); origin == appA || origin == appB {
		rw.Header().Set("Access-Control-Allow-Origin", origin)
		rw.Header().Set("Vary", "Origin")
	}
	rw.Write([]byte(originBody))
}

func allowed(w *world, origin string) string {
	return w.get("/a.ts", "Origin: "+origin).Header().Get("Access-Control-Allow-Origin")
}

// Origin is forwarded but not in the cache key.
func TestCORSTrap(t *testing.T) {
	w := newWorld(t, public)
	w.origin = corsBucket
	if got := allowed(w, appA); got != "" {
		t.Errorf("Origin not forwarded: Access-Control-Allow-Origin = %q, want none", got)
	}
	w.update(func(c *DistributionConfig) { c.DefaultBehavior.OriginRequestPolicyID = corsS3Origin })
	if got := allowed(w, appA); got != "" {
		t.Errorf("first fetched without Origin: Access-Control-Allow-Origin = %q, want none until it expires", got)
	}
	w.now = w.now.Add(48 * time.Hour)
	for _, origin := range []string{appA, appB} {
		if got := allowed(w, origin); got != appA {
			t.Errorf("first fetched by A: Access-Control-Allow-Origin for %s = %q, want %q", origin, got, appA)
		}
	}
}

// A change of the bucket's rules does not reach cached objects.
func TestCORSTrapOldRules(t *testing.T) {
	w := newWorld(t, public)
	w.origin = corsBucket
	w.update(func(c *DistributionConfig) { c.DefaultBehavior.OriginRequestPolicyID = corsS3Origin })
	allowed(w, appA)
	w.origin = func(rw http.ResponseWriter, _ *http.Request) { rw.Write([]byte(originBody)) }
	if got := allowed(w, appA); got != appA {
		t.Errorf("cached: Access-Control-Allow-Origin = %q, want %q", got, appA)
	}
	w.now = w.now.Add(48 * time.Hour)
	if got := allowed(w, appA); got != "" {
		t.Errorf("expired: Access-Control-Allow-Origin = %q, want none", got)
	}
}

func TestCORSWithOriginInTheKey(t *testing.T) {
	w := newWorld(t, public)
	w.origin = corsBucket
	p, err := w.CreateCachePolicy(goodCachePolicy())
	if err != nil {
		t.Fatal(err)
	}
	w.update(func(c *DistributionConfig) { c.DefaultBehavior.CachePolicyID = p.ID })
	w.get("/a.ts")
	for range 2 {
		for origin, want := range map[string]string{appA: appA, appB: appB, "https://evil.example": ""} {
			if got := allowed(w, origin); got != want {
				t.Errorf("Access-Control-Allow-Origin for %s = %q, want %q", origin, got, want)
			}
		}
	}
	if len(w.fetched) != 4 {
		t.Errorf("%d fetches, want 4", len(w.fetched))
	}
}

func TestResponseHeadersPolicies(t *testing.T) {
	const security = "max-age=31536000"
	for _, test := range []struct {
		name, policy, method, origin string
		bucket                       http.HandlerFunc
		allow, methods, hsts         string
	}{
		{"none", "", "GET", appA, nil, "", "", ""},
		{"simple", simpleCORS, "GET", appA, nil, "*", "", ""},
		{"simple, no Origin", simpleCORS, "GET", "", nil, "", "", ""},
		{"simple, preflight", simpleCORS, "OPTIONS", appA, nil, "", "", ""},
		{"simple, bucket decides", simpleCORS, "GET", appA, corsBucket, appA, "", ""},
		{"preflight", corsPreflight, "OPTIONS", appA, nil, "*", "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT", ""},
		{"preflight policy, GET", corsPreflight, "GET", appA, nil, "*", "", ""},
		{"preflight, bucket decides", corsPreflight, "OPTIONS", appA, corsBucket, appA, "", ""},
		{"security", securityHeaders, "GET", appA, nil, "", "", security},
		{"both", "e61eb60c-9c35-4d20-a928-2b84e02af89c", "GET", appA, nil, "*", "", security},
		{"both with preflight", "eaab4381-ed33-4a86-88ca-d9558dc6cd63", "OPTIONS", appA, nil, "*",
			"DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT", security},
	} {
		w := newWorld(t, public)
		if test.bucket != nil {
			w.origin = test.bucket
		}
		w.update(func(c *DistributionConfig) {
			c.DefaultBehavior.OriginRequestPolicyID = corsS3Origin
			c.DefaultBehavior.ResponseHeadersPolicyID = test.policy
		})
		for range 2 { // from the origin, then from the cache
			r := w.request(test.method, "/a.ts")
			if test.origin != "" {
				r.Header.Set("Origin", test.origin)
			}
			h := w.do(r).Header()
			got := [3]string{h.Get("Access-Control-Allow-Origin"), h.Get("Access-Control-Allow-Methods"), h.Get("Strict-Transport-Security")}
			if want := [3]string{test.allow, test.methods, test.hsts}; got != want {
				t.Errorf("%s: got %q, want %q", test.name, got, want)
			}
		}
	}
}

func TestSecurityHeadersOverride(t *testing.T) {
	w := newWorld(t, public)
	w.origin = func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("X-Frame-Options", "DENY")
		rw.Header().Set("X-Content-Type-Options", "other")
	}
	w.update(func(c *DistributionConfig) { c.DefaultBehavior.ResponseHeadersPolicyID = securityHeaders })
	h := w.get("/a").Header()
	for name, want := range map[string]string{"X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff",
		"Referrer-Policy": "strict-origin-when-cross-origin", "X-XSS-Protection": "1; mode=block"} {
		if got := h.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
}
