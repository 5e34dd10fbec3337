package ivs

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

// A transport stream is packets of 188 bytes that begin with 0x47 (ISO/IEC
// 13818-1, section 2.4.3.2).
func TestSegmentIsTransportStream(t *testing.T) {
	f := newFixture(t)
	for _, target := range playlistURLs(f.do("GET", f.start(t, f.token(t, nil))).body) {
		a := f.do("GET", target)
		if a.status != 200 || a.header.Get("Content-Type") != "video/mp2t" {
			t.Errorf("status %d, Content-Type %q, want 200, video/mp2t", a.status, a.header.Get("Content-Type"))
		}
		if a.header.Get("Content-Length") != strconv.Itoa(len(a.body)) {
			t.Errorf("Content-Length %q for %d bytes", a.header.Get("Content-Length"), len(a.body))
		}
		if len(a.body) == 0 || len(a.body)%188 != 0 {
			t.Fatalf("%d bytes are not whole packets", len(a.body))
		}
		for i := 0; i < len(a.body); i += 188 {
			if a.body[i] != 0x47 {
				t.Fatalf("byte %d is %#x, want the sync byte 0x47", i, a.body[i])
			}
		}
	}
}

// A segment can be fetched from the moment it is complete until it has been
// out of the window for seven segments.
func TestSegmentLife(t *testing.T) {
	f := newFixture(t)
	f.start(t, f.token(t, nil))
	one := f.sessions.byAge.Front().Value.(*session)
	const n = 1000
	target := "https://" + f.edgeHost + segmentPrefix + one.segmentName(0, n) + segmentSuffix + "?dna=" + one.dna
	for _, c := range []struct {
		now    time.Time
		status int
	}{
		{segmentTime(n), 404},
		{segmentTime(n + 1).Add(-time.Nanosecond), 404},
		{segmentTime(n + 1), 200},
		{segmentTime(n + windowLength), 200},
		{segmentTime(n + windowLength + 1), 200},
		{segmentTime(n + windowLength + 8).Add(-time.Nanosecond), 200},
		{segmentTime(n + windowLength + 8), 404},
		{segmentTime(n + 100), 404},
		{time.Unix(0, 0), 404},
	} {
		f.now = c.now
		a := f.do("GET", target)
		if a.status != c.status {
			t.Errorf("segment of %s at %s: status %d, want %d", segmentTime(n), c.now, a.status, c.status)
		}
		if c.status == 404 {
			wantRefusal(t, a, 404, "segment_not_found")
		}
	}
}

func TestSegmentUnknown(t *testing.T) {
	f := newFixture(t)
	mine := playlistURLs(f.do("GET", f.start(t, f.token(t, nil))).body)[0]
	other := playlistURLs(f.do("GET", f.start(t, f.token(t, nil))).body)[0]
	path, dna, _ := strings.Cut(mine, "?")
	_, otherDNA, _ := strings.Cut(other, "?")
	for _, c := range []struct {
		about, target string
		status        int
		code          string
	}{
		{"another session's dna", path + "?" + otherDNA, 404, "segment_not_found"},
		{"another name", strings.Replace(path, "/segment/", "/segment/A", 1) + "?" + dna, 404, "segment_not_found"},
		{"no name", "https://" + f.edgeHost + "/v1/segment/.ts?" + dna, 404, "segment_not_found"},
		{"unknown dna", path + "?dna=AAAA", 403, "invalid_playback_session"},
		{"no dna", path, 403, "invalid_playback_session"},
		{"empty dna", path + "?dna=", 403, "invalid_playback_session"},
		{"dna and more", mine + "&a=b", 403, "invalid_playback_session"},
		{"dna twice", mine + "&" + dna, 403, "invalid_playback_session"},
		{"another suffix", strings.Replace(mine, ".ts", ".mp4", 1), 403, "invalid_playback_session"},
	} {
		t.Run(c.about, func(t *testing.T) {
			wantRefusal(t, f.do("GET", c.target), c.status, c.code)
		})
	}
	if got := f.do("GET", mine); got.status != 200 {
		t.Errorf("the session's own segment: status %d, want 200", got.status)
	}
}
