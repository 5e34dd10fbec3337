package check

import (
	"context"
	"errors"
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
		{ID: "live.grant.window", Rule: ruleLive,
			Proves: "The variant playlists slide: they have no end, and the next segment comes in time.",
			run:    windowSlides},
		{ID: "live.grant.origin", Rule: ruleToken,
			Proves: "A token that names the page's origin plays on that page.",
			run:    originPlays},
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
	entry, err := url.Parse(ch.PlaybackURL)
	if err != nil {
		return nil, err
	}
	open := func(ctx context.Context, u *url.URL) (*http.Request, error) {
		if u.String() == entry.String() {
			return tuneIn(ctx, ch, token, origin)
		}
		req, err := plain(ctx, u)
		if err == nil && origin != "" {
			req.Header.Set("Origin", origin)
		}
		return req, err
	}
	return (&player{session: s, open: open, tail: liveTail}).play(ctx, entry)
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

// windowSlides waits for the next segment of each variant, as players do.
func windowSlides(ctx context.Context, s *session) error {
	return s.onAir(ctx, "", func(ch outputs.Channel) error {
		t, err := s.tune(ctx, ch, "")
		if err != nil {
			return err
		}
		for _, v := range t.visits {
			if v.playlist == nil {
				continue
			}
			if err := s.slides(ctx, v); err != nil {
				return err
			}
		}
		return nil
	})
}

// A server adds a segment per target duration, and clients look again after half
// of one if nothing has changed (RFC 8216 section 6.3.4); three are patience.
const (
	looksPerTarget = 8
	patience       = 3 * looksPerTarget
)

func (s *session) slides(ctx context.Context, v visit) error {
	for range patience {
		x, list, err := s.lookAgain(ctx, v.url)
		if err != nil {
			return err
		}
		switch {
		case list.ended:
			return x.broken("a live playlist", errors.New("EXT-X-ENDLIST: the stream has just ended, or this is no live playlist"))
		case list.target == 0:
			return x.broken("EXT-X-TARGETDURATION", errors.New("none"))
		case list.sequence < v.playlist.sequence:
			return x.broken(fmt.Sprintf("EXT-X-MEDIA-SEQUENCE of %d or more", v.playlist.sequence), fmt.Errorf("%d", list.sequence))
		case list.sequence > v.playlist.sequence:
			return nil
		}
		if err := s.Wait(ctx, list.target/looksPerTarget); err != nil {
			return err
		}
	}
	return &Failure{Asked: "GET " + maskURL(v.url), Want: fmt.Sprintf("EXT-X-MEDIA-SEQUENCE above %d within three target durations", v.playlist.sequence),
		Got: "the same playlist again and again", Cause: "stream-stalled"}
}

func (s *session) lookAgain(ctx context.Context, u *url.URL) (*exchange, *playlist, error) {
	req, err := plain(ctx, u)
	if err != nil {
		return nil, nil, err
	}
	x, err := s.do(req)
	if err != nil {
		return nil, nil, err
	}
	if err := wantStatus(x, http.StatusOK); err != nil {
		return nil, nil, err
	}
	list, err := parsePlaylist(x.body)
	if err != nil {
		return nil, nil, x.broken("an HLS playlist", err)
	}
	return x, list, nil
}
