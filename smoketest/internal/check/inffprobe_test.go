package check

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// proberOf is an ffprobe that a function plays.
type proberOf func(format, input string, packets int) (Frames, error)

func (f proberOf) Probe(_ context.Context, format, input string, packets int) (Frames, error) {
	return f(format, input, packets)
}

func TestInFFprobe(t *testing.T) {
	for _, test := range []struct {
		name    string
		id      string
		frames  Frames
		err     error
		verdict Verdict
		because string
	}{
		// The asset is 4 s in two segments.
		{"all frames", "ffprobe.grant.ts", Frames{Video: true, Count: 100, Rate: 25}, nil, Pass, ""},
		{"rounded durations", "ffprobe.grant.ts", Frames{Video: true, Count: 90, Rate: 25}, nil, Pass, ""},
		{"a segment is missing", "ffprobe.grant.ts", Frames{Video: true, Count: 50, Rate: 25, Complaint: "HTTP error 403 Forbidden"}, nil, Fail, "frames-missing"},
		{"a short segment is refused", "ffprobe.grant.ts", Frames{Video: true, Count: 95, Rate: 25, Complaint: "HTTP error 403 Forbidden"}, nil, Fail, "frames-missing"},
		{"a complaint about the media", "ffprobe.grant.ts", Frames{Video: true, Count: 95, Rate: 25, Complaint: "error while decoding MB"}, nil, Pass, ""},
		{"no frame", "ffprobe.grant.ts", Frames{Video: true, Rate: 25}, nil, Fail, "frames-missing"},
		{"no video", "ffprobe.grant.ts", Frames{Complaint: "Invalid data"}, nil, Fail, "frames-missing"},
		{"no rate", "ffprobe.grant.ts", Frames{Video: true, Count: 1}, nil, Skip, "frame rate"},
		{"it does not run", "ffprobe.grant.ts", Frames{}, errors.New("killed"), Fail, "ffprobe-failed"},
		{"no such kind", "ffprobe.grant.fmp4", Frames{}, nil, Skip, "no content in fragmented MP4"},
		{"live", "ffprobe.grant.live", Frames{Video: true, Count: probedFrames}, nil, Pass, ""},
		{"live moves on", "ffprobe.grant.live", Frames{Video: true, Count: probedFrames, Complaint: "HTTP error 404 Not Found"}, nil, Pass, ""},
		{"live ends", "ffprobe.grant.live", Frames{Video: true, Count: 50, Rate: 25}, nil, Fail, "frames-missing"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, everything())
			w.target.Prober = proberOf(func(format, input string, packets int) (Frames, error) {
				live := test.id == "ffprobe.grant.live"
				switch {
				case !live && (format != "hls" || packets != 0 || strings.Count(input, ".ts?Policy=") != 2):
					t.Errorf("Probe(%q, %q, %d), want a playlist with two signed segments", format, Mask(input), packets)
				case live && (format != "concat" || packets != probedFrames || !strings.Contains(input, "?token=")):
					t.Errorf("Probe(%q, %q, %d), want an address with a token", format, Mask(input), packets)
				}
				return test.frames, test.err
			})
			w.wantVerdict(t, test.id, test.verdict, test.because)
		})
	}
}

func TestBeginning(t *testing.T) {
	const list = "#EXTM3U\n#EXTINF:2.5,title\na.ts\n#EXTINF:2,\n#EXT-X-BYTERANGE:9@0\nb.ts\n#EXTINF:1.5,\nc.ts\n#EXT-X-ENDLIST\n"
	for _, test := range []struct {
		most     float64
		seconds  float64
		segments int
		end      string
	}{
		{1, 2.5, 1, "a.ts\n#EXT-X-ENDLIST\n"},
		{4.5, 4.5, 2, "b.ts\n#EXT-X-ENDLIST\n"},
		{60, 6, 3, "c.ts\n#EXT-X-ENDLIST\n"},
	} {
		text, p := beginning(list, test.most)
		if p.seconds != test.seconds || p.segments != test.segments || !strings.HasSuffix(text, test.end) || !strings.HasPrefix(list, strings.TrimSuffix(text, "#EXT-X-ENDLIST\n")) {
			t.Errorf("beginning(%v) = %q, %+v, want %v s in %d segments", test.most, text, p, test.seconds, test.segments)
		}
	}
}

func TestKindOf(t *testing.T) {
	for line, want := range map[string]filmKind{
		"#EXTINF:2,\nseg0.ts":                                                  filmTS,
		"#EXT-X-MAP:URI=\"init.mp4\"\n#EXTINF:2,\nseg0.m4s":                    filmMP4,
		"#EXT-X-KEY:METHOD=AES-128,URI=\"key\"\n#EXTINF:2,\nseg0.ts":           filmAES,
		"#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"skd://key\"\n#EXTINF:2,\nseg0.m4s": filmOther,
		"#EXTINF:2,\nseg0.aac?a=b":                                             filmOther,
	} {
		list, err := parsePlaylist([]byte("#EXTM3U\n" + line + "\n#EXT-X-ENDLIST\n"))
		if err != nil {
			t.Fatal(err)
		}
		if got := kindOf(list.segments[0]); got != want {
			t.Errorf("kindOf(%q) = %s, want %s", line, got, want)
		}
	}
}
