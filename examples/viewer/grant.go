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

// grant opens the video's folder and nothing else, for between half and the
// whole of the lifetime: rounded up from now alone, it could end in a second.
func (a *application) grant(ctx context.Context, v video) (*signer.Grant, error) {
	half := a.lifetime / 2
	return a.grants.Grant(ctx, signer.Policy{
		Resource: a.stack.BaseURL + "/" + v.folder() + "*",
		Expires:  signer.RoundUp(time.Now().Add(half), half),
	})
}

// grantBy answers with a grant for a video, written in one of the three ways.
func (a *application) grantBy(way func(http.ResponseWriter, video, *signer.Grant, *granted) error) http.Handler {
	return a.signedIn(limited(grantCost, func(w http.ResponseWriter, r *http.Request, s *session) error {
		v, err := a.catalogue.video(r.Context(), s.account, r.PathValue("id"))
		if err != nil {
			return err
		}
		g, err := a.grant(r.Context(), v)
		if err != nil {
			return err
		}
		answer := granted{Playlist: a.stack.BaseURL + "/" + v.Playlist, Expires: g.Policy().Expires.Unix()}
		if err := way(w, v, g, &answer); err != nil {
			return err
		}
		return writeJSON(w, http.StatusOK, answer)
	}))
}

// urls gives no signature away: it names a playlist of this application, which
// signs every URL in it when it is asked for.
func (a *application) urls(_ http.ResponseWriter, v video, _ *signer.Grant, answer *granted) error {
	answer.Playlist = v.Page() + "/playlist/" + v.Playlist
	return nil
}

// errCookies: the browser would send no cookies to the videos.
var errCookies = errors.New("pages and videos share no domain")

// cookies sets the grant as cookies for the video's folder, in the domain that
// pages and videos share.
func (a *application) cookies(w http.ResponseWriter, v video, g *signer.Grant, answer *granted) error {
	domain, err := signer.SharedDomain(a.origin.Host, a.stack.BaseURL)
	if err != nil || a.origin.Scheme != "https" {
		return errCookies
	}
	set, err := g.CookiesFor(answer.Playlist, signer.CookieAttributes{Domain: domain, Path: "/" + v.folder()})
	for _, c := range set {
		http.SetCookie(w, c)
	}
	return err
}

// query gives the grant itself away, for the player's hook.
func (a *application) query(_ http.ResponseWriter, _ video, g *signer.Grant, answer *granted) error {
	answer.Query = g.Query()
	return nil
}

// playlist serves a playlist of the video with a fresh grant in each URL.
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
