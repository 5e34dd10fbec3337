package ivs

import (
	"crypto/elliptic"
	"crypto/x509"
	"encoding/pem"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// referenceRow is a row of a table in ivs.md, by section and position. Rows
// that need an account to refuse (AccessDeniedException, PendingVerification)
// or a playback restriction policy are not there: the package has none of them.
type referenceRow struct {
	row   string
	check func(t *testing.T, f *fixture)
}

func TestReference(t *testing.T) {
	for _, rows := range [][]referenceRow{apiErrorRows, checkRows, answerRows, failureRows, smokeRows} {
		for _, r := range rows {
			t.Run(r.row, func(t *testing.T) { r.check(t, newFixture(t)) })
		}
	}
}

var apiErrorRows = []referenceRow{
	{"ivs.md 2 ValidationException", func(t *testing.T, f *fixture) {
		for _, material := range []string{"", "key", publicPEM(t, &generateKey(t, elliptic.P256()).PublicKey)} {
			_, err := f.ImportPlaybackKeyPair("n", material)
			wantAPIError(t, err, "ImportPlaybackKeyPair", 400, "ValidationException")
		}
	}},
	{"ivs.md 2 ServiceQuotaExceededException", func(t *testing.T, f *fixture) {
		for range 2 {
			if _, err := f.ImportPlaybackKeyPair("n", publicPEM(t, &generateKey(t, elliptic.P384()).PublicKey)); err != nil {
				t.Fatal(err)
			}
		}
		_, err := f.ImportPlaybackKeyPair("n", publicPEM(t, &generateKey(t, elliptic.P384()).PublicKey))
		wantAPIError(t, err, "ImportPlaybackKeyPair", 402, "ServiceQuotaExceededException")
	}},
	{"ivs.md 2 ResourceNotFoundException", func(t *testing.T, f *fixture) {
		const arn = "arn:aws:ivs:eu-central-1:123456789012:playback-key/KDJRJNQhiQzA"
		_, err := f.PlaybackKeyPair(arn)
		wantAPIError(t, err, "GetPlaybackKeyPair", 404, "ResourceNotFoundException")
		wantAPIError(t, f.DeletePlaybackKeyPair(arn), "DeletePlaybackKeyPair", 404, "ResourceNotFoundException")
	}},
	{"ivs.md 2 ConflictException", func(t *testing.T, f *fixture) {
		_, err := f.ImportPlaybackKeyPair("again", publicPEM(t, &f.key.PublicKey))
		wantAPIError(t, err, "ImportPlaybackKeyPair", 409, "ConflictException")
	}},
}

// refuse checks that a token with changed claims begins nothing.
func (f *fixture) refuse(t *testing.T, changed map[string]any, origins ...string) {
	t.Helper()
	wantRefusal(t, f.play(f.token(t, changed), origins...), 403, codeToken)
}

const appOrigin = "https://app.example.com"

var strictOrigin = map[string]any{"aws:access-control-allow-origin": appOrigin, "aws:strict-origin-enforcement": true}

var checkRows = []referenceRow{
	{"ivs.md 4.1 multivariant: signature", func(t *testing.T, f *fixture) {
		wantRefusal(t, f.play(signToken(t, jwt.SigningMethodES384, generateKey(t, elliptic.P384()), f.claims(nil))), 403, codeToken)
	}},
	{"ivs.md 4.1 multivariant: exp", func(t *testing.T, f *fixture) {
		f.refuse(t, map[string]any{"exp": f.in(0)})
	}},
	{"ivs.md 4.1 multivariant: channel ARN", func(t *testing.T, f *fixture) {
		f.refuse(t, map[string]any{"aws:channel-arn": f.createChannel(t, true).ARN})
	}},
	{"ivs.md 4.1 multivariant: origin", func(t *testing.T, f *fixture) {
		f.refuse(t, map[string]any{"aws:access-control-allow-origin": appOrigin}, "https://other.example.com")
	}},
	{"ivs.md 4.1 multivariant: single use", func(t *testing.T, f *fixture) {
		token := f.token(t, map[string]any{"aws:single-use-uuid": uuid})
		f.start(t, token)
		wantRefusal(t, f.play(token), 403, codeToken)
	}},
	{"ivs.md 4.1 multivariant: revocation", func(t *testing.T, f *fixture) {
		if err := f.StartViewerSessionRevocation(ViewerSession{f.channel.ARN, "v", 0}); err != nil {
			t.Fatal(err)
		}
		f.refuse(t, map[string]any{"aws:viewer-id": "v"})
	}},
	{"ivs.md 4.2 variant playlists", func(t *testing.T, f *fixture) {
		token := f.token(t, nil)
		a, b := playlistURLs(f.play(token).body), playlistURLs(f.play(token).body)
		for i := range a {
			f.wantEdgeURL(t, a[i])
			if a[i] == b[i] {
				t.Error("two sessions share a playlist")
			}
		}
	}},
	{"ivs.md 4.3 segments", func(t *testing.T, f *fixture) {
		for _, target := range playlistURLs(f.do("GET", f.start(t, f.token(t, nil))).body) {
			f.wantEdgeURL(t, target)
		}
	}},
	{"ivs.md 4.4 any of these under strict origin", func(t *testing.T, f *fixture) {
		token := f.token(t, strictOrigin)
		variant := f.start(t, token, appOrigin)
		segment := playlistURLs(f.do("GET", variant, appOrigin).body)[0]
		for _, target := range []string{f.channel.PlaybackURL + "?token=" + token, variant, segment} {
			if got := f.do("GET", target, appOrigin); got.status != 200 {
				t.Errorf("with Origin: status %d, want 200", got.status)
			}
			wantRefusal(t, f.do("GET", target), 403, codeToken)
			wantRefusal(t, f.do("GET", target, "https://other.example.com"), 403, codeToken)
		}
	}},
}

// wantEdgeURL checks a URL of a session: absolute, on another live-video.net
// host, good by itself, and without a token.
func (f *fixture) wantEdgeURL(t *testing.T, target string) {
	t.Helper()
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	if u.Scheme != "https" || u.Host == f.playbackHost || !strings.HasSuffix(u.Host, ".live-video.net") {
		t.Errorf("URL on %s://%s, want https on another live-video.net host", u.Scheme, u.Host)
	}
	if strings.Contains(target, "token") || strings.Contains(target, "eyJ") {
		t.Errorf("URL %q shows a token", target)
	}
	if got := f.do("GET", target); got.status != 200 {
		t.Errorf("status %d, want 200", got.status)
	}
}

var answerRows = []referenceRow{
	{"ivs.md 6.1 token not three parts", func(t *testing.T, f *fixture) {
		path := strings.TrimPrefix(f.channel.PlaybackURL, "https://"+f.playbackHost)
		want := `[{"url":"` + path + `?player_version=1","error":"token contains an invalid number of segments","error_code":"invalid_playback_auth_token","type":"error"}]`
		token := f.token(t, nil)
		for _, query := range []string{"", "&token=", "&token=" + token + "&token=" + token, "&token=" + token[:20]} {
			a := f.do("GET", f.channel.PlaybackURL+"?player_version=1"+query)
			if got := strings.TrimSpace(a.body); a.status != 403 || got != want {
				t.Errorf("got %d %s, want 403 %s", a.status, got, want)
			}
		}
	}},
	{"ivs.md 6.2 no or bad token, seen by the player", func(t *testing.T, f *fixture) {
		wantRefusal(t, f.do("GET", f.channel.PlaybackURL, appOrigin), 403, "invalid_playback_auth_token")
		wantRefusal(t, f.play("a.b.c", appOrigin), 403, "invalid_playback_auth_token")
	}},
	{"ivs.md 6.3 expired, wrong channel, wrong signature, used, origin mismatch", func(t *testing.T, f *fixture) {
		f.refuse(t, map[string]any{"exp": f.in(-time.Hour)})
		f.refuse(t, map[string]any{"aws:channel-arn": f.channel.ARN + "A"})
		wantRefusal(t, f.play(f.token(t, nil)+"A"), 403, codeToken)
		once := map[string]any{"aws:single-use-uuid": uuid}
		f.start(t, f.token(t, once))
		f.refuse(t, once)
		f.refuse(t, map[string]any{"aws:access-control-allow-origin": appOrigin}, "https://other.example.com")
	}},
	{"ivs.md 6.4 channel offline or URL wrong", func(t *testing.T, f *fixture) {
		wantRefusal(t, f.do("GET", strings.Replace(f.channel.PlaybackURL, ".m3u8", "A.m3u8", 1)+"?token="+f.token(t, nil)), 404, "not_found")
		f.offline = true
		wantRefusal(t, f.play(f.token(t, nil)), 404, "transcode_does_not_exist")
	}},
	{"ivs.md 6.5 concurrent-viewer quota", func(t *testing.T, f *fixture) {
		f.fill(f.channel.ARN)
		wantRefusal(t, f.play(f.token(t, nil)), 429, "concurrent_views_quota")
	}},
	{"ivs.md 6 GetStream on an idle channel", func(t *testing.T, f *fixture) {
		f.offline = true
		_, err := f.Stream(f.channel.ARN)
		wantAPIError(t, err, "GetStream", 404, "ChannelNotBroadcasting")
	}},
}

var failureRows = []referenceRow{
	{"ivs.md 13.1 invalid number of segments", func(t *testing.T, f *fixture) {
		token := f.token(t, nil)
		for _, query := range []string{"", "?token=" + token + "?token=" + token, "?token=undefined",
			"?token=" + strings.ReplaceAll(token, ".", "%252E")} {
			a := f.do("GET", f.channel.PlaybackURL+query)
			wantRefusal(t, a, 403, codeToken)
			if !strings.Contains(a.body, "invalid number of segments") {
				t.Errorf("body %s, want invalid number of segments", a.body)
			}
		}
	}},
	{"ivs.md 13.2 exp in milliseconds", func(t *testing.T, f *fixture) {
		f.refuse(t, map[string]any{"exp": f.now.Add(time.Minute).UnixMilli()})
	}},
	{"ivs.md 13.2 exp more than 10 minutes ahead with viewer id or uuid", func(t *testing.T, f *fixture) {
		f.refuse(t, map[string]any{"aws:viewer-id": "v", "exp": f.in(11 * time.Minute)})
		f.refuse(t, map[string]any{"aws:single-use-uuid": uuid, "exp": f.in(11 * time.Minute)})
	}},
	{"ivs.md 13.2 claim names without aws:", func(t *testing.T, f *fixture) {
		f.refuse(t, map[string]any{"aws:channel-arn": nil, "channel-arn": f.channel.ARN})
		f.refuse(t, map[string]any{"access-control-allow-origin": appOrigin})
	}},
	{"ivs.md 13.2 ES256 in place of ES384", func(t *testing.T, f *fixture) {
		wantRefusal(t, f.play(signToken(t, jwt.SigningMethodES256, generateKey(t, elliptic.P256()), f.claims(nil))), 403, codeToken)
	}},
	{"ivs.md 13.2 key of another region", func(t *testing.T, f *fixture) {
		key, elsewhere := generateKey(t, elliptic.P384()), newEmpty()
		if _, err := elsewhere.ImportPlaybackKeyPair("n", publicPEM(t, &key.PublicKey)); err != nil {
			t.Fatal(err)
		}
		wantRefusal(t, f.play(signToken(t, jwt.SigningMethodES384, key, f.claims(nil))), 403, codeToken)
	}},
	{"ivs.md 13.2 channel ARN of another region", func(t *testing.T, f *fixture) {
		f.refuse(t, map[string]any{"aws:channel-arn": strings.Replace(f.channel.ARN, "eu-central-1", "us-west-2", 1)})
	}},
	{"ivs.md 13.2 deleted key", func(t *testing.T, f *fixture) {
		if err := f.DeletePlaybackKeyPair(f.pair.ARN); err != nil {
			t.Fatal(err)
		}
		f.refuse(t, nil)
	}},
	{"ivs.md 13.3 plays once, then 403", func(t *testing.T, f *fixture) {
		token := f.token(t, map[string]any{"aws:single-use-uuid": uuid})
		variant := f.start(t, token)
		wantRefusal(t, f.play(token), 403, codeToken)
		if got := f.do("GET", variant); got.status != 200 {
			t.Errorf("without a reload: status %d, want 200", got.status)
		}
	}},
	{"ivs.md 13.4 plays in the browser, not in the app", func(t *testing.T, f *fixture) {
		f.start(t, f.token(t, strictOrigin), appOrigin)
		f.refuse(t, strictOrigin)
	}},
	{"ivs.md 13.5 404", func(t *testing.T, f *fixture) {
		f.offline = true
		wantRefusal(t, f.play(f.token(t, nil)), 404, "transcode_does_not_exist")
	}},
	{"ivs.md 13.7 import 400", func(t *testing.T, f *fixture) {
		der, err := x509.MarshalECPrivateKey(generateKey(t, elliptic.P384()))
		if err != nil {
			t.Fatal(err)
		}
		private := string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))
		for _, material := range []string{private, publicPEM(t, &generateKey(t, elliptic.P256()).PublicKey)} {
			_, err := f.ImportPlaybackKeyPair("n", material)
			wantAPIError(t, err, "ImportPlaybackKeyPair", 400, "ValidationException")
		}
	}},
}

var smokeRows = []referenceRow{
	{"ivs.md 14.1 no token on an authorised channel", func(t *testing.T, f *fixture) {
		wantRefusal(t, f.do("GET", f.channel.PlaybackURL), 403, "invalid_playback_auth_token")
	}},
	{"ivs.md 14.2 garbage token", func(t *testing.T, f *fixture) {
		wantRefusal(t, f.play("garbage"), 403, "invalid_playback_auth_token")
	}},
	{"ivs.md 14.3 token signed by an unknown key, or expired", func(t *testing.T, f *fixture) {
		wantRefusal(t, f.play(signToken(t, jwt.SigningMethodES384, generateKey(t, elliptic.P384()), f.claims(nil))), 403, codeToken)
		f.refuse(t, map[string]any{"exp": f.in(-time.Second)})
	}},
	{"ivs.md 14.4 valid token, no stream running", func(t *testing.T, f *fixture) {
		f.offline = true
		wantRefusal(t, f.play(f.token(t, nil)), 404, "transcode_does_not_exist")
		f.refuse(t, map[string]any{"exp": f.in(-time.Second)})
	}},
	{"ivs.md 14.5 valid token, stream running", func(t *testing.T, f *fixture) {
		a := f.play(f.token(t, nil))
		if a.status != 200 || a.header.Get("Content-Type") != "application/vnd.apple.mpegurl" || !strings.HasPrefix(a.body, "#EXTM3U\n") {
			t.Errorf("got %d %s %.20q", a.status, a.header.Get("Content-Type"), a.body)
		}
	}},
	{"ivs.md 14.6 aws:maximum-resolution SD", func(t *testing.T, f *fixture) {
		f.ladder = fullLadder()
		a := f.play(f.token(t, map[string]any{"aws:maximum-resolution": "SD"}))
		if got, want := playlistNames(a.body), "480p 360p 160p"; got != want {
			t.Errorf("renditions %q, want %q", got, want)
		}
	}},
	{"ivs.md 14.7 strict origin without Origin", func(t *testing.T, f *fixture) {
		f.refuse(t, strictOrigin)
	}},
	{"ivs.md 14.8 single-use token twice", func(t *testing.T, f *fixture) {
		token := f.token(t, map[string]any{"aws:single-use-uuid": uuid})
		f.start(t, token)
		wantRefusal(t, f.play(token), 403, codeToken)
	}},
	{"ivs.md 14.9 playbackUrl host", func(t *testing.T, f *fixture) {
		if !regexp.MustCompile(`^https://[0-9a-f]{12}\.eu-central-1\.playback\.live-video\.net/`).MatchString(f.channel.PlaybackURL) {
			t.Errorf("playback URL %q", f.channel.PlaybackURL)
		}
	}},
}
