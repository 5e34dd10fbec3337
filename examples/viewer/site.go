package main

import (
	"crypto"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
	"privateplayback/signer/playlist"
)

// application is what the handlers share.
type application struct {
	stack     *outputs.Stack
	grants    *signer.Grants
	tokens    *signer.IVS // nil for a stack without channels
	catalogue *catalogue
	sessions  *sessions
	origin    *url.URL      // of the pages, as browsers see it
	lifetime  time.Duration // of grants
	client    *http.Client  // for playlists
	players   string        // the folder that npm ci makes
	log       *slog.Logger
}

// newApplication proves that the private keys are the stack's.
func newApplication(stack *outputs.Stack, signing, playback []crypto.Signer) (*application, error) {
	keys, err := signer.NewSigningKeys(stack.SigningKeys, signing)
	if err != nil {
		return nil, err
	}
	cloudfront, err := keys.Signer(outputs.Current)
	if err != nil {
		return nil, err
	}
	a := &application{stack: stack, grants: signer.NewGrants(cloudfront, 1000), sessions: &sessions{open: map[string]*session{}, mu: sync.Mutex{}}}
	if len(stack.Channels) > 0 {
		keys, err := signer.NewPlaybackKeys(stack.PlaybackKeys, playback)
		if err != nil {
			return nil, err
		}
		a.tokens, err = keys.Signer(outputs.Current)
		return a, err
	}
	return a, nil
}

// routes are all that this site answers.
func (a *application) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /static/", a.asset)
	mux.HandleFunc("GET /web/", a.asset)
	mux.HandleFunc("GET /sign-in", a.signInPage)
	mux.HandleFunc("POST /sign-in", a.signIn)
	mux.HandleFunc("POST /sign-out", a.signOut)
	mux.Handle("GET /{$}", a.signedIn(a.home))
	mux.Handle("GET /videos/{id}", a.signedIn(a.video))
	mux.Handle("POST /videos/{id}/urls", a.grantBy(a.urls))
	mux.Handle("POST /videos/{id}/cookies", a.grantBy(a.cookies))
	mux.Handle("POST /videos/{id}/query", a.grantBy(a.query))
	mux.Handle("GET /videos/{id}/playlist/{path...}", a.signedIn(limited(playlistCost, a.playlist)))
	mux.Handle("GET /live/{channel}", a.signedIn(a.live))
	mux.Handle("GET /live/{channel}/playlist", a.signedIn(limited(grantCost, a.livePlaylist)))
	mux.Handle("POST /live/{channel}/token", a.signedIn(limited(grantCost, a.token)))
	mux.Handle("GET /admin", a.signedIn(a.desk))
	mux.Handle("POST /admin/videos", a.signedIn(a.addVideo))
	mux.Handle("POST /admin/videos/{id}/remove", a.signedIn(a.removeVideo))
	mux.Handle("POST /admin/rights", a.signedIn(a.allow))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { a.refuse(w, r, playlist.ErrNotFound) })
	forms := http.NewCrossOriginProtection()
	forms.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { a.refuse(w, r, playlist.ErrForbidden) }))
	return a.protect(http.MaxBytesHandler(forms.Handler(mux), 64<<10))
}

func (a *application) signInPage(w http.ResponseWriter, r *http.Request) {
	if err := a.render(w, r, http.StatusOK, "sign-in", "Sign in", accounts()); err != nil {
		a.refuse(w, r, err)
	}
}

func (a *application) signIn(w http.ResponseWriter, r *http.Request) {
	who, err := authenticate(r)
	if err != nil {
		a.refuse(w, r, err)
		return
	}
	a.sessions.begin(w, who)
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (a *application) signOut(w http.ResponseWriter, r *http.Request) {
	a.sessions.end(w, r)
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
}

// listed is a page that somebody may watch, and who may.
type listed struct {
	Page, Title, Playlist string
	Live                  bool
	Viewers               map[string]bool
}

// list returns what one may watch, videos before channels.
func (a *application) list(r *http.Request, who account) ([]listed, error) {
	videos, err := a.catalogue.videos(r.Context())
	if err != nil {
		return nil, err
	}
	all := []listed{}
	for _, v := range videos {
		all = append(all, listed{Page: v.Page(), Title: v.Title, Playlist: v.Playlist})
	}
	for _, c := range a.stack.Channels {
		all = append(all, listed{Page: livePage(c), Title: c.Name, Live: true})
	}
	return slices.DeleteFunc(all, func(l listed) bool { return a.catalogue.check(r.Context(), who, l.Page) != nil }), nil
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

// desk is the administrator's page, with a form as it was filled in and what is
// wrong about it.
type desk struct {
	Title, Playlist, Mistake string
	List                     []listed
	Viewers                  []account
}

func (a *application) showDesk(w http.ResponseWriter, r *http.Request, s *session, status int, d desk) (err error) {
	if !s.Admin {
		return playlist.ErrForbidden
	}
	d.Viewers = slices.DeleteFunc(accounts(), func(who account) bool { return who.Admin })
	if d.List, err = a.list(r, s.account); err != nil {
		return err
	}
	for i, l := range d.List {
		d.List[i].Viewers = map[string]bool{}
		for _, who := range d.Viewers {
			d.List[i].Viewers[who.Name] = a.catalogue.check(r.Context(), who, l.Page) == nil
		}
	}
	return a.render(w, r, status, "admin", "Admin", d)
}

func (a *application) desk(w http.ResponseWriter, r *http.Request, s *session) error {
	return a.showDesk(w, r, s, http.StatusOK, desk{})
}

func (a *application) addVideo(w http.ResponseWriter, r *http.Request, s *session) error {
	if !s.Admin {
		return playlist.ErrForbidden
	}
	title, key := r.PostFormValue("title"), r.PostFormValue("playlist")
	_, err := a.catalogue.add(r.Context(), title, key)
	if wrong, ok := errors.AsType[mistake](err); ok {
		return a.showDesk(w, r, s, http.StatusUnprocessableEntity, desk{Title: title, Playlist: key, Mistake: string(wrong)})
	}
	return back(w, r, err)
}

func (a *application) removeVideo(w http.ResponseWriter, r *http.Request, s *session) error {
	if !s.Admin {
		return playlist.ErrForbidden
	}
	return back(w, r, a.catalogue.remove(r.Context(), r.PathValue("id")))
}

func (a *application) allow(w http.ResponseWriter, r *http.Request, s *session) error {
	if !s.Admin {
		return playlist.ErrForbidden
	}
	return back(w, r, a.catalogue.allow(r.Context(), r.PostFormValue("viewer"), r.PostFormValue("page"), r.PostFormValue("allowed") == "true"))
}

// back leads to the desk, so that a reload repeats nothing.
func back(w http.ResponseWriter, r *http.Request, err error) error {
	if err == nil {
		http.Redirect(w, r, "/admin", http.StatusSeeOther)
	}
	return err
}
