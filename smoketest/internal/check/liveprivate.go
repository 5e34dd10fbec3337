package check

import (
	"context"
	"strings"

	"privateplayback/infra/outputs"
)

// staysPrivate goes by the hosts that AWS names for playback, and asks nobody else:
// https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/server-side-ad-insertion.html
func staysPrivate(ctx context.Context, s *session) error {
	return s.onAir(ctx, "", func(ch outputs.Channel) error {
		token, err := s.goodToken(ctx, ch, "")
		if err != nil {
			return err
		}
		v, err := s.spectator(ch, token, "")
		if err != nil {
			return err
		}
		multivariant, list, err := v.multivariant(ctx)
		if err != nil {
			return err
		}
		for _, one := range list {
			if err := v.private(multivariant, one.uri, token); err != nil {
				return err
			}
			r, err := v.rendition(ctx, multivariant, one)
			if err != nil {
				return err
			}
			for _, segment := range r.list.segments {
				if err := v.private(r.x, segment.uri, token); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// private judges a URI of a playlist.
func (v *spectator) private(list *exchange, uri, token string) error {
	u, err := v.resolve(list.url, uri, list)
	if err != nil {
		return err
	}
	want := ""
	switch {
	case !strings.HasSuffix(u.Hostname(), ".live-video.net"):
		want = "addresses under live-video.net"
	case strings.Contains(u.String(), token):
		want = "addresses without the token"
	default:
		return nil
	}
	return &Failure{Asked: list.asked, Want: want, Got: maskURL(u), Cause: "stream-elsewhere"}
}
