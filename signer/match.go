package signer

import (
	"crypto"
	"fmt"
	"strings"

	"privateplayback/infra/outputs"
)

// MatchPublicKey proves that key is the private half of publicPEM, an SPKI
// PEM. Another key is an [ErrKeyMismatch]; a PEM that is not a public key an
// [ErrKeyFormat] or [ErrKeyKind].
func MatchPublicKey(key crypto.Signer, publicPEM string) error {
	public, err := ParsePublicKey([]byte(publicPEM))
	if err != nil {
		return err
	}
	if !matches(key, public) {
		return fmt.Errorf("%w: the private key does not belong to the public key; pass the private key that was made with it", ErrKeyMismatch)
	}
	return nil
}

// SigningKeyID returns the id of the stack's CloudFront public key that key is
// the private half of, whatever its role: a retiring key still signs as long
// as it is in the key group. A key that belongs to none of them is an
// [ErrKeyMismatch], so a caller learns before the first request what would be
// a bare 403 after it.
func SigningKeyID(keys []outputs.SigningKey, key crypto.Signer) (KeyPairID, error) {
	if err := checkSigningKey(key); err != nil {
		return "", err
	}
	known := make([]string, 0, len(keys))
	for _, k := range keys {
		public, err := ParsePublicKey([]byte(k.PublicKey))
		if err != nil {
			return "", fmt.Errorf("signing key %q of the stack: %w", k.ID, err)
		}
		if matches(key, public) {
			return KeyPairID(k.ID), nil
		}
		known = append(known, fmt.Sprintf("%s (%s)", k.ID, k.Role))
	}
	return "", noMatch("signing", known)
}

// CheckPlaybackKey proves that key is the private half of one of the stack's
// IVS playback keys. A key that belongs to none of them is an
// [ErrKeyMismatch]. A token names no key, so there is no id to return.
func CheckPlaybackKey(keys []outputs.PlaybackKey, key crypto.Signer) error {
	if err := checkPlaybackKey(key); err != nil {
		return err
	}
	known := make([]string, 0, len(keys))
	for _, k := range keys {
		public, err := ParsePublicKey([]byte(k.PublicKey))
		if err != nil {
			return fmt.Errorf("playback key %q of the stack: %w", k.ARN, err)
		}
		if matches(key, public) {
			return nil
		}
		known = append(known, fmt.Sprintf("%s (%s)", k.ARN, k.Role))
	}
	return noMatch("playback", known)
}

func noMatch(kind string, known []string) error {
	if len(known) == 0 {
		return fmt.Errorf("%w: the stack has no %s keys; add one to its configuration and deploy", ErrKeyMismatch, kind)
	}
	return fmt.Errorf("%w: the private key belongs to none of the stack's %s keys, %s; pass the private key of one of them", ErrKeyMismatch, kind, strings.Join(known, ", "))
}

func matches(key crypto.Signer, public crypto.PublicKey) bool {
	if key == nil {
		return false
	}
	own, ok := key.Public().(interface{ Equal(crypto.PublicKey) bool })
	return ok && own.Equal(public)
}
