package signer

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// Rules for a URL to be signed:
//
//   - Its bytes are what the client will request, so they are checked and kept,
//     never re-encoded.
//   - Only the characters of RFC 3986 appear in it: a browser rewrites the
//     others before it asks, and the signature would be for another URL.
//   - It names scheme, host and path, and no fragment, which is never sent.
//   - The names that carry the signature are free.

// maxURL is CloudFront's limit for a URL in bytes.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
const maxURL = 8192

// requestURL is a checked URL. raw is the original; the others are cut from it.
type requestURL struct {
	raw    string
	scheme string // "http" or "https"
	host   string // with the port, if any
	rest   string // path and query, starts with "/"
}

// parseURL checks raw by the rules above. Its errors name the URL without its
// query, where an application may have put secrets of its own.
func parseURL(raw string) (requestURL, error) {
	u, err := cutURL(raw)
	if err != nil {
		return requestURL{}, fmt.Errorf("%w: %q: %v", ErrInvalidURL, display(raw), err)
	}
	return u, nil
}

func cutURL(raw string) (requestURL, error) {
	if err := checkCharacters(raw); err != nil {
		return requestURL{}, err
	}
	scheme, after, ok := strings.Cut(raw, "://")
	if !ok {
		return requestURL{}, errors.New("no scheme and host, want https://host/path")
	}
	if scheme != "http" && scheme != "https" {
		return requestURL{}, fmt.Errorf("scheme %q, want https or http in lower case", scheme)
	}
	end := strings.IndexAny(after, "/?")
	if end < 0 {
		end = len(after)
	}
	u := requestURL{raw: raw, scheme: scheme, host: after[:end], rest: after[end:]}
	switch {
	case u.host == "":
		return requestURL{}, errors.New("no host")
	case strings.Contains(u.host, "@"):
		return requestURL{}, errors.New("user information before the host, which clients do not send")
	case !strings.HasPrefix(u.rest, "/"):
		return requestURL{}, fmt.Errorf("no path, clients will request %s://%s/", u.scheme, u.host)
	case strings.HasSuffix(raw, "?"), strings.HasSuffix(raw, "&"):
		return requestURL{}, fmt.Errorf("ends in %q, remove it", raw[len(raw)-1:])
	}
	if _, err := url.Parse(raw); err != nil {
		// The wrapped cause is short; the *url.Error around it holds the URL.
		if cause := errors.Unwrap(err); cause != nil {
			err = cause
		}
		return requestURL{}, err
	}
	return u, nil
}

// checkCharacters refuses what RFC 3986 section 2 does not know, and the
// fragment.
func checkCharacters(s string) error {
	for i := range len(s) {
		switch c := s[i]; {
		case c == '#':
			return errors.New("has a fragment, which is never sent; remove it")
		case c <= ' ', c == 0x7f:
			return fmt.Errorf("character %#02x at byte %d, write %%%02X", c, i, c)
		case c > 0x7f:
			return fmt.Errorf("non-ASCII character at byte %d, percent-encode it (Punycode in the host)", i)
		case strings.IndexByte("\"<>\\^`{|}", c) >= 0:
			return fmt.Errorf("character %q at byte %d, write %%%02X", c, i, c)
		}
	}
	return nil
}

// checkReserved refuses a query that already uses one of names. Names are
// compared after percent-decoding, case-sensitively.
func (u requestURL) checkReserved(names ...string) error {
	_, query, _ := strings.Cut(u.rest, "?")
	for pair := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if decoded, err := url.QueryUnescape(name); err == nil {
			name = decoded
		}
		for _, reserved := range names {
			if name == reserved {
				return fmt.Errorf("%w: %q has %s in its query; remove it", ErrReservedParameter, display(u.raw), reserved)
			}
		}
	}
	return nil
}

// withQuery returns the URL with more parameters, already encoded, after its
// own.
func (u requestURL) withQuery(parameters string) string {
	if strings.Contains(u.rest, "?") {
		return u.raw + "&" + parameters
	}
	return u.raw + "?" + parameters
}

// display cuts from a URL what an error must not hold: query, fragment, user
// information, and great length.
func display(raw string) string {
	cut := ""
	if i := strings.IndexAny(raw, "?#"); i >= 0 {
		raw, cut = raw[:i], raw[i:i+1]+"…"
	}
	if scheme, after, ok := strings.Cut(raw, "://"); ok {
		host, path, _ := strings.Cut(after, "/")
		if i := strings.LastIndexByte(host, '@'); i >= 0 {
			raw = scheme + "://…@" + host[i+1:] + "/" + path
		}
	}
	if len(raw) > 200 {
		raw, cut = raw[:200], "…"
	}
	return raw + cut
}
