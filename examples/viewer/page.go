package main

import (
	"bytes"
	"embed"
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"privateplayback/signer"
	"privateplayback/signer/playlist"
)

//go:embed templates static web/*.js web/players
var files embed.FS

var templates = template.Must(template.ParseFS(files, "templates/*.html"))

// render writes a page; templates get the session too, nil for a stranger.
func (a *application) render(w http.ResponseWriter, r *http.Request, status int, name string, content any) error {
	s, _ := a.session(r)
	var body bytes.Buffer
	if err := templates.ExecuteTemplate(&body, name+".html", map[string]any{"Session": s, "Content": content}); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, err := body.WriteTo(w)
	return err
}

// show is the handler of a page whose content load returns.
func show[T any](a *application, name string, load func(*http.Request, *session) (T, error)) handler {
	return func(w http.ResponseWriter, r *http.Request, s *session) error {
		content, err := load(r, s)
		if err != nil {
			return err
		}
		return a.render(w, r, http.StatusOK, name, content)
	}
}

// refusal is why somebody gets nothing: a page, or JSON for the script.
type refusal struct {
	err     error
	status  int
	Code    string `json:"error"`
	Title   string `json:"-"`
	Message string `json:"message"`
}

// The last one is for every other error.
var refusals = []refusal{
	{playlist.ErrUnauthorized, 401, "signed-out", "Your session has expired", "Sign in again to go on watching."},
	{playlist.ErrForbidden, 403, "not-allowed", "You are not allowed to do this", "Sign in as somebody who is, or ask the administrator."},
	{playlist.ErrNotFound, 404, "not-found", "There is nothing here", "It was removed, or the address has a mistake."},
	{signer.ErrInvalidCookie, 409, "cookies", "Cookies cannot work here", "Browsers send no cookies from this site to the videos: serve it by https, and give the stack a domain under the site’s own (the setting domain)."},
	{errTooMany, 429, "too-many", "Too many requests", "Wait a moment, then try again."},
	{nil, 502, "failed", "That did not work", "It is not your fault. Try again later."},
}

func (a *application) refuse(w http.ResponseWriter, r *http.Request, err error) {
	why := refusals[slices.IndexFunc(refusals, func(f refusal) bool { return f.err == nil || errors.Is(err, f.err) })]
	if why.err == nil {
		a.log.Error("request failed", "path", r.URL.Path, "cause", err.Error())
	}
	if r.Method == http.MethodPost && (strings.HasPrefix(r.URL.Path, "/videos/") || strings.HasPrefix(r.URL.Path, "/live/")) {
		writeJSON(w, why.status, why)
	} else {
		a.render(w, r, why.status, "refused", why)
	}
}

// list returns what one may watch; channels are in it as videos without a playlist.
func (a *application) list(_ *http.Request, s *session) ([]video, error) {
	all, err := a.catalogue.videos("")
	for _, c := range a.stack.Channels {
		all = append(all, video{Page: livePage(c), Title: c.Name})
	}
	return slices.DeleteFunc(all, func(v video) bool { return a.catalogue.check(s.account, v.Page) != nil }), err
}

// desk is the administrator's page: who may watch what, and the form as it was filled
// in, with what is wrong with it.
type desk struct {
	List                     []video
	Viewers                  []account
	Title, Playlist, Mistake string
	*catalogue
}

// May is for the template.
func (d desk) May(who account, page string) bool { return d.check(who, page) == nil }

func (a *application) desk(r *http.Request, s *session) (d desk, err error) {
	d.catalogue, d.Viewers = a.catalogue, slices.DeleteFunc(accounts(), func(who account) bool { return who.Admin })
	d.List, err = a.list(r, s)
	return d, err
}

// addVideo takes the form, or shows it again.
func (a *application) addVideo(w http.ResponseWriter, r *http.Request, s *session) error {
	title, key := r.PostFormValue("title"), r.PostFormValue("playlist")
	_, wrong := a.catalogue.add(title, key)
	if !errors.Is(wrong, errForm) {
		return back(w, r, wrong)
	}
	d, err := a.desk(r, s)
	if err != nil {
		return err
	}
	d.Title, d.Playlist, d.Mistake = title, key, wrong.Error()
	return a.render(w, r, http.StatusUnprocessableEntity, "admin", d)
}

func (a *application) removeVideo(w http.ResponseWriter, r *http.Request, _ *session) error {
	return back(w, r, a.catalogue.remove(r.PathValue("id")))
}

func (a *application) setRight(w http.ResponseWriter, r *http.Request, _ *session) error {
	return back(w, r, a.catalogue.allow(r.PostFormValue("viewer"), r.PostFormValue("page"), r.PostFormValue("allowed") == "true"))
}

// back leads to the desk, so that a reload repeats nothing.
func back(w http.ResponseWriter, r *http.Request, err error) error {
	if err == nil {
		http.Redirect(w, r, "/admin", http.StatusSeeOther)
	}
	return err
}
