package signer

import (
	"crypto"
	"fmt"
	"slices"
	"strings"

	"privateplayback/infra/outputs"
)

// SigningKeys are the private keys that an application holds for CloudFront,
// each by its role in the stack's rotation. It is safe for concurrent use.
//
// A rotation needs no coordination with it: give the application the next key
// beside the current one before the roles change, and [SigningKeys.Signer] of
// [outputs.Current] follows the outputs.
type SigningKeys struct {
	set keySet[*CloudFront]
}

// NewSigningKeys proves that each private key belongs to one of the stack's
// public keys and makes a signer of each. Not every public key needs its
// private one.
//
// Errors: [ErrKeyMismatch] (a key that belongs to none, or none given),
// [ErrKeyKind], and those of [NewCloudFront].
func NewSigningKeys(stack []outputs.SigningKey, private []crypto.Signer, options ...Option) (*SigningKeys, error) {
	set, err := newKeySet("signing", signingKeys(stack), private, newSigningKey, func(k published, key crypto.Signer) (*CloudFront, error) {
		return NewCloudFront(KeyPairID(k.name), key, options...)
	})
	if err != nil {
		return nil, fmt.Errorf("making signing key set: %w", err)
	}
	return &SigningKeys{set}, nil
}

// Signer returns the signer of the given role, the first of the outputs' if
// there are several. Sign with that of [outputs.Current]; the others are there
// to be tried before a switch and after it. No private key of that role is an
// [ErrNoKey].
func (s *SigningKeys) Signer(role outputs.Role) (*CloudFront, error) { return s.set.byRole(role) }

// PlaybackKeys are the private keys that an application holds for Amazon IVS,
// as [SigningKeys] are those for CloudFront.
type PlaybackKeys struct {
	set keySet[*IVS]
}

// NewPlaybackKeys is [NewSigningKeys] for the keys of IVS.
func NewPlaybackKeys(stack []outputs.PlaybackKey, private []crypto.Signer) (*PlaybackKeys, error) {
	set, err := newKeySet("playback", playbackKeys(stack), private, newPlaybackKey, func(_ published, key crypto.Signer) (*IVS, error) {
		return NewIVS(key)
	})
	if err != nil {
		return nil, fmt.Errorf("making playback key set: %w", err)
	}
	return &PlaybackKeys{set}, nil
}

// Signer returns the signer of the given role, as [SigningKeys.Signer] does.
func (s *PlaybackKeys) Signer(role outputs.Role) (*IVS, error) { return s.set.byRole(role) }

// keySet holds signers in the order of the outputs.
type keySet[S any] []keyOfRole[S]

type keyOfRole[S any] struct {
	index  int // in the outputs
	role   outputs.Role
	signer S
}

func newKeySet[S any](
	service string, stack []published, private []crypto.Signer,
	check func(crypto.Signer) (privateKey, error), signer func(published, crypto.Signer) (S, error),
) (keySet[S], error) {
	if len(private) == 0 {
		return nil, fmt.Errorf("%w: no private keys given", ErrKeyMismatch)
	}
	var set keySet[S]
	for n, key := range private {
		if _, err := check(key); err != nil {
			return nil, fmt.Errorf("private key %d: %w", n+1, err)
		}
		i, err := find(service, stack, key)
		if err != nil {
			return nil, fmt.Errorf("private key %d: %w", n+1, err)
		}
		s, err := signer(stack[i], key)
		if err != nil {
			return nil, fmt.Errorf("private key %d: %w", n+1, err)
		}
		set = append(set, keyOfRole[S]{i, stack[i].role, s})
	}
	slices.SortStableFunc(set, func(a, b keyOfRole[S]) int { return a.index - b.index })
	return set, nil
}

func (s keySet[S]) byRole(role outputs.Role) (S, error) {
	var held []string
	for _, k := range s {
		if k.role == role {
			return k.signer, nil
		}
		held = append(held, string(k.role))
	}
	var none S
	if len(s) == 0 {
		return none, fmt.Errorf("%w: this set was not made by its constructor", ErrNoKey)
	}
	return none, fmt.Errorf("%w of role %q, only of %s; give the application the one that the outputs name", ErrNoKey, string(role), strings.Join(held, ", "))
}
