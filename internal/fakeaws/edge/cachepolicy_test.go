package edge

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func goodCachePolicy() CachePolicyConfig {
	return CachePolicyConfig{Name: "cors", MinTTL: 0, DefaultTTL: 60, MaxTTL: 3600, Headers: []string{"Origin"},
		QueryStrings: KeySelection{Behavior: "none"}, Cookies: KeySelection{Behavior: "none"}}
}

func TestCachePolicyLifecycle(t *testing.T) {
	w := newWorld(t)
	p, err := w.CreateCachePolicy(goodCachePolicy())
	if err != nil {
		t.Fatal(err)
	}
	p.Headers[0] = "changed by the caller"
	read, err := w.CachePolicy(p.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(CachePolicy{p.ID, p.ETag, goodCachePolicy()}, read); diff != "" {
		t.Errorf("CachePolicy (-want +got):\n%s", diff)
	}
	w.update(func(c *DistributionConfig) { c.DefaultBehavior.CachePolicyID = p.ID })
	wantCode(t, "delete in use", w.DeleteCachePolicy(p.ID, p.ETag), 409, "CachePolicyInUse")
	changed := goodCachePolicy()
	changed.MaxTTL = 60
	updated, err := w.UpdateCachePolicy(p.ID, p.ETag, changed)
	if err != nil || updated.ETag == p.ETag {
		t.Errorf("update: got %+v, %v", updated, err)
	}
	w.update(func(c *DistributionConfig) { c.DefaultBehavior.CachePolicyID = cachingOptimized })
	wantCode(t, "stale delete", w.DeleteCachePolicy(p.ID, p.ETag), 412, "PreconditionFailed")
	if err := w.DeleteCachePolicy(p.ID, updated.ETag); err != nil {
		t.Error(err)
	}
	wantCode(t, "delete again", w.DeleteCachePolicy(p.ID, updated.ETag), 404, "NoSuchCachePolicy")
}

func TestManagedCachePolicies(t *testing.T) {
	s := New(Options{})
	for id, name := range map[string]string{
		"658327ea-f89d-4fab-a63d-7e88639e58f6": "Managed-CachingOptimized",
		"b2884449-e4de-46a7-ac36-70bc7f1ddd6d": "Managed-CachingOptimizedForUncompressedObjects",
		"4135ea2d-6df8-44a3-9df3-4b5a84be39ad": "Managed-CachingDisabled",
		"83da9c7e-98b4-4e11-a168-04f0df8e2c65": "Managed-UseOriginCacheControlHeaders",
		"4cc15a8a-d715-48a4-82b8-cc0b614638fe": "Managed-UseOriginCacheControlHeaders-QueryStrings",
		"08627262-05a9-4f76-9ded-b50ca2e3a84f": "Managed-Elemental-MediaPackage",
		"2e54312d-136d-493c-8eb9-b001f22f67d2": "Managed-Amplify",
	} {
		p, err := s.CachePolicy(id)
		if err != nil || p.Name != name {
			t.Errorf("CachePolicy(%q) = %q, %v, want %q", id, p.Name, err, name)
			continue
		}
		_, err = s.UpdateCachePolicy(id, p.ETag, goodCachePolicy())
		wantCode(t, "update "+name, err, 400, "IllegalUpdate")
		wantCode(t, "delete "+name, s.DeleteCachePolicy(id, p.ETag), 400, "IllegalDelete")
	}
}

func TestCachePolicyRefusals(t *testing.T) {
	s := New(Options{})
	if _, err := s.CreateCachePolicy(goodCachePolicy()); err != nil {
		t.Fatal(err)
	}
	eleven := make([]string, 11)
	for i := range eleven {
		eleven[i] = fmt.Sprint("n", i)
	}
	for name, test := range map[string]struct {
		edit   func(*CachePolicyConfig)
		status int
		code   string
	}{
		"name in use":       {func(c *CachePolicyConfig) { c.Name = "cors" }, 409, "CachePolicyAlreadyExists"},
		"no name":           {func(c *CachePolicyConfig) { c.Name = "" }, 400, "InvalidArgument"},
		"managed name":      {func(c *CachePolicyConfig) { c.Name = "Managed-x" }, 400, "InvalidArgument"},
		"negative TTL":      {func(c *CachePolicyConfig) { c.MinTTL = -1 }, 400, "InvalidArgument"},
		"min above default": {func(c *CachePolicyConfig) { c.MinTTL = 61 }, 400, "InvalidArgument"},
		"default above max": {func(c *CachePolicyConfig) { c.MaxTTL = 59 }, 400, "InvalidArgument"},
		"keys, no caching":  {func(c *CachePolicyConfig) { c.DefaultTTL, c.MaxTTL = 0, 0 }, 400, "InvalidArgument"},
		"header twice":      {func(c *CachePolicyConfig) { c.Headers = []string{"Origin", "origin"} }, 400, "InvalidArgument"},
		"header star":       {func(c *CachePolicyConfig) { c.Headers = []string{"*"} }, 400, "InvalidArgument"},
		"no behavior":       {func(c *CachePolicyConfig) { c.Cookies = KeySelection{} }, 400, "InvalidArgument"},
		"items under all":   {func(c *CachePolicyConfig) { c.Cookies = KeySelection{"all", []string{"a"}} }, 400, "InvalidArgument"},
		"empty whitelist":   {func(c *CachePolicyConfig) { c.QueryStrings = KeySelection{Behavior: "whitelist"} }, 400, "InvalidArgument"},
		"eleven headers":    {func(c *CachePolicyConfig) { c.Headers = eleven }, 400, "TooManyHeadersInCachePolicy"},
		"eleven queries":    {func(c *CachePolicyConfig) { c.QueryStrings = KeySelection{"whitelist", eleven} }, 400, "TooManyQueryStringsInCachePolicy"},
		"eleven cookies":    {func(c *CachePolicyConfig) { c.Cookies = KeySelection{"allExcept", eleven} }, 400, "TooManyCookiesInCachePolicy"},
		"long comment":      {func(c *CachePolicyConfig) { c.Comment = strings.Repeat("c", 129) }, 400, "InvalidArgument"},
	} {
		c := goodCachePolicy()
		c.Name = "new"
		test.edit(&c)
		_, err := s.CreateCachePolicy(c)
		wantCode(t, name, err, test.status, test.code)
	}
}
