package check

import (
	"context"
	"net/http"
	"time"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
)

// invalidToken is the one error_code of IVS that is known from a capture:
// https://github.com/aws-samples/amazon-ivs-player-web-sample/issues/65
const invalidToken = "invalid_playback_auth_token"

func liveRefuseChecks() []Check {
	return []Check{
		{ID: "live.refuse.no-token", Rule: ruleChannels,
			Proves: "Every channel refuses a viewer without a token.",
			run:    tokenRefused(everyChannel, noToken, deniedByIVS(invalidToken))},
		{ID: "live.refuse.garbage-token", Rule: ruleToken,
			Proves: "Text that is no token is refused.",
			run:    tokenRefused(firstChannel, garbageToken, deniedByIVS(invalidToken))},
		{ID: "live.refuse.expired", Rule: ruleToken,
			Proves: "A token that has expired is refused.",
			run:    tokenRefused(firstChannel, expiredToken, deniedByIVS())},
		{ID: "live.refuse.other-channel", Rule: ruleToken,
			Proves: "A token for another channel is refused.",
			run:    tokenRefused(firstChannel, otherChannelsToken, deniedByIVS())},
		{ID: "live.refuse.wrong-key", Rule: ruleToken,
			Proves: "A token signed by another private key is refused.",
			run:    tokenRefused(firstChannel, wrongKeyToken, deniedByIVS())},
		{ID: "live.refuse.tampered", Rule: ruleToken,
			Proves: "A token whose expiry was moved after signing is refused.",
			run:    tokenRefused(firstChannel, tamperedToken, deniedByIVS())},
		{ID: "live.refuse.alg-none", Rule: ruleJWT,
			Proves: "A token that says it needs no signature is refused.",
			run:    tokenRefused(firstChannel, algNoneToken, deniedByIVS())},
		{ID: "live.refuse.hs256-public-key", Rule: ruleJWT,
			Proves: "A token signed with the public key as a shared secret is refused.",
			run:    tokenRefused(firstChannel, hs256Token, deniedByIVS())},
		{ID: "live.refuse.origin-mismatch", Rule: ruleToken,
			Proves: "A token for one page's origin is refused on a page of another.",
			run:    tokenRefused(firstChannel, otherPage, deniedByIVS())},
		{ID: "live.refuse.strict-no-origin", Rule: ruleToken,
			Proves: "A token with strict origin enforcement is refused to a client that sends no Origin.",
			run:    tokenRefused(firstChannel, strictWithoutOrigin, deniedByIVS())},
	}
}

// tokenForgery makes a wrong request to a channel.
type tokenForgery func(ctx context.Context, s *session, ch outputs.Channel) (*http.Request, error)

func everyChannel(channels []outputs.Channel) []outputs.Channel { return channels }
func firstChannel(channels []outputs.Channel) []outputs.Channel { return channels[:1] }

// tokenRefused demands that a good token is accepted and, right after it, the
// wrong request refused. A 404 to the good token is an idle channel and counts as
// accepted, since a bad token should get 403 all the same; whether IVS looks at the
// token first is not documented, so a 404 to both proves nothing.
func tokenRefused(which func([]outputs.Channel) []outputs.Channel, bad tokenForgery, want refusal) func(context.Context, *session) error {
	return tokenJudged(which, bad, want.check)
}

// tokenJudged does the same with a judge of the answer to the wrong request.
func tokenJudged(which func([]outputs.Channel) []outputs.Channel, bad tokenForgery, judge func(*exchange) error) func(context.Context, *session) error {
	return func(ctx context.Context, s *session) error {
		channels, err := s.channels()
		if err != nil {
			return err
		}
		for _, ch := range which(channels) {
			idle, err := s.accepted(ctx, ch, "")
			if err != nil {
				return err
			}
			req, err := bad(ctx, s, ch)
			if err != nil {
				return err
			}
			x, err := s.do(req)
			if err != nil {
				return err
			}
			if idle && x.status == http.StatusNotFound {
				return skip("channel %q is idle, and answers 404 before it looks at a token; start a stream and run again", ch.Name)
			}
			if err := judge(x); err != nil {
				return err
			}
		}
		return nil
	}
}

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
	stranger, err := signer.NewIVS(key)
	if err != nil {
		return nil, err
	}
	token, err := stranger.Token(ctx, signer.PlaybackToken{ChannelARN: ch.ARN, Expires: s.Now().Add(tokenLifetime)})
	if err != nil {
		return nil, err
	}
	return withToken(ctx, ch, token, "")
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
