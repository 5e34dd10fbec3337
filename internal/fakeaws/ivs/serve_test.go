package ivs

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
)

// A player's way through real connections: multivariant playlist, variant
// playlist, segments, each under its own host name.
func TestPlayOverTLS(t *testing.T) {
	f := newFixture(t)
	server := httptest.NewTLSServer(f)
	defer server.Close()
	client := server.Client()
	transport := client.Transport.(*http.Transport)
	transport.TLSClientConfig.ServerName = "example.com" // the name in httptest's certificate
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
	}
	fetch := func(method, target string) string {
		t.Helper()
		r, err := http.NewRequest(method, target, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body := readAll(t, resp.Body)
		if resp.StatusCode != 200 {
			t.Fatalf("%s: status %d: %s", method, resp.StatusCode, body)
		}
		if method == http.MethodHead {
			if n, _ := strconv.Atoi(resp.Header.Get("Content-Length")); n == 0 || body != "" {
				t.Errorf("HEAD: Content-Length %d and %d bytes, want some and none", n, len(body))
			}
		}
		return body
	}
	playback := f.channel.PlaybackURL + "?token=" + f.token(t, nil)
	fetch("HEAD", playback)
	variant := playlistURLs(fetch("GET", playback))[0]
	fetch("HEAD", variant)
	segments := parseLive(t, fetch("GET", variant))
	for _, s := range segments {
		fetch("HEAD", s.URL)
		if body := fetch("GET", s.URL); !strings.HasPrefix(body, "\x47") {
			t.Errorf("segment %d is no transport stream", s.Number)
		}
	}
	if len(segments) != windowLength {
		t.Errorf("%d segments, want %d", len(segments), windowLength)
	}
	if n := f.sessions.byAge.Len(); n != 1 {
		t.Errorf("%d sessions, want 1: HEAD begins none", n)
	}
}

func TestPublicChannel(t *testing.T) {
	f := newFixture(t)
	public := f.createChannel(t, false)
	for _, query := range []string{"", "?", "?token=", "?token=garbage", "?token=a&token=b", "?token=%zz", "?player_version=1.56.1", "?token=" + f.token(t, map[string]any{"exp": 1})} {
		variant := variantURL(t, f.do("GET", public.PlaybackURL+query, "https://any.example.com"))
		if got := f.do("GET", variant); got.status != 200 {
			t.Errorf("query %q: variant playlist has status %d, want 200", query, got.status)
		}
	}
}

func TestTokenInQuery(t *testing.T) {
	f := newFixture(t)
	good := f.token(t, nil)
	for _, query := range []string{
		"token=" + good,
		"token=" + strings.ReplaceAll(good, ".", "%2E"),
		"browser_family=chrome&cdm=wv&player_version=1.56.1&token=" + good,
		"token=" + good + "&pbac=1",
	} {
		if got := f.do("GET", f.channel.PlaybackURL+"?"+query); got.status != 200 {
			t.Errorf("query %q: status %d, want 200", strings.ReplaceAll(query, good, "…"), got.status)
		}
	}
	for _, query := range []string{
		"",
		"token",
		"token=",
		"Token=" + good,
		"tokens=" + good,
		"token=" + good + "&token=" + good,
		"token=" + good + "&token=",
		"token=" + good + "&a=%zz",
		"token=" + good + ";a=b",
		"token=" + strings.ReplaceAll(good, ".", "%252E"),
		good,
	} {
		a := f.do("GET", f.channel.PlaybackURL+"?"+query)
		wantRefusal(t, a, 403, codeToken)
		if !strings.Contains(a.body, "token contains an invalid number of segments") {
			t.Errorf("body %s, want the text for an invalid number of segments", a.body)
		}
	}
}

func TestNoToken(t *testing.T) {
	f := newFixture(t)
	path := strings.TrimPrefix(f.channel.PlaybackURL, "https://"+f.playbackHost)
	a := f.do("GET", f.channel.PlaybackURL+"?player_version=1&pbac=<2>", "https://app.example.com")
	want := `[{"url":"` + path + `?player_version=1&pbac=<2>","error":"token contains an invalid number of segments","error_code":"invalid_playback_auth_token","type":"error"}]` + "\n"
	if a.status != 403 || a.body != want {
		t.Errorf("got %d %s, want 403 %s", a.status, a.body, want)
	}
	for name, want := range map[string]string{
		"Content-Type":                "application/json",
		"Access-Control-Allow-Origin": "*",
		"Content-Length":              strconv.Itoa(len(want)),
	} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s %q, want %q", name, got, want)
		}
	}
}

func TestOffline(t *testing.T) {
	f := newFixture(t)
	f.offline = true
	wantRefusal(t, f.play(f.token(t, nil)), 404, "transcode_does_not_exist")
	wantRefusal(t, f.play("garbage"), 403, codeToken) // the token is checked first
	public := f.createChannel(t, false)
	wantRefusal(t, f.do("GET", public.PlaybackURL), 404, "transcode_does_not_exist")
}

func TestUnknownPlaybackURL(t *testing.T) {
	f := newFixture(t)
	token := f.token(t, nil)
	path := strings.TrimPrefix(f.channel.PlaybackURL, "https://"+f.playbackHost)
	for _, target := range []string{
		"https://" + f.playbackHost + "/",
		"https://" + f.playbackHost + "/api/video/v1/eu-central-1.123456789012.channel.AAAAAAAAAAAA.m3u8",
		strings.Replace(f.channel.PlaybackURL, "/v1/", "/v2/", 1),
		strings.Replace(f.channel.PlaybackURL, "/v1/", "//v1/", 1),
		strings.Replace(f.channel.PlaybackURL, ".m3u8", ".M3U8", 1),
		strings.Replace(f.channel.PlaybackURL, ".m3u8", "%2Em3u8", 1),
		strings.Replace(f.channel.PlaybackURL, ".channel.", ".playlist.", 1),
		f.channel.PlaybackURL + "%3Ftoken=" + token,
		f.channel.PlaybackURL + "/" + token,
		"https://" + strings.Repeat("0", 12) + ".eu-central-1.playback.live-video.net" + path,
		"https://" + strings.Repeat("0", 12) + ".j.cloudfront.hls.live-video.net/v1/playlist/a.m3u8",
		"https://live-video.net" + path,
	} {
		if a := f.do("GET", target+"?token="+token); strings.Contains(target, "%3Ftoken") && strings.Contains(a.body, token[:20]) {
			t.Errorf("refusal shows the token: %s", a.body)
		} else {
			wantRefusal(t, a, 404, "not_found")
		}
	}
}

func TestHostName(t *testing.T) {
	f := newFixture(t)
	for _, host := range []string{f.playbackHost, strings.ToUpper(f.playbackHost), f.playbackHost + ":443", f.playbackHost + ":8443"} {
		r := httptest.NewRequest("GET", f.channel.PlaybackURL+"?token="+f.token(t, nil), nil)
		r.Host = host
		w := httptest.NewRecorder()
		f.ServeHTTP(w, r)
		if w.Code != 200 {
			t.Errorf("host %q: status %d, want 200", host, w.Code)
		}
	}
}

func TestPlainHTTP(t *testing.T) {
	f := newFixture(t)
	variant := f.start(t, f.token(t, nil))
	segment := playlistURLs(f.do("GET", variant).body)[0]
	public := f.createChannel(t, false)
	for _, target := range []string{f.channel.PlaybackURL + "?token=" + f.token(t, nil), public.PlaybackURL, variant, segment} {
		plain := "http" + strings.TrimPrefix(target, "https")
		wantRefusal(t, f.do("GET", plain), 403, "https_required")
		wantRefusal(t, f.do("OPTIONS", plain), 403, "https_required")
	}
}

func TestMethods(t *testing.T) {
	f := newFixture(t)
	playback := f.channel.PlaybackURL + "?token=" + f.token(t, nil)
	variant := f.start(t, f.token(t, nil))
	segment := playlistURLs(f.do("GET", variant).body)[0]
	for _, target := range []string{playback, variant, segment} {
		for _, method := range []string{"GET", "HEAD"} {
			if got := f.do(method, target); got.status != 200 {
				t.Errorf("%s: status %d, want 200", method, got.status)
			}
		}
		got := f.do("OPTIONS", target, "https://app.example.com")
		if allow := got.header.Get("Access-Control-Allow-Methods"); got.status != 204 || allow != "GET, HEAD, OPTIONS" || got.body != "" {
			t.Errorf("OPTIONS: status %d, Access-Control-Allow-Methods %q, body %q", got.status, allow, got.body)
		}
		if allow := got.header.Get("Access-Control-Allow-Origin"); allow != "*" {
			t.Errorf("OPTIONS: Access-Control-Allow-Origin %q, want *", allow)
		}
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "TRACE", "get", "PROPFIND"} {
			a := f.do(method, target)
			wantRefusal(t, a, 405, "method_not_allowed")
			if a.header.Get("Allow") != "GET, HEAD, OPTIONS" {
				t.Errorf("%s: Allow %q", method, a.header.Get("Allow"))
			}
		}
	}
}

// No part of a refusal is the token or the session.
func TestRefusalURL(t *testing.T) {
	f := newFixture(t)
	path := strings.TrimPrefix(f.channel.PlaybackURL, "https://"+f.playbackHost)
	for query, want := range map[string]string{
		"token=secret":                     path,
		"a=1&token=secret&b=2":             path + "?a=1&b=2",
		"a=1&%74oken=secret":               path + "?a=1",
		"TOKEN=secret&token=secret":        path,
		"a=1?token=secret":                 path,
		"token=secret?token=secret":        path,
		"a=%zz":                            path,
		"&&a=1":                            path + "?a=1",
		"a=%22&supported_codecs=avc1,av01": path + "?a=%22&supported_codecs=avc1,av01",
	} {
		a := f.do("GET", f.channel.PlaybackURL+"?"+query)
		if got := refusalURLOf(t, a); got != want {
			t.Errorf("query %q: url %q, want %q", query, got, want)
		}
	}
	a := f.do("GET", "https://"+f.edgeHost+"/v1/segment/opaque.ts?dna=opaque")
	if got := refusalURLOf(t, a); got != "/v1/segment/" {
		t.Errorf("url of a refused segment is %q, want /v1/segment/", got)
	}
	a = f.do("GET", "https://"+f.edgeHost+"/opaque")
	if got := refusalURLOf(t, a); got != "/" {
		t.Errorf("url of an unknown path is %q, want /", got)
	}
}

func refusalURLOf(t *testing.T, a answer) string {
	t.Helper()
	var body []struct{ URL string }
	if err := json.Unmarshal([]byte(a.body), &body); err != nil || len(body) != 1 {
		t.Fatalf("body %q: %v", a.body, err)
	}
	return body[0].URL
}

// OnAir may ask the service about the channel.
func TestOnAirMayCallTheService(t *testing.T) {
	var s *Service
	s = New(Options{Region: "us-west-2", AccountID: "123456789012", OnAir: func(arn string) bool {
		ch, err := s.Channel(arn)
		return err == nil && ch.Name == "on"
	}})
	f := &fixture{Service: s, t: t}
	ch, _, err := s.CreateChannel(ChannelConfig{Name: "off"})
	if err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, f.do("GET", ch.PlaybackURL), 404, "transcode_does_not_exist")
	if _, err := s.UpdateChannel(ch.ARN, ChannelConfig{Name: "on"}); err != nil {
		t.Fatal(err)
	}
	if got := f.do("GET", ch.PlaybackURL); got.status != 200 {
		t.Errorf("on air: status %d, want 200", got.status)
	}
	wantAPIError(t, s.DeleteChannel(ch.ARN), "DeleteChannel", 409, "ConflictException")
}
