package main

import (
	"bytes"
	"context"
	"crypto"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"privateplayback/infra/outputs"
	"privateplayback/internal/fakeaws/bucket"
	"privateplayback/internal/local"
	"privateplayback/signer"
)

// One deployment serves all tests of the process; each has a site of its own.
var deploy = sync.OnceValues(func() (*local.Deployment, error) {
	return local.Start(context.Background(), local.Options{Domain: "video.example.com", Settings: map[string]any{
		"channels": []any{map[string]any{"name": "live"}, map[string]any{"name": "other"}},
	}})
})

var deployed atomic.Bool

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if deployed.Load() {
		if d, err := deploy(); err == nil {
			if err := d.Close(); err != nil {
				fmt.Fprintln(os.Stderr, err)
				code = 1
			}
		}
	}
	os.Exit(code)
}

func deployment(t *testing.T) *local.Deployment {
	t.Helper()
	deployed.Store(true)
	d, err := deploy()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// site is an application on the deployment, and what it logs.
type site struct {
	*application
	http.Handler
	deployment *local.Deployment
	logs       *safeBuffer
	signatures *atomic.Int64
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// counting counts what a key signs.
type counting struct {
	crypto.Signer
	n *atomic.Int64
}

func (c counting) Sign(random io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	c.n.Add(1)
	return c.Signer.Sign(random, digest, opts)
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{deployment: deployment(t), logs: &safeBuffer{}, signatures: &atomic.Int64{}}
	s.application = &application{
		log: slog.New(slog.NewTextHandler(io.MultiWriter(s.logs, t.Output()), nil)), client: s.deployment.Client(),
		origin: &url.URL{Scheme: "https", Host: "app.example.com"}, grantLifetime: 10 * time.Minute, sessionLifetime: time.Hour,
	}
	signing := []crypto.Signer{counting{s.deployment.SigningKey, s.signatures}}
	var err error
	if s.stack, err = outputs.Parse(s.deployment.OutputsJSON); err != nil {
		t.Fatal(err)
	}
	cf, ivs, err := signer.Current(s.stack, signing, []crypto.Signer{s.deployment.PlaybackKey})
	if err != nil {
		t.Fatal(err)
	}
	s.grants, s.tokens = signer.NewGrants(cf, 1000), ivs
	if s.catalogue, err = openCatalogue(":memory:", s.stack); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.catalogue.db.Close() })
	s.Handler = s.routes()
	return s
}

// put puts a video into the bucket and into the catalogue.
func (s *site) put(t *testing.T, folder string) video {
	t.Helper()
	for name, body := range map[string]string{"index.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nseg.ts\n#EXT-X-ENDLIST\n", "seg.ts": "picture of " + folder} {
		if _, err := s.deployment.Cloud.Bucket.PutObject(s.stack.BucketName, folder+"/"+name, bucket.Object{Body: []byte(body)}); err != nil {
			t.Fatal(err)
		}
	}
	v, err := s.catalogue.add(folder, folder+"/index.m3u8")
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// visitor is a browser: it keeps the site's cookies, and follows nothing.
type visitor struct {
	site    *site
	cookies map[string]*http.Cookie
}

func (s *site) stranger() *visitor { return &visitor{s, map[string]*http.Cookie{}} }

func (s *site) visitor(t *testing.T, name string) *visitor {
	t.Helper()
	v := s.stranger()
	if w := v.post("/sign-in", "account", name); w.Code != http.StatusSeeOther {
		t.Fatalf("signing in as %q: status %d", name, w.Code)
	}
	return v
}

func (v *visitor) get(path string) *httptest.ResponseRecorder {
	return v.do(httptest.NewRequest("GET", v.site.origin.String()+path, nil))
}

// post posts a form of names and values, as a page of the site would.
func (v *visitor) post(path string, pairs ...string) *httptest.ResponseRecorder {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest("POST", v.site.origin.String()+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return v.do(r)
}

func (v *visitor) do(r *http.Request) *httptest.ResponseRecorder {
	for _, c := range v.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	v.site.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		switch {
		case c.Domain != "":
		case c.MaxAge < 0:
			delete(v.cookies, c.Name)
		default:
			v.cookies[c.Name] = c
		}
	}
	return w
}

// fetch asks the stand-in, as the player of a page of the site does.
func (s *site) fetch(t *testing.T, rawURL string, cookies ...*http.Cookie) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", rawURL, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Origin", s.origin.String())
	for _, c := range cookies {
		r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
	}
	response, err := s.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

func (s *site) channel0() outputs.Channel { return s.stack.Channels[0] }
