package ivs

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestStream(t *testing.T) {
	f := newFixture(t)
	other := f.createChannel(t, false)
	want := Stream{ChannelARN: f.channel.ARN, PlaybackURL: f.channel.PlaybackURL, State: "LIVE", Health: "HEALTHY"}
	wantStream := func(about string, viewers int64) {
		t.Helper()
		want.ViewerCount = viewers
		got, err := f.Stream(f.channel.ARN)
		if err != nil {
			t.Fatalf("%s: %v", about, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", about, diff)
		}
	}
	wantStream("nobody watches", 0)
	f.do("GET", other.PlaybackURL)
	first := f.start(t, f.token(t, nil))
	f.start(t, f.token(t, nil))
	wantStream("two sessions", 2)
	f.now = f.now.Add(clientWindow - time.Second)
	f.do("GET", first)
	wantStream("one of them goes on", 2)
	f.now = f.now.Add(time.Second)
	wantStream("the other has stopped", 1)

	f.offline = true
	got, err := f.Stream(f.channel.ARN)
	wantAPIError(t, err, "GetStream", 404, "ChannelNotBroadcasting")
	if got != (Stream{}) {
		t.Errorf("stream beside an error: %+v", got)
	}
}

func TestStreamUnknown(t *testing.T) {
	f := newFixture(t)
	_, err := f.Stream("arn:aws:ivs:eu-central-1:123456789012:channel/abcdABCDefgh")
	wantAPIError(t, err, "GetStream", 404, "ResourceNotFoundException")
	_, err = f.Stream(f.pair.ARN)
	wantAPIError(t, err, "GetStream", 400, "ValidationException")
}

// Without OnAir every channel plays, and has a stream.
func TestStreamWithoutOnAir(t *testing.T) {
	s := newEmpty()
	ch, _, err := s.CreateChannel(ChannelConfig{})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := s.Stream(ch.ARN); err != nil || got.State != "LIVE" {
		t.Errorf("Stream = %+v, %v; want it LIVE", got, err)
	}
}

// Players, Stream and the control plane agree on when a channel goes on air.
func TestIdleUntil(t *testing.T) {
	start := time.Date(2026, 11, 21, 20, 0, 0, 0, time.UTC)
	now := start.Add(-time.Nanosecond)
	clock := func() time.Time { return now }
	s := New(Options{Region: "us-west-2", AccountID: "123456789012", Now: clock, OnAir: IdleUntil(start, clock)})
	f := &fixture{Service: s, t: t}
	ch, _, err := s.CreateChannel(ChannelConfig{})
	if err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, f.do("GET", ch.PlaybackURL), 404, "transcode_does_not_exist")
	_, err = s.Stream(ch.ARN)
	wantAPIError(t, err, "GetStream", 404, "ChannelNotBroadcasting")
	if _, err := s.UpdateChannel(ch.ARN, ChannelConfig{Name: "b"}); err != nil {
		t.Errorf("UpdateChannel when idle: %v", err)
	}

	now = start
	if got := f.do("GET", variantURL(t, f.do("GET", ch.PlaybackURL))); got.status != 200 {
		t.Errorf("on air: status %d, want 200", got.status)
	}
	if got, err := s.Stream(ch.ARN); err != nil || got.ViewerCount != 1 {
		t.Errorf("on air: Stream = %+v, %v; want one viewer", got, err)
	}
	_, err = s.UpdateChannel(ch.ARN, ChannelConfig{Name: "c"})
	wantAPIError(t, err, "UpdateChannel", 409, "ConflictException")
	if IdleUntil(time.Now().Add(time.Hour), nil)(ch.ARN) || !IdleUntil(time.Now(), nil)(ch.ARN) {
		t.Error("IdleUntil without a clock does not go by time.Now")
	}
}
