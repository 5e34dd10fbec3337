package signer_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"privateplayback/signer"
)

func TestResourceCovers(t *testing.T) {
	for _, tt := range []struct{ resource, url string }{
		{"*", "http://a.example.com/"},
		{"*", "https://a.example.com/b/c?d=e/f?g"},
		{"https://*", "https://a.example.com/b?c"},
		{"*://*", "http://a.example.com/b?c"},
		{"http://example.com*", "http://example.com/"},
		{"http://example.com*", "http://example.com.example.org/b?c"},
		{"*example.com", "https://www.example.com/"},
		{"*example.com/a", "https://www.example.com/a"},
		{"*/a.ts", "https://www.example.com/a.ts"},
		{"*example.com/r?u=http://x/", "https://example.com/r?u=http://x/"},
		{"*://example.com/a", "http://example.com/a"},
		{"https://*.example.com/a", "https://b.c.example.com/a"},
		{"https://www?.example.com/a", "https://www1.example.com/a"},
		{"https://example.com/", "https://example.com/"},
		{"https://example.com/*", "https://example.com/"},
		{"https://example.com/*", "https://example.com/a/b.ts?c=d"},
		{"https://example.com/hello*", "https://example.com/hello"},
		{"https://example.com/hello*", "https://example.com/hello/x?y=z"},
		{"https://www.example.com/hello*world", "https://www.example.com/helloworld"},
		{"https://www.example.com/hello*world", "https://www.example.com/hello-world"},
		{"https://d1.cloudfront.net/*game_download.zip*", "https://d1.cloudfront.net/x/game_download.zip"},
		{"https://d1.cloudfront.net/*game_download.zip*", "https://d1.cloudfront.net/game_download.zip?license=yes"},
		{"https://example.com/a?.ts", "https://example.com/ab.ts"},
		{"https://example.com/a?x=1", "https://example.com/a?x=1"},
		{"https://example.com/a?x=*", "https://example.com/a?x=1&y=2"},
		{"https://example.com/*?x=1", "https://example.com/a/b?x=1"},
		{"https://example.com/a?*", "https://example.com/a?b=c"},
		{"https://example.com/*a*b?x", "https://example.com/aab?x"},
		{"https://example.com/*?*x", "https://example.com/ab?cx"},
		{"https://example.com/a?b?c", "https://example.com/a?b?c"},
		{"https://example.com/**", "https://example.com/a"},
		{"https://example.com/a%20b*", "https://example.com/a%20b.ts"},
		{"https://example.com:8443/*", "https://example.com:8443/a"},
		{"https://example.com/a*b", "https://example.com/a*b"},
		{"https://example.com/a|b?{c}", "https://example.com/a|b?{c}"},
		{"https://example.com/" + strings.Repeat("a?", 60), "https://example.com/" + strings.Repeat("ab", 60)},
	} {
		g, err := newCloudFront(t, p256()).Grant(t.Context(), signer.Policy{Resource: tt.resource, Expires: expires})
		if err != nil {
			t.Errorf("Grant(%q): %v", tt.resource, err)
			continue
		}
		if _, err := g.URL(tt.url); err != nil {
			t.Errorf("Grant(%q).URL(%q): %v", tt.resource, tt.url, err)
		}
	}
}

func TestResourceDoesNotCover(t *testing.T) {
	for _, tt := range []struct{ resource, url string }{
		{"https://*", "http://a.example.com/"},
		{"http://example.com*", "https://example.com/"},
		{"*example.com", "https://www.example.com/a"},
		{"*example.com", "https://www.example.com/?a"},
		{"*/a.ts", "https://www.example.com/b/a.ts"},
		{"https://*.example.com/a", "https://example.com/a"},
		{"https://*.example.com/a", "https://b.example.com/x.example.com/a"},
		{"https://example.com/*", "https://example.com.example.org/"},
		{"https://example.com/*", "https://example.com:8443/"},
		{"https://example.com/", "https://example.com/a"},
		{"https://example.com/", "https://example.com/?a"},
		{"https://example.com/a", "https://example.com/a?b"},
		{"https://example.com/A", "https://example.com/a"},
		{"https://example.com/a/*", "https://example.com/b/x"},
		{"https://example.com/a/*", "https://example.com/a"},
		{"https://example.com/*.ts", "https://example.com/a.ts?x=1"},
		{"https://example.com/*.ts", "https://example.com/a.m3u8?x=.ts"},
		{"https://www.example.com/hello*world", "https://www.example.com/hello?world"},
		{"https://www.example.com/hello*world", "https://www.example.org/helloworld"},
		{"https://example.com/a?.ts", "https://example.com/a.ts"},
		{"https://example.com/a?.ts", "https://example.com/abc.ts"},
		{"https://example.com/a?x=1", "https://example.com/a?x=2"},
		{"https://example.com/a?x=1", "https://example.com/a"},
		{"https://example.com/a?*", "https://example.com/a"},
		{"https://example.com/a%20b", "https://example.com/a%2520b"},
	} {
		g := must(newCloudFront(t, p256()).Grant(t.Context(), signer.Policy{Resource: tt.resource, Expires: expires}))
		_, err := g.URL(tt.url)
		if !errors.Is(err, signer.ErrNotCovered) {
			t.Errorf("Grant(%q).URL(%q): %v, want %q", tt.resource, tt.url, err, signer.ErrNotCovered)
		}
	}
}

func TestResourceRefused(t *testing.T) {
	for resource, want := range map[string]string{
		"":                           "missing",
		"/a/*":                       "want a pattern",
		"example.com/a":              "want a pattern",
		"http*://example.com/*":      "want a pattern",
		"*s://example.com/*":         "want a pattern",
		"ftp://example.com/*":        "want a pattern",
		"?://example.com/*":          "want a pattern",
		"https://":                   "no host",
		"https:///a":                 "no host",
		"https://example.com":        "/*",
		"https://example.com/a b":    "%20",
		"https://example.com/é*":     "non-ASCII",
		"https://example.com/a#*":    "fragment",
		`https://example.com/a*\?*`:  "%5C",
		"https://example.com/\"a\"":  "%22",
		"https://example.com/a\n*":   "%0A",
		"https://example.com/<a>/b*": "%3C",
		"https://example.com/{a}*":   "%7B",
		"https://Example.com/*":      "lower case",
		"https://example.com:443/*":  "own port",
		"http://example.com:80/*":    "own port",
	} {
		_, err := newCloudFront(t, p256()).Grant(t.Context(), signer.Policy{Resource: resource, Expires: expires})
		checkRefusal(t, err, signer.ErrInvalidPolicy, want)
	}
}

// readings are the meanings of a pattern of path and query, as regular
// expressions: each "?" is a wildcard, or the one that begins the query.
func readings(rest string) []string {
	section := func(s string, star, one string) string {
		s = regexp.QuoteMeta(s)
		return strings.NewReplacer(`\*`, star, `\?`, one).Replace(s)
	}
	path := section(rest, "[^?]*", "[^?]")
	if strings.HasSuffix(rest, "*") {
		path += `(\?.*)?`
	}
	all := []string{path}
	for i := range len(rest) {
		if rest[i] == '?' {
			all = append(all, section(rest[:i], "[^?]*", "[^?]")+`\?`+section(rest[i+1:], ".*", "."))
		}
	}
	return all
}

// FuzzResourceCovers compares the matcher with regular expressions.
func FuzzResourceCovers(f *testing.F) {
	for _, s := range [][2]string{{"*", "a"}, {"a?b*", "a?bc"}, {"*?*x", "ab?cx"}, {"a*b?", "aab?"}, {"?", "?"}, {"a*?*b", "a?b?b"}} {
		f.Add(s[0], s[1])
	}
	c := newCloudFront(f, p256())
	f.Fuzz(func(t *testing.T, pattern, path string) {
		g, err := c.Grant(t.Context(), signer.Policy{Resource: "https://h/" + pattern, Expires: expires})
		if err != nil {
			t.Skip("not a Resource")
		}
		_, err = g.URL("https://h/" + path)
		if err != nil && !errors.Is(err, signer.ErrNotCovered) {
			t.Skip("not a URL to sign")
		}
		want := false
		for _, r := range readings("/" + pattern) {
			want = want || regexp.MustCompile("^(?:"+r+")$").MatchString("/"+path)
		}
		if got := err == nil; got != want {
			t.Errorf("Resource %q covers %q: %v, want %v", pattern, path, got, want)
		}
	})
}
