package signer

import (
	"fmt"
	"net/http"
)

// Grant is a signed custom policy. It is an immutable value, safe for
// concurrent use, and applying it costs no cryptography. Make one with
// [CloudFront.Grant].
type Grant struct {
	by        *CloudFront
	policy    Policy
	resource  resource
	text      string // the policy, encoded
	signature string // encoded
}

// URL returns rawURL with the grant appended; its bytes are kept. The policy
// decides by the URL without the grant's parameters, so anything a player adds
// later must be covered too: end the Resource in "*".
//
// Errors: [ErrInvalidURL], [ErrReservedParameter], [ErrNotCovered],
// [ErrTooLong].
func (g *Grant) URL(rawURL string) (string, error) {
	u, err := parseURL(rawURL)
	if err != nil {
		return "", fmt.Errorf("applying grant: %w", err)
	}
	if err := u.checkReserved(reservedParameters()...); err != nil {
		return "", fmt.Errorf("applying grant: %w", err)
	}
	if !g.resource.covers(u) {
		return "", fmt.Errorf("applying grant: %w: %q is outside %q", ErrNotCovered, display(rawURL), display(g.policy.Resource))
	}
	signed, err := g.by.apply(u, "Policy="+g.text, g.signature)
	if err != nil {
		return "", fmt.Errorf("applying grant: %w", err)
	}
	return signed, nil
}

// Cookies returns the cookies that carry the grant. Attributes are taken as
// they are: [CookieAttributes.Validate] tells whether browsers take them.
func (g *Grant) Cookies(a CookieAttributes) []*http.Cookie {
	return g.by.cookies(cookiePolicy, g.text, g.signature, a)
}

// Policy returns what was granted.
func (g *Grant) Policy() Policy { return g.policy }

// String names the grant without its signature, so that printing one does not
// give it away.
func (g *Grant) String() string {
	return fmt.Sprintf("grant for %q by %s", display(g.policy.Resource), g.by.id)
}

// GoString is String, so that %#v gives nothing away either.
func (g *Grant) GoString() string { return g.String() }
