package check

import (
	"context"
	"net/http"
	"time"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
)

func noToken(ctx context.Context, _ *session, ch outputs.Channel) (*http.Request, error) {
	return newRequest(ctx, http.MethodGet, ch.PlaybackURL)
}

func garbageToken(ctx context.Context, _ *session, ch outputs.Channel) (*http.Request, error) {
	return withToken(ctx, ch, "garbage", "")
}

// claimed requests ch with a well-signed token of the given claims.
func (s *session) claimed(ctx context.Context, ch outputs.Channel, claims signer.PlaybackToken, origin string) (*http.Request, error) {
	token, err := s.ivs.Token(ctx, claims)
	if err != nil {
		return nil, err
	}
	return withToken(ctx, ch, token, origin)
}

func expiredToken(ctx context.Context, s *session, ch outputs.Channel) (*http.Request, error) {
	return s.claimed(ctx, ch, signer.PlaybackToken{ChannelARN: ch.ARN, Expires: s.Now().Add(-time.Hour)}, "")
}

func otherChannelsToken(ctx context.Context, s *session, ch outputs.Channel) (*http.Request, error) {
	return s.claimed(ctx, ch, signer.PlaybackToken{ChannelARN: otherChannelARN(ch.ARN), Expires: s.Now().Add(tokenLifetime)}, "")
}

func otherPage(ctx context.Context, s *session, ch outputs.Channel) (*http.Request, error) {
	return s.claimed(ctx, ch, signer.PlaybackToken{ChannelARN: ch.ARN, Expires: s.Now().Add(tokenLifetime),
		AllowOrigins: []string{pageOrigin}}, otherPageOrigin)
}

func strictWithoutOrigin(ctx context.Context, s *session, ch outputs.Channel) (*http.Request, error) {
	return s.claimed(ctx, ch, signer.PlaybackToken{ChannelARN: ch.ARN, Expires: s.Now().Add(tokenLifetime),
		AllowOrigins: []string{pageOrigin}, StrictOrigin: true}, "")
}

func wrongKeyToken(ctx context.Context, s *session, ch outputs.Channel) (*http.Request, error) {
	key, err := signer.GeneratePlaybackKey()
	if err != nil {
		return nil, err
	}
	return tokenOf(key)(ctx, s, ch)
}

// retold requests ch with a good token that forge has changed.
func (s *session) retold(ctx context.Context, ch outputs.Channel, forge func(token string) (string, error)) (*http.Request, error) {
	token, err := s.goodToken(ctx, ch, "")
	if err != nil {
		return nil, err
	}
	forged, err := forge(token)
	if err != nil {
		return nil, err
	}
	return withToken(ctx, ch, forged, "")
}

func tamperedToken(ctx context.Context, s *session, ch outputs.Channel) (*http.Request, error) {
	return s.retold(ctx, ch, extendedToken)
}

func algNoneToken(ctx context.Context, s *session, ch outputs.Channel) (*http.Request, error) {
	return s.retold(ctx, ch, func(token string) (string, error) { return unsignedToken(token), nil })
}

// hs256Token tries the public half of the key that the good tokens are signed
// with, in the very bytes that were imported.
func hs256Token(ctx context.Context, s *session, ch outputs.Channel) (*http.Request, error) {
	public := ""
	for _, k := range s.Stack.PlaybackKeys {
		if signer.MatchPublicKey(s.PlaybackKey, k.PublicKey) == nil {
			public = k.PublicKey
		}
	}
	return s.retold(ctx, ch, func(token string) (string, error) { return publicKeyToken(token, public), nil })
}
