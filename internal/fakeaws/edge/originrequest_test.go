package edge

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func goodRequestPolicy() OriginRequestPolicyConfig {
	return OriginRequestPolicyConfig{Name: "origin", Headers: KeySelection{"whitelist", []string{"Origin", "X-Own"}},
		QueryStrings: KeySelection{"whitelist", []string{"v"}}, Cookies: KeySelection{"allExcept", []string{"session"}}}
}

func TestOriginRequestPolicyLifecycle(t *testing.T) {
	w := newWorld(t)
	p, err := w.CreateOriginRequestPolicy(goodRequestPolicy())
	if err != nil {
		t.Fatal(err)
	}
	p.Headers.Items[0] = "changed by the caller"
	read, err := w.OriginRequestPolicy(p.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(OriginRequestPolicy{p.ID, p.ETag, goodRequestPolicy()}, read); diff != "" {
		t.Errorf("OriginRequestPolicy (-want +got):\n%s", diff)
	}
	w.update(func(c *DistributionConfig) { c.DefaultBehavior.OriginRequestPolicyID = p.ID })
	wantCode(t, "delete in use", w.DeleteOriginRequestPolicy(p.ID, p.ETag), 409, "OriginRequestPolicyInUse")
	changed := goodRequestPolicy()
	changed.Headers = none()
	_, err = w.UpdateOriginRequestPolicy(p.ID, "E1", changed)
	wantCode(t, "stale update", err, 412, "PreconditionFailed")
	updated, err := w.UpdateOriginRequestPolicy(p.ID, p.ETag, changed)
	if err != nil || updated.ETag == p.ETag {
		t.Errorf("update: got %+v, %v", updated, err)
	}
	w.update(func(c *DistributionConfig) { c.DefaultBehavior.OriginRequestPolicyID = "" })
	wantCode(t, "delete, no ETag", w.DeleteOriginRequestPolicy(p.ID, ""), 400, "InvalidIfMatchVersion")
	if err := w.DeleteOriginRequestPolicy(p.ID, updated.ETag); err != nil {
		t.Error(err)
	}
	_, err = w.OriginRequestPolicy(p.ID)
	wantCode(t, "read deleted", err, 404, "NoSuchOriginRequestPolicy")
	_, err = w.UpdateOriginRequestPolicy(p.ID, p.ETag, changed)
	wantCode(t, "update deleted", err, 404, "NoSuchOriginRequestPolicy")
	wantCode(t, "delete again", w.DeleteOriginRequestPolicy(p.ID, p.ETag), 404, "NoSuchOriginRequestPolicy")
}

func TestManagedOriginRequestPolicies(t *testing.T) {
	s := New(Options{})
	for _, id := range []string{corsS3Origin, allViewer, "59781a5b-3903-41f3-afcb-af62929ccde1", "33f36d7e-f396-46d9-90e0-52428a34d9dc",
		"b689b0a8-53d0-40ab-baf2-68738e2966ac", "bf0718e1-ba1e-49d1-88b1-f726733018ae", "acba4595-bd28-49b8-b9fe-13317c0390fa",
		"775133bc-15f2-49f9-abea-afb2e0bf67d2"} {
		p, err := s.OriginRequestPolicy(id)
		if err != nil || !strings.HasPrefix(p.Name, managedPrefix) {
			t.Errorf("OriginRequestPolicy(%q) = %q, %v", id, p.Name, err)
		}
		_, err = s.UpdateOriginRequestPolicy(id, p.ETag, goodRequestPolicy())
		wantCode(t, "update "+p.Name, err, 400, "IllegalUpdate")
		wantCode(t, "delete "+p.Name, s.DeleteOriginRequestPolicy(id, p.ETag), 400, "IllegalDelete")
	}
}

func TestOriginRequestPolicyRefusals(t *testing.T) {
	s := New(Options{})
	if _, err := s.CreateOriginRequestPolicy(goodRequestPolicy()); err != nil {
		t.Fatal(err)
	}
	eleven := make([]string, 11)
	for i := range eleven {
		eleven[i] = fmt.Sprint("n", i)
	}
	headers := func(behavior string, items ...string) func(*OriginRequestPolicyConfig) {
		return func(c *OriginRequestPolicyConfig) { c.Headers = KeySelection{behavior, items} }
	}
	type config = OriginRequestPolicyConfig
	for name, test := range map[string]struct {
		edit   func(*OriginRequestPolicyConfig)
		status int
		code   string
	}{
		"name in use":               {func(c *config) { c.Name = "origin" }, 409, "OriginRequestPolicyAlreadyExists"},
		"no name":                   {func(c *config) { c.Name = "" }, 400, "InvalidArgument"},
		"managed name":              {func(c *config) { c.Name = "Managed-x" }, 400, "InvalidArgument"},
		"unknown header behavior":   {headers("all"), 400, "InvalidArgument"},
		"items under none":          {headers("none", "A"), 400, "InvalidArgument"},
		"items under allViewer":     {headers("allViewer", "A"), 400, "InvalidArgument"},
		"empty whitelist":           {headers("whitelist"), 400, "InvalidArgument"},
		"Authorization":             {headers("whitelist", "authorization"), 400, "InvalidArgument"},
		"Accept-Encoding":           {headers("whitelist", "Accept-Encoding"), 400, "InvalidArgument"},
		"unknown CloudFront header": {headers("whitelist", "CloudFront-Viewer-Shoe-Size"), 400, "InvalidArgument"},
		"viewer header as ours":     {headers("allViewerAndWhitelistCloudFront", "X-Own"), 400, "InvalidArgument"},
		"ours excepted":             {headers("allExcept", "CloudFront-Viewer-Country"), 400, "InvalidArgument"},
		"header twice":              {headers("whitelist", "A", "a"), 400, "InvalidArgument"},
		"header star":               {headers("whitelist", "*"), 400, "InvalidArgument"},
		"unknown query behavior":    {func(c *config) { c.QueryStrings = KeySelection{} }, 400, "InvalidArgument"},
		"unknown cookie behavior":   {func(c *config) { c.Cookies = KeySelection{Behavior: "some"} }, 400, "InvalidArgument"},
		"eleven headers":            {headers("whitelist", eleven...), 400, "TooManyHeadersInOriginRequestPolicy"},
		"eleven queries":            {func(c *config) { c.QueryStrings.Items = eleven }, 400, "TooManyQueryStringsInOriginRequestPolicy"},
		"eleven cookies":            {func(c *config) { c.Cookies.Items = eleven }, 400, "TooManyCookiesInOriginRequestPolicy"},
	} {
		c := goodRequestPolicy()
		c.Name = "new"
		test.edit(&c)
		_, err := s.CreateOriginRequestPolicy(c)
		wantCode(t, name, err, test.status, test.code)
	}
	for i := range maxOriginRequestPolicies - 1 {
		c := goodRequestPolicy()
		c.Name = fmt.Sprint("p", i)
		if _, err := s.CreateOriginRequestPolicy(c); err != nil {
			t.Fatal(err)
		}
	}
	c := goodRequestPolicy()
	c.Name = "one more"
	_, err := s.CreateOriginRequestPolicy(c)
	wantCode(t, "21st policy", err, 400, "TooManyOriginRequestPolicies")
}

func TestOwnOriginRequestPolicy(t *testing.T) {
	viewer := []string{"X-Own: 1", "X-Other: 2", "Cookie: a=1; session=2", "CloudFront-Viewer-Country: ZZ", "Accept-Encoding: identity"}
	for _, test := range []struct {
		name    string
		headers KeySelection
		want    map[string]string
	}{
		{"whitelist", KeySelection{"whitelist", []string{"X-Own"}}, map[string]string{"X-Own": "1"}},
		{"all but one", KeySelection{"allExcept", []string{"X-Own"}}, map[string]string{"X-Other": "2"}},
		{"all", KeySelection{Behavior: "allViewer"}, map[string]string{"X-Own": "1", "X-Other": "2"}},
		{"the edge's", KeySelection{"whitelist", []string{"CloudFront-Viewer-Country", "CloudFront-Forwarded-Proto"}},
			map[string]string{"Cloudfront-Viewer-Country": "JP", "Cloudfront-Forwarded-Proto": "https"}},
		{"all and the edge's", KeySelection{"allViewerAndWhitelistCloudFront", []string{"CloudFront-Viewer-Address"}},
			map[string]string{"X-Own": "1", "X-Other": "2", "Cloudfront-Viewer-Address": "192.0.2.1:1234"}},
	} {
		w := newWorld(t, public)
		w.country = "JP"
		c := goodRequestPolicy()
		c.Headers = test.headers
		p, err := w.CreateOriginRequestPolicy(c)
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		w.update(func(d *DistributionConfig) { d.DefaultBehavior.OriginRequestPolicyID = p.ID })
		w.get("/a.ts?v=1&w=2", viewer...)
		r := w.fetched[0]
		got := map[string]string{}
		for name := range r.Header {
			if strings.HasPrefix(name, "X-") || strings.HasPrefix(name, edgeHeaderPrefix) {
				got[name] = r.Header.Get(name)
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
		if r.URL.RawQuery != "v=1" || r.Header.Get("Cookie") != "a=1" {
			t.Errorf("%s: query %q, cookies %q, want v=1, a=1", test.name, r.URL.RawQuery, r.Header.Get("Cookie"))
		}
	}
}

// What the policy forwards takes no part in the cache key.
func TestOriginRequestPolicyOutsideTheKey(t *testing.T) {
	w := newWorld(t, public)
	p, err := w.CreateOriginRequestPolicy(goodRequestPolicy())
	if err != nil {
		t.Fatal(err)
	}
	w.update(func(d *DistributionConfig) { d.DefaultBehavior.OriginRequestPolicyID = p.ID })
	w.get("/a.ts?v=1", "X-Own: 1")
	if got := w.get("/a.ts?v=2", "X-Own: 2").Header().Get("X-Cache"); got != xHit {
		t.Errorf("X-Cache = %q, want %q", got, xHit)
	}
}
