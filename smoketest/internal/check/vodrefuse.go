package check

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"privateplayback/signer"
)

// signatureCodes are the codes of CloudFront's signature check. They are
// accepted together where AWS does not document which one answers.
var signatureCodes = []string{"MissingKey", "InvalidKey", "MalformedSignature", "MalformedPolicy", "AccessDenied"}

func vodRefuseChecks() []Check {
	accessDenied := denied("AccessDenied")
	return slices.Concat([]Check{
		{ID: "vod.refuse.unsigned", Rule: ruleSignatureCode,
			Proves: "A URL without a signature is refused.",
			run:    refused(signedURL, unsigned, denied("MissingKey"))},
		{ID: "vod.refuse.unsigned-parts", Rule: rulePrecedence,
			Proves: "Child playlists, segments, keys and initialization sections are refused without a signature too.",
			run:    partsRefused},
		{ID: "vod.refuse.expired", Rule: ruleExpiry,
			Proves: "A signed URL that has expired is refused.",
			run:    refused(signedURL, expiredURL, accessDenied)},
		{ID: "vod.refuse.expired-cookies", Rule: ruleExpiry,
			Proves: "Signed cookies whose policy has expired are refused.",
			run:    refused(grantedCookies, expiredCookies, accessDenied)},
		{ID: "vod.refuse.not-yet-valid", Rule: ruleCustomURL,
			Proves: "A policy that starts in an hour is refused now.",
			run:    refused(startedPolicy, futurePolicy, accessDenied)},
		{ID: "vod.refuse.tampered-signature", Rule: ruleSignatureCode,
			Proves: "A signature with one changed character is refused.",
			run: refused(signedURL, altered(func(u *url.URL) *url.URL {
				return withParam(u, "Signature", flip)
			}), accessDenied)},
		{ID: "vod.refuse.tampered-expiry", Rule: ruleCannedURL,
			Proves: "A signed URL whose expiry was moved is refused.",
			run: refused(signedURL, altered(func(u *url.URL) *url.URL {
				return withParam(u, "Expires", later)
			}), accessDenied)},
		{ID: "vod.refuse.other-path", Rule: ruleCannedURL,
			Proves: "A signature made for another object does not open this one.",
			run:    refused(signedURL, otherObjectsSignature, accessDenied)},
		{ID: "vod.refuse.outside-prefix", Rule: ruleCustomURL,
			Proves: "A wildcard policy for one folder does not open another.",
			run:    refused(grantedURL, otherFoldersPolicy, accessDenied)},
		{ID: "vod.refuse.foreign-cookies", Rule: ruleCustomCookie,
			Proves: "Cookies for one folder do not open another.",
			run:    refused(grantedCookies, otherFoldersCookies, accessDenied)},
		{ID: "vod.refuse.unknown-key-id", Rule: ruleSignatureCode,
			Proves: "A good signature under a key id that the key group lacks is refused.",
			run:    refused(signedURL, unknownKeyID, denied("InvalidKey"))},
		{ID: "vod.refuse.outside-group", Rule: ruleTrustedKeys,
			Proves: "A signature by a stranger's key under an id that the key group lacks is refused: no key is looked up elsewhere.",
			run:    refused(signedURL, strangersURL, denied("InvalidKey"))},
		{ID: "vod.refuse.wrong-key", Rule: ruleTrustedKeys,
			Proves: "A signature by another private key under the stack's key id is refused.",
			run:    refused(signedURL, wrongKeyURL, accessDenied)},
		{ID: "vod.refuse.wrong-hash", Rule: ruleHash,
			Proves: "A signature over SHA-256 that does not declare its hash is refused.",
			run:    refused(sha256URL, undeclaredHash, accessDenied)},
		{ID: "vod.refuse.wrong-ip", Rule: ruleCustomURL,
			Proves: "A policy for another IP address is refused.",
			run:    refused(grantedURL, otherAddress, accessDenied)},
		{ID: "vod.refuse.query-added", Rule: ruleCannedURL,
			Proves: "A query parameter added after signing is refused.",
			run: refused(signedURL, altered(func(u *url.URL) *url.URL {
				return withParam(u, "added", set("1"))
			}), accessDenied)},
		{ID: "vod.refuse.stray-expires", Rule: rulePrecedence,
			Proves: "A stray Expires parameter makes CloudFront ignore valid cookies.",
			run:    refused(grantedCookies, strayExpires, denied(signatureCodes...))},
		{ID: "vod.refuse.no-key-id", Rule: ruleSignatureCode,
			Proves: "A signed URL without its Key-Pair-Id is refused.",
			run: refused(signedURL, altered(func(u *url.URL) *url.URL {
				return withoutParam(u, "Key-Pair-Id")
			}), denied("MissingKey"))},
		{ID: "vod.refuse.malformed-signature", Rule: ruleSignatureCode,
			Proves: "A signature that cannot be decoded is refused.",
			run: refused(signedURL, altered(func(u *url.URL) *url.URL {
				return withParam(u, "Signature", set("!"))
			}), denied("MalformedSignature", "AccessDenied"))},
		{ID: "vod.refuse.malformed-policy", Rule: ruleSignatureCode,
			Proves: "A policy that cannot be decoded is refused.",
			run:    refused(grantedURL, malformedPolicy, denied("MalformedPolicy", "AccessDenied"))},
	}, vodForgedChecks(), vodTimedChecks())
}

// refused demands that good answers 200 and, right after it, bad the refusal.
func refused(good, bad forgery, want refusal) func(context.Context, *session) error {
	return atObject(refusedAt(good, bad, want))
}

// refusedAt does the same at a given URL.
func refusedAt(good, bad forgery, want refusal) func(context.Context, *session, *url.URL) error {
	return judgedAt(good, bad, want.check)
}

// atObject tries something on the playlist that the VOD checks share.
func atObject(try func(context.Context, *session, *url.URL) error) func(context.Context, *session) error {
	return func(ctx context.Context, s *session) error {
		u, err := s.object()
		if err != nil {
			return err
		}
		return try(ctx, s, u)
	}
}

// judgedAt demands that good answers 200 and, right after it, judges the answer to
// odd.
func judgedAt(good, odd forgery, judge func(*exchange) error) func(context.Context, *session, *url.URL) error {
	return func(ctx context.Context, s *session, u *url.URL) error {
		if _, err := s.control(ctx, u, func(ctx context.Context, u *url.URL) (*http.Request, error) { return good(ctx, s, u) }); err != nil {
			return err
		}
		req, err := odd(ctx, s, u)
		if err != nil {
			return err
		}
		x, err := s.do(req)
		if err != nil {
			return err
		}
		return judge(x)
	}
}

// The right ways, which are the controls.

func signedURL(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	return s.canned(ctx, u)
}

func grantedURL(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	open, err := s.grant(ctx, s.folderPolicy(u))
	if err != nil {
		return nil, err
	}
	return open(ctx, u)
}

func grantedCookies(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	open, err := s.grantCookies(ctx, s.folderPolicy(u))
	if err != nil {
		return nil, err
	}
	return open(ctx, u)
}

// The wrong ways.

func unsigned(ctx context.Context, _ *session, u *url.URL) (*http.Request, error) {
	return plain(ctx, u)
}

func expiredURL(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	return signedBy(ctx, s.cloudfront, u, s.Now().Add(-time.Hour))
}

func expiredCookies(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	open, err := s.grantCookies(ctx, signer.Policy{Resource: folder(u), Expires: s.Now().Add(-time.Hour)})
	if err != nil {
		return nil, err
	}
	return open(ctx, u)
}

func futurePolicy(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	open, err := s.grant(ctx, signer.Policy{Resource: folder(u), NotBefore: s.Now().Add(time.Hour), Expires: s.Now().Add(2 * time.Hour)})
	if err != nil {
		return nil, err
	}
	return open(ctx, u)
}

// elsewhere is an object that the stack need not have, outside u's folder.
func elsewhere(s *session) *url.URL {
	return s.objectURL("smoketest-elsewhere/index.m3u8")
}

// otherObjectsSignature puts a good signature for another URL on u.
func otherObjectsSignature(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	req, err := s.canned(ctx, elsewhere(s))
	if err != nil {
		return nil, err
	}
	return plain(ctx, withQueryOf(u, req.URL))
}

// otherFoldersPolicy puts a good wildcard policy for another folder on u.
func otherFoldersPolicy(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	req, err := grantedURL(ctx, s, elsewhere(s))
	if err != nil {
		return nil, err
	}
	return plain(ctx, withQueryOf(u, req.URL))
}

func otherFoldersCookies(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	open, err := s.grantCookies(ctx, s.folderPolicy(elsewhere(s)))
	if err != nil {
		return nil, err
	}
	return open(ctx, u)
}

func withQueryOf(u, other *url.URL) *url.URL {
	changed := *u
	changed.RawQuery = other.RawQuery
	return &changed
}

// unknownKeyID keeps the signature and names a key that the stack lacks.
func unknownKeyID(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	id := string(unlistedKeyID(s.Stack.SigningKeys))
	return altered(func(u *url.URL) *url.URL { return withParam(u, "Key-Pair-Id", set(id)) })(ctx, s, u)
}

// strangersURL is signed by a fresh key under an id that the stack lacks.
func strangersURL(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	return s.signedByStranger(ctx, unlistedKeyID(s.Stack.SigningKeys), u)
}

// wrongKeyURL is signed by a fresh key under the stack's own id.
func wrongKeyURL(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	return s.signedByStranger(ctx, s.keyID, u)
}

func (s *session) signedByStranger(ctx context.Context, id signer.KeyPairID, u *url.URL) (*http.Request, error) {
	cf, err := s.stranger(id)
	if err != nil {
		return nil, err
	}
	return urlBy(cf)(ctx, s, u)
}

// stranger signs by a fresh key under an id.
func (s *session) stranger(id signer.KeyPairID) (*signer.CloudFront, error) {
	key, err := strangerKey(s.SigningKey)
	if err != nil {
		return nil, err
	}
	return signer.NewCloudFront(id, key)
}

func undeclaredHash(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	req, err := sha256URL(ctx, s, u)
	if err != nil {
		return nil, err
	}
	return plain(ctx, withoutParam(req.URL, "Hash-Algorithm"))
}

// otherAddress grants u to an address of the documentation range (RFC 5737),
// from which no request comes.
func otherAddress(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	policy := s.folderPolicy(u)
	policy.SourceIP = netip.MustParsePrefix("192.0.2.1/32")
	open, err := s.grant(ctx, policy)
	if err != nil {
		return nil, err
	}
	return open(ctx, u)
}

func strayExpires(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	req, err := grantedCookies(ctx, s, u)
	if err != nil {
		return nil, err
	}
	req.URL = withParam(req.URL, "Expires", set("1"))
	return req, nil
}

func malformedPolicy(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	req, err := grantedURL(ctx, s, u)
	if err != nil {
		return nil, err
	}
	return plain(ctx, withParam(req.URL, "Policy", set("!")))
}

// partsRefused plays every asset and then asks for its parts without a
// signature: a behavior without key groups for *.ts alone would show here. Of
// each playlist's segments the last one stands for all.
func partsRefused(ctx context.Context, s *session) error {
	entries, err := s.entries()
	if err != nil {
		return err
	}
	for _, entry := range entries {
		t, err := (&player{session: s, open: s.canned, tail: 1}).play(ctx, entry)
		if err != nil {
			return err
		}
		for _, v := range t.visits {
			if !s.ours(v.url) {
				continue
			}
			req, err := plain(ctx, v.url)
			if err != nil {
				return err
			}
			x, err := s.do(req)
			if err != nil {
				return err
			}
			if err := denied("MissingKey").check(x); err != nil {
				return err
			}
		}
	}
	return nil
}
