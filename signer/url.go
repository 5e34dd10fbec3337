package signer

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// Rules for a URL to be signed:
//
//   - It is in the form in which a browser requests it: the signature is for
//     what is requested. Its bytes are kept, never re-encoded.
//   - It has none of the bytes that browsers send and CloudFront documents no
//     meaning for: a "%" that begins no escape, a backslash in the query, an
//     empty last parameter.
//   - It is not longer than CloudFront takes.
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
	mark   int    // index in rest of the "?" that begins the query, or -1
}

func (u requestURL) path() string {
	if u.mark < 0 {
		return u.rest
	}
	return u.rest[:u.mark]
}

func (u requestURL) query() string {
	if u.mark < 0 {
		return ""
	}
	return u.rest[u.mark+1:]
}

// parseURL checks raw by the rules above, save the last. Its errors name the
// URL without its query, where an application may have put secrets of its own.
func parseURL(raw string) (requestURL, error) {
	if len(raw) > maxURL {
		return requestURL{}, fmt.Errorf("%w: %q has %d bytes, CloudFront takes %d", ErrTooLong, display(raw), len(raw), maxURL)
	}
	u, ok := cutRequestURL(raw)
	if !ok {
		form, err := RequestURL(raw)
		if err != nil {
			return requestURL{}, err
		}
		if form != raw {
			return requestURL{}, formError(raw, form)
		}
		u = cut(raw)
	}
	if err := u.checkBytes(); err != nil {
		return requestURL{}, fmt.Errorf("%w: %q: %w", ErrInvalidURL, display(raw), err)
	}
	return u, nil
}

// cut cuts a URL that is in its request form.
func cut(raw string) requestURL {
	scheme, after, _ := strings.Cut(raw, "://")
	slash := strings.IndexByte(after, '/')
	rest := after[slash:]
	return requestURL{raw: raw, scheme: scheme, host: after[:slash], rest: rest, mark: strings.IndexByte(rest, '?')}
}

// checkBytes refuses what browsers request and CloudFront documents no meaning
// for.
func (u requestURL) checkBytes() error {
	if last := u.raw[len(u.raw)-1]; last == '?' || last == '&' && u.mark >= 0 {
		return fmt.Errorf("ends in %q, remove it", last)
	}
	for i := 0; ; i++ {
		next := strings.IndexByte(u.rest[i:], '%')
		if next < 0 {
			break
		}
		if i += next; !isEscape(u.rest[i:]) {
			return fmt.Errorf("%q at byte %d begins no escape, write %%25", "%", len(u.raw)-len(u.rest)+i)
		}
	}
	if strings.IndexByte(u.rest, '\\') >= 0 {
		return errors.New(`backslash in the query, write %5C`)
	}
	return nil
}

// formError reports a URL that browsers request in another form. A difference
// in the query is told by its first byte, since the query stays out of errors.
func formError(raw, form string) error {
	i := 0
	for i < len(raw) && i < len(form) && raw[i] == form[i] {
		i++
	}
	query := strings.IndexAny(raw, "?#")
	var detail string
	switch {
	case query < 0 || i < query || i == query && i < len(form):
		detail = fmt.Sprintf("browsers request %q", display(form))
	case i == len(form) && raw[i] == '#':
		detail = "the fragment is never sent, remove it"
	case strings.HasPrefix(form[i:], fmt.Sprintf("%%%02X", raw[i])):
		detail = fmt.Sprintf("browsers request its byte %d as %s", i, form[i:i+3])
	default:
		detail = fmt.Sprintf("browsers leave out its byte %d", i)
	}
	return fmt.Errorf("%w: %q: %s; RequestURL returns the form to sign", ErrURLForm, display(raw), detail)
}

// isReserved reports whether CloudFront reads a parameter of that name as part
// of a signature, whatever else the query holds.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-choosing-signed-urls-cookies.html
func isReserved(name string) bool {
	switch name {
	case "Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm":
		return true
	}
	return false
}

// checkReserved refuses a query that already uses a reserved name. Names are
// compared after percent-decoding, case-sensitively.
func (u requestURL) checkReserved(reserved func(string) bool) error {
	for query := u.query(); query != ""; {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		name, _, _ := strings.Cut(pair, "=")
		if decoded, err := url.QueryUnescape(name); err == nil {
			name = decoded
		}
		if reserved(name) {
			return fmt.Errorf("%w: %q has %s in its query; remove it", ErrReservedParameter, display(u.raw), name)
		}
	}
	return nil
}

// separator is what comes before a parameter that is added.
func (u requestURL) separator() string {
	if u.mark < 0 {
		return "?"
	}
	return "&"
}

// display cuts from a URL what an error must not hold: query, fragment, user
// information, and great length.
func display(raw string) string {
	tail := ""
	if i := strings.IndexAny(raw, "?#"); i >= 0 {
		raw, tail = raw[:i], raw[i:i+1]+"…"
	}
	// The authority, as leniently as a browser finds it.
	scheme := raw[:strings.IndexByte(raw, ':')+1]
	after := strings.TrimLeftFunc(raw[len(scheme):], func(r rune) bool { return r <= ' ' || r == '/' || r == '\\' })
	end := strings.IndexAny(after, `/\`)
	if end < 0 {
		end = len(after)
	}
	if i := strings.LastIndexByte(after[:end], '@'); i >= 0 {
		raw = scheme + "//…" + after[i:]
	}
	if len(raw) > 200 {
		raw, tail = raw[:200], "…"
	}
	return raw + tail
}
