package playlist_test

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"privateplayback/signer/playlist"
)

// segments returns a media playlist of n segments.
func segments(n int) []byte {
	var b bytes.Buffer
	b.WriteString("#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:2\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-MAP:URI=\"init.mp4\"\n")
	for i := range n {
		fmt.Fprintf(&b, "#EXTINF:2.000000,\nseg%05d.m4s\n", i)
	}
	b.WriteString("#EXT-X-ENDLIST\n")
	return b.Bytes()
}

// lowLatency is the same with a part before each segment.
func lowLatency(n int) []byte {
	return bytes.ReplaceAll(segments(n), []byte("#EXTINF:2"), []byte("#EXT-X-PART:DURATION=0.33334,URI=\"part.mp4\",INDEPENDENT=YES\n#EXTINF:2"))
}

// Allocations do not grow with the playlist.
func TestSharedAllocations(t *testing.T) {
	o := playlist.Options{Base: base, Grant: newGrant(t, host+"/asset/*")}
	count := func(in []byte) float64 {
		return testing.AllocsPerRun(5, func() {
			if err := playlist.Rewrite(t.Context(), io.Discard, bytes.NewReader(in), o); err != nil {
				t.Fatal(err)
			}
		})
	}
	for name, make := range map[string]func(int) []byte{"segments": segments, "parts": lowLatency} {
		if short, long := count(make(200)), count(make(20_000)); short != long || long > 40 {
			t.Errorf("%s: %v allocations for 200, %v for 20,000; want the same, at most 40", name, short, long)
		}
	}
}
