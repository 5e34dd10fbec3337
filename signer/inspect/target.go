package inspect

import (
	"net"
	"strings"
)

// target is a URL cut as a client cuts it for the request; nothing is decoded.
type target struct {
	scheme   string // "http" or "https"
	host     string // as in the Host header
	path     string // begins with "/"
	query    string // behind the "?"; "" also for none
	fragment string // behind the "#"
}

// maxURL is CloudFront's limit for a URL in bytes.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
const maxURL = 8192

// cutTarget reads an absolute http or https URL.
func cutTarget(raw string) (t target, ok bool) {
	scheme, rest, found := strings.Cut(raw, "://")
	t.scheme = strings.ToLower(scheme)
	if !found || t.scheme != "https" && t.scheme != "http" {
		return target{}, false
	}
	rest, t.fragment, _ = strings.Cut(rest, "#")
	end := strings.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	t.host, rest = rest[:end], rest[end:]
	t.host = t.host[strings.LastIndexByte(t.host, '@')+1:] // clients do not send user information
	t.path, t.query, _ = strings.Cut(rest, "?")
	if t.path == "" {
		t.path = "/"
	}
	return t, t.host != ""
}

// hostname is the host without its port, in lower case.
func (t target) hostname() string {
	host := t.host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(host)
}

// url puts the parts together again, without the fragment and without the "?"
// of an empty query.
func (t target) url() string {
	u := t.scheme + "://" + t.host + t.path
	if t.query != "" {
		u += "?" + t.query
	}
	return u
}

// browserChange says what a browser changes in the URL before it requests it,
// "" if nothing.
//
// https://url.spec.whatwg.org/#url-parsing
func (t target) browserChange() string {
	switch {
	case t.host != strings.ToLower(t.host):
		return "writes the host in lower case"
	case t.scheme == "https" && strings.HasSuffix(t.host, ":443"), t.scheme == "http" && strings.HasSuffix(t.host, ":80"):
		return "leaves the port out"
	case hasDotSegment(t.path):
		return "resolves the dot segments of the path"
	case strings.ContainsFunc(t.path, encodedInPath), strings.ContainsFunc(t.query, encodedInQuery):
		return "percent-encodes characters"
	case strings.Contains(t.path, `\`):
		return `writes / for \`
	}
	return ""
}

func hasDotSegment(path string) bool {
	for segment := range strings.SplitSeq(path, "/") {
		switch strings.ReplaceAll(strings.ToLower(segment), "%2e", ".") {
		case ".", "..":
			return true
		}
	}
	return false
}

func encodedInPath(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune("\"<>`{}^", r)
}

func encodedInQuery(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune("\"<>'", r)
}
