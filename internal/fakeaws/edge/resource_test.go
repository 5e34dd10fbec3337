package edge

import (
	"strings"
	"testing"
)

type coverCase struct{ resource, url string }

func urlTarget(u string) target {
	scheme, rest, _ := strings.Cut(u, "://")
	at := strings.IndexAny(rest, "/?")
	if at < 0 {
		at = len(rest)
	}
	path, query, _ := strings.Cut(rest[at:], "?")
	return target{scheme: scheme, host: rest[:at], path: path, query: query}
}

var covered = []coverCase{
	{"https://d.example/a.ts", "https://d.example/a.ts"},
	{"https://d.example/a.ts?x=1", "https://d.example/a.ts?x=1"},
	{"https://d.example/*", "https://d.example/"},
	{"https://d.example/*", "https://d.example/a/b/c.ts"},
	{"https://d.example/*", "https://d.example/a.ts?x=/1"},
	{"https://www.example.com/hello*world", "https://www.example.com/helloworld"},
	{"https://www.example.com/hello*world", "https://www.example.com/hello-world"},
	{"https://www.example.com/hello*world", "https://www.example.com/hello/x/world"},
	{"http://example.com/hello*", "http://example.com/hello.ts?any=query"},
	{"http://example.com*", "http://example.com/any?any=query"},
	{"http://example.com*", "http://example.com.au/"},
	{"https://*", "https://d.example/any?any"},
	{"*example.com", "http://www.example.com/"},
	{"*example.com/a*", "https://example.com/ab?c"},
	{"*example.com*", "https://www.example.com/ab?c"},
	{"*", "http://d.example/any?any"},
	{"*://d.example/a", "http://d.example/a"},
	{"*://d.example/a", "https://d.example/a"},
	{"https://d.cloudfront.net/*game_download.zip*", "https://d.cloudfront.net/x/game_download.zip"},
	{"https://d.cloudfront.net/*game_download.zip*", "https://d.cloudfront.net/game_download.zip?license=yes"},
	{"https://d.example/a?.ts", "https://d.example/a1.ts"},
	{"https://d.example/a.ts?*", "https://d.example/a.ts?x=1"},
	{"https://d.example/a.ts?x=?", "https://d.example/a.ts?x=1"},
	{"https://d.example/*?x=*", "https://d.example/p/q?x=1&y=2"},
	{"https://*.example/a", "https://d.example/a"},
	{"https://d.example", "https://d.example/"},
	{"https://d.example/a?b?c", "https://d.example/a?b?c"},
}

var notCovered = []coverCase{
	{"https://d.example/a.ts", "http://d.example/a.ts"},
	{"https://d.example/a.ts", "https://d.example/b.ts"},
	{"https://d.example/a.ts", "https://d.example/a.ts?x=1"},
	{"https://d.example/a.ts?x=1", "https://d.example/a.ts"},
	{"https://d.example/a/*", "https://d.example/b/x"},
	{"https://d.example/a/*", "https://d.example/a"},
	{"https://d.example/*.ts", "https://d.example/a.ts?x=1"},
	{"https://d.example/*.ts", "https://d.example/a?x=.ts"},
	{"https://d*/a.ts", "https://d.example/b/a.ts"},
	{"https://d.example/A.ts", "https://d.example/a.ts"},
	{"https://D.example/*", "https://d.example/a.ts"},
	{"https://d.example/a b", "https://d.example/a%20b"},
	{"https://d.example/%7Ea", "https://d.example/~a"},
	{"https://d.example/a/../b", "https://d.example/b"},
	{"https://d.example", "https://d.example/a"},
	{"https://d.example/a.ts\\?*", "https://d.example/a.ts?x=1"},
	{"https://d.example/a?.ts", "https://d.example/a.ts"},
	{"https://d.example/a.ts?x=??", "https://d.example/a.ts?x=1"},
	{"*example.com", "https://www.example.com/a"},
	{"d.example/*", "https://d.example/a"},
	{"/a", "https://d.example/a"},
	{"http*://d.example/a", "https://d.example/a"},
	{"ftp://d.example/a", "https://d.example/a"},
	{"https://", "https://d.example/"},
	{"https://other.example/*", "https://d.example/a"},
	{"http://example.com/hello*", "http://example.com/hell"},
	{"http://example.com/hello*", "http://www.example.com/hello"},
	{"http://example.com*", "https://example.com/"},
	{"http://example.com*", "http://www.example.com/"},
	{"*example.com", "https://www.example.com/?x=1"},
	{"https://*", "http://d.example/any"},
	{"https://www.example.com/hello*world", "https://www.example.org/helloworld"},
	{"https://www.example.com/hello*world", "https://www.example.com/hello?world"},
}

func TestCovers(t *testing.T) {
	for _, c := range covered {
		if !covers(c.resource, urlTarget(c.url), false) {
			t.Errorf("covers(%q, %q) = false, want true", c.resource, c.url)
		}
	}
}

func TestCoversNot(t *testing.T) {
	for _, c := range notCovered {
		if covers(c.resource, urlTarget(c.url), false) {
			t.Errorf("covers(%q, %q) = true, want false", c.resource, c.url)
		}
	}
}

// Cookie policies must say http:// or https://.
func TestCoversFromCookies(t *testing.T) {
	at := urlTarget("https://d.example/a")
	for resource, want := range map[string]bool{
		"https://d.example/*": true,
		"https://*":           true,
		"*":                   false,
		"*://d.example/a":     false,
		"*d.example/a":        false,
	} {
		if got := covers(resource, at, true); got != want {
			t.Errorf("covers(%q, from cookies) = %v, want %v", resource, got, want)
		}
	}
}

func FuzzCovers(f *testing.F) {
	for _, c := range append(covered, notCovered...) {
		f.Add(c.resource, c.url)
	}
	f.Fuzz(func(t *testing.T, resource, url string) {
		at := urlTarget(url)
		if at.path == "" || (at.scheme != "http" && at.scheme != "https") || at.host == "" {
			return
		}
		if !covers("*", at, false) {
			t.Errorf("covers(*, %q) = false", url)
		}
		if covers(resource, at, true) && !covers(resource, at, false) {
			t.Errorf("covers(%q, %q) holds from cookies only", resource, url)
		}
	})
}
