package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
	"privateplayback/signer/playlist"
)

// granted tells the page's script what to play, and until when it can.
type granted struct {
	Playlist string `json:"playlist"`
	Query    string `json:"query,omitempty"` // for the player to add to each request
	Expires  int64  `json:"expires"`         // seconds since 1970
}

// watched returns the video of a request, if the viewer may watch it. Every page,
// grant and playlist of a video begins here.
func (a *application) watched(r *http.Request, s *session) (video, error) {
	return a.catalogue.video(s.account, r.PathValue("id"))
}

// grant opens the folder of that video and nothing else, for between half and the
// whole of the lifetime: rounded up from now alone, it could end within a second.
func (a *application) grant(r *http.Request, s *session) (v video, g *signer.Grant, err error) {
	if v, err = a.watched(r, s); err == nil {
		half := a.grantLifetime / 2
		g, err = a.grants.Grant(r.Context(), signer.Policy{Resource: v.Resource, Expires: signer.RoundUp(time.Now().Add(half), half)})
	}
	return v, g, err
}

// give answers with a grant for a video, in one of three ways.
func (a *application) give(w http.ResponseWriter, r *http.Request, s *session) error {
	v, grant, err := a.grant(r, s)
	if err != nil {
		return err
	}
	g := granted{Playlist: v.URL, Expires: grant.Policy().Expires.Unix()}
	switch r.PathValue("way") {
	case "urls": // no signature yet: playlist, below, signs every URL when it is asked
		g.Playlist = v.Page + "/playlist/" + v.Playlist
	case "query":
		g.Query = grant.Query()
	case "cookies":
		cookies, err := grant.CookiesForPage(a.origin, v.Asset)
		if err != nil {
			return err
		}
		for _, c := range cookies {
			http.SetCookie(w, c)
		}
	default:
		return playlist.ErrNotFound
	}
	return writeJSON(w, http.StatusOK, g)
}

// playlist serves a playlist of a video with a fresh grant in each URL, and no other
// video's, since the grant does not cover that.
func (a *application) playlist(w http.ResponseWriter, r *http.Request, s *session) error {
	(&playlist.Handler{
		Prefix: "/videos/" + r.PathValue("id") + "/playlist/", BaseURL: a.stack.BaseURL, Client: a.client, Log: a.log,
		Authorize: func(r *http.Request, _ string) (o playlist.Options, err error) {
			_, o.Grant, err = a.grant(r, s)
			return o, err
		},
	}).ServeHTTP(w, r)
	return nil
}

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

func writeJSON(w http.ResponseWriter, status int, v any) error {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	return json.NewEncoder(w).Encode(v)
}
