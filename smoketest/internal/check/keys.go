package check

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
	"privateplayback/smoketest/internal/cause"
)

func keysChecks() []Check {
	content, dropped := []Need{NeedContent}, []Need{NeedContent, NeedOldKey}
	return slices.Concat([]Check{
		{ID: "keys.outputs", Rule: ruleTrustedKeys,
			Proves: "Every public key in the outputs is of a kind that its service takes, and none is there twice.",
			run:    publicKeysFit},
		{ID: "keys.current", Rule: ruleRotation, Needs: content,
			Proves: "The current signing key opens the content, by URL and by cookies.",
			run:    atObject(roleOpens(outputs.Current))},
		{ID: "keys.next", Rule: ruleRotation, Needs: content,
			Proves: "A signing key that will be current next opens the content already, by URL and by cookies.",
			run:    atObject(roleOpens(outputs.Next))},
		{ID: "keys.retiring", Rule: ruleRotation, Needs: content,
			Proves: "A retiring signing key opens the content still, by URL and by cookies.",
			run:    atObject(roleOpens(outputs.Retiring))},
		{ID: "keys.dropped", Rule: ruleRotation, Needs: dropped, Harm: Exposes,
			Proves: "A signing key that was dropped from the stack opens nothing any more.",
			run:    droppedRefused},
	}, kindChecks(), liveKeysChecks())
}

// kindChecks are one check for each kind of signature that CloudFront takes.
func kindChecks() []Check {
	checks := []Check{}
	for _, kind := range []keyKind{rsaKey, ecdsaKey} {
		for _, hash := range []crypto.Hash{crypto.SHA1, crypto.SHA256} {
			name, rule := "sha1", ruleTrustedKeys
			if hash == crypto.SHA256 {
				name, rule = "sha256", ruleHash
			}
			id, title := "keys."+kind.id+"-"+name, kind.title+" key with "+hash.String()
			checks = append(checks,
				Check{ID: id + "-url", Rule: rule, Needs: []Need{NeedContent},
					Proves: "A URL that is signed by an " + title + " opens the content.",
					run:    atObject(kindOpens(kind, hash, urlBy))},
				Check{ID: id + "-cookies", Rule: rule, Needs: []Need{NeedContent},
					Proves: "Cookies that are signed by an " + title + " open the content.",
					run:    atObject(kindOpens(kind, hash, cookiesBy))})
		}
	}
	return checks
}

// keyKind is a kind of key that CloudFront takes.
type keyKind struct {
	id    string // in the ids of checks
	title string
	is    func(crypto.PublicKey) bool
}

var (
	rsaKey   = keyKind{"rsa", "RSA", func(k crypto.PublicKey) bool { _, ok := k.(*rsa.PublicKey); return ok }}
	ecdsaKey = keyKind{"ecdsa", "ECDSA", func(k crypto.PublicKey) bool { _, ok := k.(*ecdsa.PublicKey); return ok }}
)

// heldKey is a private key that was given, and what the outputs call it.
type heldKey struct {
	id   signer.KeyPairID // empty for playback keys, which tokens do not name
	role outputs.Role
	key  crypto.Signer
}

// signingKeys are the signing keys that were given and are the stack's; the first
// signs all other requests.
func (s *session) signingKeys() []heldKey {
	held := []heldKey{}
	for _, key := range slices.Concat([]crypto.Signer{s.SigningKey}, s.MoreSigningKeys) {
		for _, k := range s.Stack.SigningKeys {
			if signer.MatchPublicKey(key, k.PublicKey) == nil {
				held = append(held, heldKey{signer.KeyPairID(k.ID), k.Role, key})
			}
		}
	}
	return held
}

// inRole are the keys of a role, or a skip that says why there are none.
func inRole(held []heldKey, declared []outputs.Role, role outputs.Role) ([]heldKey, error) {
	keys := slices.DeleteFunc(held, func(k heldKey) bool { return k.role != role })
	switch {
	case len(keys) > 0:
		return keys, nil
	case !slices.Contains(declared, role):
		return nil, skip("the stack has no key in the role %s", role)
	}
	return nil, skip("no private key of the stack in the role %s was given", role)
}

func (s *session) signingRoles() []outputs.Role {
	roles := []outputs.Role{}
	for _, k := range s.Stack.SigningKeys {
		roles = append(roles, k.Role)
	}
	return roles
}

func roleOpens(role outputs.Role) func(context.Context, *session, *url.URL) error {
	return func(ctx context.Context, s *session, u *url.URL) error {
		keys, err := inRole(s.signingKeys(), s.signingRoles(), role)
		if err != nil {
			return err
		}
		for _, k := range keys {
			cf, err := signer.NewCloudFront(k.id, k.key)
			if err != nil {
				return err
			}
			for _, by := range []signedAs{urlBy, cookiesBy} {
				if err := openedAt(by(cf))(ctx, s, u); err != nil {
					return err
				}
			}
		}
		return nil
	}
}

// signedAs signs in one of the two ways in which a signature travels.
type signedAs func(*signer.CloudFront) forgery

func urlBy(cf *signer.CloudFront) forgery {
	return func(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
		return signedBy(ctx, cf, u, s.Now().Add(lifetime))
	}
}

func cookiesBy(cf *signer.CloudFront) forgery {
	return func(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
		jar, err := jarOf(ctx, cf, s.folderPolicy(u))
		if err != nil {
			return nil, err
		}
		return s.cookies(jar)(ctx, u)
	}
}

// kindOpens signs with the first key of a kind that was given.
func kindOpens(kind keyKind, hash crypto.Hash, by signedAs) func(context.Context, *session, *url.URL) error {
	return func(ctx context.Context, s *session, u *url.URL) error {
		for _, k := range s.signingKeys() {
			if !kind.is(k.key.Public()) {
				continue
			}
			cf, err := signer.NewCloudFront(k.id, k.key, signer.WithHash(hash))
			if err != nil {
				return err
			}
			return openedAt(by(cf))(ctx, s, u)
		}
		return skip("no private key of the stack that was given is an %s key", kind.title)
	}
}

func droppedRefused(ctx context.Context, s *session) error {
	old := s.OldSigningKey
	if old == nil {
		return skip("no signing key that was dropped from the stack was given")
	}
	cf, err := signer.NewCloudFront(old.ID, old.Key)
	if err != nil {
		return err
	}
	return atObject(judgedAt(signedURL, urlBy(cf), func(x *exchange) error {
		return playsStill(x, denied("InvalidKey").check(x), "key-dropped-plays")
	}))(ctx, s)
}

// playsStill gives a failure to refuse a dropped key a cause of its own.
func playsStill(x *exchange, err error, id cause.ID) error {
	var f *Failure
	if errors.As(err, &f) && x.answer().layer == content && x.interposed() == "" {
		f.Cause = id
	}
	return err
}
