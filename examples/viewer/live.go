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

// channel returns the one of a request, if the viewer may watch it. Whether it is on
// air the player sees: to ask from here would be to watch.
func (a *application) channel(r *http.Request, s *session) (c outputs.Channel, err error) {
	i := slices.IndexFunc(a.stack.Channels, func(c outputs.Channel) bool { return c.Name == r.PathValue("channel") })
	if i < 0 {
		return c, playlist.ErrNotFound
	}
	return a.stack.Channels[i], a.catalogue.check(s.account, livePage(a.stack.Channels[i]))
}

// tokenLifetime is short, since a token is for the moment when playback begins.
const tokenLifetime = time.Minute

// token makes one for these pages. It tells the script the URL to play, and leads
// a browser's own player there: no token is in a page or its address.
func (a *application) token(w http.ResponseWriter, r *http.Request, s *session) error {
	c, err := a.channel(r, s)
	if err != nil {
		return err
	}
	now := time.Now()
	t := signer.PlaybackToken{ChannelARN: c.ARN, Expires: now.Add(tokenLifetime), AllowOrigins: []string{a.origin.String()}}
	u, err := a.tokens.PlaybackURLAt(r.Context(), now, c.PlaybackURL, t)
	if err != nil {
		return err
	}
	if r.Method == http.MethodPost {
		return writeJSON(w, http.StatusOK, granted{Playlist: u, Expires: t.Expires.Unix()})
	}
	w.Header().Set("Location", u)
	w.WriteHeader(http.StatusFound)
	return nil
}
