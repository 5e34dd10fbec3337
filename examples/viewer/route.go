package main

import (
	"net/http"
	"strings"

	"github.com/felixge/httpsnoop"

	"privateplayback/signer/playlist"
)

// handler answers a request, or returns why not.
type handler func(http.ResponseWriter, *http.Request, *session) error

// routes are all that the site answers.
func (a *application) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /static/", http.FileServerFS(files))
	mux.Handle("GET /web/", http.FileServerFS(files))
	mux.Handle("GET /web/dist/", http.StripPrefix("/web/dist/", http.FileServer(http.Dir(a.players))))
	mux.Handle("/", a.public(func(http.ResponseWriter, *http.Request, *session) error { return playlist.ErrNotFound }))
	mux.Handle("GET /sign-in", a.public(show(a, "sign-in", func(*http.Request, *session) ([]account, error) { return accounts(), nil })))
	mux.Handle("POST /sign-in", a.public(a.signIn))
	mux.Handle("POST /sign-out", a.public(a.signOut))
	for pattern, h := range map[string]handler{
		"GET /{$}":                            show(a, "catalogue", a.list),
		"GET /videos/{id}":                    show(a, "video", a.watched),
		"POST /videos/{id}/{way}":             limited(grantCost, a.give),
		"GET /videos/{id}/playlist/{path...}": limited(playlistCost, a.playlist),
		"GET /live/{channel}":                 show(a, "live", a.channel),
		"GET /live/{channel}/playlist":        limited(grantCost, a.token),
		"POST /live/{channel}/token":          limited(grantCost, a.token),
		"GET /admin":                          show(a, "admin", a.desk),
		"POST /admin/videos":                  a.addVideo,
		"POST /admin/videos/{id}/remove":      a.removeVideo,
		"POST /admin/rights":                  a.setRight,
	} {
		mux.Handle(pattern, a.signedIn(h))
	}
	// Other sites' forms and scripts can post nothing here, hence no token in forms.
	forms := http.NewCrossOriginProtection()
	forms.SetDenyHandler(a.public(func(http.ResponseWriter, *http.Request, *session) error { return playlist.ErrForbidden }))
	return a.protect(http.MaxBytesHandler(forms.Handler(mux), 64<<10))
}

func (a *application) public(next handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s, _ := a.session(r)
		if err := next(w, r, s); err != nil && r.Context().Err() == nil { // or nobody listens any more
			a.refuse(w, r, err)
		}
	})
}

// signedIn sends strangers to the sign-in, and keeps viewers from the desk.
func (a *application) signedIn(next handler) http.Handler {
	return a.public(func(w http.ResponseWriter, r *http.Request, s *session) error {
		switch _, known := a.session(r); {
		case s == nil && !known && r.Method == http.MethodGet:
			http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
			return nil
		case s == nil:
			return playlist.ErrUnauthorized
		case strings.HasPrefix(r.URL.Path, "/admin") && !s.Admin:
			return playlist.ErrForbidden
		}
		return next(w, r, s)
	})
}

// protect has browsers allow what the pages need and no more, and logs each request
// without its query, where tokens and signatures would be.
func (a *application) protect(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", a.contentPolicy(r))
		header.Set("Referrer-Policy", "same-origin") // no-referrer would take the Origin off forms
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		if !strings.HasPrefix(r.URL.Path, "/web/") && !strings.HasPrefix(r.URL.Path, "/static/") {
			header.Set("Cache-Control", "no-store")
		}
		m := httpsnoop.CaptureMetrics(next, w, r)
		a.log.Info("request", "method", r.Method, "path", r.URL.Path, "status", m.Code, "duration", m.Duration)
	})
}

// contentPolicy lets pages load scripts of this site and media of this stack. For live
// ones those are on many hosts, and the Amazon IVS player is WebAssembly, in a worker
// with a policy of its own.
func (a *application) contentPolicy(r *http.Request) string {
	script, media := "'self'", "'self' blob: "+a.stack.BaseURL
	if strings.HasPrefix(r.URL.Path, "/live/") || strings.HasPrefix(r.URL.Path, "/web/dist/") || r.URL.Query().Get("player") == "ivs" {
		script, media = "'self' 'wasm-unsafe-eval'", media+" https://*.live-video.net"
	}
	return "default-src 'none'; style-src 'self'; img-src 'self' data:; worker-src 'self' blob:; script-src " + script + "; media-src " + media +
		"; connect-src " + media + "; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}
