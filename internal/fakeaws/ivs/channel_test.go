package ivs

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCreateChannel(t *testing.T) {
	for _, c := range []struct{ config, want ChannelConfig }{
		{ChannelConfig{}, ChannelConfig{Type: "STANDARD", LatencyMode: "LOW"}},
		{ChannelConfig{Name: "a-b_C9", Authorized: true}, ChannelConfig{Name: "a-b_C9", Type: "STANDARD", LatencyMode: "LOW", Authorized: true}},
		{ChannelConfig{Type: "BASIC", LatencyMode: "NORMAL"}, ChannelConfig{Type: "BASIC", LatencyMode: "NORMAL"}},
		{ChannelConfig{Type: "ADVANCED_SD", LatencyMode: "LOW"}, ChannelConfig{Type: "ADVANCED_SD", LatencyMode: "LOW"}},
		{ChannelConfig{Type: "ADVANCED_HD"}, ChannelConfig{Type: "ADVANCED_HD", LatencyMode: "LOW"}},
	} {
		s := newEmpty()
		got, key, err := s.CreateChannel(c.config)
		if err != nil {
			t.Errorf("CreateChannel(%+v): %v", c.config, err)
			continue
		}
		if diff := cmp.Diff(c.want, got.ChannelConfig); diff != "" {
			t.Errorf("CreateChannel(%+v) (-want +got):\n%s", c.config, diff)
		}
		if read, err := s.Channel(got.ARN); err != nil || read != got {
			t.Errorf("Channel(%q) = %+v, %v; want %+v", got.ARN, read, err, got)
		}
		if read, err := s.StreamKey(got.ARN); err != nil || read != key {
			t.Errorf("StreamKey(%q) gives another key than CreateChannel, or error %v", got.ARN, err)
		}
	}
}

func TestChannelShapes(t *testing.T) {
	s := newEmpty()
	a, key, err := s.CreateChannel(ChannelConfig{})
	if err != nil {
		t.Fatal(err)
	}
	id := strings.TrimPrefix(a.ARN, "arn:aws:ivs:us-west-2:123456789012:channel/")
	for _, c := range []struct{ what, got, pattern string }{
		{"channel id", id, `[A-Za-z0-9]{12}`},
		{"playback URL", a.PlaybackURL, `https://[0-9a-f]{12}\.us-west-2\.playback\.live-video\.net/api/video/v1/us-west-2\.123456789012\.channel\.` + id + `\.m3u8`},
		{"ingest endpoint", a.IngestEndpoint, `[0-9a-f]{12}\.global-contribute\.live-video\.net`},
		{"stream key ARN", key.ARN, `arn:aws:ivs:us-west-2:123456789012:stream-key/[A-Za-z0-9]{12}`},
		{"stream key", key.Value, `sk_us-west-2_[A-Za-z0-9]{12}_[0-9a-f]{12}`},
	} {
		if !regexp.MustCompile("^" + c.pattern + "$").MatchString(c.got) {
			t.Errorf("%s has another shape than %s", c.what, c.pattern)
		}
	}
	if key.ChannelARN != a.ARN {
		t.Errorf("stream key is for %q, want %q", key.ChannelARN, a.ARN)
	}

	b, otherKey, err := s.CreateChannel(ChannelConfig{})
	if err != nil {
		t.Fatal(err)
	}
	if a.ARN == b.ARN || key.Value == otherKey.Value || key.ARN == otherKey.ARN {
		t.Error("two channels share an ARN or a stream key")
	}
	prefix, _, _ := strings.Cut(a.PlaybackURL, "/api/")
	otherPrefix, _, _ := strings.Cut(b.PlaybackURL, "/api/")
	if prefix != otherPrefix || prefix != "https://"+s.Hosts()[0] {
		t.Errorf("prefixes %q and %q, want both %q", prefix, otherPrefix, "https://"+s.Hosts()[0])
	}
	if other := newEmpty(); other.Hosts()[0] == s.Hosts()[0] || other.Hosts()[1] == s.Hosts()[1] {
		t.Error("two services share a host")
	}
}

var invalidChannels = []ChannelConfig{
	{Name: "a b"},
	{Name: "a/b"},
	{Name: "é"},
	{Name: "a\n"},
	{Name: strings.Repeat("a", 129)},
	{Type: "standard"},
	{Type: "ADVANCED"},
	{LatencyMode: "low"},
	{LatencyMode: "ULTRA_LOW"},
}

func TestCreateChannelInvalid(t *testing.T) {
	for _, c := range invalidChannels {
		_, _, err := newEmpty().CreateChannel(c)
		wantAPIError(t, err, "CreateChannel", 400, "ValidationException")
	}
}

func TestChannelQuota(t *testing.T) {
	s := newEmpty()
	for range 5000 {
		if _, _, err := s.CreateChannel(ChannelConfig{}); err != nil {
			t.Fatal(err)
		}
	}
	_, _, err := s.CreateChannel(ChannelConfig{})
	wantAPIError(t, err, "CreateChannel", 402, "ServiceQuotaExceededException")
}

func TestUpdateChannel(t *testing.T) {
	f := newFixture(t)
	f.offline = true
	want := f.channel
	for _, c := range []struct{ config, want ChannelConfig }{
		{ChannelConfig{Name: "b", Type: "BASIC", LatencyMode: "NORMAL"}, ChannelConfig{Name: "b", Type: "BASIC", LatencyMode: "NORMAL"}},
		{ChannelConfig{Name: "b", Authorized: true}, ChannelConfig{Name: "b", Type: "BASIC", LatencyMode: "NORMAL", Authorized: true}},
		{ChannelConfig{}, ChannelConfig{Type: "BASIC", LatencyMode: "NORMAL"}},
	} {
		want.ChannelConfig = c.want
		got, err := f.UpdateChannel(f.channel.ARN, c.config)
		if err != nil {
			t.Fatalf("UpdateChannel(%+v): %v", c.config, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("UpdateChannel(%+v) (-want +got):\n%s", c.config, diff)
		}
		if read, err := f.Channel(f.channel.ARN); err != nil || read != got {
			t.Errorf("Channel after update = %+v, %v; want %+v", read, err, got)
		}
	}
	for _, c := range invalidChannels {
		_, err := f.UpdateChannel(f.channel.ARN, c)
		wantAPIError(t, err, "UpdateChannel", 400, "ValidationException")
	}
	if read, _ := f.Channel(f.channel.ARN); read != want {
		t.Errorf("a refused update changed the channel to %+v", read)
	}
}

func TestUpdateChannelAuthorized(t *testing.T) {
	f := newFixture(t)
	wantRefusal(t, f.do("GET", f.channel.PlaybackURL), 403, codeToken)
	f.offline = true
	if _, err := f.UpdateChannel(f.channel.ARN, ChannelConfig{Authorized: false}); err != nil {
		t.Fatal(err)
	}
	f.offline = false
	if got := f.do("GET", f.channel.PlaybackURL); got.status != 200 {
		t.Errorf("channel made public: status %d, want 200", got.status)
	}
}

func TestLiveChannel(t *testing.T) {
	f := newFixture(t)
	_, err := f.UpdateChannel(f.channel.ARN, ChannelConfig{Name: "b"})
	wantAPIError(t, err, "UpdateChannel", 409, "ConflictException")
	wantAPIError(t, f.DeleteChannel(f.channel.ARN), "DeleteChannel", 409, "ConflictException")
	f.offline = true
	if err := f.DeleteChannel(f.channel.ARN); err != nil {
		t.Errorf("DeleteChannel when offline: %v", err)
	}
}

func TestChannelWithoutOnAir(t *testing.T) {
	s := newEmpty()
	ch, _, err := s.CreateChannel(ChannelConfig{})
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{Service: s, t: t, channel: ch}
	if got := f.do("GET", ch.PlaybackURL); got.status != 200 {
		t.Errorf("playback: status %d, want 200", got.status)
	}
	if _, err := s.UpdateChannel(ch.ARN, ChannelConfig{Name: "b"}); err != nil {
		t.Errorf("UpdateChannel: %v", err)
	}
	if err := s.DeleteChannel(ch.ARN); err != nil {
		t.Errorf("DeleteChannel: %v", err)
	}
}

func TestChannelUnknown(t *testing.T) {
	f := newFixture(t)
	f.offline = true
	if err := f.DeleteChannel(f.channel.ARN); err != nil {
		t.Fatal(err)
	}
	for arn, want := range map[string]struct {
		status int
		code   string
	}{
		f.channel.ARN: {404, "ResourceNotFoundException"},
		"arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh": {404, "ResourceNotFoundException"},
		f.pair.ARN:            {400, "ValidationException"},
		f.channel.PlaybackURL: {400, "ValidationException"},
		"":                    {400, "ValidationException"},
	} {
		_, err := f.Channel(arn)
		wantAPIError(t, err, "GetChannel", want.status, want.code)
		_, err = f.UpdateChannel(arn, ChannelConfig{})
		wantAPIError(t, err, "UpdateChannel", want.status, want.code)
		wantAPIError(t, f.DeleteChannel(arn), "DeleteChannel", want.status, want.code)
		_, err = f.StreamKey(arn)
		wantAPIError(t, err, "GetStreamKey", want.status, want.code)
	}
}
