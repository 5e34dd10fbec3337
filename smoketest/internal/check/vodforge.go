package check

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

func vodForgedChecks() []Check {
	accessDenied := denied("AccessDenied")
	usual := func(s *session, u *url.URL) string { return policyText(s, u, "") }
	return []Check{
		{ID: "vod.refuse.other-host", Rule: ruleCustomURL,
			Proves: "A policy for another host does not open this one.",
			run: refused(rawPolicy(usual), rawPolicy(func(s *session, u *url.URL) string {
				return resourceText(s, "https://smoketest.example.com"+strings.TrimPrefix(folder(u), u.Scheme+"://"+u.Host))
			}), accessDenied)},
		{ID: "vod.refuse.http-policy", Rule: ruleCustomURL,
			Proves: "A policy for http:// does not open https://.",
			run: refused(rawPolicy(usual), rawPolicy(func(s *session, u *url.URL) string {
				return resourceText(s, "http"+strings.TrimPrefix(folder(u), "https"))
			}), accessDenied)},
		{ID: "vod.refuse.policy-extended", Rule: ruleCustomURL,
			Proves: "A custom policy whose end was moved after signing is refused.",
			run:    refused(grantedURL, extendedPolicy, accessDenied)},
		{ID: "vod.refuse.cookies-tampered", Rule: ruleCustomCookie,
			Proves: "Cookies with one changed character in the signature are refused.",
			run: refused(grantedCookies, reCookied(func(c *http.Cookie) {
				if c.Name == "CloudFront-Signature" {
					c.Value = flip(c.Value)
				}
			}), accessDenied)},
		{ID: "vod.refuse.cookies-wrong-key", Rule: ruleTrustedKeys,
			Proves: "Cookies signed by another private key under the stack's key id are refused.",
			run:    refused(grantedCookies, strangersCookies, accessDenied)},
		{ID: "vod.refuse.cookies-mixed", Rule: ruleCustomCookie,
			Proves: "The policy of one grant with the signature of another is refused.",
			run:    refused(grantedCookies, mixedCookies, accessDenied)},
		{ID: "vod.refuse.expired-url-beside-cookies", Rule: rulePrecedence,
			Proves: "A signed URL that has expired is refused, though good cookies go with it.",
			run:    refused(grantedCookies, expiredURLGoodCookies, accessDenied)},
	}
}

// epoch is the end in a policy as the signer writes it.
var epoch = regexp.MustCompile(`("DateLessThan":\{"AWS:EpochTime":)(\d+)`)

func extendedPolicy(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	req, err := grantedURL(ctx, s, u)
	if err != nil {
		return nil, err
	}
	moved := ""
	signed := withParam(req.URL, "Policy", func(text string) string {
		moved, err = moveEnd(text)
		return moved
	})
	if err != nil {
		return nil, err
	}
	return plain(ctx, signed)
}

// moveEnd moves the end of a policy in CloudFront's encoding by an hour.
func moveEnd(text string) (string, error) {
	policy, err := decode64(text)
	if err != nil {
		return "", fmt.Errorf("reading the signer's policy: %w", err)
	}
	parts := epoch.FindSubmatch(policy)
	if parts == nil {
		return "", errors.New("reading the signer's policy: no end in it")
	}
	return encode64(epoch.ReplaceAll(policy, []byte("${1}"+later(string(parts[2]))))), nil
}

// decode64 undoes encode64.
func decode64(text string) ([]byte, error) {
	return base64.StdEncoding.DecodeString(strings.NewReplacer("-", "+", "_", "=", "~", "/").Replace(text))
}

// reCookied sends good cookies that edit has changed.
func reCookied(edit func(*http.Cookie)) forgery {
	return func(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
		jar, err := jarOf(ctx, s.cloudfront, s.folderPolicy(u))
		if err != nil {
			return nil, err
		}
		for _, c := range jar {
			edit(c)
		}
		return s.cookies(jar)(ctx, u)
	}
}

func strangersCookies(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	cf, err := s.stranger(s.keyID)
	if err != nil {
		return nil, err
	}
	return cookiesBy(cf)(ctx, s, u)
}

// mixedCookies have the policy for u's folder and the signature of a grant for
// another.
func mixedCookies(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	other, err := jarOf(ctx, s.cloudfront, s.folderPolicy(elsewhere(s)))
	if err != nil {
		return nil, err
	}
	return reCookied(func(c *http.Cookie) {
		for _, o := range other {
			if c.Name == "CloudFront-Signature" && o.Name == c.Name {
				c.Value = o.Value
			}
		}
	})(ctx, s, u)
}

func expiredURLGoodCookies(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	req, err := expiredURL(ctx, s, u)
	if err != nil {
		return nil, err
	}
	good, err := grantedCookies(ctx, s, u)
	if err != nil {
		return nil, err
	}
	req.Header["Cookie"] = good.Header["Cookie"]
	return req, nil
}
