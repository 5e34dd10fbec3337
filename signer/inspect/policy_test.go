package inspect

import (
	"strings"
	"testing"
)

func TestRules(t *testing.T) {
	seen := map[Code]bool{}
	for _, r := range rules {
		evidence, _, _ := strings.Cut(r.source, ": ")
		switch {
		case seen[r.code]:
			t.Errorf("%s has two rules", r.code)
		case r.next == "" || !strings.HasSuffix(r.next, "."):
			t.Errorf("%s: next step %q, want a sentence", r.code, r.next)
		case evidence != "documented" && evidence != "reported" && evidence != "inferred":
			t.Errorf("%s: source %q, want it to begin with the evidence", r.code, r.source)
		}
		seen[r.code] = true
	}
}

func TestCovers(t *testing.T) {
	for _, c := range []struct {
		resource, url string
		want          Code
	}{
		{"*", "https://h/a", ""},
		{"https://*", "https://h/a?b", ""},
		{"http://*", "https://h/a", ResourceScheme},
		{"https://h", "https://h/", ""},
		{"https://h", "https://h/a", ResourcePath},
		{"https://h*", "https://h/a?b", ""},
		{"*h", "https://www.h/", ""},
		{"https://h/a*", "https://h/a/b/c?d=/", ""},
		{"https://h/*b", "https://h/a?b", ResourcePath},
		{"https://h/*?*b", "https://h/a?b", ""},
		{"https://h/a?b", "https://h/a?b", ""},
		{"https://h/a?b", "https://h/axb", ""},
		{"https://h/a?", "https://h/a?", ResourceQuery},
		{"https://*.h/a", "https://x.y.h/a", ""},
		{"https://h*/a", "https://h/a", ""},
		{"https://h/" + strings.Repeat("*?", 2000), "https://h/" + strings.Repeat("a", 4000), ""},
	} {
		target, ok := cutTarget(c.url)
		if got, text := covers(c.resource, target, false); got != c.want || !ok {
			t.Errorf("covers(%.40q, %.40q) = %q %s, want %q", c.resource, c.url, got, text, c.want)
		}
	}
}

func FuzzPolicy(f *testing.F) {
	for _, text := range []string{
		`{"Statement":[{"Resource":"https://h/*","Condition":{"DateLessThan":{"AWS:EpochTime":1767290400},"IpAddress":{"AWS:SourceIp":"192.0.2.0/24"}}}]}`,
		`{"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":"1767290400000"}}},{}]}`,
		`{"Statement":{}}`, `[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]`, "{\"Statement\":[{\"Resource\":\"\\ud800\"}]} ",
	} {
		f.Add([]byte(text), "https://h/a?b=c")
	}
	f.Fuzz(func(t *testing.T, data []byte, rawURL string) {
		p := parsePolicy(data)
		if len(p.faults) == 0 && (p.until == nil || *p.until < 0 || *p.until >= maxEpoch) {
			t.Errorf("parsePolicy(%q) finds no fault with the expiry %v", data, p.until)
		}
		target, ok := cutTarget(rawURL)
		if !ok || len(p.resource)*len(rawURL) > 1<<20 {
			return
		}
		if code, text := covers(p.resource, target, false); (code == "") != (text == "") {
			t.Errorf("covers(%q, %q) = %q, %q", p.resource, rawURL, code, text)
		}
	})
}
