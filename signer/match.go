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
// a bare 403 after it. [NewSigningKeys] does the same for several keys.
func SigningKeyID(keys []outputs.SigningKey, key crypto.Signer) (KeyPairID, error) {
	if _, err := newSigningKey(key); err != nil {
		return "", err
	}
	i, err := find("signing", signingKeys(keys), key)
	if err != nil {
		return "", err
	}
	return KeyPairID(keys[i].ID), nil
}

// CheckPlaybackKey proves that key is the private half of one of the stack's
// IVS playback keys. A key that belongs to none of them is an
// [ErrKeyMismatch]. A token names no key, so there is no id to return.
// [NewPlaybackKeys] does the same for several keys.
func CheckPlaybackKey(keys []outputs.PlaybackKey, key crypto.Signer) error {
	if _, err := newPlaybackKey(key); err != nil {
		return err
	}
	_, err := find("playback", playbackKeys(keys), key)
	return err
}

// published is what the keys of both services have in common in the outputs.
type published struct {
	name string // id or ARN
	role outputs.Role
	pem  string
}

func signingKeys(keys []outputs.SigningKey) []published {
	list := make([]published, len(keys))
	for i, k := range keys {
		list[i] = published{k.ID, k.Role, k.PublicKey}
	}
	return list
}

func playbackKeys(keys []outputs.PlaybackKey) []published {
	list := make([]published, len(keys))
	for i, k := range keys {
		list[i] = published{k.ARN, k.Role, k.PublicKey}
	}
	return list
}

// find returns the index of the public key that key is the private half of.
// service is "signing" or "playback".
func find(service string, keys []published, key crypto.Signer) (int, error) {
	if len(keys) == 0 {
		return 0, fmt.Errorf("%w: the stack has no %s keys; add one to its configuration and deploy", ErrKeyMismatch, service)
	}
	known := make([]string, 0, len(keys))
	for i, k := range keys {
		public, err := ParsePublicKey([]byte(k.pem))
		if err != nil {
			return 0, fmt.Errorf("%s key %q of the stack: %w", service, k.name, err)
		}
		if matches(key, public) {
			return i, nil
		}
		known = append(known, fmt.Sprintf("%s (%s)", k.name, k.role))
	}
	return 0, fmt.Errorf("%w: the private key belongs to none of the stack's %s keys, %s; pass the private key of one of them", ErrKeyMismatch, service, strings.Join(known, ", "))
}

func matches(key crypto.Signer, public crypto.PublicKey) bool {
	if isNil(key) {
		return false
	}
	own, ok := publicHalf(key).(interface{ Equal(crypto.PublicKey) bool })
	return ok && checkUsable(own) == nil && own.Equal(public)
}
