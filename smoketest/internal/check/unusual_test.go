package check

import (
	"context"
	"maps"
	"strings"
	"testing"
)

// What RFC 8216 and its successor allow, though few make it, is no fault.
func TestUnusualContentIsSound(t *testing.T) {
	whole := encrypt(t, packets(3), testKey, sequenceIV(0))
	tests := map[string]files{
		"everything": everyTag(t),
		"a gap": {
			"/a/180p/index.m3u8": text("#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXTINF:2,", "seg0.ts", "#EXT-X-GAP", "#EXTINF:2,", "gone.ts"),
		},
		"a part of an encrypted file in an I-frame playlist": {
			"/a/master.m3u8": text("#EXTM3U", `#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="i.m3u8"`),
			"/a/i.m3u8":      text("#EXTM3U", "#EXT-X-I-FRAMES-ONLY", `#EXT-X-KEY:METHOD=AES-128,URI="k.bin"`, "#EXT-X-BYTERANGE:188@0", "whole.ts"),
			"/a/k.bin":       testKey,
			"/a/whole.ts":    whole,
		},
	}
	for name, changed := range tests {
		f := asset()
		maps.Copy(f, changed)
		for path, body := range f {
			if strings.HasSuffix(path, ".m3u8") {
				f[path] = append(body, "#EXT-X-ENDLIST\n"...)
			}
		}
		w := newWorld(t, f)
		s := w.session(t)
		if _, err := (&player{session: s, open: s.canned}).play(context.Background(), s.objectURL("a/master.m3u8")); err != nil {
			t.Errorf("%s: play: %v", name, err)
		}
		if r := w.run(t, "vod.cache.playlist-lifetime"); r.Verdict != Pass {
			t.Errorf("%s: vod.cache.playlist-lifetime: %s %v", name, r.Verdict, r.Failure)
		}
	}
}
