package check

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"privateplayback/infra/outputs"
)

// spectator watches one channel with one token, step by step.
type spectator struct {
	*player
	tour  *tour
	entry *url.URL // of the multivariant playlist, without the token
}

// spectator shows the token at the playback URL alone, as all that follows is bound
// to the session; with an origin it sends that with each request, as a browser does.
func (s *session) spectator(ch outputs.Channel, token, origin string) (*spectator, error) {
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
	return &spectator{&player{session: s, open: open, tail: liveTail}, &tour{parts: map[string][]byte{}}, entry}, nil
}

// multivariant begins a session.
func (v *spectator) multivariant(ctx context.Context) (*exchange, []variant, error) {
	_, x, err := v.playlist(ctx, v.tour, v.entry)
	if err != nil {
		return nil, nil, err
	}
	list, err := x.variants()
	return x, list, err
}

// variants are those of a multivariant playlist; never empty without error.
func (x *exchange) variants() ([]variant, error) {
	list := variants(x.body)
	if len(list) == 0 {
		return nil, x.broken("a multivariant playlist", errors.New("names no variants"))
	}
	return list, nil
}

// rendition is a variant with its playlist of now.
type rendition struct {
	variant
	x    *exchange
	list *playlist
}

// rendition fetches a variant's playlist.
func (v *spectator) rendition(ctx context.Context, multivariant *exchange, one variant) (rendition, error) {
	u, err := v.resolve(v.entry, one.uri, multivariant)
	if err != nil {
		return rendition{}, err
	}
	list, x, err := v.playlist(ctx, v.tour, u)
	if err != nil {
		return rendition{}, err
	}
	if len(list.segments) == 0 {
		return rendition{}, x.broken("a media playlist", errors.New("names no segments"))
	}
	return rendition{one, x, list}, nil
}

// renditions fetches the playlist of every variant, one right after the other.
func (v *spectator) renditions(ctx context.Context) (*exchange, []rendition, error) {
	multivariant, list, err := v.multivariant(ctx)
	if err != nil {
		return nil, nil, err
	}
	all := []rendition{}
	for _, one := range list {
		r, err := v.rendition(ctx, multivariant, one)
		if err != nil {
			return nil, nil, err
		}
		all = append(all, r)
	}
	return multivariant, all, nil
}

// newest fetches the last segment of a rendition, and its initialization section if
// it has one.
func (v *spectator) newest(ctx context.Context, r rendition) (segment, init *exchange, err error) {
	last := r.list.segments[len(r.list.segments)-1]
	if last.init != nil {
		if init, err = v.part(ctx, r, "init", last.init.resource); err != nil {
			return nil, nil, err
		}
	}
	segment, err = v.part(ctx, r, "segment", last.resource)
	return segment, init, err
}

func (v *spectator) part(ctx context.Context, r rendition, kind string, part resource) (*exchange, error) {
	u, err := v.resolve(r.x.url, part.uri, r.x)
	if err != nil {
		return nil, err
	}
	return v.fetch(ctx, v.tour, kind, u, part)
}

// opening is what a player fetches before it shows a picture.
type opening struct {
	multivariant, variant, segment *exchange
}

// opens goes as far as the newest segment of the first variant.
func (v *spectator) opens(ctx context.Context) (*opening, error) {
	multivariant, _, err := v.multivariant(ctx)
	if err != nil {
		return nil, err
	}
	return v.opensFrom(ctx, multivariant)
}

// opensFrom does the same with a multivariant playlist that is there already.
func (v *spectator) opensFrom(ctx context.Context, multivariant *exchange) (*opening, error) {
	list, err := multivariant.variants()
	if err != nil {
		return nil, err
	}
	r, err := v.rendition(ctx, multivariant, list[0])
	if err != nil {
		return nil, err
	}
	segment, _, err := v.newest(ctx, r)
	if err != nil {
		return nil, err
	}
	if _, err := recognize(segment.body); err != nil {
		return nil, segment.broken("media", err)
	}
	return &opening{multivariant, r.x, segment}, nil
}
