package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func grantOf(t *testing.T, w *httptest.ResponseRecorder) granted {
	t.Helper()
	var g granted
	if err := json.Unmarshal(w.Body.Bytes(), &g); w.Code != http.StatusOK || err != nil || g.Playlist == "" {
		t.Fatalf("grant: status %d, %v, %q", w.Code, err, w.Body)
	}
	return g
}

// The three ways play a video to its first segment, and nothing plays without.
func TestWays(t *testing.T) {
	s := newSite(t)
	v := s.put(t, "ways")
	admin := s.visitor(t, "admin")
	segment := s.stack.BaseURL + "/ways/seg.ts"
	if status, _ := s.fetch(t, segment); status != http.StatusForbidden {
		t.Fatalf("a segment without a grant: status %d, want 403", status)
	}

	urls := grantOf(t, admin.post(v.Page+"/urls"))
	if urls.Playlist != v.Page+"/playlist/ways/index.m3u8" || urls.Query != "" {
		t.Errorf("urls = %+v", urls)
	}
	list := admin.get(urls.Playlist)
	if got := list.Header().Get("Content-Type"); got != "application/vnd.apple.mpegurl" {
		t.Errorf("playlist has type %q", got)
	}
	if status, body := s.fetch(t, lineWith(t, list.Body.String(), "seg.ts")); status != http.StatusOK || body != "picture of ways" {
		t.Errorf("segment of the rewritten playlist: status %d, %q", status, body)
	}

	query := grantOf(t, admin.post(v.Page+"/query"))
	for _, u := range []string{query.Playlist, segment} {
		if status, _ := s.fetch(t, u+"?"+query.Query); status != http.StatusOK {
			t.Errorf("%s with the query: status %d", u, status)
		}
	}

	w := admin.post(v.Page + "/cookies")
	cookies := w.Result().Cookies()
	if got := grantOf(t, w); got.Playlist != query.Playlist || len(cookies) != 3 {
		t.Errorf("cookies = %+v with %d cookies", got, len(cookies))
	}
	for _, c := range cookies {
		if c.Domain != "example.com" || c.Path != "/ways/" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode {
			t.Errorf("cookie %s has other attributes than for the folder in the shared domain: %+v", c.Name, *c)
		}
	}
	if status, _ := s.fetch(t, segment, cookies...); status != http.StatusOK {
		t.Errorf("segment with cookies: status %d", status)
	}
}

func lineWith(t *testing.T, playlist, part string) string {
	t.Helper()
	for line := range strings.Lines(playlist) {
		if strings.Contains(line, part) && !strings.HasPrefix(line, "#") {
			return strings.TrimSpace(line)
		}
	}
	t.Fatalf("no line with %q in %q", part, playlist)
	return ""
}

// Who may watch one video can neither get nor use a grant for another, however
// alike the folders are called.
func TestOneVideoOnly(t *testing.T) {
	s := newSite(t)
	mine, other := s.put(t, "rights/ts"), s.put(t, "rights/ts2")
	if err := s.catalogue.allow("viewer", mine.Page, true); err != nil {
		t.Fatal(err)
	}
	viewer := s.visitor(t, "viewer")
	for _, way := range []string{"urls", "cookies", "query"} {
		w := viewer.post(other.Page + "/" + way)
		if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), `"error":"not-allowed"`) || len(w.Result().Cookies()) > 0 {
			t.Errorf("%s of another's video: status %d, %s", way, w.Code, w.Body)
		}
	}
	grant := grantOf(t, viewer.post(mine.Page+"/query"))
	cookies := viewer.post(mine.Page + "/cookies").Result().Cookies()
	for _, key := range []string{"rights/ts2/index.m3u8", "rights/ts2/seg.ts", "rights/ts", "rights/", "sample/ts/master.m3u8"} {
		u := s.stack.BaseURL + "/" + key
		if status, _ := s.fetch(t, u+"?"+grant.Query); status != http.StatusForbidden {
			t.Errorf("%s with the query of another video: status %d, want 403", key, status)
		}
		if status, _ := s.fetch(t, u, cookies...); status != http.StatusForbidden {
			t.Errorf("%s with the cookies of another video: status %d, want 403", key, status)
		}
	}
	if status, _ := s.fetch(t, s.stack.BaseURL+"/rights/ts/seg.ts?"+grant.Query); status != http.StatusOK {
		t.Errorf("the grant does not open its own video: status %d", status)
	}
	for path, want := range map[string]int{
		mine.Page + "/playlist/rights/ts/index.m3u8":                http.StatusOK,
		mine.Page + "/playlist/rights/ts2/index.m3u8":               http.StatusForbidden,
		mine.Page + "/playlist/rights/ts/%2e%2e/ts2/index.m3u8":     http.StatusNotFound,
		mine.Page + "/playlist/rights/ts/%2e%2e%2fts2%2findex.m3u8": http.StatusNotFound,
		mine.Page + "/playlist/rights/ts/seg.ts":                    http.StatusNotFound,
		mine.Page + "/playlist/sample/ts/master.m3u8":               http.StatusForbidden,
		other.Page + "/playlist/rights/ts2/index.m3u8":              http.StatusForbidden,
		other.Page + "/playlist/rights/ts/index.m3u8":               http.StatusForbidden,
		other.Page: http.StatusForbidden,
		mine.Page:  http.StatusOK,
	} {
		if w := viewer.get(path); w.Code != want || want != http.StatusOK && strings.Contains(w.Body.String(), "Signature=") {
			t.Errorf("GET %s: status %d, want %d", path, w.Code, want)
		}
	}
}

// A right that is taken back counts at once; a grant of before lasts.
func TestRightTakenBack(t *testing.T) {
	s := newSite(t)
	v := s.put(t, "taken")
	if err := s.catalogue.allow("viewer", v.Page, true); err != nil {
		t.Fatal(err)
	}
	viewer, admin := s.visitor(t, "viewer"), s.visitor(t, "admin")
	list := v.Page + "/playlist/taken/index.m3u8"
	if w := viewer.get(list); w.Code != http.StatusOK {
		t.Fatalf("playlist: status %d", w.Code)
	}
	if w := admin.post("/admin/rights", "viewer", "viewer", "page", v.Page, "allowed", "false"); w.Code != http.StatusSeeOther {
		t.Fatalf("taking the right: status %d", w.Code)
	}
	for _, w := range []*httptest.ResponseRecorder{viewer.get(list), viewer.get(v.Page), viewer.post(v.Page + "/urls")} {
		if w.Code != http.StatusForbidden {
			t.Errorf("after the right was taken: status %d, want 403", w.Code)
		}
	}
	if w := admin.post("/admin" + v.Page + "/remove"); w.Code != http.StatusSeeOther {
		t.Fatalf("removing: status %d", w.Code)
	}
	if w := admin.post(v.Page + "/urls"); w.Code != http.StatusNotFound {
		t.Errorf("grant for a removed video: status %d, want 404", w.Code)
	}
	if next := s.put(t, "taken"); next.Page == v.Page {
		t.Errorf("the next video inherits %s, and with it rights", v.Page)
	}
}

// Whenever in a bucket it is asked for, a grant lasts half its lifetime or more,
// and never more than all of it.
func TestGrantLasts(t *testing.T) {
	s := newSite(t)
	r := httptest.NewRequest(http.MethodPost, "/videos/1/query", nil)
	r.SetPathValue("id", "1")
	for _, life := range []time.Duration{2 * time.Second, 3 * time.Second, 7 * time.Second, time.Minute, 10 * time.Minute, time.Hour} {
		s.grantLifetime = life
		before := time.Now()
		_, g, err := s.grant(r, &session{account: account{Name: "viewer"}})
		if err != nil {
			t.Fatal(err)
		}
		expires := g.Policy().Expires
		if expires.Before(before.Add(life/2)) || expires.After(time.Now().Add(life+time.Second)) {
			t.Errorf("a grant of %v asked for at %v expires at %v", life, before, expires)
		}
	}
}

// Without https, or a domain that the site shares with the videos, no cookie would
// arrive: the page is told so.
func TestCookiesNeedSharedDomain(t *testing.T) {
	for _, origin := range []string{"https://app.example.org", "http://app.example.com", "http://localhost:8080", "https://127.0.0.1:8443", "https://video.example.com.test"} {
		s := newSite(t)
		s.origin, _ = s.origin.Parse(origin)
		admin := s.visitor(t, "admin")
		w := admin.post("/videos/1/cookies")
		if w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), `"error":"cookies"`) || len(w.Result().Cookies()) > 0 {
			t.Errorf("cookies on %s: status %d, %s", origin, w.Code, w.Body)
		}
		if w := admin.post("/videos/1/query"); w.Code != http.StatusOK {
			t.Errorf("query on %s: status %d", origin, w.Code)
		}
	}
}
