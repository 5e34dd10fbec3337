package signer

import (
	"crypto"
	"fmt"
	"net/http"
	"net/netip"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// The limits of browsers for name and value of a cookie, and for the value of
// an attribute, in bytes.
//
// https://www.ietf.org/archive/id/draft-ietf-httpbis-rfc6265bis-22.html#section-5.7
const (
	maxCookie    = 4096
	maxAttribute = 1024
)

// CookieAttributes says where a browser sends the cookies. The zero value is
// safe: for the host that set them, every path, over https alone, hidden from
// scripts, and for same-site requests only.
//
// Cookies always end with the browser session: the policy inside bounds their
// use, and an Expires of their own would only outlive it.
type CookieAttributes struct {
	// Domain is the host that the cookies are for, with all its subdomains;
	// "" means the host that sets them. The application and the distribution
	// must share it: an application at app.example.com that serves media from
	// media.example.com sets "example.com", as [SharedDomain] finds.
	Domain string
	// Path is the prefix of paths that the cookies are for; "" means "/".
	// Two sets of cookies for two assets on one host need two paths.
	Path string
	// SameSite is [http.SameSiteLaxMode] when zero. A player on another site
	// needs [http.SameSiteNoneMode], and browsers that block third-party
	// cookies drop those: prefer a domain of one's own.
	SameSite http.SameSite
	// Insecure leaves out Secure: whoever listens to plain http then has the
	// grant too. It is for a test host without TLS.
	Insecure bool
	// Readable leaves out HttpOnly: every script of the page then has the grant
	// too. A player needs it only if it turns cookies into something else.
	Readable bool
}

// Validate reports attributes with which browsers drop the cookies whatever
// the URL, as an [ErrInvalidCookie].
func (a CookieAttributes) Validate() error {
	domain := strings.ToLower(strings.TrimPrefix(a.Domain, "."))
	switch {
	case a.Domain != "" && !isDomain(domain):
		return fmt.Errorf("%w: Domain %q, want a host name like media.example.com, without scheme, port or wildcard", ErrInvalidCookie, a.Domain)
	case a.Domain != "" && isPublicSuffix(domain):
		return fmt.Errorf("%w: Domain %q is shared by all who register under it, browsers drop it; name your own host", ErrInvalidCookie, a.Domain)
	case a.Path != "" && !isCookiePath(a.Path):
		return fmt.Errorf("%w: Path %q, want one that starts with / and has neither ; nor spaces", ErrInvalidCookie, a.Path)
	case len(a.Domain) > maxAttribute, len(a.Path) > maxAttribute:
		return fmt.Errorf("%w: Domain or Path of over %d bytes", ErrInvalidCookie, maxAttribute)
	case a.SameSite < 0 || a.SameSite > http.SameSiteNoneMode:
		return fmt.Errorf("%w: SameSite %d is none of net/http's modes", ErrInvalidCookie, a.SameSite)
	case a.SameSite == http.SameSiteNoneMode && a.Insecure:
		return fmt.Errorf("%w: SameSite=None without Secure; leave Insecure unset", ErrInvalidCookie)
	}
	return nil
}

// check is Validate and reports cookies that a browser would not send to u.
//
// https://www.rfc-editor.org/rfc/rfc6265#section-5.1.3
func (a CookieAttributes) check(u requestURL) error {
	if err := a.Validate(); err != nil {
		return err
	}
	host, _, _ := strings.Cut(u.host, ":")
	domain := strings.ToLower(strings.TrimPrefix(a.Domain, "."))
	switch path := u.path(); {
	case u.scheme == "http" && !a.Insecure:
		return fmt.Errorf("%w: Secure cookies are not sent to %q; use https", ErrInvalidCookie, display(u.raw))
	case domain != "" && host != domain && (isAddress(host) || !strings.HasSuffix(host, "."+domain)):
		return fmt.Errorf("%w: Domain %q does not cover the host of %q; name that host or a parent of it", ErrInvalidCookie, a.Domain, display(u.raw))
	case a.Path != "" && path != a.Path && !strings.HasPrefix(path, strings.TrimSuffix(a.Path, "/")+"/"):
		return fmt.Errorf("%w: Path %q does not cover %q", ErrInvalidCookie, a.Path, display(u.raw))
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

// cookies returns the set of cookies for one signature. first is the policy: a
// canned one travels as its expiry, a custom one whole.
func cookies(a CookieAttributes, first http.Cookie, signature string, id KeyPairID, hash crypto.Hash) []*http.Cookie {
	set := []*http.Cookie{
		&first,
		{Name: cookieSignature, Value: signature},
		{Name: cookieKeyPairID, Value: string(id)},
	}
	if hash == crypto.SHA256 {
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
		k.Secure, k.HttpOnly = !a.Insecure, !a.Readable
	}
	return set
}

// isPublicSuffix reports whether the domain is one under which strangers
// register, such as cloudfront.net.
func isPublicSuffix(domain string) bool {
	suffix, _ := publicsuffix.PublicSuffix(domain)
	return suffix == domain
}

// isAddress reports whether host is an IP address, which has no parents.
func isAddress(host string) bool {
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil
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
