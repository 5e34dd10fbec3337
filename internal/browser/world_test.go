package browser_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"privateplayback/infra/stack/sample"
	"privateplayback/internal/browser"
	"privateplayback/internal/browser/browsertest"
)

// media is a server of the sample. Below /open/ any page may read it, below /late/ all
// but the first segment is refused, below /closed/ everything.
func media(t *testing.T) *httptest.Server {
	files := http.FileServerFS(sample.Files)
	open := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		files.ServeHTTP(w, r)
	}
	mux := http.NewServeMux()
	mux.Handle("/", files)
	mux.Handle("/open/", http.StripPrefix("/open", http.HandlerFunc(open)))
	mux.Handle("/closed/", http.HandlerFunc(forbid))
	mux.Handle("/late/", http.StripPrefix("/late", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".ts") && !strings.HasSuffix(r.URL.Path, "seg000.ts") {
			forbid(w, r)
			return
		}
		files.ServeHTTP(w, r)
	})))
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		http.Redirect(w, r, r.FormValue("to"), http.StatusFound)
	})
	mux.HandleFunc("/cookie", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
		w.Header().Set("Access-Control-Allow-Credentials", "true")
		io.WriteString(w, r.Header.Get("Cookie"))
		http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1", SameSite: http.SameSiteNoneMode, Secure: true})
	})
	mux.HandleFunc("/set", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
		w.Header().Set("Access-Control-Allow-Credentials", "true")
		http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1", SameSite: http.SameSiteNoneMode, Secure: true})
	})
	server := httptest.NewUnstartedServer(mux)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

func forbid(w http.ResponseWriter, r *http.Request) { http.Error(w, "refused", http.StatusForbidden) }

// page is the page of the tests, at an origin that no server has.
const page = "https://app.example.com/"

// options are those of a browser that finds the server as media.example.com.
func options(t *testing.T, server *httptest.Server) browser.Options {
	sum := sha256.Sum256(server.Certificate().RawSubjectPublicKeyInfo)
	return browser.Options{
		Path:    browsertest.Path(t),
		Resolve: map[string]string{"media.example.com": server.Listener.Addr().String(), "media.example.net": server.Listener.Addr().String()},
		Trust:   []string{base64.StdEncoding.EncodeToString(sum[:])},
		Log:     t.Logf,
	}
}

// open shows a document at the page's address in a tab of its own.
func open(t *testing.T, b *browser.Browser, html string) *browser.Page {
	t.Helper()
	// The bound is for a browser that hangs.
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	p, err := b.Page(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	if err := p.Serve(page, nil, `<!doctype html><title>test</title><link rel="icon" href="data:,">`+html); err != nil {
		t.Fatal(err)
	}
	if err := p.Open(page); err != nil {
		t.Fatal(err)
	}
	return p
}

// eval is the value of an expression.
func eval[T any](t *testing.T, p *browser.Page, js string) T {
	t.Helper()
	var value T
	if err := p.Eval(js, &value); err != nil {
		t.Fatal(err)
	}
	return value
}
