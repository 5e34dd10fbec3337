package check

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"fmt"
	"strings"

	"privateplayback/signer"
)

// publicKind is a kind of public key that a service takes.
type publicKind struct {
	title string
	is    func(crypto.PublicKey) bool
}

var (
	signingKind = publicKind{"RSA 2048 or ECDSA P-256", func(key crypto.PublicKey) bool {
		k, ok := key.(*rsa.PublicKey)
		return ok && k.N.BitLen() == 2048 || onCurve(key, elliptic.P256())
	}}
	playbackKind = publicKind{"ECDSA P-384", func(key crypto.PublicKey) bool { return onCurve(key, elliptic.P384()) }}
)

func onCurve(key crypto.PublicKey, curve elliptic.Curve) bool {
	k, ok := key.(*ecdsa.PublicKey)
	return ok && k.Curve == curve
}

// publicKeysFit looks at what Parse of the outputs does not.
func publicKeysFit(_ context.Context, s *session) error {
	seen := map[string]string{}
	for i, k := range s.Stack.SigningKeys {
		if err := keyFits(seen, fmt.Sprintf("signingKeys[%d]", i), k.ID, k.PublicKey, signingKind); err != nil {
			return err
		}
	}
	for i, k := range s.Stack.PlaybackKeys {
		if err := keyFits(seen, fmt.Sprintf("playbackKeys[%d]", i), k.ARN, k.PublicKey, playbackKind); err != nil {
			return err
		}
	}
	return nil
}

// keyFits wants a key of a kind that its service takes, under an id of its own and
// with bytes of its own.
func keyFits(seen map[string]string, name, id, publicPEM string, kind publicKind) error {
	key, err := signer.ParsePublicKey([]byte(publicPEM))
	switch {
	case err != nil:
		return contractFailure("a public key in "+name, err.Error())
	case !kind.is(key):
		return contractFailure(name+" of "+kind.title, fmt.Sprintf("a %T of another kind", key))
	}
	for _, what := range []string{id, strings.TrimSpace(publicPEM)} {
		if other := seen[what]; other != "" {
			return contractFailure("a key of its own in "+name, "the id or the public key of "+other)
		}
		seen[what] = name
	}
	return nil
}
