package main

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"privateplayback/signer"
	"privateplayback/signer/playlist"
)

// granted tells the page's script what to play, and until when it can.
type granted struct {
	Playlist string `json:"playlist"`
	Query    string `json:"query,omitempty"` // for the player to add to each request
	Expires  int64  `json:"expires"`         // seconds since 1970
}

// grant opens the video's folder and nothing else, for between half and the whole of
// the lifetime: rounded up from now alone, it could end within a second.
func (a *application) grant(ctx context.Context, v video) (*signer.Grant, error) {
	half := a.grantLifetime / 2
	return a.grants.Grant(ctx, signer.Policy{Resource: v.Resource, Expires: signer.RoundUp(time.Now().Add(half), half)})
}

// watched returns the video of a request, if the viewer may watch it. Every page,
// grant and playlist of a video begins here.
func (a *application) watched(r *http.Request, s *session) (video, error) {
	return a.catalogue.video(s.account, r.PathValue("id"))
}

// give answers with a grant for a video, in one of three ways.
func (a *application) give(w http.ResponseWriter, r *http.Request, s *session) error {
	v, err := a.watched(r, s)
	if err != nil {
		return err
	}
	grant, err := a.grant(r.Context(), v)
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
	h := playlist.Handler{
		Prefix: "/videos/" + r.PathValue("id") + "/playlist/", BaseURL: a.stack.BaseURL, Client: a.client, Log: a.log,
		Authorize: func(r *http.Request, _ string) (o playlist.Options, err error) {
			v, err := a.watched(r, s)
			if err == nil {
				o.Grant, err = a.grant(r.Context(), v)
			}
			return o, err
		},
	}
	h.ServeHTTP(w, r)
	return nil
}

func writeJSON(w http.ResponseWriter, status int, v any) error {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	return json.NewEncoder(w).Encode(v)
}
