package edge

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestOriginRequest(t *testing.T) {
	viewer := []string{"Origin: https://app.example.com", "Access-Control-Request-Method: GET", "Authorization: Basic eA==",
		"Cookie: a=1; CloudFront-Policy=x; b=2", "User-Agent: player", "Referer: https://r", "Cache-Control: no-cache",
		"Pragma: no-cache", "Accept-Encoding: gzip", "Connection: keep-alive", "X-Own: 1", "Range: bytes=0-1", "If-None-Match: x"}
	for _, test := range []struct {
		policy string
		host   string
		query  string
		header map[string]string
	}{
		{"", bucketHost, "", map[string]string{"Accept-Encoding": "gzip", "User-Agent": "Amazon CloudFront"}},
		{corsS3Origin, bucketHost, "", map[string]string{"Accept-Encoding": "gzip", "User-Agent": "Amazon CloudFront",
			"Origin": "https://app.example.com", "Access-Control-Request-Method": "GET"}},
		{allViewer, "", "x=1&y=2", map[string]string{"Accept-Encoding": "gzip", "User-Agent": "player", "Origin": "https://app.example.com",
			"Access-Control-Request-Method": "GET", "Referer": "https://r", "X-Own": "1", "Cookie": "a=1; b=2"}},
		{"b689b0a8-53d0-40ab-baf2-68738e2966ac", bucketHost, "x=1&y=2", map[string]string{"Accept-Encoding": "gzip", "User-Agent": "player",
			"Origin": "https://app.example.com", "Access-Control-Request-Method": "GET", "Referer": "https://r", "X-Own": "1",
			"Cookie": "a=1; b=2"}},
		{"bf0718e1-ba1e-49d1-88b1-f726733018ae", "", "", map[string]string{"Accept-Encoding": "gzip", "User-Agent": "Amazon CloudFront"}},
	} {
		w := newWorld(t)
		w.update(func(c *DistributionConfig) {
			c.DefaultBehavior.OriginRequestPolicyID = test.policy
			c.Origins[0].Path = "/vod"
		})
		host := test.host
		if host == "" {
			host = w.dist.DomainName // a forwarded Host breaks an S3 origin
		}
		if got := verdict(w.get(w.canned("/a%2Fb%20c.ts?x=1&y=2", time.Hour), viewer...)); got != "206" {
			t.Fatalf("policy %q: got %s, want 206", test.policy, got)
		}
		r := w.fetched[0]
		header := map[string]string{}
		for name := range r.Header {
			header[name] = r.Header.Get(name)
		}
		if !strings.HasSuffix(header["Via"], ".cloudfront.net (CloudFront)") {
			t.Errorf("policy %q: Via = %q", test.policy, header["Via"])
		}
		delete(header, "Via")
		if diff := cmp.Diff(test.header, header); diff != "" {
			t.Errorf("policy %q: header (-want +got):\n%s", test.policy, diff)
		}
		want := []string{"GET", "https", bucketHost, "/vod/a%2Fb%20c.ts", test.query, host, w.identity.IAMARN()}
		got := []string{r.Method, r.URL.Scheme, r.URL.Host, r.URL.EscapedPath(), r.URL.RawQuery, r.Host, w.arns[0]}
		if diff := cmp.Diff(want, got); diff != "" || r.TLS == nil {
			t.Errorf("policy %q: request (-want +got):\n%s", test.policy, diff)
		}
	}
}

// A cache policy that has Host in the key forwards it too.
func TestHostInTheCacheKey(t *testing.T) {
	w := newWorld(t, public)
	w.update(func(c *DistributionConfig) { c.DefaultBehavior.CachePolicyID = "83da9c7e-98b4-4e11-a168-04f0df8e2c65" })
	w.get("/a.ts")
	if got := w.fetched[0].Host; got != w.dist.DomainName {
		t.Errorf("Host = %q, want %q", got, w.dist.DomainName)
	}
}

func TestConditionsPassOnWithoutCaching(t *testing.T) {
	w := newWorld(t, public)
	w.update(func(c *DistributionConfig) { c.DefaultBehavior.CachePolicyID = cachingDisabled })
	if rec := w.get("/a.ts", `If-None-Match: "v1"`); rec.Code != http.StatusNotModified {
		t.Errorf("got %d, want 304", rec.Code)
	}
}

func TestAnonymousOrigin(t *testing.T) {
	w := newWorld(t, public)
	w.update(func(c *DistributionConfig) { c.Origins[0].OriginAccessIdentity = "" })
	w.get("/a.ts")
	if w.arns[0] != "" {
		t.Errorf("identity = %q, want none", w.arns[0])
	}
}

// Signing parameters leave the cache key and the origin request of a
// distribution with trusted key groups; other distributions keep such names.
func TestSignatureIsStripped(t *testing.T) {
	config := goodCachePolicy()
	config.QueryStrings, config.Cookies = KeySelection{Behavior: "all"}, KeySelection{Behavior: "all"}
	w := newWorld(t, func(w *world, c *DistributionConfig) {
		p, err := w.CreateCachePolicy(config)
		if err != nil {
			t.Fatal(err)
		}
		c.DefaultBehavior.CachePolicyID = p.ID
	})
	policy := w.policy(w.url("/*"))
	for i, r := range []*http.Request{
		w.request("GET", w.canned(path+"?x=1", time.Hour)),
		w.request("GET", w.canned(path+"?x=1", 2*time.Hour)+"&Hash-Algorithm=SHA1"),
		w.request("GET", w.custom(path+"?x=1", policy)),
		w.request("GET", path+"?x=1", w.cookies(policy)),
	} {
		rec := w.do(r)
		want := xHit
		if i == 0 {
			want = xMiss
		}
		if rec.Code != 200 || rec.Header().Get("X-Cache") != want {
			t.Errorf("request %d: got %d, X-Cache %q, want 200, %q", i, rec.Code, rec.Header().Get("X-Cache"), want)
		}
	}
	if r := w.fetched[0]; r.URL.RawQuery != "x=1" || r.Header.Get("Cookie") != "" {
		t.Errorf("origin got query %q, cookies %q, want x=1 and none", r.URL.RawQuery, r.Header.Get("Cookie"))
	}
	w.update(func(c *DistributionConfig) { c.DefaultBehavior.TrustedKeyGroups = nil })
	w.get(path + "?Expires=1")
	if got := w.fetched[1].URL.RawQuery; got != "Expires=1" {
		t.Errorf("public distribution: origin got query %q, want Expires=1", got)
	}
}

func TestCacheKey(t *testing.T) {
	c := goodCachePolicy()
	c.QueryStrings = KeySelection{"whitelist", []string{"v"}}
	c.Cookies = KeySelection{"allExcept", []string{"session"}}
	w := newWorld(t, public)
	p, err := w.CreateCachePolicy(c)
	if err != nil {
		t.Fatal(err)
	}
	w.update(func(d *DistributionConfig) { d.DefaultBehavior.CachePolicyID = p.ID })
	for _, test := range []struct {
		name, target, header, xCache string
	}{
		{"first", "/a?v=1", "X: ", xMiss},
		{"other parameter", "/a?v=1&w=2", "X: ", xHit},
		{"other value", "/a?v=2", "X: ", xMiss},
		{"name in upper case", "/a?V=1", "X: ", xMiss},
		{"other path spelling", "/%61?v=1", "X: ", xMiss},
		{"keyed header", "/a?v=1", "Origin: https://a", xMiss},
		{"keyed header again", "/a?v=1", "Origin: https://a", xHit},
		{"other value of the header", "/a?v=1", "Origin: https://b", xMiss},
		{"empty header is not absence", "/a?v=1", "Origin: ", xMiss},
		{"excepted cookie", "/a?v=1", "Cookie: session=1", xHit},
		{"other cookie", "/a?v=1", "Cookie: theme=1; session=2", xMiss},
		{"other cookie again", "/a?v=1", "Cookie: session=3; theme=1", xHit},
	} {
		if got := w.get(test.target, test.header).Header().Get("X-Cache"); got != test.xCache {
			t.Errorf("%s: X-Cache = %q, want %q", test.name, got, test.xCache)
		}
	}
}
