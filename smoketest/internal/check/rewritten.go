package check

import (
	"bytes"
	"context"
	"errors"
	"net/url"
	"time"

	"privateplayback/signer"
	hls "privateplayback/signer/playlist"
)

// rewriter signs what a playlist names, as an application does for players without
// a request hook, such as Safari's.
type rewriter struct {
	options hls.Options
	sign    func(ctx context.Context, entry string) (string, error)
}

// shared signs everything with one custom policy for u's folder.
func (s *session) shared(ctx context.Context, u *url.URL) (*rewriter, error) {
	return s.sharedFor(ctx, u, lifetime)
}

// sharedFor is shared with a lifetime of one's own.
func (s *session) sharedFor(ctx context.Context, u *url.URL, lifetime time.Duration) (*rewriter, error) {
	grant, err := s.cloudfront.Grant(ctx, signer.Policy{Resource: folder(u), Expires: s.Now().Add(lifetime)})
	if err != nil {
		return nil, err
	}
	return &rewriter{hls.Options{Grant: grant}, func(_ context.Context, entry string) (string, error) { return grant.URL(entry) }}, nil
}

// each signs every URI by itself.
func (s *session) each(context.Context, *url.URL) (*rewriter, error) {
	if s.cloudfront.Remote() {
		return nil, skip("the signing key is outside this process, too far for a signature per URI")
	}
	expires := s.Now().Add(lifetime)
	return &rewriter{
		hls.Options{PerURI: &hls.PerURI{Signer: s.cloudfront, Expires: expires}},
		func(ctx context.Context, entry string) (string, error) {
			return s.cloudfront.SignURL(ctx, entry, expires)
		},
	}, nil
}

// playRewritten plays every entry playlist as a player does that asks for what the
// playlists name, and for nothing else.
func playRewritten(as func(*session, context.Context, *url.URL) (*rewriter, error)) func(context.Context, *session) error {
	return func(ctx context.Context, s *session) error {
		entries, err := s.entries()
		if err != nil {
			return err
		}
		for _, entry := range entries {
			r, err := as(s, ctx, entry)
			if err != nil {
				return err
			}
			if err := r.play(ctx, s, entry, s.Segments); err != nil {
				return err
			}
		}
		return nil
	}
}

// play plays an entry playlist, of each playlist the last segments; 0 means all.
func (r *rewriter) play(ctx context.Context, s *session, entry *url.URL, tail int) error {
	signed, err := r.sign(ctx, entry.String())
	if err != nil {
		return err
	}
	u, err := url.Parse(signed)
	if err != nil {
		return errors.New(Mask(err.Error()))
	}
	_, err = (&player{session: s, open: plain, rewriter: r, tail: tail}).play(ctx, u)
	return err
}

// rewrite is the playlist at u as the player gets it. imports are the variables of
// the multivariant playlist.
func (r *rewriter) rewrite(ctx context.Context, u *url.URL, x *exchange, imports map[string]string) ([]byte, error) {
	o := r.options
	o.Base, o.Variables = u.String(), imports
	var b bytes.Buffer
	err := hls.Rewrite(ctx, &b, bytes.NewReader(x.body), o)
	switch {
	case err == nil:
		return b.Bytes(), nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, signer.ErrNotCovered):
		return nil, &Failure{Asked: x.asked, Want: "a playlist whose URIs the grant covers", Got: Mask(err.Error()), Cause: "outside-folder"}
	}
	return nil, x.broken("a playlist whose URIs can be signed", err)
}
