package ivs

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func testDerive(label string) string {
	sum := sha256.Sum256([]byte("seed" + label))
	return hex.EncodeToString(sum[:])
}

// newDerivedFixture is a fixture whose stream keys can be restored.
func newDerivedFixture(t *testing.T) *fixture {
	t.Helper()
	f := newFixture(t)
	f.derive = testDerive
	delete(f.channels, f.channel.ARN)
	f.channel = f.createChannel(t, true)
	return f
}

// restart brings a fixture back from the JSON of its state, with other memory.
func (f *fixture) restart(t *testing.T) {
	t.Helper()
	state := encodedState(t, f.State())
	f.Service = New(Options{Region: f.region, AccountID: f.account, Now: f.Service.now, OnAir: f.onAir, Derive: testDerive})
	if err := f.Restore(decodedState(t, state)); err != nil {
		t.Fatalf("Restore = %v", err)
	}
	if diff := cmp.Diff(state, encodedState(t, f.State())); diff != "" {
		t.Errorf("state after Restore (-before +after):\n%s", diff)
	}
}

func encodedState(t *testing.T, state State) string {
	t.Helper()
	text, err := json.MarshalIndent(state, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func decodedState(t *testing.T, text string) (state State) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &state); err != nil {
		t.Fatal(err)
	}
	return state
}

func TestRestored(t *testing.T) {
	f := newDerivedFixture(t)
	hosts, resources := f.Hosts(), f.Resources()
	key, err := f.StreamKey(f.channel.ARN)
	if err != nil {
		t.Fatal(err)
	}
	once := f.token(t, map[string]any{"aws:single-use-uuid": "01234567-89AB-cdef-0123-456789abcdef"})
	f.start(t, once)
	if err := f.StartViewerSessionRevocation(ViewerSession{f.channel.ARN, "v", 7}); err != nil {
		t.Fatal(err)
	}
	session := f.start(t, f.token(t, nil))
	if text := encodedState(t, f.State()); strings.Contains(text, key.Value) || strings.Contains(text, key.Value[len(key.Value)-12:]) {
		t.Error("the state holds the stream key")
	}

	f.restart(t)
	if diff := cmp.Diff([][]string{hosts, resources}, [][]string{f.Hosts(), f.Resources()}); diff != "" {
		t.Errorf("hosts and resources (-before +after):\n%s", diff)
	}
	if got, err := f.Channel(f.channel.ARN); err != nil || got != f.channel {
		t.Errorf("Channel = %v, %v, want %v", got, err, f.channel)
	}
	if got, err := f.PlaybackKeyPair(f.pair.ARN); err != nil || got != f.pair {
		t.Errorf("PlaybackKeyPair = %v, %v, want %v", got, err, f.pair)
	}
	if got, err := f.StreamKey(f.channel.ARN); err != nil || got != key {
		t.Errorf("StreamKey gives another key (%v)", err)
	}
	if got := f.do("GET", f.start(t, f.token(t, nil))); got.status != 200 {
		t.Errorf("variant playlist: status %d, want 200", got.status)
	}
	f.start(t, f.viewerToken(t, "v", 8))
	wantRefusal(t, f.play(f.viewerToken(t, "v", 7)), 403, revokedRefusal().code)
	wantRefusal(t, f.play(once), 403, codeToken)
	wantRefusal(t, f.do("GET", session), 403, "invalid_playback_session")

	f.now = f.now.Add(time.Hour)
	if state := f.State(); len(state.UsedTokens)+len(state.Revocations) > 0 {
		t.Errorf("after an hour the state still holds %v and %v", state.UsedTokens, state.Revocations)
	}
}

// Revocations go with their channel.
func TestRestoredWithoutChannel(t *testing.T) {
	f := newDerivedFixture(t)
	if err := f.StartViewerSessionRevocation(ViewerSession{f.channel.ARN, "v", 7}); err != nil {
		t.Fatal(err)
	}
	f.offline = true
	if err := f.DeleteChannel(f.channel.ARN); err != nil {
		t.Fatal(err)
	}
	f.restart(t)
	if _, err := f.Channel(f.channel.ARN); err == nil {
		t.Error("the channel is back")
	}
}

// Without a way to derive them, stream keys differ from channel to channel and
// are not those of another Service.
func TestStreamKeyValues(t *testing.T) {
	f := newDerivedFixture(t)
	values := map[string]bool{}
	for _, derive := range []func(string) string{testDerive, nil} {
		f.derive = derive
		for range 5 {
			key, err := f.StreamKey(f.createChannel(t, true).ARN)
			if parts := strings.Split(key.Value, "_"); err != nil || len(parts) != 4 || len(parts[2]) != 12 || len(parts[3]) != 12 {
				t.Errorf("StreamKey has a value of %d parts, %v, want sk_REGION_12_12", len(parts), err)
			}
			values[key.Value] = true
		}
	}
	if len(values) != 10 {
		t.Errorf("10 channels have %d stream keys", len(values))
	}
}

func TestBadStates(t *testing.T) {
	f := newDerivedFixture(t)
	f.start(t, f.token(t, map[string]any{"aws:single-use-uuid": "01234567-89ab-cdef-0123-456789abcdef"}))
	if err := f.StartViewerSessionRevocation(ViewerSession{f.channel.ARN, "v", 7}); err != nil {
		t.Fatal(err)
	}
	good := encodedState(t, f.State())
	for _, tc := range []struct {
		want string // of the error
		edit func(*State)
	}{
		{"Version: 0, want 1", func(s *State) { s.Version = 0 }},
		{"AccountLabel, EdgeLabel: ", func(s *State) { s.AccountLabel = "www" }},
		{"AccountLabel, EdgeLabel: ", func(s *State) { s.EdgeLabel = "" }},
		{"PlaybackKeyPairs[0]: ARN ", func(s *State) {
			s.PlaybackKeyPairs[0].ARN = "arn:aws:ivs:us-west-2:123456789012:playback-key/abcdefghijkl"
		}},
		{"PlaybackKeyPairs[0]: ValidationException: ", func(s *State) { s.PlaybackKeyPairs[0].PublicKeyMaterial = "x" }},
		{"PlaybackKeyPairs[1]: ARN ", func(s *State) { s.PlaybackKeyPairs = append(s.PlaybackKeyPairs, s.PlaybackKeyPairs[0]) }},
		{"PlaybackKeyPairs: 4 items, at most 3", func(s *State) { s.PlaybackKeyPairs = make([]PlaybackKeyPairState, 4) }},
		{"Channels[0]: ARN ", func(s *State) { s.Channels[0].ARN = s.Channels[0].StreamKeyARN }},
		{"Channels[0]: ARN ", func(s *State) { s.Channels[0].StreamKeyARN = "" }},
		{"Channels[0]: ValidationException: ", func(s *State) { s.Channels[0].Type = "" }},
		{"Channels[1]: ARN ", func(s *State) { s.Channels = append(s.Channels, s.Channels[0]) }},
		{"UsedTokens[0]: UUID ", func(s *State) { s.UsedTokens[0].UUID = "x" }},
		{"Revocations[0]: ChannelARN: ", func(s *State) { s.Channels = nil }},
		{"Revocations[0]: ValidationException: ", func(s *State) { s.Revocations[0].ViewerID = "" }},
		{"Revocations[1]: ViewerID: ", func(s *State) { s.Revocations = append(s.Revocations, s.Revocations[0]) }},
	} {
		state := decodedState(t, good)
		tc.edit(&state)
		s := New(Options{Region: f.region, AccountID: f.account, Derive: testDerive})
		if err := s.Restore(state); err == nil || !strings.HasPrefix(err.Error(), tc.want) {
			t.Errorf("Restore = %v, want %s…", err, tc.want)
		}
		if got := s.Resources(); len(got) > 0 {
			t.Errorf("Restore with %s left %v", tc.want, got)
		}
	}
	if err := New(Options{Region: f.region, AccountID: f.account}).Restore(decodedState(t, good)); err == nil || !strings.Contains(err.Error(), "Options.Derive") {
		t.Errorf("Restore without Derive = %v, want a refusal", err)
	}
	if err := f.Restore(decodedState(t, good)); err == nil || !strings.Contains(err.Error(), "already") {
		t.Errorf("Restore over channels = %v, want a refusal", err)
	}
}
