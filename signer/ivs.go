package signer

import (
	"context"
	"crypto"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"
)

// maxToken is IVS's limit for a token in bytes.
//
// https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/service-quotas.html
const maxToken = 2048

// IVS signs playback tokens with one key, for any number of channels. It is
// safe for concurrent use if its key is; the keys of crypto/ecdsa are.
type IVS struct {
	key privateKey
}

// NewIVS returns a signer of tokens for the channels of the account and region
// that hold the public half of key. The key is ECDSA P-384, else the error is
// an [ErrKeyKind]; it may be any [crypto.Signer], signed with through
// [crypto.SignMessage], or a [RemoteKey].
func NewIVS(key crypto.Signer) (*IVS, error) {
	k, err := newPlaybackKey(key)
	if err != nil {
		return nil, fmt.Errorf("making IVS signer: %w", err)
	}
	return &IVS{key: k}, nil
}

// Remote reports whether the key is a [RemoteKey].
func (s *IVS) Remote() bool { return s.key.remote != nil }

// TokenAt is [IVS.Token] for a token that is used soon after now: it applies
// the rules that need a clock as well, by [PlaybackToken.Check]. Applications
// call this one.
//
// Errors: [ErrInvalidToken] with a [*TokenError] behind it, [ErrTooLong], the
// context's error, or what the key returned.
func (s *IVS) TokenAt(ctx context.Context, now time.Time, t PlaybackToken) (string, error) {
	if err := problems(t.problemsAt(now)); err != nil {
		return "", fmt.Errorf("signing token: %w", err)
	}
	return s.Token(ctx, t)
}

// TokensAt returns a token for each of the channels, in their order, that
// otherwise grants what t does; t.ChannelARN is left unread. Since a SingleUseID
// dies with its first use, t has none. Errors are those of [IVS.TokenAt].
func (s *IVS) TokensAt(ctx context.Context, now time.Time, t PlaybackToken, channelARNs ...string) ([]string, error) {
	if t.SingleUseID != "" && len(channelARNs) > 1 {
		return nil, fmt.Errorf("signing tokens: %w", problems([]string{"SingleUseID for several channels; sign a token for each"}))
	}
	tokens := make([]string, len(channelARNs))
	for i, arn := range channelARNs {
		var err error
		t.ChannelARN = arn
		if tokens[i], err = s.TokenAt(ctx, now, t); err != nil {
			return nil, err
		}
	}
	return tokens, nil
}

// Token returns t as a signed token, the value of the playback URL's token
// parameter. It applies every rule that needs no clock, and so makes tokens
// that have expired or live too long, which tests of refusal need;
// [IVS.TokenAt] makes those that play.
//
// Errors are those of [IVS.TokenAt].
func (s *IVS) Token(ctx context.Context, t PlaybackToken) (string, error) {
	if err := problems(t.problems()); err != nil {
		return "", fmt.Errorf("signing token: %w", err)
	}
	payload, err := json.Marshal(t.claims())
	if err != nil {
		return "", fmt.Errorf("signing token: %w: encoding claims", ErrInvalidToken)
	}
	buf := make([]byte, 0, base64.RawURLEncoding.EncodedLen(len(payload))+len(jwtHeader)+2+signatureWidth)
	buf = append(append(buf, jwtHeader...), '.')
	buf = base64.RawURLEncoding.AppendEncode(buf, payload)
	if n := len(buf) + 1 + signatureWidth; n > maxToken {
		return "", fmt.Errorf("signing token: %w: it comes to %d bytes, IVS takes %d; allow fewer origins", ErrTooLong, n, maxToken)
	}
	der, err := s.key.sign(ctx, buf, crypto.SHA384)
	if err != nil {
		return "", fmt.Errorf("signing token: %w", err)
	}
	signature, err := fixedWidth(der)
	if err != nil {
		return "", fmt.Errorf("signing token: %w", err)
	}
	return string(base64.RawURLEncoding.AppendEncode(append(buf, '.'), signature)), nil
}
