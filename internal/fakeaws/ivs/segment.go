package ivs

import (
	"crypto/subtle"
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

// segment finds what the session calls name among the segments of its
// renditions that are in the window or have just left it.
func (s *session) segment(name string, now time.Time) (body []byte, ok bool) {
	first, ok := windowStart(now)
	if !ok {
		return nil, false
	}
	for i, r := range s.renditions {
		for n := max(first-graceLength, 0); n < first+windowLength; n++ {
			if subtle.ConstantTimeCompare([]byte(s.segmentName(i, n)), []byte(name)) == 1 {
				return r.segment(n), true
			}
		}
	}
	return nil, false
}
