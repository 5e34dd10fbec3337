package signer

import "errors"

// The classes of refusal that a caller may branch on with [errors.Is]. The
// error returned reads "class: detail"; the detail is for people and may
// change. No error holds key material, a signature, a token, or the query of a
// URL.
var (
	// ErrKeyFormat: the bytes are not one readable PEM key: no PEM at all, a
	// damaged or encrypted one, or several keys.
	ErrKeyFormat = errors.New("unreadable key")
	// ErrKeyKind: no key, one of the wrong kind, size or curve for its purpose,
	// one whose halves do not belong together, or a public key or certificate
	// where a private key belongs.
	ErrKeyKind = errors.New("wrong kind of key")
	// ErrKeyMismatch: the private key belongs to none of the public keys.
	ErrKeyMismatch = errors.New("key mismatch")
	// ErrNoKey: a key set holds no private key of the role asked for.
	ErrNoKey = errors.New("no private key")
	// ErrKeyPairID: the id cannot be that of a CloudFront public key.
	ErrKeyPairID = errors.New("invalid key pair id")
	// ErrHash: a hash that CloudFront does not take, or SHA-1 in a process that
	// runs in FIPS-only mode.
	ErrHash = errors.New("unusable hash")
	// ErrInvalidURL: not a URL, or one that no browser requests or CloudFront
	// documents no meaning for.
	ErrInvalidURL = errors.New("invalid URL")
	// ErrURLForm: a URL that browsers request in another form than it has;
	// [RequestURL] returns that form, and the error names what differs.
	ErrURLForm = errors.New("URL not in the form that is requested")
	// ErrObjectKey: the key of a playlist in a bucket that is no [Asset]'s.
	ErrObjectKey = errors.New("unsuitable object key")
	// ErrReservedParameter: the URL already has a query parameter that the
	// signature needs for itself.
	ErrReservedParameter = errors.New("reserved query parameter")
	// ErrWildcard: a "*" under a canned policy, which takes literal URLs only.
	ErrWildcard = errors.New("wildcard in a canned policy")
	// ErrInvalidPolicy: a policy, or the expiry of a canned one, that
	// CloudFront would refuse or misread.
	ErrInvalidPolicy = errors.New("invalid policy")
	// ErrNotCovered: the policy of a [Grant] does not reach the URL.
	ErrNotCovered = errors.New("URL not covered by the policy")
	// ErrInvalidCookie: cookies that browsers refuse, or never send to the URL.
	ErrInvalidCookie = errors.New("invalid cookie attributes")
	// ErrInvalidToken: an IVS token, or the claims for one, that IVS would
	// refuse. Behind it is a [*TokenError] when it is about claims.
	ErrInvalidToken = errors.New("invalid playback token")
	// ErrTooLong: a URL over 8,192 bytes, signed or before, a cookie over 4,096,
	// or a token over 2,048.
	ErrTooLong = errors.New("too long")
)
