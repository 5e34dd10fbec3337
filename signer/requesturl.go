package signer

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Rules by which a browser turns what a page or playlist says into what it
// requests, for http and https alone:
//
//   - Spaces and control characters around it are dropped, tabs and newlines
//     everywhere.
//   - A backslash before the query is a slash; the number of slashes before
//     the host is immaterial.
//   - The host is in lower case and in Punycode; the scheme's own port goes;
//     an absent path is "/".
//   - "." and ".." as segments are resolved, in any of their encodings.
//   - What is outside the set of its section is percent-encoded as UTF-8. What
//     is percent-encoded already stays, in the case in which it is written.
//   - The fragment is not sent.
//
// https://url.spec.whatwg.org/#concept-basic-url-parser

// RequestURL returns the form in which a browser requests rawURL, an absolute
// http or https URL: the output of a WHATWG URL parser, without the fragment.
// CloudFront compares a signature with what is requested, so this form is what
// [CloudFront.SignURL] and [Grant.URL] take. A URL that is in this form is
// returned as it is, at no allocation.
//
// What no browser requests from a page is an [ErrInvalidURL]: another scheme,
// no host or one that cannot be, credentials, a port over 65535, bytes that
// are not UTF-8. So is a host that ends in a number and is not a dotted decimal
// IPv4 address: browsers read those as addresses, and CloudFront has none.
//
// The result is not always one to sign: see [CloudFront.SignURL].
func RequestURL(rawURL string) (string, error) {
	if _, ok := cutRequestURL(rawURL); ok {
		return rawURL, nil
	}
	form, err := requestForm(rawURL)
	if err != nil {
		return "", fmt.Errorf("%w: %q: %w", ErrInvalidURL, display(rawURL), err)
	}
	return form, nil
}

// cutRequestURL cuts a URL that certainly is in its request form. It says no to
// some that are, with hosts that are rare; requestForm knows them.
func cutRequestURL(raw string) (requestURL, bool) {
	u := requestURL{raw: raw}
	after, ok := strings.CutPrefix(raw, "https://")
	u.scheme = "https"
	if !ok {
		after, ok = strings.CutPrefix(raw, "http://")
		u.scheme = "http"
	}
	slash := strings.IndexByte(after, '/')
	if !ok || slash < 0 || !isPlainHost(after[:slash], u.scheme) {
		return requestURL{}, false
	}
	u.host, u.rest = after[:slash], after[slash:]
	u.mark = strings.IndexByte(u.rest, '?')
	if !pathSet().holds(u.path()) || !querySet().holds(u.query()) || hasDotSegment(u.path()) {
		return requestURL{}, false
	}
	return u, true
}

// requestForm is RequestURL without the shortcut and the class of the error.
func requestForm(raw string) (string, error) {
	if !utf8.ValidString(raw) {
		return "", errors.New("not UTF-8")
	}
	raw = strings.TrimFunc(raw, func(r rune) bool { return r <= ' ' })
	if strings.ContainsAny(raw, "\t\n\r") {
		raw = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(raw)
	}
	raw, _, _ = strings.Cut(raw, "#")
	scheme, after, ok := strings.Cut(raw, ":")
	scheme = strings.ToLower(scheme)
	if !ok || scheme != "https" && scheme != "http" {
		return "", errors.New("want an absolute URL, https://host/path or http://host/path")
	}
	after = strings.TrimLeft(after, `/\`)
	end := strings.IndexAny(after, `/\?`)
	if end < 0 {
		end = len(after)
	}
	host, err := requestHost(after[:end], scheme)
	if err != nil {
		return "", err
	}
	path, query, hasQuery := strings.Cut(after[end:], "?")
	form := []byte(scheme + "://" + host)
	form = appendPath(form, path)
	if hasQuery {
		form = querySet().appendEncoded(append(form, '?'), query)
	}
	return string(form), nil
}

// appendPath appends path with its dot segments resolved.
//
// https://url.spec.whatwg.org/#path-state
func appendPath(dst []byte, path string) []byte {
	var segments []string
	all := strings.Split(strings.TrimPrefix(strings.ReplaceAll(path, `\`, "/"), "/"), "/")
	for i, s := range all {
		dots := countDots(s)
		if dots == 2 && len(segments) > 0 {
			segments = segments[:len(segments)-1]
		}
		switch {
		case dots == 0:
			segments = append(segments, s)
		case i == len(all)-1:
			segments = append(segments, "")
		}
	}
	for _, s := range segments {
		dst = pathSet().appendEncoded(append(dst, '/'), s)
	}
	return dst
}

// hasDotSegment reports whether a path that starts with "/" is one that a
// browser shortens.
func hasDotSegment(path string) bool {
	for path != "" {
		segment := path[1:]
		next := strings.IndexByte(segment, '/')
		if next < 0 {
			next = len(segment)
		}
		if countDots(segment[:next]) > 0 {
			return true
		}
		path = segment[next:]
	}
	return false
}

// countDots returns 1 for a segment that means ".", 2 for one that means "..",
// else 0.
func countDots(segment string) int {
	n := 0
	for ; segment != ""; n++ {
		switch {
		case n == 2:
			return 0
		case segment[0] == '.':
			segment = segment[1:]
		case len(segment) >= 3 && segment[0] == '%' && segment[1] == '2' && segment[2]|0x20 == 'e':
			segment = segment[3:]
		default:
			return 0
		}
	}
	return n
}

// characters is a set of ASCII characters that stay as they are, one bit each.
type characters struct{ low, high uint64 }

// printable are the characters from "!" to "~".
const (
	printableLow  = 1<<64 - 1<<'!'
	printableHigh = 1<<63 - 1
)

// pathSet is the complement of the standard's path percent-encode set. The
// backslash is not in it, since in a path it is never left.
func pathSet() characters {
	return characters{
		low:  printableLow &^ (1<<'"' | 1<<'#' | 1<<'<' | 1<<'>' | 1<<'?'),
		high: printableHigh &^ (1<<('\\'-64) | 1<<('^'-64) | 1<<('`'-64) | 1<<('{'-64) | 1<<('}'-64)),
	}
}

// querySet is the complement of the special-query percent-encode set.
func querySet() characters {
	return characters{low: printableLow &^ (1<<'"' | 1<<'#' | 1<<'<' | 1<<'>' | 1<<'\''), high: printableHigh}
}

func (set characters) has(c byte) bool {
	if c < 64 {
		return set.low>>c&1 == 1
	}
	return c < 128 && set.high>>(c-64)&1 == 1
}

func (set characters) holds(s string) bool {
	for i := range len(s) {
		if !set.has(s[i]) {
			return false
		}
	}
	return true
}

// appendEncoded appends s, percent-encoding what is not in the set.
func (set characters) appendEncoded(dst []byte, s string) []byte {
	const hex = "0123456789ABCDEF"
	for i := range len(s) {
		if c := s[i]; set.has(c) {
			dst = append(dst, c)
		} else {
			dst = append(dst, '%', hex[c>>4], hex[c&15])
		}
	}
	return dst
}
