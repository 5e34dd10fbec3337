package edge

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCacheState(t *testing.T) {
	w := newWorld(t)
	policy, err := w.CreateCachePolicy(CachePolicyConfig{Name: "all", DefaultTTL: 60, MaxTTL: 600,
		Headers: []string{"Origin", "Authorization", "X-Api"}, QueryStrings: KeySelection{Behavior: "all"}, Cookies: KeySelection{Behavior: "all"}})
	if err != nil {
		t.Fatal(err)
	}
	w.update(func(c *DistributionConfig) { c.DefaultBehavior.CachePolicyID = policy.ID })
	signed := w.custom("/a.ts?v=1&token=s3cret", w.policy(w.url("/*")))
	for range 3 {
		w.get(signed, "Origin: "+appA, "Authorization: Bearer s3cret", "Cookie: session=s3cret")
	}
	w.now = w.now.Add(59 * time.Second)
	w.get(w.custom("/b.ts", w.policy(w.url("/*"))))
	w.now = w.now.Add(time.Second)
	w.origin = func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusNotFound) }
	w.get(w.custom("/none", w.policy(w.url("/*"))))

	got := w.CacheState()
	if got.Bytes < 20 || got.MaxBytes != maxStoreBytes {
		t.Errorf("CacheState: %d of %d bytes, want at least 20 of %d", got.Bytes, got.MaxBytes, maxStoreBytes)
	}
	got.Bytes, got.MaxBytes = 0, 0
	object := func(path, query string, status int, stored, lives time.Duration) CachedObject {
		at := start.Add(stored)
		return CachedObject{Distribution: w.dist.ID, Method: "GET", Path: path, Query: query, Cookies: []string{}, Headers: []string{"origin", "authorization", "x-api"},
			Status: status, Bytes: len(originBody), Stored: at, Expires: at.Add(lives), Fresh: true}
	}
	none, b, a := object("/none", "", 404, time.Minute, 10*time.Second), object("/b.ts", "", 200, 59*time.Second, time.Minute), object("/a.ts", "v=1&token=…", 200, 0, time.Minute)
	none.Bytes = 0
	a.Cookies, a.Headers = []string{"session"}, []string{"origin: " + appA, "authorization: …", "x-api"}
	a.Fresh, a.Hits = false, 2
	if diff := cmp.Diff(CacheState{Objects: []CachedObject{none, b, a}, Fresh: 2, Hits: 2}, got); diff != "" {
		t.Errorf("CacheState (-want +got):\n%s", diff)
	}
}

// A distribution that trusts no key group leaves a signature in the key, as
// CloudFront does; it is not shown.
func TestCacheStateMasksSignatures(t *testing.T) {
	w := newWorld(t, public)
	policy, err := w.CreateCachePolicy(CachePolicyConfig{Name: "all", DefaultTTL: 60, MaxTTL: 600,
		QueryStrings: KeySelection{Behavior: "all"}, Cookies: KeySelection{Behavior: "none"}})
	if err != nil {
		t.Fatal(err)
	}
	w.update(func(c *DistributionConfig) { c.DefaultBehavior.CachePolicyID = policy.ID })
	w.get("/a.ts?Expires=1&Signature=s1gnature&Policy=p0licy&Key-Pair-Id=K1")
	if got, want := w.CacheState().Objects[0].Query, "Expires=1&Signature=…&Policy=…&Key-Pair-Id=K1"; got != want {
		t.Errorf("CacheState: query %q, want %q", got, want)
	}
}
