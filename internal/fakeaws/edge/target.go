package edge

import (
	"net"
	"net/http"
	"strings"
)

// A target is the URL of a request as the viewer sent it, nothing decoded.
type target struct {
	scheme string // "http" or "https"
	host   string // the Host header
	path   string // starts with "/"
	query  string // after the "?"; "" also for none
}

// parseTarget reads the request target of r. ok is false if it is neither a
// path nor an absolute URL.
func parseTarget(r *http.Request) (t target, ok bool) {
	t = target{scheme: "http", host: r.Host}
	if r.TLS != nil {
		t.scheme = "https"
	}
	raw := r.RequestURI
	if raw == "" {
		raw = r.URL.RequestURI()
	}
	if _, rest, absolute := strings.Cut(raw, "://"); absolute && !strings.HasPrefix(raw, "/") {
		at := strings.IndexAny(rest, "/?")
		if at < 0 {
			at = len(rest)
		}
		raw = rest[at:]
		if !strings.HasPrefix(raw, "/") {
			raw = "/" + raw
		}
	}
	t.path, t.query, _ = strings.Cut(raw, "?")
	return t, strings.HasPrefix(t.path, "/")
}

// hostname is the requested host without port, in lower case.
func (t target) hostname() string {
	host := t.host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(host)
}

// url is the whole URL, without a trailing "?".
func (t target) url() string {
	u := t.scheme + "://" + t.host + t.path
	if t.query != "" {
		u += "?" + t.query
	}
	return u
}
