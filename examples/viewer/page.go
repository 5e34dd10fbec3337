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
	"strings"
	"time"

	"privateplayback/signer/playlist"
)

//go:embed templates static web/*.js web/players
var files embed.FS

var templates = template.Must(template.ParseFS(files, "templates/*.html"))

// page is what a template gets.
type page struct {
	Title   string
	Account *account // nil for a stranger
	Content any
}

func (a *application) render(w http.ResponseWriter, r *http.Request, status int, name, title string, content any) error {
	p := page{Title: title, Content: content}
	if s, _ := a.sessions.of(r); s != nil {
		p.Account = &s.account
	}
	var body bytes.Buffer
	if err := templates.ExecuteTemplate(&body, name+".html", p); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, err := body.WriteTo(w)
	return err
}

// handler answers a request of somebody who is signed in, or returns why not.
type handler func(http.ResponseWriter, *http.Request, *session) error

func (a *application) signedIn(next handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s, expired := a.sessions.of(r)
		if s == nil && !expired && r.Method == http.MethodGet {
			http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
		} else if s == nil {
			a.refuse(w, r, playlist.ErrUnauthorized)
		} else if err := next(w, r, s); err != nil {
			a.refuse(w, r, err)
		}
	})
}

// refusal is a page, or JSON for the script that asked for a grant.
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
		return http.StatusForbidden, refusal{"not-allowed", "You are not allowed to watch this", "Sign in as somebody who is, or ask the administrator."}
	case errors.Is(err, playlist.ErrNotFound):
		return http.StatusNotFound, refusal{"not-found", "There is nothing here", "It was removed, or the address has a mistake."}
	case errors.Is(err, errCookies):
		return http.StatusConflict, refusal{"cookies", "Cookies cannot work here", "No browser sends them from this site to the videos: give the stack a domain under the site’s own, and the site https."}
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
	if grant := r.Method == http.MethodPost && !strings.HasPrefix(r.URL.Path, "/admin/"); grant {
		writeJSON(w, status, why)
	} else if err := a.render(w, r, status, "refused", why.Title, why); err != nil {
		a.log.Error("page failed", "path", r.URL.Path, "cause", err.Error())
	}
}

// protect has the browser enforce what the pages need and no more, and logs each
// request without its query, where tokens and signatures are.
func (a *application) protect(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin, answer := time.Now(), &answer{w, http.StatusOK}
		for name, value := range map[string]string{
			"Content-Security-Policy":    a.policy(r),
			"Referrer-Policy":            "same-origin", // no-referrer would take the Origin off forms
			"X-Content-Type-Options":     "nosniff",
			"Cross-Origin-Opener-Policy": "same-origin",
			"Cache-Control":              "no-store",
		} {
			w.Header().Set(name, value)
		}
		next.ServeHTTP(answer, r)
		a.log.Info("request", "method", r.Method, "path", r.URL.Path, "status", answer.status, "duration", time.Since(begin))
	})
}

// policy allows no inline code, media of this stack alone, and on live pages the
// hosts of Amazon IVS and the WebAssembly of its player.
func (a *application) policy(r *http.Request) string {
	media, script := "'self' blob: "+a.stack.BaseURL, "'self'"
	if strings.HasPrefix(r.URL.Path, "/live/") || strings.HasPrefix(r.URL.Path, "/web/") || r.URL.Query().Get("player") == "ivs" {
		media, script = media+" https://*.live-video.net", script+" 'wasm-unsafe-eval'"
	}
	return "default-src 'none'; script-src " + script + "; style-src 'self'; img-src 'self' data:; media-src " + media + "; connect-src " +
		media + "; worker-src 'self' blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}

// answer remembers the status for the log.
type answer struct {
	http.ResponseWriter
	status int
}

func (w *answer) WriteHeader(status int) { w.status = status; w.ResponseWriter.WriteHeader(status) }

func (w *answer) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// asset serves static and web, and of web/dist what npm ci made.
func (a *application) asset(w http.ResponseWriter, r *http.Request) {
	var from fs.FS = files
	name := path.Clean(r.URL.Path)[1:]
	if made, ok := strings.CutPrefix(name, "web/dist/"); ok {
		from, name = os.DirFS(a.players), made
	}
	if info, err := fs.Stat(from, name); err != nil || info.IsDir() {
		a.refuse(w, r, playlist.ErrNotFound)
		return
	}
	w.Header().Set("Cache-Control", "max-age=60")
	http.ServeFileFS(w, r, from, name)
}
