package signer

import (
	"context"
	"crypto"
	"crypto/rand"
	_ "crypto/sha1"   // registers crypto.SHA1
	_ "crypto/sha256" // registers crypto.SHA256
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
	key  crypto.Signer
	hash crypto.Hash
}

// Option changes what [NewCloudFront] returns.
type Option func(*CloudFront)

// WithHash sets the hash that is signed: [crypto.SHA1], CloudFront's and this
// package's default, or [crypto.SHA256], which is announced to CloudFront by a
// parameter or cookie of its own. AWS KMS keys and systems whose policy
// forbids SHA-1 need SHA-256.
func WithHash(h crypto.Hash) Option {
	return func(c *CloudFront) { c.hash = h }
}

// NewCloudFront returns a signer for the private key of the public key with
// the given id. The key is RSA 2048 or ECDSA P-256, else the error is an
// [ErrKeyKind]; it may be any [crypto.Signer] and is signed with through
// [crypto.SignMessage]. An id that cannot be one is an [ErrKeyPairID]. That id
// and key belong together is for [SigningKeyID] to prove.
func NewCloudFront(id KeyPairID, key crypto.Signer, options ...Option) (*CloudFront, error) {
	if err := id.check(); err != nil {
		return nil, fmt.Errorf("making CloudFront signer: %w", err)
	}
	if err := checkSigningKey(key); err != nil {
		return nil, fmt.Errorf("making CloudFront signer: %w", err)
	}
	c := &CloudFront{id: id, key: key, hash: crypto.SHA1}
	for _, o := range options {
		o(c)
	}
	if c.hash != crypto.SHA1 && c.hash != crypto.SHA256 {
		return nil, fmt.Errorf("making CloudFront signer: hash %v, CloudFront takes SHA-1 or SHA-256", c.hash)
	}
	return c, nil
}

// SignURL returns rawURL signed with a canned policy: that URL, its query
// included, until expires. The bytes of rawURL are kept and the signature is
// appended. An expires in the past gives a URL that CloudFront refuses.
//
// Errors: [ErrInvalidURL], [ErrReservedParameter], [ErrWildcard],
// [ErrInvalidPolicy] (the expiry), [ErrTooLong], the context's error, or what
// the key returned.
func (c *CloudFront) SignURL(ctx context.Context, rawURL string, expires time.Time) (string, error) {
	u, signature, err := c.canned(ctx, rawURL, expires)
	if err != nil {
		return "", fmt.Errorf("signing URL: %w", err)
	}
	signed, err := c.apply(u, "Expires="+strconv.FormatInt(expires.Unix(), 10), signature)
	if err != nil {
		return "", fmt.Errorf("signing URL: %w", err)
	}
	return signed, nil
}

// SignCookies returns the cookies that grant rawURL until expires by a canned
// policy. They open that one URL; for all the files of an asset use
// [CloudFront.Grant] and [Grant.Cookies].
//
// Errors are those of [CloudFront.SignURL] and [ErrInvalidCookie].
func (c *CloudFront) SignCookies(ctx context.Context, rawURL string, expires time.Time, a CookieAttributes) ([]*http.Cookie, error) {
	if err := a.Validate(); err != nil {
		return nil, fmt.Errorf("signing cookies: %w", err)
	}
	_, signature, err := c.canned(ctx, rawURL, expires)
	if err != nil {
		return nil, fmt.Errorf("signing cookies: %w", err)
	}
	return c.cookies(cookieExpires, strconv.FormatInt(expires.Unix(), 10), signature, a), nil
}

// Grant signs a custom policy once. The result applies to any number of URLs
// and cookies without further use of the key.
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
	signature, err := c.sign(ctx, text)
	if err != nil {
		return nil, fmt.Errorf("signing policy: %w", err)
	}
	return &Grant{by: c, policy: p, resource: r, text: encode(text), signature: signature}, nil
}

// canned checks rawURL and signs the canned policy for it.
func (c *CloudFront) canned(ctx context.Context, rawURL string, expires time.Time) (requestURL, string, error) {
	u, err := parseURL(rawURL)
	if err != nil {
		return requestURL{}, "", err
	}
	if err := u.checkReserved(reservedParameters()...); err != nil {
		return requestURL{}, "", err
	}
	if strings.Contains(rawURL, "*") {
		return requestURL{}, "", fmt.Errorf("%w: %q; sign a custom policy with Grant", ErrWildcard, display(rawURL))
	}
	text, err := cannedJSON(rawURL, expires)
	if err != nil {
		return requestURL{}, "", err
	}
	signature, err := c.sign(ctx, text)
	return u, signature, err
}

// sign returns the encoded signature of text.
//
// feature/cloudfront/sign v1.9.16 signs SHA-1 digests and makes cookies with
// RSA keys only. This function and its callers may give way to it once a
// release has both SignWithAlgorithm (aws/aws-sdk-go-v2 pull request 3406) and
// cookies by crypto.Signer (3325).
func (c *CloudFront) sign(ctx context.Context, text []byte) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	signature, err := crypto.SignMessage(c.key, rand.Reader, text, c.hash)
	if err != nil {
		return "", fmt.Errorf("using the private key: %w", err)
	}
	return encode(signature), nil
}

// apply appends the parameters of a signature to u. first is Expires or
// Policy.
func (c *CloudFront) apply(u requestURL, first, signature string) (string, error) {
	parameters := first + "&Signature=" + signature + "&Key-Pair-Id=" + string(c.id)
	if c.hash == crypto.SHA256 {
		parameters += "&Hash-Algorithm=SHA256"
	}
	signed := u.withQuery(parameters)
	if len(signed) > maxURL {
		return "", fmt.Errorf("%w: %q comes to %d bytes when signed, CloudFront takes %d", ErrTooLong, display(u.raw), len(signed), maxURL)
	}
	return signed, nil
}

// reservedParameters are the names that CloudFront reads as a signature,
// whatever else the query holds.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-choosing-signed-urls-cookies.html
func reservedParameters() []string {
	return []string{"Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"}
}

// encode is base64 with CloudFront's own alphabet, which is not that of RFC
// 4648 section 5: "+" becomes "-", "=" becomes "_" and "/" becomes "~".
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-linux-openssl.html
func encode(data []byte) string {
	text := []byte(base64.StdEncoding.EncodeToString(data))
	for i, c := range text {
		switch c {
		case '+':
			text[i] = '-'
		case '=':
			text[i] = '_'
		case '/':
			text[i] = '~'
		}
	}
	return string(text)
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
