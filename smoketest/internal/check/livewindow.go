package check

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// A server adds a segment per target duration, and clients look again after half
// of one if nothing has changed (RFC 8216 section 6.3.4); three are patience.
const (
	looksPerTarget = 8
	patience       = 3 * looksPerTarget
)

// next waits until the media playlist at u begins later than the one before.
func (s *session) next(ctx context.Context, u *url.URL, before *playlist) (*exchange, *playlist, error) {
	for range patience {
		x, list, err := s.lookAgain(ctx, u)
		if err != nil {
			return nil, nil, err
		}
		switch {
		case list.ended:
			return nil, nil, x.broken("a live playlist", errors.New("EXT-X-ENDLIST: the stream has just ended, or this is no live playlist"))
		case list.target == 0:
			return nil, nil, x.broken("EXT-X-TARGETDURATION", errors.New("none"))
		case list.sequence < before.sequence:
			return nil, nil, x.broken(fmt.Sprintf("EXT-X-MEDIA-SEQUENCE of %d or more", before.sequence), fmt.Errorf("%d", list.sequence))
		case list.sequence > before.sequence:
			return x, list, nil
		}
		if err := s.Wait(ctx, list.target/looksPerTarget); err != nil {
			return nil, nil, err
		}
	}
	return nil, nil, &Failure{Asked: "GET " + maskURL(u), Want: fmt.Sprintf("EXT-X-MEDIA-SEQUENCE above %d within three target durations", before.sequence),
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
