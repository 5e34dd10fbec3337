package signer_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"privateplayback/signer"
)

const playbackURL = "https://c17b3fb37fc9.us-west-2.playback.live-video.net/api/video/v1/us-west-2.123456789012.channel.ABcdef12ghIJ.m3u8"

func TestPlaybackURL(t *testing.T) {
	for u, want := range map[string]string{
		playbackURL:                  playbackURL + "?token=aA.b-.c_",
		playbackURL + "?Token=1":     playbackURL + "?Token=1&token=aA.b-.c_",
		playbackURL + "?a=b&Policy=": playbackURL + "?a=b&Policy=&token=aA.b-.c_",
	} {
		if got, err := signer.PlaybackURL(u, "aA.b-.c_"); got != want || err != nil {
			t.Errorf("PlaybackURL(%q) = %q, %v, want %q", u, got, err, want)
		}
	}
}

func TestPlaybackURLRefuses(t *testing.T) {
	for u, class := range map[string]error{
		"":                                       signer.ErrInvalidURL,
		channelARN:                               signer.ErrInvalidURL,
		strings.Replace(playbackURL, "s", "", 1): signer.ErrInvalidURL,
		playbackURL + "#t":                       signer.ErrURLForm,
		playbackURL + "?":                        signer.ErrInvalidURL,
		playbackURL + "?token=x.y.z":             signer.ErrReservedParameter,
		playbackURL + "?a=b&token":               signer.ErrReservedParameter,
		playbackURL + "?%74oken=x":               signer.ErrReservedParameter,
	} {
		_, err := signer.PlaybackURL(u, "aA.b-.c_")
		checkRefusal(t, err, class)
	}
	for _, token := range []string{"", "undefined", "..", "a.b", "a.b.c.d", "hunt.hunt.hunt+", "hunt.hunt.hunt&x=hunt", "hunt.hunt.hunt="} {
		_, err := signer.PlaybackURL(playbackURL, token)
		checkRefusal(t, err, signer.ErrInvalidToken)
		if strings.Contains(err.Error(), "hunt") {
			t.Errorf("PlaybackURL: error %q holds the token", err)
		}
	}
}

func TestPlaybackURLAt(t *testing.T) {
	key, err := signer.GeneratePlaybackKey()
	if err != nil {
		t.Fatal(err)
	}
	ivs, err := signer.NewIVS(key)
	if err != nil {
		t.Fatal(err)
	}
	const channel = "https://c1.us-west-2.playback.live-video.net/api/video/v1/us-west-2.123456789012.channel.abcdABCDefgh.m3u8"
	now := time.Now()
	grants := signer.PlaybackToken{ChannelARN: "arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh", Expires: now.Add(time.Minute)}
	u, err := ivs.PlaybackURLAt(t.Context(), now, channel, grants)
	if err != nil || !strings.HasPrefix(u, channel+"?token=ey") {
		t.Errorf("PlaybackURLAt = %v", err)
	}
	if u, err := ivs.PlaybackURLAt(t.Context(), now.Add(time.Hour), channel, grants); u != "" || !errors.Is(err, signer.ErrInvalidToken) {
		t.Errorf("PlaybackURLAt after the expiry = %v, want ErrInvalidToken", err)
	}
	if u, err := ivs.PlaybackURLAt(t.Context(), now, "http://c1.example", grants); u != "" || err == nil {
		t.Error("PlaybackURLAt of an http URL gives one")
	}
}
