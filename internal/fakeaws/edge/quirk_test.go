package edge

import (
	"strings"
	"testing"
)

// A quirk is a URL that tools sign as another than a browser requests. What is
// wanted is the verdict on the browser's request with the tool's signature;
// "refuses" if the tool makes none.
type quirk struct {
	about          string
	asked, browser string // targets, as given to the tool and as requested
	address        string // of the policy
	sdk, botocore  string
	npm, printed   string // printed: the verdict on the URL as npm prints it
}

const (
	denied    = "403 AccessDenied"
	missing   = "403 MissingKey"
	malformed = "403 MalformedPolicy"
	refuses   = "refuses"
)

var quirks = []quirk{
	{"space", "/a b.ts", "/a%20b.ts", "", denied, denied, "200", "200"},
	{"space encoded", "/a%20b.ts?x=%2F", "/a%20b.ts?x=%2F", "", "200", "200", "200", "200"},
	{"not ASCII", "/é.ts", "/%C3%A9.ts", "", refuses, denied, "200", "200"},
	{"quotation mark", `/"a".ts`, "/%22a%22.ts", "", denied, denied, "200", "200"},
	{"apostrophe in the query", "/a.ts?x='", "/a.ts?x=%27", "", denied, denied, "200", "200"},
	{"angle brackets in the query", "/a.ts?x=<>", "/a.ts?x=%3C%3E", "", denied, denied, "200", "200"},
	{"flag", "/a.ts?x", "/a.ts?x", "", "200", "200", denied, "200"},
	{"plus and comma", "/a+b,c.ts", "/a+b,c.ts", "", "200", "200", denied, "200"},
	{"parentheses", "/a(1).ts", "/a(1).ts", "", "200", "200", "200", "200"},
	{"hexadecimal in lower case", "/%c3%a9.ts", "/%c3%a9.ts", "", "200", "200", denied, "200"},
	{"letter encoded", "/%41.ts", "/%41.ts", "", "200", "200", denied, "200"},
	{"last ampersand", "/a.ts?x=1&", "/a.ts?x=1&", "", "200", "200", denied, "200"},
	{"empty query", "/a.ts?", "/a.ts", "", denied, denied, "200", "200"},
	{"dot segment", "/x/../a.ts", "/a.ts", "", denied, denied, denied, "200"},
	{"fragment", "/a.ts#t=10", "/a.ts", "", missing, missing, denied, "200"},
	{"no path", "", "/", "", denied, denied, denied, denied},
	{"wildcard without a policy", "/asset/*", "/asset/a.ts", "", denied, denied, denied, "200"},
	{"Expires of the caller's", "/a.ts?Expires=1", "/a.ts?Expires=1", "", refuses, malformed, malformed, malformed},
	{"Hash-Algorithm of the caller's", "/a.ts?Hash-Algorithm=x", "/a.ts?Hash-Algorithm=x", "", denied, denied, denied, denied},
	{"address without mask", "/a.ts", "/a.ts", "192.0.2.1", malformed, "200", "200", "200"},
	{"address with host bits", "/a.ts", "/a.ts", "192.0.2.1/24", malformed, malformed, malformed, malformed},
	{"address of version 6", "/a.ts", "/a.ts", "2001:db8::/32", malformed, malformed, refuses, refuses},
}

// Nobody signs what a browser will ask for: a signature for another URL than
// the requested one is refused, whoever made it.
func TestQuirksOfOthers(t *testing.T) {
	tools := map[string]func(quirk) string{
		"aws-sdk-go-v2": func(q quirk) string { return q.sdk },
		"botocore":      func(q quirk) string { return q.botocore },
		"npm":           func(q quirk) string { return q.npm },
	}
	for _, tool := range producers() {
		want, ok := tools[tool.name]
		if !ok {
			continue
		}
		t.Run(tool.name, func(t *testing.T) {
			s := newSigners(t)
			var orders []order
			for _, q := range quirks {
				o := s.goodOrder("P-256", "SHA1", false)
				o.URL, o.Source = s.url(q.asked), q.address
				orders = append(orders, o)
			}
			for i, p := range tool.sign(t, s, orders) {
				if got := s.requested(p, orders[i], quirks[i].browser); got != want(quirks[i]) {
					t.Errorf("%s: got %s, want %s", quirks[i].about, got, want(quirks[i]))
				}
				if tool.name != "npm" {
					continue
				}
				if got := s.printed(p); got != quirks[i].printed {
					t.Errorf("%s, as printed: got %s, want %s", quirks[i].about, got, quirks[i].printed)
				}
			}
		})
	}
}

// requested is the verdict on target with the signature of a signed URL, which
// no browser sends if it is behind a "#".
func (s *signers) requested(p product, o order, target string) string {
	if p.Error != "" {
		return refuses
	}
	p.URL, _, _ = strings.Cut(p.URL, "#")
	moved := p.presented(s.world, o)
	moved.target = target
	return verdict(s.do(moved.request(s.world)))
}

func (s *signers) printed(p product) string {
	if p.Error != "" {
		return refuses
	}
	target := strings.TrimPrefix(p.URL, s.url(""))
	if !strings.HasPrefix(target, "/") {
		target = "/" + target
	}
	return verdict(s.get(target))
}
