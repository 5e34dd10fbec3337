package signer

import (
	"context"
	"crypto"
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// KeyPairID is the id of a CloudFront public key, such as "K2JCJMDEHXQW5F". It
// is not the id of the key group, which is a UUID.
type KeyPairID string

// CloudFront signs URLs, cookies and policies with one key. It is safe for
// concurrent use if its key is; the keys of crypto/rsa and crypto/ecdsa are.
type CloudFront struct {
	id   KeyPairID
	key  privateKey
	hash crypto.Hash
}

// Option changes what [NewCloudFront] returns.
type Option func(*CloudFront)

// WithHash sets the hash that is signed: [crypto.SHA1] or [crypto.SHA256],
// which is announced to CloudFront by a parameter or cookie of its own. The
// default is that of CloudFront, SHA-1, for a key of this process, and SHA-256
// for a [RemoteKey], since AWS KMS has no SHA-1. Systems whose policy forbids
// SHA-1 need SHA-256.
func WithHash(h crypto.Hash) Option {
	return func(c *CloudFront) { c.hash = h }
}

// NewCloudFront returns a signer for the private key of the public key with
// the given id. The key is RSA 2048 or ECDSA P-256, else the error is an
// [ErrKeyKind]. It may be any [crypto.Signer], signed with through
// [crypto.SignMessage], or a [RemoteKey]. An id that cannot be one is an
// [ErrKeyPairID]; a hash that CloudFront or this process does not take an
// [ErrHash]. That id and key belong together is for [SigningKeyID] or
// [NewSigningKeys] to prove.
func NewCloudFront(id KeyPairID, key crypto.Signer, options ...Option) (*CloudFront, error) {
	if err := id.check(); err != nil {
		return nil, fmt.Errorf("making CloudFront signer: %w", err)
	}
	k, err := newSigningKey(key)
	if err != nil {
		return nil, fmt.Errorf("making CloudFront signer: %w", err)
	}
	c := &CloudFront{id: id, key: k, hash: crypto.SHA1}
	if k.remote != nil {
		c.hash = crypto.SHA256
	}
	for _, o := range options {
		if o != nil {
			o(c)
		}
	}
	if c.hash != crypto.SHA1 && c.hash != crypto.SHA256 {
		return nil, fmt.Errorf("making CloudFront signer: %w: %v, CloudFront takes SHA-1 or SHA-256", ErrHash, c.hash)
	}
	if err := checkHash(c.hash); err != nil {
		return nil, fmt.Errorf("making CloudFront signer: %w", err)
	}
	return c, nil
}

// Remote reports whether the key is a [RemoteKey]. Then sign one policy per
// asset with [CloudFront.Grant], best through a [Grants], and never a URL at a
// time.
func (c *CloudFront) Remote() bool { return c.key.remote != nil }

// SignURL returns rawURL signed with a canned policy: that URL, its query
// included, until expires. The bytes of rawURL are kept and the signature is
// appended. An expires in the past gives a URL that CloudFront refuses.
//
// rawURL is in the form in which it is requested, [RequestURL]. Beyond that it
// has no "%" that begins no escape, no backslash in its query, and does not
// end in "?" or "&": browsers request such URLs, but what CloudFront makes of
// them is not documented.
//
// Errors: [ErrURLForm], [ErrInvalidURL], [ErrReservedParameter],
// [ErrWildcard], [ErrInvalidPolicy] (the expiry), [ErrTooLong], the context's
// error, or what the key returned.
func (c *CloudFront) SignURL(ctx context.Context, rawURL string, expires time.Time) (string, error) {
	u, err := parseCanned(rawURL, expires)
	if err != nil {
		return "", fmt.Errorf("signing URL: %w", err)
	}
	// One buffer holds the signed text and then the URL, which is longer.
	buf := make([]byte, 0, len(rawURL)+len(c.id)+550)
	buf = appendCanned(buf, rawURL, expires)
	signature, err := c.key.sign(ctx, buf, c.hash)
	if err != nil {
		return "", fmt.Errorf("signing URL: %w", err)
	}
	buf = append(append(append(buf[:0], rawURL...), u.separator()...), "Expires="...)
	buf = strconv.AppendInt(buf, expires.Unix(), 10)
	buf = appendEncoded(append(buf, "&Signature="...), signature)
	buf = append(append(append(buf, "&Key-Pair-Id="...), c.id...), c.hashParameter()...)
	if len(buf) > maxURL {
		return "", fmt.Errorf("signing URL: %w", tooLong(rawURL, len(buf)))
	}
	return string(buf), nil
}

// SignCookies returns the cookies that grant rawURL until expires by a canned
// policy. They open that one URL; for all the files of an asset use
// [CloudFront.Grant] and [Grant.CookiesFor].
//
// Errors are those of [CloudFront.SignURL], and [ErrInvalidCookie] for cookies
// that a browser would not send to rawURL.
func (c *CloudFront) SignCookies(ctx context.Context, rawURL string, expires time.Time, a CookieAttributes) ([]*http.Cookie, error) {
	u, err := parseCanned(rawURL, expires)
	if err == nil {
		err = a.check(u)
	}
	if err != nil {
		return nil, fmt.Errorf("signing cookies: %w", err)
	}
	signature, err := c.key.sign(ctx, appendCanned(nil, rawURL, expires), c.hash)
	if err != nil {
		return nil, fmt.Errorf("signing cookies: %w", err)
	}
	return cookies(a, http.Cookie{Name: cookieExpires, Value: strconv.FormatInt(expires.Unix(), 10)},
		string(appendEncoded(nil, signature)), c.id, c.hash), nil
}

// Grant signs a custom policy once. The result applies to any number of URLs
// and cookies without further use of the key. [Grants] keeps what it returned.
//
// Errors: [ErrInvalidPolicy], the context's error, or what the key returned.
func (c *CloudFront) Grant(ctx context.Context, p Policy) (*Grant, error) {
	r, err := parseResource(p.Resource)
	if err != nil {
		return nil, fmt.Errorf("signing policy: %w: %w", ErrInvalidPolicy, err)
	}
	text, err := p.document()
	if err != nil {
		return nil, fmt.Errorf("signing policy: %w", err)
	}
	signature, err := c.key.sign(ctx, text, c.hash)
	if err != nil {
		return nil, fmt.Errorf("signing policy: %w", err)
	}
	return newGrant(c, p, r, text, signature), nil
}

// parseCanned checks what a canned policy is made of.
func parseCanned(rawURL string, expires time.Time) (requestURL, error) {
	u, err := parseURL(rawURL)
	if err != nil {
		return requestURL{}, err
	}
	if err := u.checkReserved(isReserved); err != nil {
		return requestURL{}, err
	}
	if strings.Contains(rawURL, "*") {
		return requestURL{}, fmt.Errorf("%w: %q; sign a custom policy with Grant", ErrWildcard, display(rawURL))
	}
	if err := checkEpoch("expiry", expires); err != nil {
		return requestURL{}, fmt.Errorf("%w: %w", ErrInvalidPolicy, err)
	}
	return u, nil
}

// hashParameter tells CloudFront the hash if it is not its default.
func (c *CloudFront) hashParameter() string {
	if c.hash == crypto.SHA256 {
		return "&Hash-Algorithm=SHA256"
	}
	return ""
}

func tooLong(rawURL string, signed int) error {
	return fmt.Errorf("%w: %q comes to %d bytes when signed, CloudFront takes %d", ErrTooLong, display(rawURL), signed, maxURL)
}

// appendEncoded appends data in base64 with CloudFront's own alphabet, which
// is not that of RFC 4648 section 5: "+" becomes "-", "=" becomes "_" and "/"
// becomes "~".
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-linux-openssl.html
func appendEncoded(dst, data []byte) []byte {
	start := len(dst)
	dst = base64.StdEncoding.AppendEncode(dst, data)
	for i, c := range dst[start:] {
		switch c {
		case '+':
			dst[start+i] = '-'
		case '=':
			dst[start+i] = '_'
		case '/':
			dst[start+i] = '~'
		}
	}
	return dst
}

func (id KeyPairID) check() error {
	if id == "" {
		return fmt.Errorf("%w: it is empty; take the id of the public key from the stack outputs", ErrKeyPairID)
	}
	for i := range len(id) {
		if c := id[i]; (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return fmt.Errorf("%w: %q; want the id of the public key (K…), not of its key group", ErrKeyPairID, string(id))
		}
	}
	return nil
}
