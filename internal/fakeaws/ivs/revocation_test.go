package ivs

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// viewerToken returns a token for a viewer, without a version if that is
// negative.
func (f *fixture) viewerToken(t *testing.T, id string, version int64) string {
	t.Helper()
	changed := map[string]any{"aws:viewer-id": id}
	if version >= 0 {
		changed["aws:viewer-session-version"] = version
	}
	return f.token(t, changed)
}

func TestRevocationEndsSessions(t *testing.T) {
	f := newFixture(t)
	other := f.createChannel(t, true)
	type viewing struct {
		about   string
		ends    bool
		variant string
	}
	viewings := []viewing{
		{"no version", true, f.start(t, f.viewerToken(t, "v", -1))},
		{"version 0", true, f.start(t, f.viewerToken(t, "v", 0))},
		{"version below", true, f.start(t, f.viewerToken(t, "v", 6))},
		{"the version", true, f.start(t, f.viewerToken(t, "v", 7))},
		{"version above", false, f.start(t, f.viewerToken(t, "v", 8))},
		{"another viewer", false, f.start(t, f.viewerToken(t, "w", 1))},
		{"capital letter", false, f.start(t, f.viewerToken(t, "V", 1))},
		{"no viewer", false, f.start(t, f.token(t, nil))},
		{"another channel", false, variantURL(t, f.do("GET", other.PlaybackURL+"?token="+
			f.token(t, map[string]any{"aws:channel-arn": other.ARN, "aws:viewer-id": "v"})))},
	}
	segments := make([]string, len(viewings))
	for i, v := range viewings {
		segments[i] = playlistURLs(f.do("GET", v.variant).body)[0]
	}
	if err := f.StartViewerSessionRevocation(ViewerSession{f.channel.ARN, "v", 7}); err != nil {
		t.Fatal(err)
	}
	for i, v := range viewings {
		for _, target := range []string{v.variant, segments[i]} {
			a := f.do("GET", target)
			if v.ends {
				wantRefusal(t, a, 403, "invalid_playback_session")
			} else if a.status != 200 {
				t.Errorf("%s: status %d, want 200", v.about, a.status)
			}
		}
	}
}

// A revoked version begins no session until the last token that was good has
// expired.
func TestRevocationRefusesTokens(t *testing.T) {
	f := newFixture(t)
	revoke := func(version int64) {
		t.Helper()
		if err := f.StartViewerSessionRevocation(ViewerSession{f.channel.ARN, "v", version}); err != nil {
			t.Fatal(err)
		}
	}
	statuses := func(versions ...int64) []int {
		t.Helper()
		var list []int
		for _, v := range versions {
			a := f.play(f.viewerToken(t, "v", v))
			if a.status == 403 {
				wantRefusal(t, a, 403, codeToken)
			}
			list = append(list, a.status)
		}
		return list
	}
	want := func(about string, want, got []int) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", about, diff)
		}
	}

	revoke(7)
	want("after revocation of 7", []int{403, 403, 403, 200}, statuses(-1, 0, 7, 8))
	revoke(3)
	want("after revocation of 7 and 3", []int{403, 403, 200}, statuses(3, 7, 8))

	head := f.do("HEAD", f.channel.PlaybackURL+"?token="+f.viewerToken(t, "v", 7))
	wantRefusal(t, head, 403, codeToken)
	once := f.token(t, map[string]any{"aws:viewer-id": "v", "aws:single-use-uuid": uuid})
	wantRefusal(t, f.play(once), 403, codeToken)
	if len(f.spent) != 0 {
		t.Error("a refused token was used up")
	}

	f.now = f.now.Add(10*time.Minute - time.Nanosecond)
	want("just before ten minutes", []int{403, 200}, statuses(7, 8))
	f.now = f.now.Add(time.Nanosecond)
	want("after ten minutes", []int{200, 200}, statuses(7, 8))

	if err := f.StartViewerSessionRevocation(ViewerSession{f.channel.ARN, "w", math.MaxInt64}); err != nil {
		t.Fatal(err)
	}
	if n := len(f.revocations); n != 1 {
		t.Errorf("%d revocations are kept, want 1", n)
	}
}

// A viewer who is revoked after the token was looked at begins nothing.
func TestRevocationWhileBeginning(t *testing.T) {
	f := newFixture(t)
	token := f.viewerToken(t, "v", 1)
	f.onAir = func(arn string) bool { // is asked between the two
		if err := f.StartViewerSessionRevocation(ViewerSession{arn, "v", 1}); err != nil {
			t.Error(err)
		}
		return true
	}
	wantRefusal(t, f.play(token), 403, codeToken)
	if n := f.sessions.byAge.Len(); n != 0 {
		t.Errorf("%d sessions, want none", n)
	}
}

var invalidViewers = map[string]ViewerSession{
	"no channel":         {"", "v", 0},
	"not a channel":      {"arn:aws:ivs:eu-central-1:123456789012:playback-key/abcdABCDefgh", "v", 0},
	"no viewer":          {"arn:aws:ivs:eu-central-1:123456789012:channel/abcdABCDefgh", "", 0},
	"viewer too long":    {"arn:aws:ivs:eu-central-1:123456789012:channel/abcdABCDefgh", strings.Repeat("v", 41), 0},
	"viewer not UTF-8":   {"arn:aws:ivs:eu-central-1:123456789012:channel/abcdABCDefgh", "\xff", 0},
	"version below zero": {"arn:aws:ivs:eu-central-1:123456789012:channel/abcdABCDefgh", "v", -1},
}

func TestStartViewerSessionRevocationErrors(t *testing.T) {
	const operation = "StartViewerSessionRevocation"
	f := newFixture(t)
	for about, v := range invalidViewers {
		t.Run(about, func(t *testing.T) {
			wantAPIError(t, f.StartViewerSessionRevocation(v), operation, 400, "ValidationException")
		})
	}
	f.now = f.now.Add(time.Second)
	for _, arn := range []string{
		"arn:aws:ivs:eu-central-1:123456789012:channel/abcdABCDefgh",
		strings.Replace(f.channel.ARN, "eu-central-1", "us-west-2", 1),
		strings.Replace(f.channel.ARN, "123456789012", "210987654321", 1),
	} {
		wantAPIError(t, f.StartViewerSessionRevocation(ViewerSession{arn, "v", 0}), operation, 404, "ResourceNotFoundException")
	}
	if err := f.StartViewerSessionRevocation(ViewerSession{f.channel.ARN, strings.Repeat("é", 40), 0}); err != nil {
		t.Errorf("a viewer of 40 characters who watches nothing: %v", err)
	}
}

func TestBatchStartViewerSessionRevocation(t *testing.T) {
	const operation = "BatchStartViewerSessionRevocation"
	f := newFixture(t)
	const unknown = "arn:aws:ivs:eu-central-1:123456789012:channel/abcdABCDefgh"
	variants := map[string]string{}
	for _, id := range []string{"a", "b", "c"} {
		variants[id] = f.start(t, f.viewerToken(t, id, 1))
	}
	failed, err := f.BatchStartViewerSessionRevocation([]ViewerSession{{f.channel.ARN, "a", 1}, {unknown, "c", 1}, {f.channel.ARN, "b", 0}})
	if err != nil {
		t.Fatal(err)
	}
	want := []ViewerSessionError{{unknown, "c", "ResourceNotFoundException", "channel does not exist"}}
	if diff := cmp.Diff(want, failed); diff != "" {
		t.Errorf("failed (-want +got):\n%s", diff)
	}
	for id, want := range map[string]int{"a": 403, "b": 200, "c": 200} {
		if got := f.do("GET", variants[id]); got.status != want {
			t.Errorf("viewer %s: status %d, want %d", id, got.status, want)
		}
	}
	wantRefusal(t, f.play(f.viewerToken(t, "b", 0)), 403, codeToken)

	many := make([]ViewerSession, 21)
	for i := range many {
		many[i] = ViewerSession{f.channel.ARN, fmt.Sprint(i), 0}
	}
	for _, bad := range [][]ViewerSession{nil, many} {
		f.now = f.now.Add(time.Second)
		failed, err := f.BatchStartViewerSessionRevocation(bad)
		wantAPIError(t, err, operation, 400, "ValidationException")
		if failed != nil {
			t.Errorf("%d members: %v failed beside an error", len(bad), failed)
		}
	}
	if failed, err := f.BatchStartViewerSessionRevocation(many[:20]); err != nil || failed != nil {
		t.Errorf("20 members: %v, %v", failed, err)
	}
	for about, v := range invalidViewers {
		t.Run(about, func(t *testing.T) {
			f.now = f.now.Add(time.Second)
			_, err := f.BatchStartViewerSessionRevocation([]ViewerSession{{f.channel.ARN, "c", 1}, v})
			wantAPIError(t, err, operation, 400, "ValidationException")
		})
	}
	if got := f.do("GET", variants["c"]); got.status != 200 {
		t.Errorf("a refused batch revoked somebody: status %d, want 200", got.status)
	}
}

func TestRevocationRates(t *testing.T) {
	f := newFixture(t)
	single := func() error { return f.StartViewerSessionRevocation(ViewerSession{f.channel.ARN, "v", 0}) }
	batch := func() error {
		_, err := f.BatchStartViewerSessionRevocation([]ViewerSession{{f.channel.ARN, "v", 0}})
		return err
	}
	for _, c := range []struct {
		operation string
		limit     int
		call      func() error
	}{
		{"StartViewerSessionRevocation", 10, single},
		{"BatchStartViewerSessionRevocation", 2, batch},
	} {
		for range 2 {
			for i := range c.limit {
				if err := c.call(); err != nil {
					t.Errorf("%s: call %d in a second: %v", c.operation, i+1, err)
				}
			}
			f.now = f.now.Add(time.Second - time.Nanosecond)
			wantAPIError(t, c.call(), c.operation, 429, "ThrottlingException")
			f.now = f.now.Add(time.Nanosecond)
		}
	}
	f.now = f.now.Add(-time.Hour) // a clock that is set back stops nobody
	if err := single(); err != nil {
		t.Error(err)
	}
}
