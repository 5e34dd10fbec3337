package signer

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// ParseOrigin returns the origin of an application's pages as browsers send it, scheme,
// host and port: "https://app.example.com". It fits [PlaybackToken.AllowOrigins] by its
// String, and [Grant.CookiesForPage]. A pattern is none, and neither is what no Origin
// header can be: that is an [ErrInvalidURL].
func ParseOrigin(origin string) (*url.URL, error) {
	if err := checkOrigin(origin); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalidURL, err)
	}
	u, err := url.Parse(origin)
	if err != nil || strings.Contains(origin, "*") {
		return nil, fmt.Errorf("%w: origin %q, want that of one site, https://host", ErrInvalidURL, origin)
	}
	return u, nil
}

// checkOrigin refuses what cannot match an Origin header as browsers send it:
// scheme, host in lower case, and a port unless it is the scheme's own.
//
// https://www.rfc-editor.org/rfc/rfc6454#section-6.2
func checkOrigin(origin string) error {
	if origin == "*" {
		return nil
	}
	scheme, authority, ok := strings.Cut(origin, "://")
	if !ok || scheme != "https" && scheme != "http" {
		return fmt.Errorf("origin %q, want https://host", origin)
	}
	host, port, hasPort := strings.Cut(authority, ":")
	if !isOriginHost(strings.TrimPrefix(host, "*.")) {
		return fmt.Errorf("origin %q, want a host in lower case after %s://, with no path and at most a leading wildcard label", origin, scheme)
	}
	if !hasPort {
		return nil
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 || strconv.FormatUint(n, 10) != port {
		return fmt.Errorf("origin %q, its port is not a number from 1 to 65535", origin)
	}
	if scheme == "https" && n == 443 || scheme == "http" && n == 80 {
		return fmt.Errorf("origin %q, browsers leave out :%d; write %s://%s", origin, n, scheme, host)
	}
	return nil
}

func isOriginHost(s string) bool {
	for label := range strings.SplitSeq(s, ".") {
		if !only(label, lower+digits+"-") {
			return false
		}
	}
	return true
}
