package main

import (
	"bytes"
	"embed"
	"errors"
	"html/template"
	"io/fs"
	"net/http"
	"os"
	"path"
	"slices"
	"strings"

	"privateplayback/signer/playlist"
)

//go:embed templates static web/*.js web/players
var files embed.FS

var templates = template.Must(template.ParseFS(files, "templates/*.html"))

// page is what a template gets; Session is nil for a stranger.
type page struct {
	Title   string
	Session *session
	Content any
}

func (a *application) render(w http.ResponseWriter, r *http.Request, status int, name, title string, content any) error {
	s, _ := a.session(r)
	var body bytes.Buffer
	if err := templates.ExecuteTemplate(&body, name+".html", page{title, s, content}); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, err := body.WriteTo(w)
	return err
}

// refusal is why somebody gets nothing: a page, or JSON for the script.
type refusal struct {
	Code    string `json:"error"`
	Title   string `json:"-"`
	Message string `json:"message"`
}

func refusalOf(err error) (int, refusal) {
	switch {
	case errors.Is(err, playlist.ErrUnauthorized):
		return http.StatusUnauthorized, refusal{"signed-out", "Your session has expired", "Sign in again to go on watching."}
	case errors.Is(err, playlist.ErrForbidden):
		return http.StatusForbidden, refusal{"not-allowed", "You are not allowed to do this", "Sign in as somebody who is, or ask the administrator."}
	case errors.Is(err, playlist.ErrNotFound):
		return http.StatusNotFound, refusal{"not-found", "There is nothing here", "It was removed, or the address has a mistake."}
	case errors.Is(err, errCookies):
		return http.StatusConflict, refusal{"cookies", "Cookies cannot work here", "Browsers send no cookies from this site to the videos: serve it by https, and give the stack a domain under the site’s own (the setting domain)."}
	case errors.Is(err, errTooMany):
		return http.StatusTooManyRequests, refusal{"too-many", "Too many requests", "Wait a moment, then try again."}
	}
	return http.StatusBadGateway, refusal{"failed", "That did not work", "It is not your fault. Try again later."}
}

func (a *application) refuse(w http.ResponseWriter, r *http.Request, err error) {
	status, why := refusalOf(err)
	if status == http.StatusBadGateway {
		a.log.Error("request failed", "path", r.URL.Path, "cause", err.Error())
	}
	if r.Method == http.MethodPost && (strings.HasPrefix(r.URL.Path, "/videos/") || strings.HasPrefix(r.URL.Path, "/live/")) {
		writeJSON(w, status, why)
	} else if err := a.render(w, r, status, "refused", why.Title, why.Message); err != nil {
		a.log.Error("page failed", "path", r.URL.Path, "cause", err.Error())
	}
}

// listed is a page that somebody may watch: a channel's has no playlist.
type listed struct{ Page, Title, Playlist string }

func (a *application) list(r *http.Request, who account) ([]listed, error) {
	videos, err := a.catalogue.videos(r.Context())
	all := []listed{}
	for _, v := range videos {
		all = append(all, listed{v.Page(), v.Title, v.Playlist})
	}
	for _, c := range a.stack.Channels {
		all = append(all, listed{livePage(c), c.Name, ""})
	}
	return slices.DeleteFunc(all, func(l listed) bool { return a.catalogue.check(r.Context(), who, l.Page) != nil }), err
}

func (a *application) home(w http.ResponseWriter, r *http.Request, s *session) error {
	list, err := a.list(r, s.account)
	if err != nil {
		return err
	}
	return a.render(w, r, http.StatusOK, "catalogue", "Videos", list)
}

func (a *application) video(w http.ResponseWriter, r *http.Request, s *session) error {
	v, err := a.catalogue.video(r.Context(), s.account, r.PathValue("id"))
	if err != nil {
		return err
	}
	return a.render(w, r, http.StatusOK, "video", v.Title, v)
}

// asset serves static and web, and as web/dist what npm ci makes.
func (a *application) asset(w http.ResponseWriter, r *http.Request, _ *session) error {
	from, name := fs.FS(files), path.Clean(r.URL.Path)[1:]
	if made, ok := strings.CutPrefix(name, "web/dist/"); ok {
		from, name = os.DirFS(a.players), made
	}
	if info, err := fs.Stat(from, name); err != nil || info.IsDir() {
		return playlist.ErrNotFound
	}
	w.Header().Set("Cache-Control", "max-age=60")
	http.ServeFileFS(w, r, from, name)
	return nil
}
