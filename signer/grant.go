package signer

import (
	"crypto"
	"fmt"
	"net/http"
)

// Grant is a signed custom policy. It is an immutable value, safe for
// concurrent use, and applying it costs no cryptography. Make one with
// [CloudFront.Grant] or [Grants.Grant].
type Grant struct {
	id        KeyPairID
	hash      crypto.Hash
	policy    Policy
	resource  resource
	text      string // the policy, encoded
	signature string // encoded
	query     string
}

func newGrant(c *CloudFront, p Policy, r resource, text, signature []byte) *Grant {
	g := &Grant{id: c.id, hash: c.hash, policy: p, resource: r}
	g.text = string(appendEncoded(nil, text))
	g.signature = string(appendEncoded(nil, signature))
	g.query = "Policy=" + g.text + "&Signature=" + g.signature + "&Key-Pair-Id=" + string(c.id) + c.hashParameter()
	return g
}

// URL returns rawURL with the grant appended; its bytes are kept. The policy
// decides by the URL without the grant's parameters, so anything a player adds
// later must be covered too: end the Resource in "*".
//
// Errors are those of [Grant.Check] and [ErrTooLong].
func (g *Grant) URL(rawURL string) (string, error) {
	u, err := g.parse(rawURL)
	if err != nil {
		return "", fmt.Errorf("applying grant: %w", err)
	}
	if n := len(rawURL) + 1 + len(g.query); n > maxURL {
		return "", fmt.Errorf("applying grant: %w", tooLong(rawURL, n))
	}
	return rawURL + u.separator() + g.query, nil
}

// Check reports whether the grant opens rawURL, the question that [Grant.URL]
// answers before it appends. rawURL is one that [CloudFront.SignURL] takes,
// but may have a "*".
//
// Errors: [ErrURLForm], [ErrInvalidURL], [ErrReservedParameter],
// [ErrNotCovered], [ErrTooLong].
func (g *Grant) Check(rawURL string) error {
	if _, err := g.parse(rawURL); err != nil {
		return fmt.Errorf("checking grant: %w", err)
	}
	return nil
}

// Query returns the grant as query parameters, without a leading "?" or "&",
// for a player that adds them to each URL it requests. It is as secret as a
// signed URL.
func (g *Grant) Query() string { return g.query }

// Cookies returns the cookies that carry the grant. Attributes are taken as
// they are; prefer [Grant.CookiesFor], which refuses those that browsers drop.
func (g *Grant) Cookies(a CookieAttributes) []*http.Cookie {
	return cookies(a, http.Cookie{Name: cookiePolicy, Value: g.text}, g.signature, g.id, g.hash)
}

// CookiesFor returns the cookies that carry the grant to rawURL, one of the
// URLs to be opened, such as the asset's playlist.
//
// Errors are those of [Grant.Check]; an [ErrInvalidCookie] for attributes with
// which a browser drops the cookies or does not send them to rawURL; an
// [ErrTooLong] for a policy whose cookie is over 4,096 bytes.
func (g *Grant) CookiesFor(rawURL string, a CookieAttributes) ([]*http.Cookie, error) {
	u, err := g.parse(rawURL)
	if err == nil {
		err = a.check(u)
	}
	if err != nil {
		return nil, fmt.Errorf("making cookies: %w", err)
	}
	set := g.Cookies(a)
	for _, k := range set {
		if n := len(k.Name) + len(k.Value); n > maxCookie {
			return nil, fmt.Errorf("making cookies: %w: cookie %s of %d bytes, browsers take %d; shorten the Resource", ErrTooLong, k.Name, n, maxCookie)
		}
	}
	return set, nil
}

func (g *Grant) parse(rawURL string) (requestURL, error) {
	u, err := parseURL(rawURL)
	if err != nil {
		return requestURL{}, err
	}
	if err := u.checkReserved(isReserved); err != nil {
		return requestURL{}, err
	}
	if !g.resource.covers(u) {
		return requestURL{}, fmt.Errorf("%w: %q is outside %q", ErrNotCovered, display(rawURL), display(g.policy.Resource))
	}
	return u, nil
}

// Policy returns what was granted.
func (g *Grant) Policy() Policy { return g.policy }

// String names the grant without its signature, so that printing one does not
// give it away.
func (g *Grant) String() string {
	return fmt.Sprintf("grant for %q by %s", display(g.policy.Resource), g.id)
}

// GoString is String, so that %#v gives nothing away either.
func (g *Grant) GoString() string { return g.String() }
