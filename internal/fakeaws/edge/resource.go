package edge

import "strings"

// covers tells whether a policy's Resource stands for the requested URL.
//
// Both are cut into protocol, domain, path and query. "*" is any number of
// bytes and "?" exactly one; neither crosses a section, except that
//
//   - a path that ends in "*" also covers any query
//   - a domain that ends in "*", with nothing after it, covers any path and query
//   - without protocol, a leading "*" means any protocol; "*" alone any URL
//   - a "?" may be the one that begins the query
//
// A domain alone stands for the path "/". Everything compares byte by byte:
// nothing is decoded or lowered. Protocol wildcards are for signed URLs only.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html#private-content-custom-policy-statement-values
func covers(resource string, t target, fromCookies bool) bool {
	if resource == "*" {
		return !fromCookies
	}
	protocol, rest, ok := strings.Cut(resource, "://")
	if !ok {
		if !strings.HasPrefix(resource, "*") {
			return false
		}
		protocol, rest = "*", resource
	}
	if protocol != t.scheme && (protocol != "*" || fromCookies) {
		return false
	}
	domain, path, slash := strings.Cut(rest, "/")
	if !glob(domain, t.host) {
		return false
	}
	if !slash && strings.HasSuffix(domain, "*") {
		return true
	}
	return coversPath("/"+path, t.path, t.query)
}

// coversPath matches path and query together, keeping the set of positions in
// the pattern that the bytes read so far can have led to.
func coversPath(pattern, path, query string) bool {
	at := make([]bool, len(pattern)+1)
	next := make([]bool, len(pattern)+1)
	at[0] = true
	skipStars(pattern, at)
	read := func(c byte, separator bool) {
		clear(next)
		for i := range len(pattern) {
			switch {
			case !at[i]:
			case pattern[i] == '*':
				next[i] = next[i] || !separator || i == len(pattern)-1
			case pattern[i] == '?', pattern[i] == c && !separator:
				next[i+1] = true
			}
		}
		skipStars(pattern, next)
		at, next = next, at
	}
	for i := range len(path) {
		read(path[i], false)
	}
	if query != "" {
		read('?', true)
		for i := range len(query) {
			read(query[i], false)
		}
	}
	return at[len(pattern)]
}

// skipStars adds the positions behind stars that match nothing.
func skipStars(pattern string, at []bool) {
	for i := range len(pattern) {
		if at[i] && pattern[i] == '*' {
			at[i+1] = true
		}
	}
}
