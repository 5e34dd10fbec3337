package ivs

import (
	"fmt"
	"strings"
	"time"
)

const playlistType = "application/vnd.apple.mpegurl"

// multivariantPlaylist returns the playlist at the playback URL: the session's
// renditions, best first. Tags and their attributes are those seen in
// playlists of services that run on IVS:
//
//	#EXT-X-MEDIA:TYPE=VIDEO,GROUP-ID="160p30",NAME="160p",AUTOSELECT=YES,DEFAULT=YES
//	#EXT-X-STREAM-INF:BANDWIDTH=230000,RESOLUTION=284x160,CODECS="…",VIDEO="160p30",FRAME-RATE=30.000
func (s *Service) multivariantPlaylist(one *session) string {
	var b strings.Builder
	b.WriteString("#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-INDEPENDENT-SEGMENTS\n")
	for i, r := range one.renditions {
		fmt.Fprintf(&b, "#EXT-X-MEDIA:TYPE=VIDEO,GROUP-ID=%q,NAME=%q,AUTOSELECT=YES,DEFAULT=YES\n", r.group(), r.name())
		fmt.Fprintf(&b, "#EXT-X-STREAM-INF:BANDWIDTH=%d,AVERAGE-BANDWIDTH=%d,RESOLUTION=%dx%d,CODECS=%q,VIDEO=%q,FRAME-RATE=%d.000\n",
			r.bandwidth, r.average, r.width, r.height, r.codecs, r.group(), r.frameRate)
		fmt.Fprintf(&b, "https://%s%s%s%s\n", s.edgeHost, playlistPrefix, one.playlists[i], playlistSuffix)
	}
	return b.String()
}

// variantPlaylist returns the live window of the session's rendition i at time
// now, or "" when the clock is before anything was recorded. Segment n is file
// n mod loopLength; each round begins with a discontinuity.
func (s *Service) variantPlaylist(one *session, i int, now time.Time) string {
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
		fmt.Fprintf(&b, "https://%s%s%s%s?dna=%s\n", s.edgeHost, segmentPrefix, one.segmentName(i, n), segmentSuffix, one.dna)
	}
	return b.String()
}
