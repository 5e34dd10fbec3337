package check

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParsePlaylist(t *testing.T) {
	init := &initSection{resource: resource{uri: "init.mp4", length: 100, offset: 8}}
	key := &contentKey{method: "AES-128", uri: "key.bin", iv: []byte{15: 1}}
	tests := []struct {
		name string
		in   []byte
		want playlist
	}{
		{
			"multivariant",
			text("#EXTM3U", `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="x, y",URI="audio/a.m3u8"`,
				`#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,INSTREAM-ID="CC1"`,
				"#EXT-X-STREAM-INF:BANDWIDTH=1", "# a comment", "180p/index.m3u8",
				`#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="iframes.m3u8"`),
			playlist{children: []string{"audio/a.m3u8", "180p/index.m3u8", "iframes.m3u8"}},
		},
		{
			"carriage returns, byte order mark, no end",
			[]byte("\ufeff#EXTM3U\r\n#EXT-X-MEDIA-SEQUENCE:7\r\n#EXTINF:2.000,live\r\nseg.ts?n=7\r\n"),
			playlist{sequence: 7, segments: []segment{{resource: resource{uri: "seg.ts?n=7"}, sequence: 7}}},
		},
		{
			"byte ranges and initialization section",
			text("#EXTM3U", `#EXT-X-MAP:URI="init.mp4",BYTERANGE="100@8"`, "#EXT-X-BYTERANGE:10@200", "all.mp4",
				"#EXT-X-BYTERANGE:20", "all.mp4", "#EXT-X-ENDLIST"),
			playlist{ended: true, segments: []segment{
				{resource: resource{uri: "all.mp4", length: 10, offset: 200}, init: init},
				{resource: resource{uri: "all.mp4", length: 20, offset: 210}, sequence: 1, init: init},
			}},
		},
		{
			"keys come and go",
			text("#EXTM3U", "a.ts", `#EXT-X-KEY:METHOD=AES-128,URI="key.bin",IV=0X00000000000000000000000000000001`, "b.ts",
				"#EXT-X-KEY:METHOD=NONE", "c.ts"),
			playlist{segments: []segment{
				{resource: resource{uri: "a.ts"}},
				{resource: resource{uri: "b.ts"}, sequence: 1, key: key},
				{resource: resource{uri: "c.ts"}, sequence: 2},
			}},
		},
	}
	for _, tt := range tests {
		got, err := parsePlaylist(tt.in)
		if err != nil {
			t.Errorf("%s: parsePlaylist: %v", tt.name, err)
			continue
		}
		if diff := cmp.Diff(&tt.want, got, cmp.AllowUnexported(playlist{}, segment{}, resource{}, initSection{}, contentKey{})); diff != "" {
			t.Errorf("%s: parsePlaylist (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestParsePlaylistRefuses(t *testing.T) {
	tests := []struct {
		name string
		in   []byte
	}{
		{"empty", nil},
		{"no header", text("#EXT-X-VERSION:3", "a.ts")},
		{"HTML", []byte("<html>")},
		{"nothing named", text("#EXTM3U", "#EXT-X-ENDLIST")},
		{"sequence is no number", text("#EXTM3U", "#EXT-X-MEDIA-SEQUENCE:x", "a.ts")},
		{"map without URI", text("#EXTM3U", "#EXT-X-MAP:", "a.mp4")},
		{"key without URI", text("#EXTM3U", "#EXT-X-KEY:METHOD=AES-128", "a.ts")},
		{"short IV", text("#EXTM3U", `#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0x01`, "a.ts")},
		{"range of nothing", text("#EXTM3U", "#EXT-X-BYTERANGE:0@1", "a.ts")},
		{"range without beginning", text("#EXTM3U", "#EXT-X-BYTERANGE:10", "a.ts")},
		{"range after another file", text("#EXTM3U", "#EXT-X-BYTERANGE:10@0", "a.ts", "#EXT-X-BYTERANGE:10", "b.ts")},
		{"negative offset", text("#EXTM3U", "#EXT-X-BYTERANGE:10@-1", "a.ts")},
	}
	for _, tt := range tests {
		if got, err := parsePlaylist(tt.in); err == nil {
			t.Errorf("%s: parsePlaylist = %+v, want an error", tt.name, got)
		}
	}
}

func FuzzParsePlaylist(f *testing.F) {
	f.Add(text("#EXTM3U", `#EXT-X-MAP:URI="init.mp4",BYTERANGE="100@8"`, "#EXT-X-BYTERANGE:10@200", "all.mp4"))
	f.Add(text("#EXTM3U", `#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0x01`, "a.ts"))
	f.Add(text("#EXTM3U", `#EXT-X-MEDIA:URI="a,NAME="b",,=`, "#EXT-X-STREAM-INF:", "a"))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := parsePlaylist(data)
		if err == nil && !list.multivariant() && len(list.segments) == 0 {
			t.Errorf("parsePlaylist(%q) = a playlist of nothing", data)
		}
	})
}
