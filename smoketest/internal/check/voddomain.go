package check

import (
	"context"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"time"

	"golang.org/x/net/publicsuffix"

	"privateplayback/signer"
)

// vodDomainChecks are about a domain of one's own, beside which the distribution
// keeps its name at cloudfront.net.
func vodDomainChecks() []Check {
	return []Check{
		{ID: "vod.domain.certificate", Rule: ruleRenewal, Harm: Weakens,
			Proves: "The certificate of the domain is valid for two weeks to come: its renewal is not overdue.",
			run:    atObject(certificateLasts)},
		{ID: "vod.domain.cookies", Rule: ruleCustomCookie, Harm: Breaks, Needs: []Need{NeedOrigins},
			Proves: "Every entry playlist plays with the cookies that a page of the same site sets for itself and the domain.",
			run:    playAll(pageCookies)},
		{ID: "vod.domain.own-name", Rule: ruleAliases, Harm: Breaks,
			Proves: "The distribution's own name serves what is signed for it, such as grants of before the domain.",
			run:    atObject(underOwnName(openedAt(signedAnywhere)))},
		{ID: "vod.domain.own-name-unsigned", Rule: ruleTrustedKeys, Harm: Exposes,
			Proves: "Under the distribution's own name too, a URL without a signature is refused.",
			run:    atObject(underOwnName(refusedAt(signedAnywhere, unsigned, denied("MissingKey"))))},
		{ID: "vod.domain.own-name-grant", Rule: ruleCustomURL, Harm: Weakens,
			Proves: "A grant for the domain is refused under the distribution's own name.",
			run:    atObject(underOwnName(refusedAt(grantedAnywhere, grantedAt(domainHost), denied("AccessDenied"))))},
		{ID: "vod.domain.grant-of-own-name", Rule: ruleCustomURL, Harm: Weakens,
			Proves: "A grant for the distribution's own name is refused under the domain.",
			run:    atObject(refusedAt(grantedAnywhere, grantedAt(ownHost), denied("AccessDenied")))},
	}
}

// certificateMargin is what must be left of a certificate's time: ACM renews its own
// some 45 days before the end, and warns of imported ones as long before.
//
// https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html
const certificateMargin = 14 * 24 * time.Hour

func certificateLasts(ctx context.Context, s *session, u *url.URL) error {
	x, err := s.control(ctx, u, s.canned)
	if err != nil {
		return err
	}
	if x.certificateEnd.IsZero() {
		return skip("the client of this run does not tell the certificate")
	}
	if left := x.certificateEnd.Sub(s.Now()); left < certificateMargin {
		return &Failure{Asked: x.asked, Want: "a certificate that is valid for 14 days", Cause: "certificate-ending",
			Got: fmt.Sprintf("one until %s, %d days from now", x.certificateEnd.UTC().Format(time.DateOnly), int(left.Hours()/24))}
	}
	return nil
}

// pageCookies opens u with the cookies that a browser sends after a page of the same
// site has set them.
func pageCookies(ctx context.Context, s *session, u *url.URL) (opener, error) {
	page, attributes, err := s.sitePage()
	if err != nil {
		return nil, err
	}
	grant, err := s.cloudfront.Grant(ctx, s.folderPolicy(u))
	if err != nil {
		return nil, err
	}
	cookies, err := grant.CookiesFor(u.String(), attributes)
	if err != nil {
		return nil, err
	}
	jar, err := cookiejar.New(&cookiejar.Options{PublicSuffixList: publicsuffix.List})
	if err != nil {
		return nil, err
	}
	jar.SetCookies(page, cookies)
	return func(ctx context.Context, u *url.URL) (*http.Request, error) { return s.cookies(jar.Cookies(u))(ctx, u) }, nil
}

// sitePage is a page that may play and shares a site with the domain, and the
// attributes with which its cookies reach both.
func (s *session) sitePage() (*url.URL, signer.CookieAttributes, error) {
	for _, pattern := range s.Stack.AllowedOrigins {
		page, err := url.Parse(concrete(pattern, "smoketest-1"))
		if err != nil || page.Scheme != "https" {
			continue
		}
		if domain, err := signer.SharedDomain(page.Host, s.base.String()); err == nil {
			return page, signer.CookieAttributes{Domain: domain}, nil
		}
	}
	return nil, signer.CookieAttributes{}, skip("no page of allowedOrigins shares a site with %q, so that its viewers need signed URLs", s.base.Hostname())
}

func domainHost(s *session) string { return s.base.Host }

func ownHost(s *session) string { return s.Stack.DistributionDomainName }

// under is u at another host, with the query that it has.
func under(u *url.URL, host string) *url.URL {
	other := *u
	other.Host = host
	return &other
}

// underOwnName tries something under the distribution's own name.
func underOwnName(try func(context.Context, *session, *url.URL) error) func(context.Context, *session, *url.URL) error {
	return func(ctx context.Context, s *session, u *url.URL) error {
		return try(ctx, s, under(u, ownHost(s)))
	}
}

// signedAnywhere is signedURL for either name of the distribution.
func signedAnywhere(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	return signedBy(ctx, s.cloudfront, u, s.Now().Add(lifetime))
}

// grantedAnywhere is grantedURL for either name of the distribution.
func grantedAnywhere(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	grant, err := s.cloudfront.Grant(ctx, s.folderPolicy(u))
	if err != nil {
		return nil, err
	}
	signed, err := grant.URL(u.String())
	if err != nil {
		return nil, err
	}
	return newRequest(ctx, http.MethodGet, signed)
}

// grantedAt asks for u with a grant for the same path at another host.
func grantedAt(host func(*session) string) forgery {
	return func(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
		req, err := grantedAnywhere(ctx, s, under(u, host(s)))
		if err != nil {
			return nil, err
		}
		return plain(ctx, under(req.URL, u.Host))
	}
}
