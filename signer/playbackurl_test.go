package signer_test

import (
	"strings"
	"testing"

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
