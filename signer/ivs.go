package signer

import (
	"context"
	"crypto"
	"fmt"

	"github.com/golang-jwt/jwt/v5"
)

// maxToken is IVS's limit for a token in bytes.
//
// https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/service-quotas.html
const maxToken = 2048

// IVS signs playback tokens with one key. It is safe for concurrent use if its
// key is; the keys of crypto/ecdsa are.
type IVS struct {
	key crypto.Signer
}

// NewIVS returns a signer of tokens for the channels of the account and region
// that hold the public half of key. The key is ECDSA P-384, else the error is
// an [ErrKeyKind]; it may be any [crypto.Signer] and is signed with through
// [crypto.SignMessage].
func NewIVS(key crypto.Signer) (*IVS, error) {
	if err := checkPlaybackKey(key); err != nil {
		return nil, fmt.Errorf("making IVS signer: %w", err)
	}
	return &IVS{key: key}, nil
}

// Token returns t as a signed token, the value of the playback URL's token
// parameter. It applies every rule that needs no clock; [PlaybackToken.Check]
// applies the others.
//
// Errors: [ErrInvalidToken], [ErrTooLong], the context's error, or what the
// key returned.
func (s *IVS) Token(ctx context.Context, t PlaybackToken) (string, error) {
	if err := t.check(); err != nil {
		return "", fmt.Errorf("signing token: %w: %w", ErrInvalidToken, err)
	}
	if err := ctx.Err(); err != nil {
		return "", fmt.Errorf("signing token: %w", err)
	}
	token, err := jwt.NewWithClaims(es384{}, t.claims()).SignedString(s.key)
	if err != nil {
		return "", fmt.Errorf("signing token: %w", err)
	}
	if len(token) > maxToken {
		return "", fmt.Errorf("signing token: %w: it comes to %d bytes, IVS takes %d; allow fewer origins", ErrTooLong, len(token), maxToken)
	}
	return token, nil
}
