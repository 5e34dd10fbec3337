package ivs

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// liveSegment is one entry of a live playlist, as a player counts.
type liveSegment struct {
	Number        int64
	Discontinuity int64 // the segment's discontinuity sequence number
	Time          time.Time
	URL           string
}

// parseLive reads a live playlist by the rules of RFC 8216, sections 4.3.2 and
// 4.3.3.
func parseLive(t *testing.T, playlist string) []liveSegment {
	t.Helper()
	var (
		segments              []liveSegment
		number, discontinuity int64
		at                    time.Time
		timed, counted        bool
		err                   error
	)
	for line := range strings.Lines(playlist) {
		line = strings.TrimSuffix(line, "\n")
		tag, value, _ := strings.Cut(line, ":")
		switch tag {
		case "#EXTM3U", "#EXT-X-VERSION", "#EXT-X-TARGETDURATION":
		case "#EXT-X-MEDIA-SEQUENCE":
			number, err = strconv.ParseInt(value, 10, 64)
			counted = true
		case "#EXT-X-DISCONTINUITY-SEQUENCE":
			discontinuity, err = strconv.ParseInt(value, 10, 64)
		case "#EXT-X-DISCONTINUITY":
			discontinuity++
		case "#EXT-X-PROGRAM-DATE-TIME":
			at, err = time.Parse(time.RFC3339, value)
			timed = true
		case "#EXTINF":
			if value != "2.000,live" {
				t.Fatalf("EXTINF %q, want 2.000,live", value)
			}
		default:
			if strings.HasPrefix(line, "#") || !timed || !counted {
				t.Fatalf("unexpected line %q in\n%s", line, playlist)
			}
			segments = append(segments, liveSegment{number, discontinuity, at, line})
			number++
			timed = false
		}
		if err != nil {
			t.Fatalf("line %q: %v", line, err)
		}
	}
	return segments
}

func TestMultivariantPlaylist(t *testing.T) {
	f := newFixture(t)
	a := f.play(f.token(t, nil))
	want := `^#EXTM3U
#EXT-X-VERSION:3
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=VIDEO,GROUP-ID="360p25",NAME="360p",AUTOSELECT=YES,DEFAULT=YES
#EXT-X-STREAM-INF:BANDWIDTH=450000,AVERAGE-BANDWIDTH=280000,RESOLUTION=640x360,CODECS="avc1\.4D401E,mp4a\.40\.2",VIDEO="360p25",FRAME-RATE=25\.000
https://[0-9a-f]{12}\.j\.cloudfront\.hls\.live-video\.net/v1/playlist/[A-Za-z0-9_-]{43}\.m3u8
#EXT-X-MEDIA:TYPE=VIDEO,GROUP-ID="180p25",NAME="180p",AUTOSELECT=YES,DEFAULT=YES
#EXT-X-STREAM-INF:BANDWIDTH=200000,AVERAGE-BANDWIDTH=138000,RESOLUTION=320x180,CODECS="avc1\.42C00D,mp4a\.40\.2",VIDEO="180p25",FRAME-RATE=25\.000
https://[0-9a-f]{12}\.j\.cloudfront\.hls\.live-video\.net/v1/playlist/[A-Za-z0-9_-]{43}\.m3u8
$`
	if !regexp.MustCompile(want).MatchString(a.body) {
		t.Errorf("multivariant playlist:\n%s\nwant a match of\n%s", a.body, want)
	}
	for name, want := range map[string]string{
		"Content-Type":   "application/vnd.apple.mpegurl",
		"Cache-Control":  "no-cache",
		"Content-Length": strconv.Itoa(len(a.body)),
	} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s %q, want %q", name, got, want)
		}
	}
}

func TestVariantPlaylist(t *testing.T) {
	f := newFixture(t)
	f.now = segmentTime(0).Add(20*time.Second + 1999*time.Millisecond) // segment 10 is being recorded
	one := newSession(f.channel.ARN, authorization{keyARN: f.pair.ARN, origins: originRules{any: true}}, f.ladder)
	f.sessions.add(one)
	a := f.do("GET", "https://"+f.edgeHost+"/v1/playlist/"+one.playlists[1]+".m3u8")
	var want strings.Builder
	want.WriteString("#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:4\n#EXT-X-DISCONTINUITY-SEQUENCE:1\n")
	for n := int64(4); n <= 9; n++ {
		if n == 6 {
			want.WriteString("#EXT-X-DISCONTINUITY\n")
		}
		fmt.Fprintf(&want, "#EXT-X-PROGRAM-DATE-TIME:2020-01-01T00:00:%02d.000Z\n#EXTINF:2.000,live\n", 2*n)
		fmt.Fprintf(&want, "https://%s/v1/segment/%s.ts?dna=%s\n", f.edgeHost, one.segmentName(1, n), one.dna)
	}
	if diff := cmp.Diff(want.String(), a.body); diff != "" {
		t.Errorf("variant playlist (-want +got):\n%s", diff)
	}
	if got := a.header.Get("Content-Type"); got != "application/vnd.apple.mpegurl" {
		t.Errorf("Content-Type %q", got)
	}
	if got := a.header.Get("Cache-Control"); got != "no-cache" {
		t.Errorf("Cache-Control %q, want no-cache", got)
	}
}

// Two looks at a stream agree on every segment that both show: number,
// discontinuity sequence, time, URL and bytes.
func TestVariantPlaylistsLineUp(t *testing.T) {
	f := newFixture(t)
	variant := f.start(t, f.token(t, nil))
	seen := map[int64]liveSegment{}
	bytesOf := map[int64]string{}
	var last int64
	for step := range 20 {
		segments := parseLive(t, f.do("GET", variant).body)
		if len(segments) != windowLength {
			t.Fatalf("step %d: %d segments, want %d", step, len(segments), windowLength)
		}
		newest := segments[len(segments)-1]
		if end := newest.Time.Add(segmentDuration); end.After(f.now) || f.now.Sub(end) >= segmentDuration {
			t.Errorf("step %d: newest segment ends at %s, now is %s", step, end, f.now)
		}
		if step > 0 && newest.Number != last && newest.Number != last+1 {
			t.Errorf("step %d: newest segment is %d after %d", step, newest.Number, last)
		}
		last = newest.Number
		for _, s := range segments {
			if old, ok := seen[s.Number]; ok && old != s {
				t.Errorf("segment %d changed from %+v to %+v", s.Number, old, s)
			}
			seen[s.Number] = s
			a := f.do("GET", s.URL)
			if a.status != 200 {
				t.Fatalf("segment %d: status %d", s.Number, a.status)
			}
			if old, ok := bytesOf[s.Number]; ok && old != a.body {
				t.Errorf("segment %d has other bytes than before", s.Number)
			}
			bytesOf[s.Number] = a.body
		}
		f.now = f.now.Add(1500 * time.Millisecond)
	}
	urls := map[string]bool{}
	for n, s := range seen {
		urls[s.URL] = true
		next, ok := seen[n+1]
		if !ok {
			continue
		}
		if got, want := next.Discontinuity-s.Discontinuity == 1, (n+1)%loopLength == 0; got != want {
			t.Errorf("discontinuity between %d and %d: %t, want %t", n, n+1, got, want)
		}
		if bytesOf[n] == bytesOf[n+1] {
			t.Errorf("segments %d and %d are the same", n, n+1)
		}
		if after, ok := bytesOf[n+loopLength]; ok && after != bytesOf[n] {
			t.Errorf("segments %d and %d differ", n, n+loopLength)
		}
	}
	if len(urls) != len(seen) || len(seen) != 6+14 {
		t.Errorf("%d segments with %d URLs seen, want 20 of each", len(seen), len(urls))
	}
}

func TestVariantPlaylistBeforeTheStream(t *testing.T) {
	f := newFixture(t)
	variant := f.start(t, f.token(t, nil))
	for _, now := range []time.Time{time.Unix(0, 0), segmentTime(0), segmentTime(7).Add(-time.Nanosecond)} {
		f.now = now
		wantRefusal(t, f.do("GET", variant), 404, "transcode_does_not_exist")
	}
	f.now = segmentTime(7)
	if got := parseLive(t, f.do("GET", variant).body); got[0].Number != 1 || got[0].Discontinuity != 1 {
		t.Errorf("first window begins with %+v", got[0])
	}
}
