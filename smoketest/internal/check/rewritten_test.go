package check

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"privateplayback/smoketest/internal/cause"
)

// everyTag is an asset with a URI in each tag that a player follows.
func everyTag(t *testing.T) files {
	iv := sequenceIV(5)
	return files{
		"/a/master.m3u8": text("#EXTM3U", `#EXT-X-DEFINE:NAME="dir",VALUE="180p"`,
			`#EXT-X-SESSION-KEY:METHOD=AES-128,URI="session.bin"`,
			`#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="x",URI="audio/index.m3u8"`,
			"#EXT-X-STREAM-INF:BANDWIDTH=1", "{$dir}/index.m3u8?own=1",
			`#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="iframes.m3u8"`),
		"/a/session.bin": testKey,
		"/a/audio/index.m3u8": text("#EXTM3U", `#EXT-X-MAP:URI="init.mp4"`,
			"0.m4s"),
		"/a/audio/init.mp4": boxes(box("ftyp", 8), box("moov", 30)),
		"/a/audio/0.m4s":    boxes(box("moof", 16), box("mdat", 5)),
		"/a/180p/index.m3u8": text("#EXTM3U", `#EXT-X-DEFINE:IMPORT="dir"`, `#EXT-X-DEFINE:QUERYPARAM="own"`,
			`#EXT-X-KEY:METHOD=AES-128,URI="k.bin",IV=0x00000000000000000000000000000005`, "../{$dir}/seg{$own}.ts"),
		"/a/180p/k.bin":   testKey,
		"/a/180p/seg1.ts": encrypt(t, packets(3), testKey, iv),
		"/a/iframes.m3u8": text("#EXTM3U", "#EXT-X-I-FRAMES-ONLY", "#EXT-X-BYTERANGE:188@0", "frames.ts"),
		"/a/frames.ts":    packets(2),
	}
}

// signedOnly serves f to who asks with a signature that allow accepts, and notes
// each path.
type signedOnly struct {
	files
	allow func(*http.Request) bool
	mu    sync.Mutex
	asked map[string]bool
}

func (s *signedOnly) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.asked[r.URL.Path] = true
	s.mu.Unlock()
	switch {
	case !r.URL.Query().Has("Signature"):
		w.Header().Set("Content-Type", textXML)
		w.WriteHeader(403)
		fmt.Fprint(w, missingKeyBody)
	case !s.allow(r):
		w.Header().Set("Content-Type", textXML)
		w.WriteHeader(403)
		fmt.Fprint(w, deniedBody)
	default:
		s.files.ServeHTTP(w, r)
	}
}

// Whatever a playlist names is asked for, signed, and nothing else is.
func TestRewrittenPlays(t *testing.T) {
	for id, param := range map[string]string{"vod.grant.rewritten-shared": "Policy", "vod.grant.rewritten-each": "Expires"} {
		h := &signedOnly{files: everyTag(t), asked: map[string]bool{}, allow: func(r *http.Request) bool { return r.URL.Query().Has(param) }}
		if r := newWorld(t, h).run(t, id); r.Verdict != Pass {
			t.Errorf("%s = %s %s%v, want pass", id, r.Verdict, r.Reason, r.Failure)
		}
		want := slices.Sorted(maps.Keys(h.files))
		if diff := cmp.Diff(want, slices.Sorted(maps.Keys(h.asked))); diff != "" {
			t.Errorf("%s asked for (-want +got):\n%s", id, diff)
		}
	}
}

func TestRewrittenStumbles(t *testing.T) {
	custom := func(r *http.Request) bool { return r.URL.Query().Has("Policy") }
	canned := func(r *http.Request) bool { return !custom(r) }
	without := func(path string) func(*http.Request) bool {
		return func(r *http.Request) bool { return r.URL.Path != path }
	}
	changed := func(path string, lines ...string) files {
		f := everyTag(t)
		f[path] = text(lines...)
		return f
	}
	const shared, each = "vod.grant.rewritten-shared", "vod.grant.rewritten-each"
	for _, tt := range []struct {
		name  string
		id    string
		files files
		allow func(*http.Request) bool
		cause cause.ID
	}{
		{"canned signatures alone", shared, everyTag(t), canned, "signature-mismatch"},
		{"custom policies alone", each, everyTag(t), custom, "signature-mismatch"},
		{"a key that stays shut", shared, everyTag(t), without("/a/180p/k.bin"), "signature-mismatch"},
		{"a session key that stays shut", shared, everyTag(t), without("/a/session.bin"), "signature-mismatch"},
		{"an initialization section that stays shut", each, everyTag(t), without("/a/audio/init.mp4"), "signature-mismatch"},
		{"an I-frame playlist that stays shut", each, everyTag(t), without("/a/iframes.m3u8"), "signature-mismatch"},
		{"a segment outside the folder", shared, changed("/a/iframes.m3u8", "#EXTM3U", "../b/seg.ts"), custom, "outside-folder"},
		{"a quote that does not end", each, changed("/a/audio/index.m3u8", "#EXTM3U", `#EXT-X-MAP:URI="init.mp4`, "0.m4s"), canned, "media-broken"},
		{"another host, which gets no signature", each, changed("/a/iframes.m3u8", "#EXTM3U", "https://d222222abcdef8.cloudfront.net/a/frames.ts"), canned, "children-unsigned"},
	} {
		h := &signedOnly{files: tt.files, asked: map[string]bool{}, allow: tt.allow}
		r := newWorld(t, h).run(t, tt.id)
		if r.Verdict != Fail || r.Failure.Cause != tt.cause {
			t.Errorf("%s: %s = %s %s%v, want fail with cause %s", tt.name, tt.id, r.Verdict, r.Reason, r.Failure, tt.cause)
		} else if found := leaked.FindString(fmt.Sprint(*r.Failure)); found != "" {
			t.Errorf("%s: the failure holds the secret %q", tt.name, found)
		}
	}
}
