package signer

import (
	"crypto"
	"fmt"
	"net/http"
	"strings"
)

// CookieAttributes says where a browser sends the cookies. The zero value is
// safe: for the host that set them, every path, and same-site requests only.
//
// Cookies always are Secure and HttpOnly, and always end with the browser
// session: the policy inside bounds their use, and an Expires of their own
// would only outlive it.
type CookieAttributes struct {
	// Domain is the host that the cookies are for, with all its subdomains;
	// "" means the host that sets them. The application and the distribution
	// must share it: an application at app.example.com that serves media from
	// media.example.com sets "example.com".
	Domain string
	// Path is the prefix of paths that the cookies are for; "" means "/".
	// Two sets of cookies for two assets on one host need two paths.
	Path string
	// SameSite is [http.SameSiteLaxMode] when zero. A player on another site
	// needs [http.SameSiteNoneMode], and browsers that block third-party
	// cookies drop those: prefer a domain of one's own.
	SameSite http.SameSite
}

// Validate reports attributes with which browsers drop the cookies, as an
// [ErrInvalidCookie].
func (a CookieAttributes) Validate() error {
	domain := strings.TrimPrefix(a.Domain, ".")
	switch {
	case a.Domain != "" && !isDomain(domain):
		return fmt.Errorf("%w: Domain %q, want a host name like media.example.com, without scheme, port or wildcard", ErrInvalidCookie, a.Domain)
	case domain == "cloudfront.net":
		return fmt.Errorf("%w: Domain %q is shared by all distributions, browsers drop it; name the distribution's own host", ErrInvalidCookie, a.Domain)
	case a.Path != "" && !isCookiePath(a.Path):
		return fmt.Errorf("%w: Path %q, want one that starts with / and has neither ; nor spaces", ErrInvalidCookie, a.Path)
	case a.SameSite < 0 || a.SameSite > http.SameSiteNoneMode:
		return fmt.Errorf("%w: SameSite %d is none of net/http's modes", ErrInvalidCookie, a.SameSite)
	}
	return nil
}

// The names by which CloudFront knows its cookies.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-setting-signed-cookie-canned-policy.html
const (
	cookieExpires   = "CloudFront-Expires"
	cookiePolicy    = "CloudFront-Policy"
	cookieSignature = "CloudFront-Signature"
	cookieKeyPairID = "CloudFront-Key-Pair-Id"
	cookieHash      = "CloudFront-Hash-Algorithm"
)

// cookies returns the set of cookies for one signature. name is that of the
// first: a canned policy travels as its expiry, a custom one whole.
func (c *CloudFront) cookies(name, value, signature string, a CookieAttributes) []*http.Cookie {
	set := []*http.Cookie{
		{Name: name, Value: value},
		{Name: cookieSignature, Value: signature},
		{Name: cookieKeyPairID, Value: string(c.id)},
	}
	if c.hash == crypto.SHA256 {
		set = append(set, &http.Cookie{Name: cookieHash, Value: "SHA256"})
	}
	if a.Path == "" {
		a.Path = "/"
	}
	if a.SameSite == 0 {
		a.SameSite = http.SameSiteLaxMode
	}
	for _, k := range set {
		k.Domain, k.Path, k.SameSite = a.Domain, a.Path, a.SameSite
		k.Secure, k.HttpOnly = true, true
	}
	return set
}

// isDomain reports whether s is a host name of at least two labels.
func isDomain(s string) bool {
	labels := strings.Split(s, ".")
	for _, l := range labels {
		if l == "" || strings.Trim(l, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" {
			return false
		}
	}
	return len(labels) > 1
}

func isCookiePath(s string) bool {
	return strings.HasPrefix(s, "/") && !strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || r == ';'
	})
}
