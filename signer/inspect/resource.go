package inspect

import "strings"

// covers tells whether a policy's Resource stands for the requested URL, and
// if not, which of its sections does not fit. text goes on "… but".
//
// A Resource has the sections protocol, domain, path and query. "*" is any
// number of bytes and "?" is one, within a section, except that a final "*" in
// the path also covers any query, a final "*" in a domain without path also
// any path, and a "?" may be the one that begins the query. Without protocol
// it begins with "*". The wider forms are documented for URLs, not for
// cookies. All compares byte by byte.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html#private-content-custom-policy-statement-values
func covers(resource string, t target, cookies bool) (code Code, text string) {
	if resource == "*" {
		if cookies {
			return ResourceCookies, `"*" is for signed URLs`
		}
		return "", ""
	}
	protocol, rest := "*", resource
	if i := strings.Index(resource, "://"); i >= 0 {
		protocol, rest = resource[:i], resource[i+len("://"):]
	} else if !strings.HasPrefix(resource, "*") {
		return ResourceScheme, "it has no protocol"
	}
	switch {
	case protocol == t.scheme:
	case protocol != "*":
		return ResourceScheme, "the request is by " + t.scheme
	case cookies:
		return ResourceCookies, "a pattern for the protocol is for signed URLs"
	}
	slash := strings.IndexByte(rest, '/')
	if slash < 0 {
		slash = len(rest)
	}
	domain, path := rest[:slash], rest[slash:]
	switch {
	case !fits(domain, t.host):
		return ResourceHost, "the request is for the host " + show(t.host)
	case path == "" && strings.HasSuffix(domain, "*"):
		return "", ""
	case path == "":
		path = "/"
	}
	return coversPath(path, t)
}

// coversPath compares path and query, between which the "?" of the pattern may
// be the boundary.
func coversPath(pattern string, t target) (Code, string) {
	path := prefixes(pattern, t.path)
	whole := path[len(pattern)]
	if whole && (t.query == "" || strings.HasSuffix(pattern, "*")) {
		return "", ""
	}
	onlyQuery := whole
	if t.query != "" {
		query := prefixes(reverse(pattern), reverse(t.query))
		for i := range len(pattern) {
			if pattern[i] != '?' || !path[i] {
				continue
			}
			if query[len(pattern)-i-1] {
				return "", ""
			}
			onlyQuery = true
		}
	}
	switch {
	case onlyQuery:
		return ResourceQuery, "the query of the request is not covered"
	case t.query == "" && strings.Contains(pattern, "?") && prefixes(pattern[:strings.IndexByte(pattern, '?')], t.path)[strings.IndexByte(pattern, '?')]:
		return ResourceQuery, "the request has no query"
	case strings.EqualFold(pattern, t.path):
		return ResourcePath, "the path is in other letters (capital, small)"
	case unescape(pattern) == unescape(t.path):
		return ResourcePath, "the path is percent-encoded otherwise"
	case strings.TrimRight(pattern, "/") == strings.TrimRight(t.path, "/"):
		return ResourcePath, "one has a final slash"
	}
	return ResourcePath, "the request is for the path " + show(t.path)
}

func fits(pattern, text string) bool {
	return prefixes(pattern, text)[len(pattern)]
}

// prefixes tells for each i whether pattern[:i] matches all of text.
func prefixes(pattern, text string) []bool {
	now, next := make([]bool, len(pattern)+1), make([]bool, len(pattern)+1)
	now[0] = true
	for i := 0; i < len(pattern) && pattern[i] == '*'; i++ {
		now[i+1] = true
	}
	for at := range len(text) {
		next[0] = false
		for i := range len(pattern) {
			switch pattern[i] {
			case '*':
				next[i+1] = next[i] || now[i+1]
			case '?', text[at]:
				next[i+1] = now[i]
			default:
				next[i+1] = false
			}
		}
		now, next = next, now
	}
	return now
}

func reverse(s string) string {
	b := make([]byte, len(s))
	for i := range len(s) {
		b[len(s)-1-i] = s[i]
	}
	return string(b)
}
