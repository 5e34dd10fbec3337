package check

import (
	"bytes"
	"fmt"
	"strings"
)

// variant is an EXT-X-STREAM-INF with its URI; an attribute that is not given is
// empty. https://www.rfc-editor.org/rfc/rfc8216#section-4.3.4.2
type variant struct {
	uri        string
	bandwidth  string
	resolution string // "640x360"
	codecs     string // "avc1.4D401E,mp4a.40.2"
}

// variants reads those of a multivariant playlist, in order.
func variants(body []byte) []variant {
	list := []variant{}
	next := variant{}
	announced := false
	for line := range bytes.Lines(body) {
		text := strings.TrimSpace(string(line))
		tag, value, _ := strings.Cut(text, ":")
		switch {
		case tag == "#EXT-X-STREAM-INF":
			attrs := attributes(value)
			next, announced = variant{bandwidth: attrs["BANDWIDTH"], resolution: attrs["RESOLUTION"], codecs: attrs["CODECS"]}, true
		case announced && text != "" && !strings.HasPrefix(text, "#"):
			next.uri, announced = text, false
			list = append(list, next)
		}
	}
	return list
}

// lines is the shorter side of the picture, which names a rendition ("480p") whether
// it stands or lies; zero if the playlist does not tell.
func (v variant) lines() int {
	var width, height int
	if n, err := fmt.Sscanf(v.resolution, "%dx%d", &width, &height); n != 2 || err != nil {
		return 0
	}
	return min(width, height)
}

// The codecs that players meet, by the beginning of their names in RFC 6381.
var (
	videoCodecs = []string{"avc", "hvc", "hev", "av01", "vp09", "dvh", "mp4v"}
	audioCodecs = []string{"mp4a", "ac-3", "ec-3", "ac-4", "opus", "Opus", "fLaC"}
)

// has reports whether CODECS lists one of a kind.
func (v variant) has(kind []string) bool {
	for _, codec := range strings.Split(v.codecs, ",") {
		for _, name := range kind {
			if strings.HasPrefix(strings.TrimSpace(codec), name) {
				return true
			}
		}
	}
	return false
}
