package check

import (
	"context"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
)

// showsLive shows every channel that is on air.
func showsLive(ctx context.Context, s *session) error {
	origin := s.livePage()
	return s.onAir(ctx, origin, func(ch outputs.Channel) error {
		p, err := s.channelPage(ctx, ch, origin)
		if err != nil {
			return err
		}
		p.Seconds = playSeconds
		return s.plays(ctx, p, false)
	})
}

// liveDark shows the first channel that is on air with a good token and then with a
// wrong request, on the same page.
func liveDark(bad tokenForgery) func(context.Context, *session) error {
	return func(ctx context.Context, s *session) error {
		return s.onOneAir(ctx, func(ch outputs.Channel) error {
			p, err := s.channelPage(ctx, ch, s.livePage())
			if err != nil {
				return err
			}
			p.Seconds = controlSeconds
			if err := s.plays(ctx, p, true); err != nil {
				return err
			}
			req, err := bad(ctx, s, ch)
			if err != nil {
				return err
			}
			p.Source = req.URL.String()
			return s.dark(ctx, p, forbidden, "403 to the playlist", "channel-public")
		})
	}
}

// livePage is the origin of pages with a channel. Channels have no list of origins, so
// it need not be one of the stack's.
func (s *session) livePage() string {
	if first, _, err := s.origins(); err == nil {
		return first
	}
	return pageOrigin
}

// channelPage is a page with a channel and a token for it. The checks' own client plays
// first, so that it is known which hosts the playlists name.
func (s *session) channelPage(ctx context.Context, ch outputs.Channel, origin string) (Page, error) {
	if _, err := s.tune(ctx, ch, origin); err != nil {
		return Page{}, err
	}
	token, err := s.goodToken(ctx, ch, origin)
	if err != nil {
		return Page{}, err
	}
	source, err := signer.PlaybackURL(ch.PlaybackURL, token)
	return Page{Origin: origin, Source: source}, err
}
