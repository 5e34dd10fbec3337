package inspect

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// cookie is one of CloudFront's cookies as it came.
type cookie struct {
	name, value string // the name without prefix
	attributes
}

// attributes are those of a Set-Cookie line; none for a Cookie header.
type attributes struct {
	set      bool // there is a Set-Cookie line
	domain   string
	path     string
	sameSite string
	secure   bool
}

// maxHeader is CloudFront's limit for a request with its headers in bytes.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
const maxHeader = 32768

// Cookies inspects the cookies that a viewer sends to r.URL: the value of a
// Cookie header, with or without its name, or lines of Set-Cookie, whose
// attributes then are checked too. The query of r.URL decides alone if it
// holds as much as one parameter of a signature.
func (d *Deployment) Cookies(text string, r Request) *Report {
	if len(text) > maxHeader {
		in := &inspection{kind: SignedCookies, at: r.At}
		in.refuse(CookiesTooLong, "The cookies have %d bytes, and CloudFront takes a request whose headers have %d.", len(text), maxHeader)
		return in.report(in.answer())
	}
	set := parseCookies(text)
	first, second := newCookieInspection(text, set, r), newCookieInspection(text, set, r)
	known := r.URL != ""
	var t target
	var stray members
	if known {
		var ok bool
		if t, ok = d.enter(first, r.URL); !ok {
			return first.report(first.answer())
		}
		d.enter(second, r.URL)
		stray, t.query = cutMembers(t.query)
		if stray.whole() {
			report := d.URL(r.URL, r)
			report.Notes = append(report.Notes, noteCookies())
			return report
		}
	}
	sent, damage := arrive(set, t, known)
	a := &attempt{inspection: first, d: d, target: t, known: known, members: sent, cookies: true, address: r.Address}
	if !stray.empty() {
		damage = append(damage, strayDamage(stray)...)
		a.members, a.cookies = stray, false
	}
	a.check()
	mended, more := mendCookies(set)
	if damage = append(damage, more...); len(damage) > 0 {
		b := &attempt{inspection: second, d: d, target: t, known: known, members: mended, cookies: true, address: r.Address}
		b.check()
	}
	if strings.HasSuffix(t.hostname(), ".cloudfront.net") {
		for _, in := range []*inspection{first, second} {
			in.note(NoteCookieSite, "To browsers these are third-party cookies: only %s itself can set them, and no page is on it.", show(t.host))
		}
	}
	return settle(first, second, damage)
}

func newCookieInspection(text string, set []cookie, r Request) *inspection {
	in := &inspection{kind: SignedCookies, at: r.At}
	in.secretsIn(text)
	in.secretsIn(r.URL)
	for _, c := range set {
		if c.name == "Signature" || c.name == "Policy" {
			in.secret(c.value)
		}
	}
	return in
}

func noteCookies() Finding {
	f, _, _ := finding(NoteCookies, "The URL is signed itself, so the cookies are not looked at.", nil)
	return f
}

func strayDamage(m members) (damage []fault) {
	for _, name := range names() {
		if len(*m.of(name)) > 0 {
			damage = append(damage, fault{StrayParameter, fmt.Sprintf("The URL has the parameter %s, so CloudFront takes it for a signed URL and ignores the cookies.", name)})
		}
	}
	return damage
}

var (
	setCookie    = regexp.MustCompile(`(?i)^\W*Set-Cookie2?:\s*`)
	cookieHeader = regexp.MustCompile(`(?i)^.*?\bCookie:\s*`)
)

// parseCookies reads a Cookie header or lines of Set-Cookie. Names compare as
// they are; those that are CloudFront's but for their letters are kept too.
func parseCookies(text string) (set []cookie) {
	for line := range strings.Lines(text) {
		line = strings.Trim(line, "\r\n")
		if at := setCookie.FindString(line); at != "" {
			pair, rest, _ := strings.Cut(line[len(at):], ";")
			set = appendCookie(set, pair, parseAttributes(rest))
			continue
		}
		line = strings.TrimPrefix(line, cookieHeader.FindString(line))
		for pair := range strings.SplitSeq(line, ";") {
			set = appendCookie(set, pair, attributes{})
		}
	}
	return set
}

func appendCookie(set []cookie, pair string, a attributes) []cookie {
	name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
	if len(name) < len(cookiePrefix) || !strings.EqualFold(name[:len(cookiePrefix)], cookiePrefix) {
		return set
	}
	if name[:len(cookiePrefix)] == cookiePrefix {
		name = name[len(cookiePrefix):]
	}
	return append(set, cookie{name, value, a})
}

func parseAttributes(text string) attributes {
	a := attributes{set: true}
	for part := range strings.SplitSeq(text, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch strings.ToLower(name) {
		case "domain":
			a.domain = strings.ToLower(strings.TrimPrefix(value, "."))
		case "path":
			a.path = value
		case "samesite":
			a.sameSite = strings.ToLower(value)
		case "secure":
			a.secure = true
		}
	}
	return a
}

// arrive returns what of a set reaches the edge with a request for t, and why
// the rest does not.
//
// https://www.rfc-editor.org/rfc/rfc6265#section-5.4
func arrive(set []cookie, t target, known bool) (m members, damage []fault) {
	for _, c := range set {
		why := ""
		if known && c.set {
			why = c.keptBack(t)
		}
		if why != "" {
			f := fault{CookieNotSent, "The browser does not send the cookies with this request: " + why + "."}
			if !slices.Contains(damage, f) {
				damage = append(damage, f)
			}
			continue
		}
		if list := m.of(c.name); list != nil {
			*list = append(*list, c.value)
		}
	}
	return m, damage
}

// keptBack says why a browser keeps a cookie from the request, "" if it sends
// it.
func (a attributes) keptBack(t target) string {
	host := t.hostname()
	switch {
	case a.domain == "cloudfront.net":
		return "Domain=cloudfront.net is shared by all distributions, and browsers drop it"
	case a.domain != "" && host != a.domain && !strings.HasSuffix(host, "."+a.domain):
		return "Domain=" + visible(a.domain) + " does not cover the host " + show(t.host)
	case strings.HasPrefix(a.path, "/") && !coversCookiePath(a.path, t.path):
		return "Path=" + visible(a.path) + " does not cover the path " + show(t.path)
	case a.secure && t.scheme == "http":
		return "they are Secure, and the request is by plain HTTP"
	case a.sameSite == "none" && !a.secure:
		return "SameSite=None without Secure, and browsers drop that"
	}
	return ""
}

// coversCookiePath is the path-match of RFC 6265, section 5.1.4.
func coversCookiePath(cookie, path string) bool {
	rest, ok := strings.CutPrefix(path, cookie)
	return ok && (rest == "" || strings.HasSuffix(cookie, "/") || rest[0] == '/')
}

// mendCookies undoes what commonly happens to names and values.
func mendCookies(set []cookie) (m members, damage []fault) {
	exact := members{}
	for _, c := range set {
		if list := exact.of(c.name); list != nil {
			*list = append(*list, "")
		}
	}
	for _, c := range set {
		name := c.name
		if reserved, like := likeMember(cutPrefixFold(name)); like && reserved != name && len(*exact.of(reserved)) == 0 {
			name = reserved
			damage = append(damage, fault{CookieCase, fmt.Sprintf("The cookie %s%s is written in other letters.", cookiePrefix, reserved)})
		}
		list := m.of(name)
		if list == nil {
			continue
		}
		value, codes := mendValue(name, c.value)
		*list = append(*list, value)
		damage = append(damage, damageOf(cookiePrefix+name, codes)...)
	}
	return m, damage
}

func cutPrefixFold(name string) string {
	if len(name) >= len(cookiePrefix) && strings.EqualFold(name[:len(cookiePrefix)], cookiePrefix) {
		return name[len(cookiePrefix):]
	}
	return name
}
