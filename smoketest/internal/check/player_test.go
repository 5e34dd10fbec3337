package check

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

var testKey = bytes.Repeat([]byte{7}, 16)

// play walks from a/master.m3u8 without any grant.
func play(t *testing.T, handler http.Handler) (*tour, error) {
	t.Helper()
	s := newWorld(t, handler).session(t)
	return (&player{session: s, open: plain}).play(context.Background(), s.objectURL("a/master.m3u8"))
}

// count is how many resources of a kind were fetched.
func (t *tour) count(kind string) int {
	n := 0
	for _, v := range t.visits {
		if v.kind == kind {
			n++
		}
	}
	return n
}

// with returns a copy of the asset with some files changed.
func with(changes files) files {
	f := asset()
	maps.Copy(f, changes)
	return f
}

func TestPlayerPlays(t *testing.T) {
	iv := sequenceIV(5)
	tests := []struct {
		name                             string
		files                            files
		playlists, segments, keys, inits int
	}{
		{"transport stream", asset(), 2, 2, 0, 0},
		{"a media playlist at once", files{"/a/master.m3u8": text("#EXTM3U", "x.ts"), "/a/x.ts": packets(1)}, 1, 1, 0, 0},
		{"one rendition named twice", with(files{
			"/a/master.m3u8": text("#EXTM3U", "#EXT-X-STREAM-INF:BANDWIDTH=1", "180p/index.m3u8", "#EXT-X-STREAM-INF:BANDWIDTH=2", "180p/index.m3u8"),
		}), 2, 2, 0, 0},
		{"fragmented MP4", with(files{
			"/a/180p/index.m3u8": text("#EXTM3U", `#EXT-X-MAP:URI="../init.mp4"`, "0.m4s", "1.m4s"),
			"/a/init.mp4":        boxes(box("ftyp", 8), box("moov", 30)),
			"/a/180p/0.m4s":      boxes(box("moof", 16), box("mdat", 5)),
			"/a/180p/1.m4s":      boxes(box("moof", 16), box("mdat", 6)),
		}), 2, 2, 0, 1},
		{"byte ranges", with(files{
			"/a/180p/index.m3u8": text("#EXTM3U", `#EXT-X-MAP:URI="all.mp4",BYTERANGE="54@0"`, "#EXT-X-BYTERANGE:37@54", "all.mp4"),
			"/a/180p/all.mp4":    boxes(box("ftyp", 8), box("moov", 30), box("moof", 16), box("mdat", 5)),
		}), 2, 1, 0, 1},
		{"encrypted, explicit IV", with(files{
			"/a/180p/index.m3u8": text("#EXTM3U", `#EXT-X-KEY:METHOD=AES-128,URI="k.bin",IV=0x00000000000000000000000000000005`, "seg0.ts", "seg1.ts"),
			"/a/180p/k.bin":      testKey,
			"/a/180p/seg0.ts":    encrypt(t, packets(3), testKey, iv),
			"/a/180p/seg1.ts":    encrypt(t, packets(1), testKey, iv),
		}), 2, 2, 1, 0},
		{"encrypted, sequence number as IV", with(files{
			"/a/180p/index.m3u8": text("#EXTM3U", "#EXT-X-MEDIA-SEQUENCE:5", `#EXT-X-KEY:METHOD=AES-128,URI="k.bin"`, "seg0.ts"),
			"/a/180p/k.bin":      testKey,
			"/a/180p/seg0.ts":    encrypt(t, packets(3), testKey, iv),
		}), 2, 1, 1, 0},
		{"sample encryption is not looked into", with(files{
			"/a/180p/index.m3u8": text("#EXTM3U", `#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://key",KEYFORMAT="com.apple.streamingkeydelivery"`, "seg0.ts"),
			"/a/180p/seg0.ts":    []byte("secret"),
		}), 2, 1, 0, 0},
	}
	for _, tt := range tests {
		got, err := play(t, tt.files)
		if err != nil {
			t.Errorf("%s: play: %v", tt.name, err)
			continue
		}
		for kind, want := range map[string]int{"playlist": tt.playlists, "segment": tt.segments, "key": tt.keys, "init": tt.inits} {
			if n := got.count(kind); n != want {
				t.Errorf("%s: %d visits of kind %q, want %d", tt.name, n, kind, want)
			}
		}
	}
}

func TestPlayerStumbles(t *testing.T) {
	without := func(path string) files {
		f := asset()
		delete(f, path)
		return f
	}
	tests := []struct {
		name  string
		files files
		asked string // part of what the failure says was asked
		got   string // part of what it says came
	}{
		{"no entry playlist", files{}, "/a/master.m3u8", "404"},
		{"entry is no playlist", with(files{"/a/master.m3u8": []byte("<html>")}), "/a/master.m3u8", "#EXTM3U"},
		{"child missing", without("/a/180p/index.m3u8"), "/a/180p/index.m3u8", "404"},
		{"child is a multivariant playlist", with(files{"/a/180p/index.m3u8": asset()["/a/master.m3u8"]}), "/a/180p/index.m3u8", "inside another"},
		{"last segment missing", without("/a/180p/seg1.ts"), "/a/180p/seg1.ts", "404"},
		{"segment is no media", with(files{"/a/180p/seg1.ts": []byte("<html>")}), "/a/180p/seg1.ts", "starts with"},
		{"segment is cut", with(files{"/a/180p/seg1.ts": packets(2)[:200]}), "/a/180p/seg1.ts", "whole number"},
		{"URI without TLS", with(files{"/a/master.m3u8": text("#EXTM3U", "http://d111111abcdef8.cloudfront.net/a/180p/seg0.ts")}), "/a/master.m3u8", "http://"},
		{"malformed URI", with(files{"/a/master.m3u8": text("#EXTM3U", "https://%zz/")}), "/a/master.m3u8", "invalid"},
		{"initialization section without moov", with(files{
			"/a/180p/index.m3u8": text("#EXTM3U", `#EXT-X-MAP:URI="init.mp4"`, "seg0.ts"),
			"/a/180p/init.mp4":   box("ftyp", 8),
		}), "/a/180p/init.mp4", "moov"},
		{"key of 15 bytes", with(files{
			"/a/180p/index.m3u8": text("#EXTM3U", `#EXT-X-KEY:METHOD=AES-128,URI="k.bin"`, "seg0.ts"),
			"/a/180p/k.bin":      testKey[1:],
		}), "/a/180p/k.bin", "15 bytes"},
		{"media in clear under a key", with(files{
			"/a/180p/index.m3u8": text("#EXTM3U", `#EXT-X-KEY:METHOD=AES-128,URI="k.bin"`, "seg0.ts"),
			"/a/180p/k.bin":      testKey,
			"/a/180p/seg0.ts":    packets(4),
		}), "/a/180p/seg0.ts", "padding"},
		{"range beyond the end", with(files{
			"/a/180p/index.m3u8": text("#EXTM3U", "#EXT-X-BYTERANGE:188@9999", "seg0.ts"),
		}), "/a/180p/seg0.ts", "416"},
	}
	for _, tt := range tests {
		_, err := play(t, tt.files)
		var f *Failure
		if !errors.As(err, &f) {
			t.Errorf("%s: play = %v, want a Failure", tt.name, err)
			continue
		}
		if !strings.Contains(f.Asked, tt.asked) || !strings.Contains(f.Got, tt.got) {
			t.Errorf("%s: play = asked %q, got %q; want %q and %q in them", tt.name, f.Asked, f.Got, tt.asked, tt.got)
		}
	}
}

// A player that ignores ranges would take the whole file for the part.
func TestPlayerWantsPartialContent(t *testing.T) {
	f := with(files{"/a/180p/index.m3u8": text("#EXTM3U", "#EXT-X-BYTERANGE:188@0", "seg0.ts")})
	_, err := play(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Del("Range")
		f.ServeHTTP(w, r)
	}))
	if err == nil || !strings.Contains(err.Error(), "want 206") {
		t.Errorf("play on a server without ranges = %v, want a Failure that wants 206", err)
	}
}

// Signatures and cookies go to the distribution and to nobody else.
func TestPlayerKeepsGrantsAtHome(t *testing.T) {
	f := with(files{"/a/180p/index.m3u8": text("#EXTM3U", "seg0.ts", "https://cdn.example.net/a/180p/seg1.ts")})
	var home, abroad int
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		granted := strings.Contains(r.URL.RawQuery, "Signature=") || r.Header.Get("Cookie") != ""
		switch {
		case r.Host == "cdn.example.net" && granted:
			t.Errorf("%s %s%s came with a grant", r.Method, r.Host, r.URL.Path)
		case r.Host == "cdn.example.net":
			abroad++
		case !granted:
			t.Errorf("%s %s%s came without a grant", r.Method, r.Host, r.URL.Path)
		default:
			home++
		}
		f.ServeHTTP(w, r)
	})
	s := newWorld(t, handler).session(t)
	entry := s.objectURL("a/master.m3u8")
	custom, err := s.grant(context.Background(), s.folderPolicy(entry))
	if err != nil {
		t.Fatal(err)
	}
	cookies, err := s.grantCookies(context.Background(), s.folderPolicy(entry))
	if err != nil {
		t.Fatal(err)
	}
	for _, open := range []opener{s.canned, custom, cookies} {
		if _, err := (&player{session: s, open: open}).play(context.Background(), entry); err != nil {
			t.Errorf("play: %v", err)
		}
	}
	if home != 9 || abroad != 3 {
		t.Errorf("%d requests to the distribution and %d elsewhere, want 9 and 3", home, abroad)
	}
}

// What lies outside the granted folder cannot be signed: a failure that says so,
// not a request without a signature.
func TestPlayerStaysInTheGrantedFolder(t *testing.T) {
	f := with(files{"/a/180p/index.m3u8": text("#EXTM3U", "../../b/seg0.ts"), "/b/seg0.ts": packets(1)})
	s := newWorld(t, f).session(t)
	entry := s.objectURL("a/master.m3u8")
	open, err := s.grant(context.Background(), s.folderPolicy(entry))
	if err != nil {
		t.Fatal(err)
	}
	_, err = (&player{session: s, open: open}).play(context.Background(), entry)
	var failure *Failure
	if !errors.As(err, &failure) || failure.Want != "a signature for this URI" {
		t.Errorf("play = %v, want a Failure about the signature", err)
	}
}

func TestPlayerTail(t *testing.T) {
	s := newWorld(t, asset()).session(t)
	got, err := (&player{session: s, open: plain, tail: 1}).play(context.Background(), s.objectURL("a/master.m3u8"))
	if err != nil {
		t.Fatal(err)
	}
	if last := got.visits[len(got.visits)-1].url.Path; got.count("segment") != 1 || last != "/a/180p/seg1.ts" {
		t.Errorf("a tail of 1 fetched %d segments, the last %q; want only seg1.ts", got.count("segment"), last)
	}
}

func TestObjectURL(t *testing.T) {
	s := newWorld(t, files{}).session(t)
	for key, want := range map[string]string{
		"a/master.m3u8":     "https://d111111abcdef8.cloudfront.net/a/master.m3u8",
		"my video/a+b.m3u8": "https://d111111abcdef8.cloudfront.net/my%20video/a%2Bb.m3u8",
		"ä/50%?#*.m3u8":     "https://d111111abcdef8.cloudfront.net/%C3%A4/50%25%3F%23%2A.m3u8",
	} {
		got := s.objectURL(key)
		if got.String() != want {
			t.Errorf("objectURL(%q) = %q, want %q", key, got, want)
		}
		if got.Path != "/"+key {
			t.Errorf("objectURL(%q) asks for the key %q", key, got.Path)
		}
		if _, err := s.canned(context.Background(), got); err != nil {
			t.Errorf("objectURL(%q) cannot be signed: %v", key, err)
		}
	}
}

func TestFolder(t *testing.T) {
	for in, want := range map[string]string{
		"https://h/a/b/c.m3u8":   "https://h/a/b/*",
		"https://h/c.m3u8":       "https://h/*",
		"https://h/a%20b/c.m3u8": "https://h/a%20b/*",
	} {
		u, err := url.Parse(in)
		if err != nil {
			t.Fatal(err)
		}
		if got := folder(u); got != want {
			t.Errorf("folder(%q) = %q, want %q", in, got, want)
		}
	}
}

// A bound on segments holds for every check that plays to the end.
func TestSegmentsAreBounded(t *testing.T) {
	for _, id := range []string{"vod.grant.canned", "vod.grant.custom", "vod.grant.cookies", "vod.grant.rewritten-shared", "vod.grant.rewritten-each"} {
		for bound, want := range map[int]int{0: 2, 1: 1, 5: 2} {
			w := newWorld(t, asset())
			w.target.Segments = bound
			r := w.run(t, id)
			segments := 0
			for _, x := range r.Requests {
				if strings.Contains(x.Asked, ".ts") {
					segments++
				}
			}
			if r.Verdict != Pass || segments != want {
				t.Errorf("%s with at most %d segments: %s %v, %d fetched, want %d", id, bound, r.Verdict, r.Failure, segments, want)
			}
		}
	}
}
