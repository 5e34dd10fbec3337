package main

import (
	"net/http"
	"slices"
	"time"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
	"privateplayback/signer/playlist"
)

// livePage is the path of a channel's page, by which rights name it.
func livePage(c outputs.Channel) string { return "/live/" + c.Name }

// channel returns the one of a request, if the viewer may watch it.
func (a *application) channel(r *http.Request, s *session) (c outputs.Channel, err error) {
	i := slices.IndexFunc(a.stack.Channels, func(c outputs.Channel) bool { return c.Name == r.PathValue("channel") })
	if i < 0 {
		return c, playlist.ErrNotFound
	}
	c = a.stack.Channels[i]
	return c, a.catalogue.check(r.Context(), s.account, livePage(c))
}

// live is a channel's page. Whether it is on air the player will see: asking
// from here would count as a viewer.
func (a *application) live(w http.ResponseWriter, r *http.Request, s *session) error {
	c, err := a.channel(r, s)
	if err != nil {
		return err
	}
	return a.render(w, r, http.StatusOK, "live", "Live: "+c.Name, c)
}

// tokenLife is short: a token is needed at the moment when playback begins.
const tokenLife = time.Minute

// playable returns a channel's playback URL with a fresh token for our pages.
func (a *application) playable(r *http.Request, s *session) (granted, error) {
	c, err := a.channel(r, s)
	if err != nil {
		return granted{}, err
	}
	t := signer.PlaybackToken{ChannelARN: c.ARN, Expires: time.Now().Add(tokenLife), AllowOrigins: []string{a.origin.String()}}
	token, err := a.tokens.TokenAt(r.Context(), time.Now(), t)
	if err != nil {
		return granted{}, err
	}
	u, err := signer.PlaybackURL(c.PlaybackURL, token)
	return granted{Playlist: u, Expires: t.Expires.Unix()}, err
}

// token answers the page's script.
func (a *application) token(w http.ResponseWriter, r *http.Request, s *session) error {
	g, err := a.playable(r, s)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, g)
}

// livePlaylist leads a browser's own player there, without a script.
func (a *application) livePlaylist(w http.ResponseWriter, r *http.Request, s *session) error {
	g, err := a.playable(r, s)
	if err == nil {
		w.Header().Set("Location", g.Playlist)
		w.WriteHeader(http.StatusFound)
	}
	return err
}
