package check

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
)

func assumedLiveChecks() []Check {
	refusedToken := deniedByIVS(invalidToken)
	claim := func(name string, value func(*session) any) tokenForgery {
		return rawToken(func(s *session, _, claims map[string]any) { claims[name] = value(s) }, "")
	}
	return []Check{
		{ID: "assume.ivs.body-expired", Rule: ruleToken,
			Proves: "The refusal of an expired token has the body of a missing one.",
			run:    tokenRefused(firstChannel, expiredToken, refusedToken)},
		{ID: "assume.ivs.body-other-channel", Rule: ruleToken,
			Proves: "The refusal of another channel's token has the body of a missing one.",
			run:    tokenRefused(firstChannel, otherChannelsToken, refusedToken)},
		{ID: "assume.ivs.body-wrong-key", Rule: ruleToken,
			Proves: "The refusal of a token by an unknown key has the body of a missing one.",
			run:    tokenRefused(firstChannel, wrongKeyToken, refusedToken)},
		{ID: "assume.ivs.body-origin", Rule: ruleToken,
			Proves: "The refusal of a page that the token does not name has the body of a missing token.",
			run:    tokenRefused(firstChannel, otherPage, refusedToken)},
		{ID: "assume.ivs.last-second", Rule: ruleToken,
			Proves: "In the second that exp names a token has expired.",
			run:    tokenRefused(firstChannel, thisSecondToken(claim("exp", func(s *session) any { return s.Now().Unix() })), refusedToken)},
		{ID: "assume.ivs.milliseconds", Rule: ruleToken,
			Proves: "An exp in milliseconds is refused.",
			run:    tokenRefused(firstChannel, claim("exp", func(s *session) any { return s.Now().Add(tokenLifetime).UnixMilli() }), refusedToken)},
		{ID: "assume.ivs.milliseconds-viewer", Rule: ruleToken,
			Proves: "An exp in milliseconds is refused in a viewer's token too.",
			run: tokenRefused(firstChannel, rawToken(func(s *session, _, claims map[string]any) {
				claims["exp"], claims["aws:viewer-id"] = s.Now().Add(tokenLifetime).UnixMilli(), "smoketest"
			}, ""), refusedToken)},
		{ID: "assume.ivs.no-exp", Rule: ruleToken,
			Proves: "A token without exp is refused.",
			run: tokenRefused(firstChannel, rawToken(func(_ *session, _, claims map[string]any) {
				delete(claims, "exp")
			}, ""), refusedToken)},
		{ID: "assume.ivs.key-id", Rule: ruleJWT,
			Proves: "A token with a kid in its header is refused.",
			run: tokenRefused(firstChannel, rawToken(func(_ *session, header, _ map[string]any) {
				header["kid"] = "smoketest"
			}, ""), refusedToken)},
		{ID: "assume.ivs.unknown-claim", Rule: ruleToken,
			Proves: "A token with a claim of another name is refused.",
			run:    tokenRefused(firstChannel, claim("smoketest", func(*session) any { return "1" }), refusedToken)},
		{ID: "assume.ivs.issued-at", Rule: ruleToken,
			Proves: "A token may say when it was issued and from when it holds.",
			run: tokenTaken(rawToken(func(s *session, _, claims map[string]any) {
				claims["iat"], claims["nbf"] = s.Now().Unix()-60, s.Now().Unix()-60
			}, ""))},
		{ID: "assume.ivs.not-before", Rule: ruleToken,
			Proves: "A token that holds from later on is refused.",
			run:    tokenRefused(firstChannel, claim("nbf", func(s *session) any { return s.Now().Add(tokenLifetime / 2).Unix() }), refusedToken)},
		{ID: "assume.ivs.largest", Rule: ruleQuotas,
			Proves: "A token of 2,048 bytes is taken.",
			run:    tokenTaken(sizedToken(2048))},
		{ID: "assume.ivs.too-large", Rule: ruleQuotas,
			Proves: "A token of 2,049 bytes is refused.",
			run:    tokenRefused(firstChannel, sizedToken(2049), refusedToken)},
		{ID: "assume.ivs.twice", Rule: ruleToken,
			Proves: "A good token that is there twice is refused.",
			run:    tokenRefused(firstChannel, tokenTwice, refusedToken)},
		{ID: "assume.ivs.wildcard-label", Rule: ruleToken,
			Proves: "The wildcard of a token's origin stands for one label.",
			run: tokenRefused(firstChannel, rawToken(func(_ *session, _, claims map[string]any) {
				claims["aws:access-control-allow-origin"] = "https://*.example.com"
			}, "https://two.labels.example.com"), refusedToken)},
		{ID: "assume.ivs.unknown-channel", Rule: ruleChannels,
			Proves: "A playback URL of no channel is 404 before a token is looked at.",
			run:    unknownChannel},
		{ID: "assume.ivs.error-with-cors", Rule: ruleToken,
			Proves: "A refusal of IVS may be read by every page.",
			run:    liveErrorCORS},
		{ID: "assume.ivs.preflight", Rule: ruleToken,
			Proves: "IVS answers a preflight with 204, to any page and without a token.",
			run:    livePreflight},
		{ID: "assume.ivs.plain-http", Rule: ruleChannels,
			Proves: "Playback is refused without TLS.",
			run:    tokenRefused(firstChannel, plainPlayback, refusal{ivsLayer, http.StatusForbidden, []string{"https_required"}})},
		{ID: "assume.ivs.use-by-refused", Rule: ruleToken,
			Proves: "A request that is refused for its page does not use up a single-use token.",
			run:    refusedThenUsed},
		{ID: "assume.ivs.body-used", Rule: ruleToken,
			Proves: "The refusal of a single-use token that was used has the body of a missing one.",
			run:    tokenRefused(firstChannel, usedBy(http.MethodGet), refusedToken)},
		{ID: "assume.ivs.use-by-head", Rule: ruleToken,
			Proves: "HEAD uses up a single-use token.",
			run:    tokenRefused(firstChannel, usedBy(http.MethodHead), refusedToken)},
		{ID: "assume.ivs.method", Rule: ruleToken,
			Proves: "Another method than GET, HEAD and OPTIONS is not allowed, whatever the token.",
			run:    tokenRefused(firstChannel, postedToken, refusal{ivsLayer, http.StatusMethodNotAllowed, []string{"method_not_allowed"}})},
		{ID: "assume.ivs.unknown-session", Rule: ruleSession,
			Proves: "A variant playlist of no session is refused, with a code of its own.",
			run:    unknownSession},
	}
}

// tokenTaken demands that the first channel accepts a request, idle or not.
func tokenTaken(odd tokenForgery) func(context.Context, *session) error {
	return func(ctx context.Context, s *session) error {
		channels, err := s.channels()
		if err != nil {
			return err
		}
		idle, err := s.accepted(ctx, channels[0], "")
		if err != nil {
			return err
		}
		req, err := odd(ctx, s, channels[0])
		if err != nil {
			return err
		}
		x, err := s.do(req)
		if err != nil {
			return err
		}
		if idle {
			return wantStatus(x, http.StatusNotFound)
		}
		return wantStatus(x, http.StatusOK)
	}
}

// unknownChannel changes the last character of a playback URL's channel.
func unknownChannel(ctx context.Context, s *session) error {
	channels, err := s.channels()
	if err != nil {
		return err
	}
	ch := channels[0]
	if _, err := s.accepted(ctx, ch, ""); err != nil {
		return err
	}
	other := ch
	other.ARN = otherChannelARN(ch.ARN)
	id, otherID := ch.ARN[strings.LastIndexByte(ch.ARN, '/')+1:], other.ARN[strings.LastIndexByte(other.ARN, '/')+1:]
	if other.PlaybackURL = strings.Replace(ch.PlaybackURL, id, otherID, 1); other.PlaybackURL == ch.PlaybackURL {
		return skip("the playback URL of channel %q does not hold the channel's id", ch.Name)
	}
	req, err := garbageToken(ctx, s, other)
	if err != nil {
		return err
	}
	x, err := s.do(req)
	if err != nil {
		return err
	}
	return wantStatus(x, http.StatusNotFound)
}

func liveErrorCORS(ctx context.Context, s *session) error {
	channels, err := s.channels()
	if err != nil {
		return err
	}
	req, err := withToken(ctx, channels[0], "garbage", pageOrigin)
	if err != nil {
		return err
	}
	x, err := s.do(req)
	if err != nil {
		return err
	}
	if err := deniedByIVS(invalidToken).check(x); err != nil {
		return err
	}
	return wantHeader(x, "Access-Control-Allow-Origin", "*", pageOrigin)
}

func livePreflight(ctx context.Context, s *session) error {
	channels, err := s.channels()
	if err != nil {
		return err
	}
	req, err := newRequest(ctx, http.MethodOptions, channels[0].PlaybackURL)
	if err != nil {
		return err
	}
	req.Header.Set("Origin", pageOrigin)
	req.Header.Set("Access-Control-Request-Method", http.MethodGet)
	x, err := s.do(req)
	if err != nil {
		return err
	}
	if err := wantStatus(x, http.StatusNoContent); err != nil {
		return err
	}
	return wantHeader(x, "Access-Control-Allow-Origin", "*", pageOrigin)
}

func plainPlayback(ctx context.Context, s *session, ch outputs.Channel) (*http.Request, error) {
	u, err := url.Parse(ch.PlaybackURL)
	if err != nil {
		return nil, err
	}
	u.Scheme = "http"
	insecure := ch
	insecure.PlaybackURL = u.String()
	return s.claimed(ctx, insecure, signer.PlaybackToken{ChannelARN: ch.ARN, Expires: s.Now().Add(tokenLifetime)}, "")
}

// refusedThenUsed asks twice with one single-use token: from a page that it does
// not name, and then as it should be.
func refusedThenUsed(ctx context.Context, s *session) error {
	channels, err := s.channels()
	if err != nil {
		return err
	}
	ch := channels[0]
	idle, err := s.accepted(ctx, ch, "")
	if err != nil {
		return err
	}
	if idle {
		return skip("channel %q is idle; start a stream and run again", ch.Name)
	}
	token, err := s.ivs.Token(ctx, signer.PlaybackToken{ChannelARN: ch.ARN, Expires: s.Now().Add(tokenLifetime),
		AllowOrigins: []string{pageOrigin}, SingleUseID: uuid.NewString()})
	if err != nil {
		return err
	}
	for _, step := range []struct {
		origin string
		status int
	}{{otherPageOrigin, http.StatusForbidden}, {pageOrigin, http.StatusOK}} {
		req, err := withToken(ctx, ch, token, step.origin)
		if err != nil {
			return err
		}
		x, err := s.do(req)
		if err != nil {
			return err
		}
		if err := wantStatus(x, step.status); err != nil {
			return err
		}
	}
	return nil
}
