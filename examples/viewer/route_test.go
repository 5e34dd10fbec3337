package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"
)

// What each route answers to whom: a stranger, somebody whose session is over, the
// second sample viewer, who may watch the first video alone, and the administrator.
func TestRoutes(t *testing.T) {
	s := newSite(t)
	over := s.stranger()
	over.cookies["x"] = s.cookie("ended")
	visitors := []*visitor{s.stranger(), over, s.visitor(t, "another viewer"), s.visitor(t, "admin")}
	for _, tc := range []struct {
		method, path string
		want         [4]int
	}{
		{"GET", "/", [4]int{303, 401, 200, 200}},
		{"GET", "/sign-in", [4]int{200, 200, 200, 200}},
		{"GET", "/static/style.css", [4]int{200, 200, 200, 200}},
		{"GET", "/web/play.js", [4]int{200, 200, 200, 200}},
		{"GET", "/web/players/hls.js", [4]int{200, 200, 200, 200}},
		{"GET", "/web/", [4]int{200, 200, 200, 200}},
		{"GET", "/web/players", [4]int{301, 301, 301, 301}},
		{"GET", "/web/package.json", [4]int{404, 404, 404, 404}},
		{"GET", "/web/dist/none.js", [4]int{404, 404, 404, 404}},
		{"GET", "/templates/layout.html", [4]int{404, 404, 404, 404}},
		{"GET", "/static/../main.go", [4]int{307, 307, 307, 307}},
		{"GET", "/videos/1", [4]int{303, 401, 200, 200}},
		{"GET", "/videos/2", [4]int{303, 401, 403, 200}},
		{"GET", "/videos/99", [4]int{303, 401, 404, 404}},
		{"GET", "/videos/1x", [4]int{303, 401, 404, 404}},
		{"GET", "/videos/99999999999999999999", [4]int{303, 401, 404, 404}},
		{"GET", "/videos/1/playlist/sample/aes/index.m3u8", [4]int{303, 401, 200, 200}},
		{"GET", "/videos/2/playlist/sample/fmp4/master.m3u8", [4]int{303, 401, 403, 200}},
		{"GET", "/videos/1/playlist/sample/aes/none.m3u8", [4]int{303, 401, 502, 502}}, // S3 says 403 to who may not list
		{"GET", "/live/live", [4]int{303, 401, 403, 200}},
		{"GET", "/live/none", [4]int{303, 401, 404, 404}},
		{"GET", "/live/live/playlist", [4]int{303, 401, 403, 302}},
		{"GET", "/admin", [4]int{303, 401, 403, 200}},
		{"GET", "/none", [4]int{404, 404, 404, 404}},
		{"POST", "/videos/1/urls", [4]int{401, 401, 200, 200}},
		{"POST", "/videos/2/urls", [4]int{401, 401, 403, 200}},
		{"POST", "/videos/2/cookies", [4]int{401, 401, 403, 200}},
		{"POST", "/videos/2/query", [4]int{401, 401, 403, 200}},
		{"POST", "/videos/1/none", [4]int{401, 401, 404, 404}},
		{"POST", "/videos/99/urls", [4]int{401, 401, 404, 404}},
		{"POST", "/live/live/token", [4]int{401, 401, 403, 200}},
		{"POST", "/live/none/token", [4]int{401, 401, 404, 404}},
		{"POST", "/admin/rights", [4]int{401, 401, 403, 303}},
		{"POST", "/admin/videos", [4]int{401, 401, 403, 422}},
		{"POST", "/admin/videos/99/remove", [4]int{401, 401, 403, 303}},
		{"POST", "/sign-in", [4]int{403, 403, 403, 403}}, // as nobody
		{"DELETE", "/videos/1", [4]int{404, 404, 404, 404}},
	} {
		for i, v := range visitors {
			r := httptest.NewRequest(tc.method, "https://app.example.com"+tc.path, nil)
			if w := v.do(r); w.Code != tc.want[i] {
				t.Errorf("%s %s as visitor %d: status %d, want %d", tc.method, tc.path, i, w.Code, tc.want[i])
			} else if grants := tc.method == "POST" && !strings.HasPrefix(tc.path, "/admin") && tc.path != "/sign-in"; grants && w.Header().Get("Content-Type") != "application/json" {
				t.Errorf("%s %s as visitor %d answers %q, not JSON", tc.method, tc.path, i, w.Header().Get("Content-Type"))
			}
		}
	}
}

// The pages of refusal say what happened and lead on.
func TestRefusalPages(t *testing.T) {
	s := newSite(t)
	over := s.stranger()
	over.cookies["x"] = s.cookie("ended")
	other := s.visitor(t, "another viewer")
	for _, tc := range []struct {
		visitor     *visitor
		path, title string
		link        string
	}{
		{over, "/", "Your session has expired", `href="/sign-in"`},
		{other, "/videos/2", "You are not allowed to do this", `href="/"`},
		{other, "/none", "There is nothing here", `href="/"`},
	} {
		body := tc.visitor.get(tc.path).Body.String()
		if !strings.Contains(body, "<h1>"+tc.title+"</h1>") || !strings.Contains(body, tc.link) {
			t.Errorf("GET %s shows no %q with %s:\n%s", tc.path, tc.title, tc.link, body)
		}
	}
	if w := s.stranger().get("/videos/1"); w.Header().Get("Location") != "/sign-in" {
		t.Errorf("a stranger is led to %q", w.Header().Get("Location"))
	}
}

func TestSession(t *testing.T) {
	s := newSite(t)
	v := s.visitor(t, "viewer")
	c := v.cookies["__Host-session"]
	if c == nil || !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.MaxAge != 0 || len(c.Value) < 26 {
		t.Fatalf("session cookie = %+v", c)
	}
	v.post("/sign-out")
	v.cookies[c.Name] = c // somebody kept it
	if w := v.get("/"); w.Code != http.StatusUnauthorized {
		t.Errorf("after signing out: status %d, want 401", w.Code)
	}
	s.sessionLifetime = time.Millisecond
	v = s.visitor(t, "viewer")
	for deadline := time.Now().Add(10 * time.Second); v.get("/").Code != http.StatusUnauthorized; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the session does not expire")
		}
	}
	s.origin.Scheme = "http"
	v = s.visitor(t, "viewer")
	if c := v.cookies["session"]; c == nil || c.Secure || !c.HttpOnly {
		t.Errorf("session cookie without TLS = %+v", c)
	}
}

// Another site's page can post nothing, whatever cookies the browser sends along.
func TestCrossOriginPosts(t *testing.T) {
	s := newSite(t)
	admin := s.visitor(t, "admin")
	for name, set := range map[string]func(http.Header){
		"another site":        func(h http.Header) { h.Set("Sec-Fetch-Site", "cross-site") },
		"a neighbour":         func(h http.Header) { h.Set("Sec-Fetch-Site", "same-site") },
		"an old browser":      func(h http.Header) { h.Set("Origin", "https://evil.example") },
		"a page without name": func(h http.Header) { h.Set("Origin", "null") },
	} {
		for _, path := range []string{"/admin/videos/1/remove", "/admin/videos", "/admin/rights", "/sign-out", "/sign-in", "/videos/1/query", "/live/live/token"} {
			r := httptest.NewRequest("POST", "https://app.example.com"+path, strings.NewReader("account=admin"))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			set(r.Header)
			if w := admin.do(r); w.Code != http.StatusForbidden {
				t.Errorf("POST %s from %s: status %d, want 403", path, name, w.Code)
			}
		}
	}
	if w := admin.get("/videos/1"); w.Code != http.StatusOK {
		t.Errorf("a refused post did something: status %d", w.Code)
	}
}

// Who leaves before the answer is no failure of the site, and gets no second answer.
func TestViewerLeaves(t *testing.T) {
	s := newSite(t)
	admin := s.visitor(t, "admin")
	ctx, leave := context.WithCancel(t.Context())
	leave()
	for _, tc := range [][2]string{{"POST", "/videos/1/query"}, {"POST", "/live/live/token"}, {"GET", "/videos/1"}} {
		admin.do(httptest.NewRequest(tc[0], "https://app.example.com"+tc[1], nil).WithContext(ctx))
	}
	if logs := s.logs.String(); strings.Contains(logs, "level=ERROR") || !strings.Contains(logs, "path=/live/live/token") {
		t.Errorf("the log has an error, or not the request:\n%s", logs)
	}
}

func TestHeaders(t *testing.T) {
	s := newSite(t)
	admin := s.visitor(t, "admin")
	for _, path := range []string{"/", "/admin", "/videos/1", "/live/live", "/none", "/videos/1/playlist/sample/aes/index.m3u8"} {
		h := admin.get(path).Header()
		policy := h.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self';", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'", "media-src 'self' blob: https://video.example.com"} {
			if !strings.Contains(policy, part) {
				t.Errorf("GET %s: the policy %q has no %q", path, policy, part)
			}
		}
		if strings.Contains(policy, "unsafe-inline") || strings.Contains(policy, "'unsafe-eval'") {
			t.Errorf("GET %s: the policy %q is unsafe", path, policy)
		}
		if live := path == "/live/live"; strings.Contains(policy, "wasm-unsafe-eval") != live || strings.Contains(policy, "live-video.net") != live {
			t.Errorf("GET %s: the policy is %q", path, policy)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "same-origin" || h.Get("Cross-Origin-Opener-Policy") != "same-origin" || !strings.Contains(h.Get("Cache-Control"), "no-store") {
			t.Errorf("GET %s: headers %v", path, h)
		}
	}
	if got := admin.get("/videos/1?player=ivs").Header().Get("Content-Security-Policy"); !strings.Contains(got, "'wasm-unsafe-eval'") {
		t.Errorf("?player=ivs has the policy %q", got)
	}
}

// A session's budget ends with a 429 that says when to come back; another session's
// does not, and neither does a playback's.
func TestLimit(t *testing.T) {
	s := newSite(t)
	greedy, modest := s.visitor(t, "viewer"), s.visitor(t, "viewer")
	refused := 0
	for range 60 { // of 20 that the budget has, and what comes meanwhile
		w := greedy.post("/videos/1/query")
		if w.Code == http.StatusOK {
			continue
		}
		refused++
		wait, err := strconv.Atoi(w.Header().Get("Retry-After"))
		if w.Code != http.StatusTooManyRequests || err != nil || wait < 1 || wait > 5 || !strings.Contains(w.Body.String(), `"error":"too-many"`) {
			t.Fatalf("over the budget: status %d, Retry-After %q, %s", w.Code, w.Header().Get("Retry-After"), w.Body)
		}
	}
	if refused == 0 {
		t.Error("60 grants at once are not over the budget")
	}
	for _, path := range []string{"/live/live/playlist"} {
		if w := greedy.get(path); w.Code != http.StatusTooManyRequests {
			t.Errorf("GET %s over the budget: status %d", path, w.Code)
		}
	}
	if w := greedy.get("/videos/1"); w.Code != http.StatusOK {
		t.Errorf("the page over the budget: status %d", w.Code)
	}
	for range 10 {
		if w := modest.post("/videos/1/query"); w.Code != http.StatusOK {
			t.Errorf("another session: status %d", w.Code)
		}
	}
}

// A token opens its channel for the pages of this site, and no other channel.
func TestLiveToken(t *testing.T) {
	s := newSite(t)
	if err := s.catalogue.allow("another viewer", "/live/other", true); err != nil {
		t.Fatal(err)
	}
	viewer := s.visitor(t, "another viewer")
	g := grantOf(t, viewer.post("/live/other/token"))
	if left := time.Until(time.Unix(g.Expires, 0)); left <= 0 || left > tokenLifetime {
		t.Errorf("the token lasts %v, want up to %v", left, tokenLifetime)
	}
	if status, body := s.fetch(t, g.Playlist); status != http.StatusOK || !strings.HasPrefix(body, "#EXTM3U") {
		t.Errorf("playing: status %d", status)
	}
	_, token, _ := strings.Cut(g.Playlist, "?token=")
	if status, _ := s.fetch(t, s.channel0().PlaybackURL+"?token="+token); status != http.StatusForbidden {
		t.Errorf("another channel with the token: status %d, want 403", status)
	}
	if w := viewer.post("/live/live/token"); w.Code != http.StatusForbidden || strings.Contains(w.Body.String(), "token=") {
		t.Errorf("a token for a channel without a right: status %d", w.Code)
	}
	w := viewer.get("/live/other/playlist")
	if status, _ := s.fetch(t, w.Header().Get("Location")); w.Code != http.StatusFound || status != http.StatusOK || w.Body.Len() > 0 {
		t.Errorf("without a script: status %d, then %d", w.Code, status)
	}
	if page := viewer.get("/live/other").Body.String(); strings.Contains(page, "token=") {
		t.Error("the page holds a token")
	}
}

// Whatever is asked, no log line has a signature, a policy, a token, a session or a
// query.
func TestLogHoldsNoSecret(t *testing.T) {
	s := newSite(t)
	admin := s.visitor(t, "admin")
	query := grantOf(t, admin.post("/videos/1/query")).Query
	live := grantOf(t, admin.post("/live/live/token")).Playlist
	cookies := admin.post("/videos/1/cookies").Result().Cookies()
	for _, path := range []string{
		"/?" + query, "/videos/1?" + query, "/videos/1/playlist/sample/aes/index.m3u8?" + query, "/videos/1/playlist/sample/aes/none.m3u8?" + query,
		"/videos/1/playlist/sample/aes/index.m3u8?_HLS_msn=" + strings.Repeat("9", 9000), "/none?" + query, "/live/live/playlist?x=" + live,
	} {
		admin.get(path)
	}
	_, token, _ := strings.Cut(live, "?token=")
	secrets := []string{admin.cookies["__Host-session"].Value, token, strings.Split(token, ".")[2], "Signature=", "Policy=", "_HLS_msn"}
	for part := range strings.SplitSeq(query, "&") {
		if name, value, _ := strings.Cut(part, "="); name != "Key-Pair-Id" {
			secrets = append(secrets, value)
		}
	}
	for _, c := range cookies {
		if c.Name != "CloudFront-Key-Pair-Id" {
			secrets = append(secrets, c.Value)
		}
	}
	logs := s.logs.String()
	if !strings.Contains(logs, "path=/videos/1/playlist/sample/aes/none.m3u8 status=502") || !strings.Contains(logs, "method=POST path=/live/live/token status=200 duration=") {
		t.Fatalf("the log has no line for a request:\n%s", logs)
	}
	for _, secret := range secrets {
		if strings.Contains(logs, secret) {
			t.Errorf("the log holds %.12q…", secret)
		}
	}
}
