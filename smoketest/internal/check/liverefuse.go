package check

import (
	"context"
	"net/http"
	"net/url"

	"privateplayback/infra/outputs"
)

// invalidToken is the one error_code of IVS that is known from a capture:
// https://github.com/aws-samples/amazon-ivs-player-web-sample/issues/65
const invalidToken = "invalid_playback_auth_token"

// foreignPageOrigin is a page outside the wildcards of the checks' tokens.
const foreignPageOrigin = "https://smoketest.example.org"

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
		{ID: "live.refuse.strict-variant", Rule: ruleToken, Needs: []Need{NeedStream},
			Proves: "Under strict origin enforcement a variant playlist is refused without Origin.",
			run:    laterRefused(strictOrigin, pageOrigin, func(o *opening) *url.URL { return o.variant.url })},
		{ID: "live.refuse.strict-segment", Rule: ruleToken, Needs: []Need{NeedStream},
			Proves: "Under strict origin enforcement a segment is refused without Origin.",
			run:    laterRefused(strictOrigin, pageOrigin, func(o *opening) *url.URL { return o.segment.url })},
		{ID: "live.refuse.variant-without-session", Rule: ruleSession, Needs: []Need{NeedStream},
			Proves: "A variant's address of which the opaque part is made up is refused.",
			run:    laterRefused(noClaim, "", madeUpVariant)},
		{ID: "live.refuse.wildcard-origin", Rule: ruleToken,
			Proves: "A token whose origin begins with a wildcard is refused on a page of another domain.",
			run:    tokenRefused(firstChannel, claiming(wildcardOrigin, foreignPageOrigin), deniedByIVS())},
		{ID: "live.refuse.single-use-twice", Rule: ruleToken,
			Proves: "A token for a single use is refused the second time.",
			run:    tokenRefused(firstChannel, usedBy(http.MethodGet), deniedByIVS())},
		{ID: "live.refuse.expiring", Rule: ruleToken,
			Proves: "A token plays until it expires, and begins no session after that.",
			run:    tokenRunsOut},
		{ID: "live.refuse.no-channel", Rule: ruleToken,
			Proves: "A token that names no channel is refused.",
			run:    tokenRefused(firstChannel, channelless, deniedByIVS())},
		{ID: "live.refuse.wildcard-arn", Rule: ruleToken,
			Proves: "A token for every channel of the account is refused: a token names one.",
			run:    tokenRefused(firstChannel, everyChannelsToken, deniedByIVS())},
		{ID: "live.refuse.wrong-region-arn", Rule: ruleToken,
			Proves: "A token for the channel of the same id in another region is refused.",
			run:    tokenRefused(firstChannel, otherRegionsToken, deniedByIVS())},
		{ID: "live.refuse.es256", Rule: ruleToken,
			Proves: "A token signed with ES256 by a P-256 key is refused.",
			run:    tokenRefused(firstChannel, es256Token, deniedByIVS())},
		{ID: "live.refuse.truncated", Rule: ruleToken,
			Proves: "A token whose signature is cut off is refused.",
			run:    tokenRefused(firstChannel, truncatedToken, deniedByIVS())},
		{ID: "live.refuse.two-tokens", Rule: ruleTwoTokens,
			Proves: "Two tokens run together into one, as by a URL that had a token already, are refused.",
			run:    tokenRefused(firstChannel, runTogether, deniedByIVS(invalidToken))},
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
				return answersIdle(ch)
			}
			if err := judge(x); err != nil {
				return err
			}
		}
		return nil
	}
}
