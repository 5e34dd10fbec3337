package check

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"privateplayback/smoketest/internal/cause"
)

// delivery answers as a sound distribution in front of a private bucket does, as far
// as the checks of cors, cache, origin and protocol look. It takes every signature
// for good. A flaw comes before it or changes what it says.
type delivery struct {
	files
	flaw

	mu     sync.Mutex
	cached map[string]bool
}

// flaw is what is wrong with a delivery.
type flaw struct {
	answer func(http.ResponseWriter, *http.Request) bool // true: it has answered
	alter  func(http.Header, *http.Request)              // of the answer, before it is sent
}

// page is what the edge sends for requests that it does not serve.
const page = `<HTML><BODY><H1>403 ERROR</H1></BODY></HTML>`

func refuse(w http.ResponseWriter, status int, mediaType, body string) {
	w.Header().Set("Content-Type", mediaType)
	w.WriteHeader(status)
	fmt.Fprint(w, body)
}

func (d *delivery) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w = &altering{ResponseWriter: w, r: r, alter: d.alter}
	if d.answer != nil && d.answer(w, r) {
		return
	}
	switch {
	case strings.HasSuffix(r.Host, ".amazonaws.com"):
		refuse(w, http.StatusForbidden, applicationXML, storageBody)
	case r.Host != "d111111abcdef8.cloudfront.net" && r.Host != "video.example.com":
		refuse(w, http.StatusForbidden, "text/html", page)
	default:
		w.Header().Del("X-Amz-Request-Id")
		d.serveEdge(w, r)
	}
}

func (d *delivery) serveEdge(w http.ResponseWriter, r *http.Request) {
	_, err := r.Cookie("CloudFront-Signature")
	signed := r.URL.Query().Has("Signature") || err == nil
	switch {
	case r.TLS == nil:
		http.Redirect(w, r, "https://"+r.Host+r.URL.RequestURI(), http.StatusMovedPermanently)
	case !slices.Contains([]string{"GET", "HEAD", "OPTIONS"}, r.Method):
		refuse(w, http.StatusForbidden, "text/html", page)
	case !signed:
		refuse(w, http.StatusForbidden, textXML, missingKeyBody)
	case r.Method == http.MethodOptions && r.Header.Get("Origin") != "https://app.example.com":
		refuse(w, http.StatusForbidden, applicationXML, storageBody)
	default:
		d.serveObject(w, r)
	}
}

func (d *delivery) serveObject(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	if origin := r.Header.Get("Origin"); origin == "https://app.example.com" {
		h.Set("Vary", "Origin")
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Access-Control-Allow-Credentials", "true")
		h.Set("Access-Control-Allow-Methods", "GET, HEAD")
		h.Set("Access-Control-Allow-Headers", "range")
		h.Set("Access-Control-Expose-Headers", "Content-Range, Date, ETag")
	}
	if r.Method == http.MethodOptions {
		w.WriteHeader(http.StatusOK)
		return
	}
	if _, ok := d.files[r.URL.Path]; !ok {
		refuse(w, http.StatusForbidden, applicationXML, storageBody)
		return
	}
	d.mu.Lock()
	key := r.URL.Path + r.Header.Get("Origin")
	word := map[bool]string{true: "Hit", false: "Miss"}[d.cached[key]]
	d.cached[key] = true
	d.mu.Unlock()
	h.Set("X-Cache", word+" from cloudfront")
	h.Set("ETag", `"a"`)
	h.Set("Cache-Control", "max-age=60")
	d.files.ServeHTTP(w, r)
}

// altering lets a flaw change the header of an answer.
type altering struct {
	http.ResponseWriter
	r     *http.Request
	alter func(http.Header, *http.Request)
	sent  bool
}

func (w *altering) WriteHeader(status int) {
	if w.alter != nil && !w.sent {
		w.alter(w.Header(), w.r)
	}
	w.sent = true
	w.ResponseWriter.WriteHeader(status)
}

func (w *altering) Write(p []byte) (int, error) {
	if !w.sent {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(p)
}

// deliver is a world with this flaw.
func deliver(t *testing.T, f flaw) world {
	t.Helper()
	return newWorld(t, &delivery{files: asset(), flaw: f, cached: map[string]bool{}})
}

// flawed is a flaw, the check that must see it, and what it must make of it.
type flawed struct {
	name  string
	id    string
	flaw  flaw
	cause cause.ID
}

// seen demands that the check passes without the flaw and fails with it.
func (f flawed) seen(t *testing.T) {
	t.Helper()
	if r := deliver(t, flaw{}).run(t, f.id); r.Verdict != Pass {
		t.Errorf("%s of a sound delivery = %s %s%v, want pass", f.id, r.Verdict, r.Reason, r.Failure)
	}
	if r := deliver(t, f.flaw).run(t, f.id); r.Verdict != Fail || r.Failure.Cause != f.cause {
		t.Errorf("%s where %s = %s %s%v, cause %q, want a failure for %q", f.id, f.name, r.Verdict, r.Reason, r.Failure, causeOf(r), f.cause)
	}
}

func causeOf(r Result) cause.ID {
	if r.Failure == nil {
		return ""
	}
	return r.Failure.Cause
}

// The faults of a delivery.

// opens answers with content where when holds.
func opens(when func(*http.Request) bool) flaw {
	return flaw{answer: func(w http.ResponseWriter, r *http.Request) bool {
		if when(r) {
			w.Write(asset()["/a/master.m3u8"])
		}
		return when(r)
	}}
}

func atHost(host string) func(*http.Request) bool {
	return func(r *http.Request) bool { return r.Host == host }
}

// says sets a header of each answer of the edge for which when holds.
func says(name, value string, when func(*http.Request) bool) flaw {
	return flaw{alter: func(h http.Header, r *http.Request) {
		if !strings.HasSuffix(r.Host, "cloudfront.net") || !when(r) {
			return
		}
		if h.Set(name, value); value == "" {
			h.Del(name)
		}
	}}
}

func always(*http.Request) bool { return true }
