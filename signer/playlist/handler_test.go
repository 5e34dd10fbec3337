package playlist_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
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
	for header, want := range map[string]int{"Range": 416, "If-Match": 412} {
		r := httptest.NewRequest("GET", "/play/asset/master.m3u8", nil)
		r.Header.Set(header, map[string]string{"Range": "bytes=99999-", "If-Match": `"other"`}[header])
		w := httptest.NewRecorder()
		f.ServeHTTP(w, r)
		if got := w.Header().Get("Cache-Control"); w.Code != want || got != "no-store" {
			t.Errorf("GET with %s: %d, Cache-Control %q; want %d, no-store", header, w.Code, got, want)
		}
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
		"/play/a/.%2e/a.m3u8", "/play/%2e/a.m3u8", "/play/.%252E/a.m3u8", "/play/%252e/a.m3u8",
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

// A child goes to the handler if the handler serves it: else it is signed.
func TestHandlerChildren(t *testing.T) {
	for _, c := range []struct{ uri, want string }{
		{"v.m3u8", "/play/asset/v.m3u8"},
		{"v1%2e0.m3u8", "/play/asset/v1%2e0.m3u8"},
		{"v%2Em3u8", "/play/asset/v%2Em3u8"},
		{"%c3%a9 a.m3u8", "/play/asset/%c3%a9%20a.m3u8"},
		{"%2e%2e.m3u8", "/play/asset/%2e%2e.m3u8"},
		{"v.m3u8?_HLS_msn=1", "/play/asset/v.m3u8?_HLS_msn=1"},
		{"/asset//v.m3u8", host + "/asset//v.m3u8?SIG"},
		{"a%2Fb.m3u8", host + "/asset/a%2Fb.m3u8?SIG"},
		{"a%5cb.m3u8", host + "/asset/a%5cb.m3u8?SIG"},
		{"a%252fb.m3u8", host + "/asset/a%252fb.m3u8?SIG"},
		{"a%0a.m3u8", host + "/asset/a%0a.m3u8?SIG"},
		{"%ff.m3u8", host + "/asset/%ff.m3u8?SIG"},
		{"v.m3u", host + "/asset/v.m3u?SIG"},
		{"v.m3u8?v=2", host + "/asset/v.m3u8?v=2&SIG"},
		{"v.m3u8?_HLS_msn=1&v=2", host + "/asset/v.m3u8?_HLS_msn=1&v=2&SIG"},
		{"v.m3u8?_HLS_msn=1;", host + "/asset/v.m3u8?_HLS_msn=1;&SIG"},
	} {
		f := newFixture(t)
		master := "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n"
		f.edge.answer = func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "master.m3u8") {
				io.WriteString(w, master+c.uri+"\n")
			} else {
				io.WriteString(w, index)
			}
		}
		got := strings.TrimSpace(strings.TrimPrefix(body(f.do("GET", "/play/asset/master.m3u8")), master))
		if short(got) != c.want {
			t.Errorf("child %q: %q, want %q", c.uri, short(got), c.want)
		} else if strings.HasPrefix(got, "/") {
			if r := f.do("GET", got); r.StatusCode != 200 {
				t.Errorf("child %q: GET %s: %d", c.uri, got, r.StatusCode)
			}
		}
	}
	f := newFixture(t)
	f.Forward = func(name string) bool { return name == "v" }
	f.edge.answer = func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8?v=2\n")
	}
	if got := body(f.do("GET", "/play/asset/master.m3u8")); !strings.Contains(got, "\n/play/asset/v.m3u8?v=2\n") {
		t.Errorf("a child with a query that is passed on: %q", short(got))
	}
}

// What a viewer may send is never the server's fault.
func TestHandlerViewersFault(t *testing.T) {
	long := strings.Repeat("a", 9000)
	queried := func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "#EXTM3U\n#EXT-X-DEFINE:QUERYPARAM=\"q\"\n{$q}/seg.ts\n")
	}
	for _, c := range []struct {
		name, target string
		answer       func(http.ResponseWriter, *http.Request)
		want         int
	}{
		{"long delivery directive", "/play/asset/a.m3u8?_HLS_x=" + long, nil, 414},
		{"long path", "/play/asset/" + long + ".m3u8", nil, 414},
		{"value outside the grant", "/play/asset/a.m3u8?q=../secret", queried, 400},
		{"value with lines", "/play/asset/a.m3u8?q=secret%23%0a", queried, 400},
		{"value that is no UTF-8", "/play/asset/a.m3u8?q=secret%ff", queried, 400},
		{"value that is no escape", "/play/asset/a.m3u8?q=secret%25", queried, 400},
		{"long value", "/play/asset/a.m3u8?q=" + strings.Repeat("secret", 2000), queried, 400},
		{"very long value", "/play/asset/a.m3u8?q=" + strings.Repeat("secret", 20000), queried, 400},
	} {
		f := newFixture(t)
		if c.answer != nil {
			f.edge.answer = c.answer
		}
		r := f.do("GET", c.target)
		if log := f.log.String(); r.StatusCode != c.want || strings.Contains(log, "level=ERROR") || strings.Contains(log, "secret") || len(log) > 1000 {
			t.Errorf("%s: %d, log %.1000q; want %d, no error and no value", c.name, r.StatusCode, log, c.want)
		}
	}
	f := newFixture(t)
	f.Authorize = func(*http.Request, string) (playlist.Options, error) {
		return playlist.Options{}, errors.New("database is down")
	}
	if f.do("GET", "/play/"+long+".m3u8"); !strings.Contains(f.log.String(), "database") || f.log.Len() > 1000 {
		t.Errorf("log of a long path: %d bytes", f.log.Len())
	}
}

// A panic of the application leaves nothing half sent.
func TestHandlerPanic(t *testing.T) {
	for name, o := range map[string]playlist.Options{
		"Authorize": {},
		"Child":     {Grant: newGrant(t, host+"/asset/*"), Child: func(playlist.Child) (string, error) { panic("child") }},
		"Own":       {Grant: newGrant(t, host+"/asset/*"), Own: func(string) bool { panic("own") }},
	} {
		f := newFixture(t)
		f.Authorize = func(*http.Request, string) (playlist.Options, error) {
			if o.Grant == nil {
				panic("authorize")
			}
			return o, nil
		}
		server := httptest.NewUnstartedServer(f)
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.Start()
		response, err := server.Client().Get(server.URL + "/play/asset/master.m3u8")
		if err == nil {
			t.Errorf("%s panics: %d %q, want no answer", name, response.StatusCode, body(response))
			response.Body.Close()
		}
		server.Close()
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

// What a viewer may ask of the file system, an os.Root's too, is at worst absent.
func TestHandlerFileSystems(t *testing.T) {
	dir := t.TempDir()
	outside := filepath.Join(t.TempDir(), "secret.m3u8")
	for name, text := range map[string]string{outside: index, filepath.Join(dir, "a.m3u8"): index} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(outside, filepath.Join(dir, "link.m3u8")); err != nil {
		t.Skip(err)
	}
	if err := os.Symlink("loop.m3u8", filepath.Join(dir, "loop.m3u8")); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	long := strings.Repeat("a", 3000)
	for path, want := range map[string]int{"a": 200, "link": 404, "loop": 404, long: 404, "a.m3u8/b": 404, "absent": 404} {
		f := newFixture(t)
		f.BaseURL = host + "/asset"
		f.FS = root.FS()
		r := f.do("GET", "/play/"+path+".m3u8")
		if r.StatusCode != want || f.log.Len() > 0 {
			t.Errorf("GET %.20s: %d, log %q; want %d and no line", path, r.StatusCode, &f.log, want)
		}
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
