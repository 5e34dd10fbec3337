package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
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

// grant opens the video's folder and nothing else, for between half and the whole
// of the lifetime: rounded up from now alone, it could end within a second.
func (a *application) grant(ctx context.Context, v video) (*signer.Grant, error) {
	half := a.grantLifetime / 2
	return a.grants.Grant(ctx, signer.Policy{
		Resource: a.stack.BaseURL + "/" + v.folder() + "*",
		Expires:  signer.RoundUp(time.Now().Add(half), half),
	})
}

// errCookies: browsers send no cookies from these pages to the videos.
var errCookies = errors.New("pages and videos share no domain")

// give answers with a grant for a video, in one of three ways.
func (a *application) give(w http.ResponseWriter, r *http.Request, s *session) error {
	v, err := a.catalogue.video(r.Context(), s.account, r.PathValue("id"))
	if err != nil {
		return err
	}
	grant, err := a.grant(r.Context(), v)
	if err != nil {
		return err
	}
	g := granted{Playlist: a.stack.BaseURL + "/" + v.Playlist, Expires: grant.Policy().Expires.Unix()}
	switch r.PathValue("way") {
	case "urls": // no signature leaves: playlist, below, signs every URL when it is asked for
		g.Playlist = v.Page() + "/playlist/" + v.Playlist
	case "query":
		g.Query = grant.Query()
	case "cookies":
		domain, err := signer.SharedDomain(a.origin.Host, a.stack.BaseURL)
		if err != nil || a.origin.Scheme != "https" {
			return errCookies
		}
		cookies, err := grant.CookiesFor(g.Playlist, signer.CookieAttributes{Domain: domain, Path: "/" + v.folder()})
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

// playlist serves a playlist of a video with a fresh grant in each URL.
func (a *application) playlist(w http.ResponseWriter, r *http.Request, s *session) error {
	h := playlist.Handler{
		Prefix: "/videos/" + r.PathValue("id") + "/playlist/", BaseURL: a.stack.BaseURL, Client: a.client, Log: a.log,
		Authorize: func(r *http.Request, path string) (o playlist.Options, err error) {
			v, err := a.catalogue.video(r.Context(), s.account, r.PathValue("id"))
			if err == nil && !strings.HasPrefix(path, v.folder()) {
				err = playlist.ErrForbidden
			}
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
