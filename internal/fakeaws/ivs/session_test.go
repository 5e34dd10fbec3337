package ivs

import (
	"crypto/elliptic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// A session outlives the token that began it: exp bounds the start alone.
func TestSessionOutlivesToken(t *testing.T) {
	f := newFixture(t)
	token := f.token(t, nil)
	variant := f.start(t, token)
	f.now = f.now.Add(24 * time.Hour)
	wantRefusal(t, f.play(token), 403, codeToken)
	a := f.do("GET", variant)
	if a.status != 200 {
		t.Fatalf("variant playlist a day later: status %d, want 200", a.status)
	}
	for _, target := range playlistURLs(a.body) {
		if got := f.do("GET", target); got.status != 200 {
			t.Errorf("segment a day later: status %d, want 200", got.status)
		}
	}
}

func TestSessionsDiffer(t *testing.T) {
	f := newFixture(t)
	token := f.token(t, nil)
	a, b := f.start(t, token), f.start(t, token)
	if a == b {
		t.Error("two sessions share a variant playlist")
	}
	seen := map[string]bool{}
	for _, variant := range []string{a, b} {
		for _, target := range playlistURLs(f.do("GET", variant).body) {
			seen[target] = true
		}
	}
	if len(seen) != 2*windowLength {
		t.Errorf("two sessions have %d segment URLs, want %d", len(seen), 2*windowLength)
	}
}

func TestSessionUnknown(t *testing.T) {
	f := newFixture(t)
	variant := f.start(t, f.token(t, nil))
	edge := "https://" + f.edgeHost
	for _, target := range []string{
		edge + "/",
		edge + "/v1/playlist/.m3u8",
		edge + "/v1/playlist/AAAA.m3u8",
		edge + "/v1/playlist/" + opaque(make([]byte, 32)) + ".m3u8",
		edge + "/v1/playlist/",
		variant + "?token=" + f.token(t, nil),
		variant + "/",
		edge + "/api/video/v1/eu-central-1.123456789012.channel.a.m3u8",
	} {
		wantRefusal(t, f.do("GET", target), 403, "invalid_playback_session")
	}
}

func TestSessionEndsWithItsKey(t *testing.T) {
	f := newFixture(t)
	second := generateKey(t, elliptic.P384())
	if _, err := f.ImportPlaybackKeyPair("second", publicPEM(t, &second.PublicKey)); err != nil {
		t.Fatal(err)
	}
	token := f.token(t, nil)
	ends := f.start(t, token)
	segment := playlistURLs(f.do("GET", ends).body)[0]
	goesOn := f.start(t, signToken(t, jwt.SigningMethodES384, second, f.claims(nil)))
	if err := f.DeletePlaybackKeyPair(f.pair.ARN); err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, f.play(token), 403, codeToken)
	wantRefusal(t, f.do("GET", ends), 403, "invalid_playback_session")
	wantRefusal(t, f.do("GET", segment), 403, "invalid_playback_session")
	if got := f.do("GET", goesOn); got.status != 200 {
		t.Errorf("session of the other key: status %d, want 200", got.status)
	}
}

func TestSessionEndsWithItsChannel(t *testing.T) {
	f := newFixture(t)
	variant := f.start(t, f.token(t, nil))
	segment := playlistURLs(f.do("GET", variant).body)[0]
	f.offline = true
	wantRefusal(t, f.do("GET", variant), 404, "transcode_does_not_exist")
	if err := f.DeleteChannel(f.channel.ARN); err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, f.do("GET", variant), 403, "invalid_playback_session")
	wantRefusal(t, f.do("GET", segment), 403, "invalid_playback_session")
}

// The quota counts who watches: a session that is not used makes room.
func TestConcurrentViews(t *testing.T) {
	f := newFixture(t)
	public := f.createChannel(t, false)
	first := variantURL(t, f.do("GET", public.PlaybackURL))
	f.fill(public.ARN)
	for range 2 {
		wantRefusal(t, f.do("GET", public.PlaybackURL), 429, "concurrent_views_quota")
	}
	if got := f.do("GET", first); got.status != 200 {
		t.Errorf("a session from before: status %d, want 200", got.status)
	}
	f.now = f.now.Add(clientWindow - time.Second)
	f.do("GET", first)
	f.now = f.now.Add(time.Second)
	second := variantURL(t, f.do("GET", public.PlaybackURL))
	for name, url := range map[string]string{"one in use": first, "the new one": second} {
		if got := f.do("GET", url); got.status != 200 {
			t.Errorf("%s: status %d, want 200", name, got.status)
		}
	}
	for name, n := range map[string]int{
		"by playlist": len(f.sessions.byPlaylist) / len(f.ladder),
		"by dna":      len(f.sessions.byDNA),
		"by age":      f.sessions.byAge.Len(),
	} {
		if n != 2 {
			t.Errorf("%d sessions %s, want the two in use", n, name)
		}
	}
}

// fill begins sessions until there are as many as there may be.
func (f *fixture) fill(channelARN string) {
	for f.sessions.byAge.Len() < maxViews {
		one := newSession(channelARN, authorization{origins: originRules{any: true}}, f.ladder)
		one.clients.add("192.0.2.1", f.now)
		f.sessions.add(one)
	}
}
