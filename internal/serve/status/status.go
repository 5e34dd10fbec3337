// Package status is the page on which the stand-in shows what it holds and what it
// decided: the resources, the last requests with the rule that decided each, and
// what the edge has cached. It needs no script, and shows no secret: the journal
// masks what it keeps.
package status

import (
	"bytes"
	"context"
	"embed"
	"html/template"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"privateplayback/internal/fakeaws"
	"privateplayback/internal/fakeaws/journal"
)

// Options is what the page shows.
type Options struct {
	Cloud   *fakeaws.Cloud
	Journal *journal.Journal
	Address string           // of the data planes, "127.0.0.1:4430"
	Env     string           // the file that a shell reads to reach them
	Viewer  Viewer           // how to watch what is deployed
	Now     func() time.Time // nil: time.Now
}

// Viewer is how the example application is started beside the stand-in.
type Viewer struct {
	Run    string // what to type in a shell that has read Env
	Browse string // what starts a browser that finds AWS's hosts here
	URL    string // where the application is then, "http://localhost:8080"
}

// page is the handler.
type page struct{ Options }

// New returns the page's handler. It answers under "localhost" and loopback
// addresses only, so that no web site can read it through a name of its own.
func New(o Options) http.Handler {
	if o.Now == nil {
		o.Now = time.Now
	}
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", page{o})
	mux.HandleFunc("GET /style.css", style)
	return guarded(mux)
}

// Serve answers at a loopback address until ctx ends.
func Serve(ctx context.Context, h http.Handler, address string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute}
	go server.Serve(listener)
	context.AfterFunc(ctx, func() { server.Close() })
	return nil
}

//go:embed page.html style.css
var files embed.FS

var pageTemplate = template.Must(template.New("page.html").Funcs(template.FuncMap{"count": count}).ParseFS(files, "page.html"))

func guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		if !isLoopback(r.Host) {
			http.Error(w, "this page is at 127.0.0.1 only", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func isLoopback(hostport string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && ip.IsLoopback()
}

func style(w http.ResponseWriter, r *http.Request) { http.ServeFileFS(w, r, files, "style.css") }

// refreshEvery is how often a page that is not paused asks again, in seconds.
const refreshEvery = 3

func (p page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v := p.view(r.URL.Query())
	var body bytes.Buffer
	if err := pageTemplate.Execute(&body, v); err != nil {
		http.Error(w, "the page could not be made: "+err.Error(), http.StatusInternalServerError)
		return
	}
	if !v.Paused {
		w.Header().Set("Refresh", strconv.Itoa(refreshEvery))
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	body.WriteTo(w)
}
