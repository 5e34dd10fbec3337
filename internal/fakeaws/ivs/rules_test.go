package ivs

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"privateplayback/internal/fakeaws/journal"
	"privateplayback/internal/fakeaws/journal/journaltest"
)

// lastRule is what decided a request in the end, with names in place of ARNs.
func (f *fixture) lastRule(target string, origins ...string) string {
	r := httptest.NewRequest("GET", target, nil)
	for _, o := range origins {
		r.Header.Add("Origin", o)
	}
	e := journaltest.Serve(f.t, journal.IVS, f.Service, httptest.NewRecorder(), r)
	return strings.NewReplacer(f.channel.ARN, "CHANNEL", f.pair.ARN, "KEY").Replace(e.Rules[len(e.Rules)-1])
}

func (f *fixture) tokenRule(t *testing.T, changed map[string]any, origins ...string) string {
	t.Helper()
	return f.lastRule(f.channel.PlaybackURL+"?token="+f.token(t, changed), origins...)
}

func TestRulesOfTokens(t *testing.T) {
	f := newFixture(t)
	const now = "it is 2026-11-21 12:00:00Z"
	for _, c := range []struct {
		changed map[string]any
		origin  string
		want    string
	}{
		{map[string]any{"exp": f.in(-time.Second)}, "", "token is expired: exp was 2026-11-21 11:59:59Z, and " + now},
		{map[string]any{"exp": f.now.Add(time.Minute).UnixMilli()}, "", "token has an invalid claim exp: it must be a whole number of seconds since 1970, without quotes; one in milliseconds is refused"},
		{map[string]any{"nbf": f.in(time.Minute)}, "", "token is not valid yet: nbf is 2026-11-21 12:01:00Z, and " + now},
		{map[string]any{"aws:channel-arn": "arn"}, "", `token is for another channel: aws:channel-arn is "arn", and the URL is that of CHANNEL`},
		{map[string]any{"viewer-id": "v", "b": 1}, "", `token has an unknown claim: "b", "viewer-id"`},
		{strictOrigin, "", "origin is not allowed by the token: the token enforces origins strictly, and the request has no Origin"},
		{strictOrigin, "https://other.example.com", `origin is not allowed by the token: Origin "https://other.example.com" is none of ` + appOrigin},
		{strictOrigin, "null", `origin is not allowed by the token: Origin "null" is not scheme, host and port`},
	} {
		var origins []string
		if c.origin != "" {
			origins = []string{c.origin}
		}
		if got, want := f.tokenRule(t, c.changed, origins...), "ivs: refused: "+c.want; got != want {
			t.Errorf("token with %v from %q:\n got %s\nwant %s", c.changed, c.origin, got, want)
		}
	}
	once := map[string]any{"aws:single-use-uuid": uuid}
	if got, want := f.tokenRule(t, once), "ivs: session begins with 2 of 2 renditions"; got != want {
		t.Errorf("first use: %s, want %s", got, want)
	}
	if got, want := f.tokenRule(t, once), "ivs: refused: token has been used: a token with the same aws:single-use-uuid came before"; got != want {
		t.Errorf("second use: %s, want %s", got, want)
	}
	if got, want := f.lastRule(f.channel.PlaybackURL), "ivs: refused: token contains an invalid number of segments: the query has token 0 times, not once, or is malformed"; got != want {
		t.Errorf("no token: %s, want %s", got, want)
	}
}

// A token that is accepted is told with what it allows.
func TestRuleOfGrant(t *testing.T) {
	f := newFixture(t)
	r := httptest.NewRequest("GET", f.channel.PlaybackURL+"?token="+f.token(t, strictOrigin), nil)
	r.Header.Set("Origin", appOrigin)
	e := journaltest.Serve(t, journal.IVS, f.Service, httptest.NewRecorder(), r)
	want := "ivs: token accepted: channel " + f.channel.ARN + ", expires 2026-11-21 12:05:00Z, for " + appOrigin + ", strict origin, by " + f.pair.ARN
	if e.Rules[0] != want {
		t.Errorf("rule %s, want %s", e.Rules[0], want)
	}
}

// However a session ends, the next request of it says how.
func TestRulesOfEndings(t *testing.T) {
	const over = "ivs: refused: playback session is unknown or over: "
	for _, c := range []struct {
		about string
		end   func(f *fixture, variant string)
		want  string
	}{
		{"goes on", func(*fixture, string) {}, "ivs: playlist of a session that goes on for channel CHANNEL"},
		{"key deleted", func(f *fixture, _ string) { f.DeletePlaybackKeyPair(f.pair.ARN) }, over + "session ended: playback key KEY was deleted"},
		{"channel deleted", func(f *fixture, _ string) {
			f.offline = true
			f.DeleteChannel(f.channel.ARN)
		}, over + "session ended: channel CHANNEL was deleted"},
		{"revoked", func(f *fixture, _ string) { f.StartViewerSessionRevocation(ViewerSession{f.channel.ARN, "v", 0}) }, over + "session ended: its viewer was revoked"},
		{"shared", func(f *fixture, variant string) {
			for _, address := range []string{"192.0.2.2:1", "192.0.2.3:1", "192.0.2.4:1", "192.0.2.5:1"} {
				f.doFrom(address, "GET", variant)
			}
		}, over + "session ended: it was shared: used from more than 4 addresses within 10s"},
		{"off air", func(f *fixture, _ string) { f.offline = true }, "ivs: refused: transcode does not exist: channel CHANNEL is off air"},
	} {
		f := newFixture(t)
		variant := f.start(t, f.token(t, map[string]any{"aws:viewer-id": "v"}))
		c.end(f, variant)
		if got := f.lastRule(variant); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.about, got, c.want)
		}
	}
	f := newFixture(t)
	if got := f.lastRule("https://" + f.edgeHost + "/v1/playlist/unknown.m3u8"); !strings.HasPrefix(got, over+"no session has this URL") {
		t.Errorf("unknown: %s", got)
	}
	f.StartViewerSessionRevocation(ViewerSession{f.channel.ARN, "v", 3})
	if got, want := f.tokenRule(t, map[string]any{"aws:viewer-id": "v", "aws:viewer-session-version": 3}),
		"ivs: refused: token is for a viewer session that was revoked: its version is 3, and those up to 3 are revoked until 2026-11-21 12:10:00Z"; got != want {
		t.Errorf("revoked token: %s, want %s", got, want)
	}
}

// Endings are forgotten in their turn.
func TestEndingsAreBounded(t *testing.T) {
	f := newFixture(t)
	for range maxEndings + 10 {
		one := newSession(f.channel.ARN, authorization{}, f.ladder)
		f.sessions.add(one)
		f.sessions.remove(one, "for the test")
	}
	if got, want := len(f.sessions.ended.causes), maxEndings*(1+len(f.ladder)); got != want {
		t.Errorf("%d causes are kept, want %d", got, want)
	}
}
