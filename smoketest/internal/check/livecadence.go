package check

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// durations reads the EXTINF of each segment, in seconds.
func durations(body []byte) ([]float64, error) {
	list := []float64{}
	for line := range bytes.Lines(body) {
		value, ok := strings.CutPrefix(strings.TrimSpace(string(line)), "#EXTINF:")
		if !ok {
			continue
		}
		text, _, _ := strings.Cut(value, ",")
		seconds, err := strconv.ParseFloat(text, 64)
		if err != nil || seconds < 0 {
			return nil, fmt.Errorf("EXTINF of %q, want seconds", text)
		}
		list = append(list, seconds)
	}
	return list, nil
}

// cadenceHolds looks twice at a rendition.
func cadenceHolds(ctx context.Context, v *spectator, r rendition) error {
	before, err := inTime(r.x, r.list)
	if err != nil {
		return err
	}
	x, list, err := v.session.next(ctx, r.x.url, r.list)
	if err != nil {
		return err
	}
	after, err := inTime(x, list)
	if err != nil {
		return err
	}
	end := r.list.sequence + uint64(len(r.list.segments))
	if list.sequence > end {
		return &Failure{Asked: x.asked, Want: fmt.Sprintf("the segments from %d on", end), Got: fmt.Sprintf("segments from %d on", list.sequence), Cause: "stream-irregular"}
	}
	// What both name is the same media, by RFC 8216, section 6.2.1.
	for n := list.sequence; n < end && n-list.sequence < uint64(len(after)); n++ {
		if was, is := before[n-r.list.sequence], after[n-list.sequence]; was != is {
			return &Failure{Asked: x.asked, Want: fmt.Sprintf("EXTINF:%v of segment %d, as before", was, n), Got: fmt.Sprintf("EXTINF:%v", is), Cause: "stream-irregular"}
		}
	}
	return nil
}

// inTime demands that no segment, to the next second, is longer than the target
// duration. https://www.rfc-editor.org/rfc/rfc8216#section-4.3.3.1
func inTime(x *exchange, list *playlist) ([]float64, error) {
	all, err := durations(x.body)
	if err == nil && len(all) != len(list.segments) {
		err = fmt.Errorf("%d EXTINF for %d segments", len(all), len(list.segments))
	}
	if err != nil {
		return nil, x.broken("EXTINF of each segment", err)
	}
	for i, seconds := range all {
		if math.Round(seconds) > list.target.Seconds() {
			return nil, &Failure{Asked: x.asked, Want: fmt.Sprintf("segments of at most %v, the EXT-X-TARGETDURATION", list.target),
				Got: fmt.Sprintf("EXTINF:%v of segment %d", seconds, list.sequence+uint64(i)), Cause: "stream-irregular"}
		}
	}
	return all, nil
}
