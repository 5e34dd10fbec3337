package check

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
)

// tokenLifetime stays below the ten minutes that bound some kinds of token.
const tokenLifetime = 5 * time.Minute

// liveTail bounds how much of a live window is fetched: its oldest segments
// may be gone before a slow reader gets there.
const liveTail = 3

// The origins that tokens of the checks name. No page is ever loaded.
const (
	pageOrigin      = "https://smoketest.example.com"
	otherPageOrigin = "https://smoketest-other.example.com"
)

func liveGrantChecks() []Check {
	return []Check{
		{ID: "live.grant.play", Rule: ruleToken,
			Proves: "Every channel plays with a token: multivariant playlist, each variant, its newest segments.",
			run:    playChannels},
		{ID: "live.grant.origin", Rule: ruleToken,
			Proves: "A token that names the page's origin plays on that page.",
			run:    originPlays},
		{ID: "live.grant.several-origins", Rule: ruleToken,
			Proves: "A token that names five origins plays on the page of the last one.",
			run:    granted(pageOrigin, severalOrigins)},
		{ID: "live.grant.wildcard-origin", Rule: ruleToken,
			Proves: "A token whose origin begins with a wildcard plays on a page below it.",
			run:    granted(pageOrigin, wildcardOrigin)},
		{ID: "live.grant.strict-origin", Rule: ruleToken,
			Proves: "A token with strict origin enforcement plays for a client that sends its Origin with every request.",
			run:    granted(pageOrigin, strictOrigin)},
		{ID: "live.grant.viewer", Rule: ruleRevocation,
			Proves: "A token that names its viewer and the version of the session plays.",
			run:    granted("", namedViewer)},
		{ID: "live.grant.single-use", Rule: ruleToken,
			Proves: "A token for a single use plays once.",
			run:    playsOnce},
		{ID: "live.grant.reuse", Rule: ruleToken,
			Proves: "A token that is not for a single use begins a second session too, as a player does that loads again.",
			run:    playsTwice},
		{ID: "live.grant.after-expiry", Rule: ruleSession,
			Proves: "What a token has begun plays on after the token expires.",
			run:    sessionOutlivesToken},
		{ID: "live.grant.max-resolution", Rule: ruleToken, Harm: Exposes,
			Proves: "A token bounded to SD shows renditions of at most 480 lines, and some of them.",
			run:    resolutionBounded},
	}
}

// channels returns the stack's channels, or a skip that says why none can be
// tried.
func (s *session) channels() ([]outputs.Channel, error) {
	switch {
	case len(s.Stack.Channels) == 0:
		return nil, skip("the stack has no channels")
	case s.tokenErr != nil:
		return nil, skip("the playback key cannot be used: %v", s.tokenErr)
	}
	return s.Stack.Channels, nil
}

// goodToken is what a viewer of ch holds. An empty origin makes one that plays
// anywhere.
func (s *session) goodToken(ctx context.Context, ch outputs.Channel, origin string) (string, error) {
	claims := signer.PlaybackToken{ChannelARN: ch.ARN, Expires: s.Now().Add(tokenLifetime)}
	if origin != "" {
		claims.AllowOrigins = []string{origin}
	}
	return s.ivs.Token(ctx, claims)
}

// tuneIn requests a channel's multivariant playlist as the signer's callers do.
func tuneIn(ctx context.Context, ch outputs.Channel, token, origin string) (*http.Request, error) {
	address, err := signer.PlaybackURL(ch.PlaybackURL, token)
	if err != nil {
		return nil, err
	}
	req, err := newRequest(ctx, http.MethodGet, address)
	if err == nil && origin != "" {
		req.Header.Set("Origin", origin)
	}
	return req, err
}

// withToken does the same for what need not be a token.
func withToken(ctx context.Context, ch outputs.Channel, token, origin string) (*http.Request, error) {
	u, err := url.Parse(ch.PlaybackURL)
	if err != nil {
		return nil, err
	}
	u = withParam(u, "token", set(token))
	req, err := plain(ctx, u)
	if err == nil && origin != "" {
		req.Header.Set("Origin", origin)
	}
	return req, err
}

// accepted asks with a good token. The channel counts as willing when it
// answers 200, or 404 because nobody streams to it; idle tells which.
func (s *session) accepted(ctx context.Context, ch outputs.Channel, origin string) (idle bool, err error) {
	token, err := s.goodToken(ctx, ch, origin)
	if err != nil {
		return false, err
	}
	req, err := tuneIn(ctx, ch, token, origin)
	if err != nil {
		return false, err
	}
	x, err := s.send(req, true)
	if err != nil {
		return false, err
	}
	if x.status == http.StatusNotFound {
		return true, nil
	}
	if x.status != http.StatusOK {
		return false, &Failure{Asked: controlled + x.asked, Want: "200 to a good token, or 404 while nobody streams",
			Got: x.got(), Cause: explain(content, x)}
	}
	return false, nil
}

// tune plays a channel as a viewer without a browser does.
func (s *session) tune(ctx context.Context, ch outputs.Channel, origin string) (*tour, error) {
	token, err := s.goodToken(ctx, ch, origin)
	if err != nil {
		return nil, err
	}
	v, err := s.spectator(ch, token, origin)
	if err != nil {
		return nil, err
	}
	return v.play(ctx, v.entry)
}

// onAir runs try on every channel that someone streams to, and skips in the
// end if others were idle.
func (s *session) onAir(ctx context.Context, origin string, try func(outputs.Channel) error) error {
	channels, err := s.channels()
	if err != nil {
		return err
	}
	idle := []string{}
	for _, ch := range channels {
		silent, err := s.accepted(ctx, ch, origin)
		if err != nil {
			return err
		}
		if silent {
			idle = append(idle, fmt.Sprintf("%q", ch.Name))
			continue
		}
		if err := try(ch); err != nil {
			return err
		}
	}
	if len(idle) > 0 {
		return skip("idle, 404 to a good token: channel %s of %d; start a stream and run again", strings.Join(idle, ", "), len(channels))
	}
	return nil
}

// onOneAir runs try on the first channel that someone streams to. What is a matter
// of the token is the same on all channels.
func (s *session) onOneAir(ctx context.Context, try func(outputs.Channel) error) error {
	channels, err := s.channels()
	if err != nil {
		return err
	}
	for _, ch := range channels {
		idle, err := s.accepted(ctx, ch, "")
		if err != nil {
			return err
		}
		if !idle {
			return try(ch)
		}
	}
	return skip("idle, 404 to a good token: every channel of %d; start a stream and run again", len(channels))
}

func playChannels(ctx context.Context, s *session) error {
	return s.onAir(ctx, "", func(ch outputs.Channel) error {
		_, err := s.tune(ctx, ch, "")
		return err
	})
}

func originPlays(ctx context.Context, s *session) error {
	return s.onAir(ctx, pageOrigin, func(ch outputs.Channel) error {
		_, err := s.tune(ctx, ch, pageOrigin)
		return err
	})
}
