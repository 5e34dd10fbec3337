package status

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"privateplayback/internal/fakeaws"
	"privateplayback/internal/fakeaws/bucket"
	"privateplayback/internal/fakeaws/journal"
)

// newPage is the page of a cloud with one bucket and one object, which nobody may
// read.
func newPage(t *testing.T) (http.Handler, *fakeaws.Cloud) {
	t.Helper()
	j := journal.New(0, nil)
	cloud := fakeaws.New(fakeaws.Options{Journal: j})
	if err := cloud.Bucket.CreateBucket("media-one"); err != nil {
		t.Fatal(err)
	}
	if _, err := cloud.Bucket.PutObject("media-one", "a.m3u8", bucket.Object{Body: []byte("#EXTM3U")}); err != nil {
		t.Fatal(err)
	}
	return New(Options{Cloud: cloud, Journal: j, Address: "127.0.0.1:4430", Env: "/home/it's/env", Viewer: Viewer{
		Run: "go run ./examples/viewer", Browse: "chromium 'http://localhost:8080'", URL: "http://localhost:8080",
	}}), cloud
}

func ask(h http.Handler, host, target string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	r.Host = host
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func contains(t *testing.T, w *httptest.ResponseRecorder, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(w.Body.String(), text) {
			t.Errorf("the page lacks %q:\n%s", text, w.Body)
		}
	}
}

func lacks(t *testing.T, w *httptest.ResponseRecorder, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(w.Body.String(), text) {
			t.Errorf("the page holds %q:\n%s", text, w.Body)
		}
	}
}

func TestPageOfAnEmptyCloud(t *testing.T) {
	j := journal.New(0, nil)
	h := New(Options{Cloud: fakeaws.New(fakeaws.Options{Journal: j}), Journal: j, Address: "127.0.0.1:4430", Env: "env"})
	contains(t, ask(h, "127.0.0.1:4431", "/"), "No request came so far.", "Nothing is deployed.", "pulumi up -s local", "The cache is empty.")
	contains(t, ask(h, "127.0.0.1:4431", "/?refused"), "Nothing was refused so far.")
}

func TestPageShowsWhatWasDecided(t *testing.T) {
	h, cloud := newPage(t)
	ask(cloud, "media-one.s3.us-west-2.amazonaws.com", "/a.m3u8?X-Amz-Signature=5ecret5ecret5ecret&x=%3Cscript%3E")
	w := ask(h, "localhost:4431", "/")
	contains(t, w, "<b>GET</b>", "media-one.s3.us-west-2.amazonaws.com/a.m3u8", `<li class="bad">`, "with query X-Amz-Signature", "1 object, no bucket policy")
	lacks(t, w, "5ecret", "<script>")
	if got := w.Header().Get("Refresh"); got == "" {
		t.Error("the page does not renew itself")
	}

	w = ask(h, "localhost:4431", "/?refused&paused")
	contains(t, w, "a.m3u8", `href="/?refused">Resume`)
	if got := w.Header().Get("Refresh"); got != "" {
		t.Errorf("a paused page has Refresh %q, want none", got)
	}
}

// A request for a page by a name that a stranger's DNS points here is refused: the
// page would otherwise be readable by the stranger's web site.
func TestPageAnswersToLoopbackOnly(t *testing.T) {
	h, _ := newPage(t)
	for _, host := range []string{"127.0.0.1:4431", "127.0.0.1", "localhost:4431", "localhost", "[::1]:4431"} {
		if w := ask(h, host, "/"); w.Code != http.StatusOK {
			t.Errorf("Host %q: got status %d, want 200", host, w.Code)
		}
	}
	for _, host := range []string{"evil.example:4431", "127.0.0.1.evil.example", "192.0.2.1", "", "localhost.evil.example"} {
		if w := ask(h, host, "/"); w.Code != http.StatusMisdirectedRequest {
			t.Errorf("Host %q: got status %d, want 421", host, w.Code)
		}
	}
}

// The way to watch is told whole, and held still for reading.
func TestPageTellsHowToWatch(t *testing.T) {
	h, _ := newPage(t)
	w := ask(h, "localhost:4431", "/?paused")
	contains(t, w, `href="/?paused#watch"`, `id="watch"`, "go run ./examples/viewer", "chromium &#39;http://localhost:8080&#39;", `href="http://localhost:8080"`)
}

func TestPageRunsNothing(t *testing.T) {
	h, _ := newPage(t)
	w := ask(h, "localhost", "/")
	if got := w.Header().Get("Content-Security-Policy"); !strings.Contains(got, "default-src 'none'") {
		t.Errorf("Content-Security-Policy is %q", got)
	}
	if w := ask(h, "localhost", "/style.css"); w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/css") {
		t.Errorf("the style sheet: status %d, type %q", w.Code, w.Header().Get("Content-Type"))
	}
	if w := ask(h, "localhost", "/state.json"); w.Code != http.StatusNotFound {
		t.Errorf("another path: status %d, want 404", w.Code)
	}
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	r.Host = "localhost"
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	if rec.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: status %d, want 405", rec.Code)
	}
}
