package ivs

import (
	"bytes"
	"strings"
	"testing"
)

// fullLadder is what STANDARD makes of a 1080p source. Its media is the
// sample's.
func fullLadder() []rendition {
	var ladder []rendition
	for _, r := range []rendition{
		{width: 1920, height: 1080, frameRate: 60},
		{width: 1280, height: 720, frameRate: 60},
		{width: 852, height: 480, frameRate: 30},
		{width: 640, height: 360, frameRate: 30},
		{width: 284, height: 160, frameRate: 30},
	} {
		r.bandwidth, r.average, r.codecs, r.files = 1, 1, "avc1.4D401F,mp4a.40.2", "live"
		ladder = append(ladder, r)
	}
	return ladder
}

func names(renditions []rendition) string {
	var list []string
	for _, r := range renditions {
		list = append(list, r.name())
	}
	return strings.Join(list, " ")
}

func TestOffered(t *testing.T) {
	for _, c := range []struct {
		ladder      []rendition
		channelType string
		resolution  string
		want        string
	}{
		{fullLadder(), "STANDARD", "", "1080p60 720p60 480p 360p 160p"},
		{fullLadder(), "STANDARD", "FULL_HD", "1080p60 720p60 480p 360p 160p"},
		{fullLadder(), "STANDARD", "HD", "720p60 480p 360p 160p"},
		{fullLadder(), "STANDARD", "SD", "480p 360p 160p"},
		{fullLadder(), "ADVANCED_HD", "", "720p60 480p 360p 160p"},
		{fullLadder(), "ADVANCED_HD", "FULL_HD", "720p60 480p 360p 160p"},
		{fullLadder(), "ADVANCED_HD", "SD", "480p 360p 160p"},
		{fullLadder(), "ADVANCED_SD", "", "480p 360p 160p"},
		{fullLadder(), "ADVANCED_SD", "HD", "480p 360p 160p"},
		{fullLadder(), "BASIC", "", "1080p60"},
		{fullLadder(), "BASIC", "FULL_HD", "1080p60"},
		{fullLadder(), "BASIC", "HD", ""},
		{fullLadder()[2:], "BASIC", "SD", "480p"},
		{sampleLadder(), "STANDARD", "SD", "360p 180p"},
		{sampleLadder(), "ADVANCED_HD", "HD", "360p 180p"},
		{sampleLadder(), "ADVANCED_SD", "", "360p 180p"},
		{sampleLadder(), "BASIC", "SD", "360p"},
		{nil, "BASIC", "", ""},
	} {
		height, _ := resolutionHeight(c.resolution)
		if got := names(offered(c.ladder, c.channelType, height)); got != c.want {
			t.Errorf("a ladder from %s: offered(%s, %q) = %q, want %q", names(c.ladder[:min(1, len(c.ladder))]), c.channelType, c.resolution, got, c.want)
		}
	}
}

// playlistNames returns the names of the renditions in a multivariant playlist.
func playlistNames(playlist string) string {
	var list []string
	for line := range strings.Lines(playlist) {
		if _, rest, ok := strings.Cut(line, `NAME="`); ok {
			name, _, _ := strings.Cut(rest, `"`)
			list = append(list, name)
		}
	}
	return strings.Join(list, " ")
}

// Channel type and token choose the renditions of a session, and only those
// have a playlist.
func TestRenditionsOfSession(t *testing.T) {
	f := newFixture(t)
	f.ladder = fullLadder()
	for _, c := range []struct{ channelType, resolution, want string }{
		{"STANDARD", "", "1080p60 720p60 480p 360p 160p"},
		{"STANDARD", "HD", "720p60 480p 360p 160p"},
		{"ADVANCED_SD", "FULL_HD", "480p 360p 160p"},
		{"BASIC", "FULL_HD", "1080p60"},
	} {
		f.update(t, ChannelConfig{Type: c.channelType, Authorized: true})
		changed := map[string]any{}
		if c.resolution != "" {
			changed["aws:maximum-resolution"] = c.resolution
		}
		a := f.play(f.token(t, changed))
		if got := playlistNames(a.body); got != c.want {
			t.Errorf("%s, %q: renditions %q, want %q", c.channelType, c.resolution, got, c.want)
		}
		urls := playlistURLs(a.body)
		if len(urls) != strings.Count(c.want, " ")+1 {
			t.Errorf("%s, %q: %d playlists for %q", c.channelType, c.resolution, len(urls), c.want)
		}
		for _, target := range urls {
			if got := f.do("GET", target); got.status != 200 {
				t.Errorf("%s, %q: variant playlist has status %d", c.channelType, c.resolution, got.status)
			}
		}
	}
	token := f.token(t, map[string]any{"aws:maximum-resolution": "SD"})
	wantRefusal(t, f.play(token), 403, codeToken) // BASIC, and its source is 1080p
}

// A session goes on with the renditions that it began with.
func TestRenditionsOfSessionStay(t *testing.T) {
	f := newFixture(t)
	urls := playlistURLs(f.play(f.token(t, nil)).body)
	f.update(t, ChannelConfig{Type: "BASIC", Authorized: true})
	for _, target := range urls {
		if got := f.do("GET", target); got.status != 200 {
			t.Errorf("variant playlist after the update: status %d, want 200", got.status)
		}
	}
}

// update changes the fixture's channel in a moment off air.
func (f *fixture) update(t *testing.T, c ChannelConfig) {
	t.Helper()
	f.offline = true
	if _, err := f.UpdateChannel(f.channel.ARN, c); err != nil {
		t.Fatal(err)
	}
	f.offline = false
}

func TestSampleBandwidth(t *testing.T) {
	total := 0
	for _, r := range sampleLadder() {
		peak, sum := 0, 0
		for n := range int64(loopLength) {
			bits := len(r.segment(n)) * 8 / 2
			peak, sum = max(peak, bits), sum+bits
			total += len(r.segment(n))
		}
		if r.bandwidth < peak || r.bandwidth > 2*peak {
			t.Errorf("%s: BANDWIDTH %d, but the peak is %d bit/s", r.name(), r.bandwidth, peak)
		}
		if r.average < sum/loopLength || r.average > r.bandwidth {
			t.Errorf("%s: AVERAGE-BANDWIDTH %d, but the average is %d bit/s", r.name(), r.average, sum/loopLength)
		}
	}
	if total > 1_000_000 {
		t.Errorf("media has %d bytes, want less than 1 MB", total)
	}
}

// Renditions of a stream have matching timestamps (RFC 8216, section 6.2.4):
// in each, segment n begins at the same one, 2 seconds after the one before.
func TestSampleRenditionsLineUp(t *testing.T) {
	ladder := sampleLadder()
	seen := map[string]bool{}
	for n := range int64(loopLength) {
		best := firstVideoPTS(t, ladder[0].segment(n))
		if want := firstVideoPTS(t, ladder[0].segment(0)) + n*2*90_000; best != want {
			t.Errorf("segment %d begins at %d, want %d", n, best, want)
		}
		for _, r := range ladder {
			if got := firstVideoPTS(t, r.segment(n)); got != best {
				t.Errorf("%s: segment %d begins at %d, want %d", r.name(), n, got, best)
			}
			seen[string(r.segment(n))] = true
		}
	}
	if len(seen) != loopLength*len(ladder) {
		t.Errorf("%d different segments, want %d", len(seen), loopLength*len(ladder))
	}
}

// firstVideoPTS reads a transport stream up to its first video frame (ISO/IEC
// 13818-1, sections 2.4.3.2 and 2.4.3.7).
func firstVideoPTS(t *testing.T, stream []byte) int64 {
	t.Helper()
	for ; len(stream) >= 188; stream = stream[188:] {
		packet, start := stream[:188], 4
		if packet[3]&0x20 != 0 {
			start += 1 + int(packet[4])
		}
		if packet[1]&0x40 == 0 || start > 188-14 {
			continue
		}
		pes := packet[start:]
		if !bytes.HasPrefix(pes, []byte{0, 0, 1, 0xe0}) || pes[7]&0x80 == 0 {
			continue
		}
		b := pes[9:14]
		return int64(b[0]>>1&7)<<30 | int64(b[1])<<22 | int64(b[2]>>1)<<15 | int64(b[3])<<7 | int64(b[4]>>1)
	}
	t.Fatal("no video frame")
	return 0
}

// A variant of one rendition leads to segments of that rendition alone.
func TestRenditionSegments(t *testing.T) {
	f := newFixture(t)
	urls := playlistURLs(f.play(f.token(t, nil)).body)
	for i, target := range urls {
		for _, s := range parseLive(t, f.do("GET", target).body) {
			if got := f.do("GET", s.URL).body; got != string(f.ladder[i].segment(s.Number)) {
				t.Errorf("%s: segment %d has %d bytes, not those of its file", f.ladder[i].name(), s.Number, len(got))
			}
		}
	}
	if len(urls) != 2 {
		t.Errorf("%d renditions, want 2", len(urls))
	}
}
