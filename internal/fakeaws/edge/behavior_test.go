package edge

import "testing"

func TestGlob(t *testing.T) {
	for _, test := range []struct {
		pattern, text string
		want          bool
	}{
		{"", "", true},
		{"", "a", false},
		{"*", "", true},
		{"*", "/a/b", true},
		{"/a/*", "/a/", true},
		{"/a/*", "/a", false},
		{"/*.ts", "/x/y.ts", true},
		{"/*.ts", "/x/y.tsx", false},
		{"/a?c", "/abc", true},
		{"/a?c", "/ac", false},
		{"/a*b*c", "/axxbyybzzc", true},
		{"/a*b*c", "/axxcyyb", false},
		{"/A", "/a", false},
		{"/a**", "/a", true},
	} {
		if got := glob(test.pattern, test.text); got != test.want {
			t.Errorf("glob(%q, %q) = %v, want %v", test.pattern, test.text, got, test.want)
		}
	}
}

func TestNormalPath(t *testing.T) {
	for raw, want := range map[string]string{
		"/":                   "/",
		"/a/b.ts":             "/a/b.ts",
		"/a/../b":             "/b",
		"/a/./b/":             "/a/b/",
		"/a/..":               "/",
		"/../../a":            "/a",
		"/%61%2Db":            "/a-b",
		"/public/%2e%2E/priv": "/priv",
		"/a%2fb":              "/a%2Fb",
		"/a//b":               "/a//b",
		"/a%zz%2":             "/a%zz%2",
	} {
		if got := normalPath(raw); got != want {
			t.Errorf("normalPath(%q) = %q, want %q", raw, got, want)
		}
	}
}

func TestBehaviorOrder(t *testing.T) {
	w := newWorld(t, func(w *world, c *DistributionConfig) {
		addBehavior(c, "/open/*")
		addBehavior(c, "shut/*.key")
		c.Behaviors[0].TrustedKeyGroups = nil
	})
	for path, want := range map[string]string{
		"/open/a.ts":             "200",
		"/open/%2e%2e/a.ts":      "403 MissingKey",
		"/x/../open/a.ts":        "200",
		"/Open/a.ts":             "403 MissingKey",
		"/shut/a.key":            "403 MissingKey",
		"/other":                 "403 MissingKey",
		"/%6fpen/a.ts":           "200",
		"/open%2Fa.ts":           "403 MissingKey",
		"/other?p=/open/file.ts": "403 MissingKey",
	} {
		if got := verdict(w.get(path)); got != want {
			t.Errorf("GET %s: got %s, want %s", path, got, want)
		}
	}
	raw := w.fetched[len(w.fetched)-1].URL.EscapedPath()
	for _, r := range w.fetched {
		if p := r.URL.EscapedPath(); p != "/open/a.ts" && p != "/x/../open/a.ts" && p != "/%6fpen/a.ts" {
			t.Errorf("the origin was asked for %q; last %q", p, raw)
		}
	}
}
