package signer

import (
	"errors"
	"fmt"
	"strings"
)

// Rules of a custom policy's Resource:
//
//   - It has four sections: protocol, domain, path and query. "*" stands for
//     any number of characters and "?" for exactly one, within a section.
//   - A path that ends in "*" covers every query too.
//   - A domain that ends in "*" without a path covers every path and query.
//   - Without a protocol it starts with "*" and means "*://"; so "*" alone
//     covers every URL, and "*example.com" the path "/".
//   - The "?" that begins a query is written as it is. The page both forbids
//     and shows an escape for it; unescaped it matches itself either way.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html

// resource is a Resource cut into its sections. Path and query stay together,
// because a "?" in the pattern can be either a wildcard or the boundary.
type resource struct {
	scheme string // "http", "https" or "*"
	host   string
	rest   string
}

func parseResource(pattern string) (resource, error) {
	if pattern == "" {
		return resource{}, errors.New(`missing Resource; write "*" to cover every URL of the key`)
	}
	r, err := cutResource(pattern)
	if err != nil {
		return resource{}, fmt.Errorf("resource %q: %w", display(pattern), err)
	}
	return r, nil
}

func cutResource(pattern string) (resource, error) {
	if err := checkPattern(pattern); err != nil {
		return resource{}, err
	}
	scheme, after, found := strings.Cut(pattern, "://")
	switch {
	case found && (scheme == "http" || scheme == "https" || scheme == "*"):
	case strings.HasPrefix(pattern, "*") && (!found || strings.Contains(scheme, "/")):
		scheme, after = "*", pattern
		if !strings.Contains(after, "/") && !strings.HasSuffix(after, "*") {
			after += "/"
		}
	default:
		return resource{}, errors.New("want a pattern that starts with https://, http://, *:// or *")
	}
	host, rest := after, ""
	if i := strings.IndexByte(after, '/'); i >= 0 {
		host, rest = after[:i], after[i:]
	}
	switch {
	case host == "":
		return resource{}, errors.New("no host")
	case rest == "" && strings.HasSuffix(host, "*"):
		rest = "/*"
	case rest == "":
		return resource{}, errors.New("no path; write / for the root alone or /* for everything")
	case strings.ToLower(host) != host:
		return resource{}, errors.New("upper-case host, which is never requested; write it in lower case")
	case scheme == "https" && strings.HasSuffix(host, ":443"), scheme == "http" && strings.HasSuffix(host, ":80"):
		return resource{}, errors.New("the scheme's own port, which is never requested; leave it out")
	}
	return resource{scheme: scheme, host: host, rest: rest}, nil
}

// checkPattern refuses what is in no URL that a browser requests. A pattern
// does not tell for certain where its query begins, so what may stand in
// either section may stand anywhere.
func checkPattern(s string) error {
	path, query := pathSet(), querySet()
	for i := range len(s) {
		switch c := s[i]; {
		case c == '#':
			return errors.New("has a fragment, which is never sent; remove it")
		case c > 0x7f:
			return fmt.Errorf("non-ASCII character at byte %d, percent-encode it (Punycode in the host)", i)
		case c == '\\', c != '?' && !path.has(c) && !(query.has(c) && strings.Contains(s[:i], "?")):
			return fmt.Errorf("character %q at byte %d, write %%%02X", c, i, c)
		}
	}
	return nil
}

// covers reports whether CloudFront lets a policy for r answer for u.
func (r resource) covers(u requestURL) bool {
	return r.scheme != "" && glob(r.scheme, u.scheme, -1) &&
		glob(r.host, u.host, -1) &&
		glob(r.rest, u.rest, u.mark)
}

// glob matches text against pattern. boundary is the index in text of the "?"
// that begins the query, or -1: only a "?" of the pattern or its final "*" may
// match that byte.
func glob(pattern, text string, boundary int) bool {
	for pattern != "" && text != "" && pattern[0] == text[0] && pattern[0] != '*' && boundary != 0 {
		pattern, text, boundary = pattern[1:], text[1:], boundary-1
	}
	if pattern == "*" {
		return true // the last "*" crosses the boundary
	}
	// reach[j]: the first j bytes of the pattern match the text so far.
	var few [64]bool // most patterns need no more, and no allocation
	reach := few[:]
	if len(pattern) >= len(few) {
		reach = make([]bool, len(pattern)+1)
	}
	reach[0] = true
	for j := 1; j <= len(pattern) && pattern[j-1] == '*'; j++ {
		reach[j] = true
	}
	for i := range len(text) {
		diagonal := reach[0]
		reach[0] = false
		for j := 1; j <= len(pattern); j++ {
			before := reach[j]
			switch pattern[j-1] {
			case '*':
				reach[j] = reach[j-1] || before && (i != boundary || j == len(pattern))
			case '?', text[i]:
				reach[j] = diagonal
			default:
				reach[j] = false
			}
			diagonal = before
		}
	}
	return reach[len(pattern)]
}
