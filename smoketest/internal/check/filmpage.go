package check

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	hls "privateplayback/signer/playlist"
)

var errNoSegments = errors.New("names no segments")

// showsKind shows the first film of a kind on a page of an allowed origin.
func showsKind(kind filmKind) func(context.Context, *session) error {
	return func(ctx context.Context, s *session) error {
		f, err := s.film(ctx, kind)
		if err != nil {
			return err
		}
		if f.brief {
			return skip("the content in %s is shorter than %d s, too short to see whether it moves", kind, shortestShown)
		}
		p, err := s.allowedPage(ctx, f.entry)
		if err != nil {
			return err
		}
		p.Seconds = f.seconds
		return s.plays(ctx, p, false)
	}
}

// picture is the first film that a browser shows.
func (s *session) picture(ctx context.Context) (film, error) {
	films, err := s.films(ctx)
	if err != nil {
		return film{}, err
	}
	for _, f := range films {
		if !f.brief {
			return f, nil
		}
	}
	return film{}, skip("the content has nothing of %d s or more that a browser shows by itself", shortestShown)
}

// unsignedDark shows a film with signed URLs, and then its playlist as it is, on the
// same page.
func unsignedDark(ctx context.Context, s *session) error {
	f, p, err := s.controlledPage(ctx)
	if err != nil {
		return err
	}
	p.Playlists, p.Source = nil, f.entry.String()
	return s.dark(ctx, p, forbidden, "403 to the playlist", "behavior-public")
}

// foreignDark shows a film at an origin that is allowed and at one that is not. The
// playlists are the page's own both times: it is the media that it may not read.
func foreignDark(ctx context.Context, s *session) error {
	if s.anyOrigin() {
		return skip("the stack allows every origin")
	}
	f, _, err := s.controlledPage(ctx)
	if err != nil {
		return err
	}
	p, err := s.rewrittenPage(ctx, f.entry, foreignOrigin)
	if err != nil {
		return err
	}
	p.Seconds = min(controlSeconds, f.seconds)
	return s.dark(ctx, p, unreadable, "media that the page may not read", "cors-open")
}

// controlledPage shows a film on a page on which it must play.
func (s *session) controlledPage(ctx context.Context) (film, Page, error) {
	f, err := s.picture(ctx)
	if err != nil {
		return f, Page{}, err
	}
	p, err := s.allowedPage(ctx, f.entry)
	if err != nil {
		return f, p, err
	}
	p.Seconds = min(controlSeconds, f.seconds)
	return f, p, s.plays(ctx, p, true)
}

// allowedPage is a page of the first allowed origin. The checks' own client plays first,
// since it can say why a request is refused.
func (s *session) allowedPage(ctx context.Context, entry *url.URL) (Page, error) {
	origin, _, err := s.origins()
	if err != nil {
		return Page{}, err
	}
	r, err := s.shared(ctx, entry)
	if err != nil {
		return Page{}, err
	}
	if err := r.play(ctx, s, entry, 1); err != nil {
		return Page{}, err
	}
	return s.rewrittenPage(ctx, entry, origin)
}

// rewrittenPage is a page that serves the playlists of a film, rewritten, as an
// application does for players without a request hook.
func (s *session) rewrittenPage(ctx context.Context, entry *url.URL, origin string) (Page, error) {
	r, err := s.shared(ctx, entry)
	if err != nil {
		return Page{}, err
	}
	at, todo := map[string]string{}, []string{} // where the page serves a playlist of the distribution
	serve := func(address string) string {
		if at[address] == "" {
			at[address] = fmt.Sprintf("%s/smoketest/%d.m3u8", origin, len(at))
			todo = append(todo, address)
		}
		return at[address]
	}
	r.options.Child = func(c hls.Child) (string, error) { return serve(c.URL), nil }
	p := Page{Origin: origin, Source: serve(entry.String()), Playlists: map[string]string{}}
	var values map[string]string
	for ; len(todo) > 0; todo = todo[1:] {
		u, err := url.Parse(todo[0])
		if err != nil {
			return Page{}, errors.New(Mask(err.Error()))
		}
		x, list, err := s.signedPlaylist(ctx, r, u, values)
		if err != nil {
			return Page{}, err
		}
		parsed, err := s.nameHosts(x, list, values)
		if err != nil {
			return Page{}, err
		}
		if len(p.Playlists) == 0 {
			values = parsed.values
		}
		p.Playlists[at[todo[0]]] = list
	}
	return p, nil
}

// signedPlaylist fetches a playlist with a signature and rewrites it. values are those
// of the multivariant playlist.
func (s *session) signedPlaylist(ctx context.Context, r *rewriter, u *url.URL, values map[string]string) (*exchange, string, error) {
	signed, err := r.sign(ctx, u.String())
	if err != nil {
		return nil, "", err
	}
	address, err := url.Parse(signed)
	if err != nil {
		return nil, "", errors.New(Mask(err.Error()))
	}
	x, err := (&player{session: s, open: plain}).fetch(ctx, &tour{}, "playlist", address, resource{})
	if err != nil {
		return nil, "", err
	}
	body, err := r.rewrite(ctx, u, x, values)
	return x, string(body), err
}

// nameHosts lets the hosts be spoken to that a media playlist leads to.
func (s *session) nameHosts(x *exchange, list string, values map[string]string) (*playlist, error) {
	parsed, err := parseDefined([]byte(list), definitions{imports: values, query: x.url.Query()})
	if err != nil {
		return nil, x.broken("an HLS playlist", err)
	}
	for _, segment := range parsed.segments {
		if _, err := (&player{session: s}).resolve(x.url, segment.uri, x); err != nil {
			return nil, err
		}
	}
	return parsed, nil
}

// showsWithCookies shows a film as the distribution serves it, on a page that sets the
// cookies of its folder for itself and the domain.
func showsWithCookies(ctx context.Context, s *session) error {
	if s.anyOrigin() {
		return skip("the stack allows every origin, to which browsers send no cookies")
	}
	f, err := s.picture(ctx)
	if err != nil {
		return err
	}
	page, attributes, err := s.sitePage()
	if err != nil {
		return err
	}
	grant, err := s.cloudfront.Grant(ctx, s.folderPolicy(f.entry))
	if err != nil {
		return err
	}
	cookies, err := grant.CookiesFor(f.entry.String(), attributes)
	if err != nil {
		return err
	}
	if _, err := (&player{session: s, open: s.cookies(cookies), tail: 1}).play(ctx, f.entry); err != nil {
		return err
	}
	return s.plays(ctx, Page{Origin: page.Scheme + "://" + page.Host, Cookies: cookies, Source: f.entry.String(), Credentials: true, Seconds: f.seconds}, false)
}
