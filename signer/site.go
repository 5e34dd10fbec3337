package signer

import (
	"fmt"
	"net"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// SharedDomain returns the [CookieAttributes] Domain with which cookies that a page
// sets reach media at baseURL, such as "example.com" for a page of app.example.com
// and media at https://video.example.com. It is the longest that does, so that no
// more hosts than needed receive the grant; "" where page and media have one host,
// for cookies that no other host receives.
//
// pageHost is the host of the page, with or without a port, as in the Host of an
// [net/http.Request]; behind a proxy that rewrites Host give the one that viewers see.
// The page must be under https, as media is: to browsers http is another site.
// baseURL is the BaseURL of the stack outputs, or any other URL of the media.
//
// Where page and media share no site, browsers keep the cookies back or refuse them
// when they are set, whatever their attributes: that is an [ErrInvalidCookie], and so
// is an address or a name under which no site can be. Media at cloudfront.net shares
// no site with anybody: the stack needs a domain of one's own, or the page signed
// URLs. A baseURL that no browser requests is an [ErrInvalidURL].
//
// Which names are registered under by strangers is told by the Public Suffix List of
// golang.org/x/net/publicsuffix, https://publicsuffix.org.
func SharedDomain(pageHost, baseURL string) (string, error) {
	if strings.Contains(pageHost, "://") {
		return "", fmt.Errorf("%w: page %q: want a host without scheme and path, as in Host", ErrInvalidCookie, pageHost)
	}
	page, err := domain(hostOnly(pageHost))
	if err != nil {
		return "", fmt.Errorf("%w: page %q: %w", ErrInvalidCookie, pageHost, err)
	}
	form, err := RequestURL(baseURL)
	if err != nil {
		return "", err
	}
	_, rest, _ := strings.Cut(form, "://")
	authority, _, _ := strings.Cut(rest, "/")
	media := hostOnly(authority)
	if page == media {
		return "", nil
	}
	site := siteOf(page)
	if site == "" || site != siteOf(media) {
		return "", fmt.Errorf("%w: page %q and media at %q share no site, and browsers send no cookies to another; %s",
			ErrInvalidCookie, page, media, insteadOfCookies(site))
	}
	shared := commonParent(page, media)
	if err := (CookieAttributes{Domain: shared}).Validate(); err != nil {
		return "", err
	}
	return shared, nil
}

// siteOf is the domain that is registered for a host, without a scheme; "" for none.
//
// https://html.spec.whatwg.org/multipage/browsers.html#obtain-a-site
func siteOf(host string) string {
	if isAddress(host) {
		return ""
	}
	site, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return ""
	}
	return site
}

// insteadOfCookies is the next step where a page of site can set none.
func insteadOfCookies(site string) string {
	if site == "" {
		return "serve the page under a domain that media has too, or hand out signed URLs"
	}
	return fmt.Sprintf("give the stack a domain under %q (the setting domain), or hand out signed URLs", site)
}

// hostOnly is authority without its port, which is a number or empty.
func hostOnly(authority string) string {
	if host, port, err := net.SplitHostPort(authority); err == nil && strings.Trim(port, "0123456789") == "" {
		return host
	}
	return authority
}

// within reports whether host is domain or below it.
func within(host, domain string) bool {
	return host == domain || strings.HasSuffix(host, "."+domain)
}

// commonParent is the longest domain that both hosts are in.
func commonParent(a, b string) string {
	for parent := a; ; {
		if within(b, parent) {
			return parent
		}
		_, parent, _ = strings.Cut(parent, ".")
	}
}
