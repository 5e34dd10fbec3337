package ivs

import (
	"crypto/subtle"
	"embed"
	"fmt"
	"time"
)

const segmentType = "video/mp2t"

const (
	segmentDuration = 2 * time.Second
	loopLength      = 6 // files
	windowLength    = 6 // complete segments in a playlist

	// graceLength is how many segments outlive the window: a segment that left
	// the playlist stays for its own duration and that of the longest playlist
	// that held it (RFC 8216, section 6.2.2).
	graceLength = windowLength + 1
)

//go:embed live/seg000.ts live/seg001.ts live/seg002.ts live/seg003.ts live/seg004.ts live/seg005.ts
var media embed.FS

// segmentTime is when segment n begins. Segment 0 began with the year 2020.
func segmentTime(n int64) time.Time {
	return time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(n) * segmentDuration)
}

// windowStart returns the first of the complete segments at time now; it is
// not ok when there are not enough of them.
func windowStart(now time.Time) (first int64, ok bool) {
	recording := int64(now.Sub(segmentTime(0)) / segmentDuration)
	first = recording - windowLength
	return first, first >= 1
}

// segmentNumber finds the segment that the session calls name, among those
// that are in the window or have just left it.
func (s *session) segmentNumber(name string, now time.Time) (n int64, ok bool) {
	first, ok := windowStart(now)
	if !ok {
		return 0, false
	}
	for n := max(first-graceLength, 0); n < first+windowLength; n++ {
		if subtle.ConstantTimeCompare([]byte(s.segmentName(n)), []byte(name)) == 1 {
			return n, true
		}
	}
	return 0, false
}

// segmentFile returns the bytes of segment n, an MPEG transport stream.
func segmentFile(n int64) []byte {
	b, err := media.ReadFile(fmt.Sprintf("live/seg%03d.ts", n%loopLength))
	if err != nil {
		panic(err) // the names are those embedded above
	}
	return b
}
