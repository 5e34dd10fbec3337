package playlist_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"privateplayback/signer"
	"privateplayback/signer/playlist"
)

const (
	master = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n180p/index.m3u8\n#EXT-X-SESSION-KEY:METHOD=AES-128,URI=\"key.bin\"\n"
	index  = "#EXTM3U\n#EXTINF:2,\nseg0.ts\n"
)

// edge is a distribution: it gives what answer gives, and remembers.
type edge struct {
	answer func(w http.ResponseWriter, r *http.Request)
	asked  []*url.URL
}

func (e *edge) RoundTrip(r *http.Request) (*http.Response, error) {
	e.asked = append(e.asked, r.URL)
	w := httptest.NewRecorder()
	e.answer(w, r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return w.Result(), nil
}

type fixture struct {
	playlist.Handler
	edge edge
	log  bytes.Buffer
}

func newFixture(t testing.TB) *fixture {
	f := &fixture{edge: edge{answer: func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "master.m3u8") {
			io.WriteString(w, master)
		} else {
			io.WriteString(w, index)
		}
	}}}
	grant := newGrant(t, host+"/asset/*")
	f.Handler = playlist.Handler{
		Prefix:  "/play/",
		BaseURL: host,
		Client:  &http.Client{Transport: &f.edge},
		Log:     slog.New(slog.NewTextHandler(&f.log, nil)),
		Authorize: func(*http.Request, string) (playlist.Options, error) {
			return playlist.Options{Grant: grant}, nil
		},
	}
	return f
}

func (f *fixture) do(method, target string) *http.Response {
	w := httptest.NewRecorder()
	f.ServeHTTP(w, httptest.NewRequest(method, target, nil))
	return w.Result()
}

func body(r *http.Response) string { return string(must(io.ReadAll(r.Body))) }

func TestHandler(t *testing.T) {
	f := newFixture(t)
	for _, c := range []struct{ path, want string }{
		{"/play/asset/master.m3u8?session=1", strings.NewReplacer("180p", "/play/asset/180p", "key.bin", host+"/asset/key.bin?SIG").Replace(master)},
		{"/play/asset/180p/index.m3u8?_HLS_msn=3&_HLS_part=1", strings.ReplaceAll(index, "seg0.ts", host+"/asset/180p/seg0.ts?SIG")},
		{"/play/asset/%C3%A9%20a.m3u8", strings.ReplaceAll(index, "seg0.ts", host+"/asset/seg0.ts?SIG")},
	} {
		r := f.do("GET", c.path)
		got := body(r)
		if r.StatusCode != 200 || short(got) != c.want {
			t.Errorf("GET %s: %d %q, want %q", c.path, r.StatusCode, short(got), c.want)
		}
		for name, want := range map[string]string{
			"Content-Type": "application/vnd.apple.mpegurl", "Cache-Control": "private, no-store",
			"Content-Length": fmt.Sprint(len(got)), "X-Content-Type-Options": "nosniff", "Access-Control-Allow-Origin": "",
		} {
			if r.Header.Get(name) != want {
				t.Errorf("GET %s: %s: %q, want %q", c.path, name, r.Header.Get(name), want)
			}
		}
		head := f.do("HEAD", c.path)
		if head.StatusCode != 200 || body(head) != "" || head.ContentLength != int64(len(got)) {
			t.Errorf("HEAD %s: %d, length %d, want 200 and %d", c.path, head.StatusCode, head.ContentLength, len(got))
		}
	}
	for i, want := range []string{host + "/asset/master.m3u8?SIG", host + "/asset/180p/index.m3u8?_HLS_msn=3&_HLS_part=1&SIG", host + "/asset/%C3%A9%20a.m3u8?SIG"} {
		if got := short(f.edge.asked[2*i].String()); got != want {
			t.Errorf("asked the distribution for %s, want %s", got, want)
		}
	}
	if f.log.Len() > 0 {
		t.Errorf("log: %s, want nothing", &f.log)
	}
}

func TestHandlerConditional(t *testing.T) {
	f := newFixture(t)
	f.MaxAge = 90 * time.Second
	first := f.do("GET", "/play/asset/master.m3u8")
	if got := first.Header.Get("Cache-Control"); got != "private, max-age=90" {
		t.Errorf("Cache-Control: %q", got)
	}
	r := httptest.NewRequest("GET", "/play/asset/master.m3u8", nil)
	r.Header.Set("If-None-Match", first.Header.Get("ETag"))
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	if w.Code != 304 || w.Body.Len() > 0 {
		t.Errorf("GET with the ETag: %d, want 304", w.Code)
	}
}

// What is not under the prefix, or might not be for somebody on the way, is
// asked of nobody.
func TestHandlerPaths(t *testing.T) {
	f := newFixture(t)
	f.Authorize = func(_ *http.Request, path string) (playlist.Options, error) {
		t.Errorf("Authorize was asked for %q", path)
		return playlist.Options{}, playlist.ErrNotFound
	}
	for _, path := range []string{
		"/", "/play", "/play/", "/play/a.ts", "/play/a", "/play/.m3u8/", "/play/a.m3u8/", "/other/a.m3u8", "/PLAY/a.m3u8", "/play/a.M3U8",
		"/play/../a.m3u8", "/play/asset/../../a.m3u8", "/play/./a.m3u8", "/play//a.m3u8", "/play/asset//a.m3u8", "//play/a.m3u8",
		"/play/%2e%2e/a.m3u8", "/play/%2E%2E%2Fa.m3u8", "/play/..%2fa.m3u8", "/play/asset%2fa.m3u8", "/play/%252e%252e/a.m3u8", "/play/..%252fa.m3u8",
		`/play/..\a.m3u8`, "/play/..%5ca.m3u8", "/play/a%5Cb.m3u8", "/play/%5c%5cexample.net/a.m3u8",
		"/play/https://example.net/a.m3u8", "/play/https:%2f%2fexample.net/a.m3u8", "/play//example.net/a.m3u8",
		"/play/a%00.m3u8", "/play/a%0a.m3u8", "/play/a%2500.m3u8", "/play/%ff.m3u8", "/play/a.m3u8%00", "/play/a.m3u8%3f.ts",
		"/%70lay/a.m3u8", "/play%2fa.m3u8",
	} {
		r := httptest.NewRequest("GET", "/", nil)
		raw, _, _ := strings.Cut(path, "?")
		u, err := url.ParseRequestURI(raw)
		if err != nil {
			u = &url.URL{Path: raw}
		}
		r.URL = u
		w := httptest.NewRecorder()
		f.ServeHTTP(w, r)
		if w.Code != 404 || len(f.edge.asked) > 0 {
			t.Errorf("GET %s: %d, asked %v; want 404 and nothing asked", path, w.Code, f.edge.asked)
		}
	}
	if r := f.do("POST", "/play/a.m3u8"); r.StatusCode != 405 || r.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d, Allow %q; want 405", r.StatusCode, r.Header.Get("Allow"))
	}
}

func TestHandlerAuthorize(t *testing.T) {
	for _, c := range []struct {
		err  error
		want int
	}{
		{playlist.ErrUnauthorized, 401},
		{fmt.Errorf("viewer 7: %w", playlist.ErrForbidden), 403},
		{playlist.ErrNotFound, 404},
		{fs.ErrNotExist, 404},
		{errors.New("database is down"), 500},
		{nil, 500}, // no signature given
	} {
		f := newFixture(t)
		f.Authorize = func(_ *http.Request, path string) (playlist.Options, error) {
			if path != "asset/é.m3u8" {
				t.Errorf("Authorize was asked for %q", path)
			}
			return playlist.Options{}, c.err
		}
		r := f.do("GET", "/play/asset/%C3%A9.m3u8")
		if got := body(r); r.StatusCode != c.want || len(f.edge.asked) > 0 || strings.Contains(got, "viewer") || strings.Contains(got, "database") {
			t.Errorf("Authorize: %v: %d %q, want %d without detail", c.err, r.StatusCode, got, c.want)
		}
	}
	for name, source := range map[string]fs.FS{"distribution": nil, "files": fstest.MapFS{"other/a.m3u8": {Data: []byte(index)}}} {
		f := newFixture(t)
		f.FS = source
		if r := f.do("GET", "/play/other/a.m3u8"); r.StatusCode != 403 || len(f.edge.asked) > 0 {
			t.Errorf("%s: a playlist outside the grant: %d, want 403 and nothing asked", name, r.StatusCode)
		}
	}
}

func TestHandlerUpstream(t *testing.T) {
	status := func(code int, text string) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "https://example.net/a.m3u8")
			w.WriteHeader(code)
			io.WriteString(w, text)
		}
	}
	for _, c := range []struct {
		name   string
		answer func(http.ResponseWriter, *http.Request)
		want   int
		log    string
	}{
		{"refused", status(403, "<Error><Code>MissingKey</Code><Message>secret</Message></Error>"), 502, "status 403 MissingKey"},
		{"refused with nonsense", status(403, "<Code>secret=1</Code>"), 502, "status 403, want 200"},
		{"absent", status(404, ""), 404, ""},
		{"gone", status(410, ""), 404, ""},
		{"redirect", status(302, ""), 502, "status 302"},
		{"partial", status(206, index), 502, "status 206"},
		{"empty", status(204, ""), 502, "status 204"},
		{"broken", status(500, ""), 502, "status 500"},
		{"busy", status(503, ""), 503, "status 503"},
		{"throttled", status(429, ""), 503, "status 429"},
		{"slow origin", status(504, ""), 504, "status 504"},
		{"not a playlist", status(200, "<html>secret</html>"), 502, "not a playlist"},
		{"malformed", status(200, index+"#EXT-X-MAP:URI=\"secret\n"), 502, "line 4"},
		{"too large", status(200, index+strings.Repeat("#"+strings.Repeat("x", 60000)+"\n", 150)), 502, "too large"},
		{"other variables", status(200, index+"#EXT-X-DEFINE:QUERYPARAM=\"q\"\n"), 400, `\"q\"`},
		{"outside the grant", status(200, index+"../seg.ts\n"), 500, "not covered"},
	} {
		f := newFixture(t)
		f.edge.answer = c.answer
		r := f.do("GET", "/play/asset/a.m3u8?private=1")
		got := body(r)
		if r.StatusCode != c.want || got != http.StatusText(c.want)+"\n" || len(f.edge.asked) != 1 {
			t.Errorf("%s: %d %q after %d requests, want %d", c.name, r.StatusCode, got, len(f.edge.asked), c.want)
		}
		if log := f.log.String(); (c.log == "") != (log == "") || !strings.Contains(log, c.log) {
			t.Errorf("%s: log %q, want %q", c.name, log, c.log)
		} else if strings.Contains(log, "Signature") || strings.Contains(log, "secret") || strings.Contains(log, "private=1") || strings.Contains(log, "Policy=") {
			t.Errorf("%s: a secret in the log: %s", c.name, log)
		}
		if r.Header.Get("Cache-Control") != "no-store" || r.Header.Get("Etag") != "" {
			t.Errorf("%s: cache headers %v", c.name, r.Header)
		}
	}
}

// failing is a connection or a body that fails.
type failing struct {
	err  error
	body bool
}

func (f failing) RoundTrip(*http.Request) (*http.Response, error) {
	if !f.body {
		return nil, f.err
	}
	return &http.Response{StatusCode: 200, Body: io.NopCloser(io.MultiReader(strings.NewReader(index), f))}, nil
}

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestHandlerConnection(t *testing.T) {
	for _, c := range []struct {
		client failing
		want   int
	}{
		{failing{err: errors.New("connection refused")}, 502},
		{failing{err: context.DeadlineExceeded}, 504},
		{failing{err: io.ErrUnexpectedEOF, body: true}, 502},
		{failing{err: context.DeadlineExceeded, body: true}, 504},
	} {
		f := newFixture(t)
		f.Client = &http.Client{Transport: c.client}
		r := f.do("GET", "/play/asset/a.m3u8")
		if got := body(r); r.StatusCode != c.want || strings.Contains(got, "#EXTM3U") {
			t.Errorf("%+v: %d %q, want %d and nothing of the playlist", c.client, r.StatusCode, got, c.want)
		}
		if log := f.log.String(); !strings.Contains(log, c.client.err.Error()) || strings.Contains(log, "Signature") {
			t.Errorf("%+v: log %q", c.client, log)
		}
	}
}

func TestHandlerFiles(t *testing.T) {
	f := newFixture(t)
	f.FS = fstest.MapFS{
		"asset/master.m3u8":      {Data: []byte(master)},
		"asset/broken.m3u8":      {Data: []byte("seg.ts")},
		"asset/folder.m3u8/seg0": {},
	}
	for path, want := range map[string]int{"master": 200, "broken": 500, "folder": 404, "absent": 404} {
		if r := f.do("GET", "/play/asset/"+path+".m3u8"); r.StatusCode != want {
			t.Errorf("GET %s: %d, want %d", path, r.StatusCode, want)
		}
	}
	if len(f.edge.asked) > 0 {
		t.Errorf("asked the distribution for %v", f.edge.asked)
	}
}

func TestHandlerPerURI(t *testing.T) {
	for name, source := range map[string]fs.FS{"distribution": nil, "files": fstest.MapFS{"asset/index.m3u8": {Data: []byte(index)}}} {
		f := newFixture(t)
		f.FS = source
		f.Authorize = func(*http.Request, string) (playlist.Options, error) { return perURI(t, ecKey(), 0), nil }
		r := f.do("GET", "/play/asset/index.m3u8")
		got := body(r)
		if r.StatusCode != 200 || short(got) != strings.ReplaceAll(index, "seg0.ts", host+"/asset/seg0.ts?SIG") {
			t.Errorf("%s: %d %q", name, r.StatusCode, short(got))
		}
		for _, asked := range f.edge.asked {
			if err := verifyCanned(ecKey().Public(), asked.String()); err != nil {
				t.Errorf("%s: the request: %v", name, err)
			}
		}
	}
}

func TestHandlerMisconfigured(t *testing.T) {
	for name, change := range map[string]func(*playlist.Handler){
		"no Authorize":       func(h *playlist.Handler) { h.Authorize = nil },
		"no BaseURL":         func(h *playlist.Handler) { h.BaseURL = "" },
		"BaseURL with query": func(h *playlist.Handler) { h.BaseURL += "?a" },
	} {
		f := newFixture(t)
		change(&f.Handler)
		if r := f.do("GET", "/play/asset/a.m3u8"); r.StatusCode != 500 || len(f.edge.asked) > 0 || f.log.Len() == 0 {
			t.Errorf("%s: %d, log %q; want 500 and a line", name, r.StatusCode, &f.log)
		}
	}
}

func FuzzHandlerPath(f *testing.F) {
	for _, path := range []string{"/play/a.m3u8", "/play/%2e%2e/a.m3u8", "/play/a%20b/c.m3u8", `/play/\..\a.m3u8`, "/play/https://a/b.m3u8"} {
		f.Add(path)
	}
	fixture := newFixture(f)
	grant := newGrant(f, host+"/base/*")
	fixture.BaseURL = host + "/base"
	fixture.Authorize = func(*http.Request, string) (playlist.Options, error) { return playlist.Options{Grant: grant}, nil }
	f.Fuzz(func(t *testing.T, path string) {
		u, err := url.ParseRequestURI(path)
		if err != nil {
			return
		}
		fixture.edge.asked = nil
		r := httptest.NewRequest("GET", "/", nil)
		r.URL = u
		fixture.ServeHTTP(httptest.NewRecorder(), r)
		for _, asked := range fixture.edge.asked {
			normal, err := signer.RequestURL(asked.String())
			if err != nil || normal != asked.String() || !strings.HasPrefix(normal, host+"/base/") || !strings.HasSuffix(asked.Path, ".m3u8") {
				t.Errorf("GET %q asked for %s", path, asked)
			}
		}
	})
}
