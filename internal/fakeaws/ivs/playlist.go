package ivs

import (
	"fmt"
	"strings"
	"time"
)

const playlistType = "application/vnd.apple.mpegurl"

// multivariantPlaylist returns the playlist at the playback URL: one
// rendition, that of the session.
func (s *Service) multivariantPlaylist(one *session) string {
	return "#EXTM3U\n" +
		"#EXT-X-VERSION:3\n" +
		"#EXT-X-INDEPENDENT-SEGMENTS\n" +
		`#EXT-X-STREAM-INF:BANDWIDTH=200000,AVERAGE-BANDWIDTH=138000,RESOLUTION=320x180,FRAME-RATE=25.000,CODECS="avc1.42C00D,mp4a.40.2"` + "\n" +
		"https://" + s.edgeHost + playlistPrefix + one.playlist + playlistSuffix + "\n"
}

// variantPlaylist returns the live window at time now, or "" when the clock is
// before anything was recorded. Segment n is file n mod loopLength; each round
// begins with a discontinuity.
func (s *Service) variantPlaylist(one *session, now time.Time) string {
	first, ok := windowStart(now)
	if !ok {
		return ""
	}
	var b strings.Builder
	b.WriteString("#EXTM3U\n#EXT-X-VERSION:3\n")
	fmt.Fprintf(&b, "#EXT-X-TARGETDURATION:%d\n", segmentDuration/time.Second)
	fmt.Fprintf(&b, "#EXT-X-MEDIA-SEQUENCE:%d\n", first)
	fmt.Fprintf(&b, "#EXT-X-DISCONTINUITY-SEQUENCE:%d\n", (first-1)/loopLength+1)
	for n := first; n < first+windowLength; n++ {
		if n%loopLength == 0 {
			b.WriteString("#EXT-X-DISCONTINUITY\n")
		}
		fmt.Fprintf(&b, "#EXT-X-PROGRAM-DATE-TIME:%s\n", segmentTime(n).Format("2006-01-02T15:04:05.000Z"))
		b.WriteString("#EXTINF:2.000,live\n")
		fmt.Fprintf(&b, "https://%s%s%s%s?dna=%s\n", s.edgeHost, segmentPrefix, one.segmentName(n), segmentSuffix, one.dna)
	}
	return b.String()
}
