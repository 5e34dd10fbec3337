package check

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"privateplayback/infra/outputs"
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

// lastDate is the last EXT-X-PROGRAM-DATE-TIME with the segments after it counted on,
// so that it tells when the window ends; false if the playlist has none.
// https://www.rfc-editor.org/rfc/rfc8216#section-4.3.2.6
func lastDate(body []byte) (end time.Time, ok bool) {
	for line := range bytes.Lines(body) {
		tag, value, _ := strings.Cut(strings.TrimSpace(string(line)), ":")
		switch tag {
		case "#EXT-X-PROGRAM-DATE-TIME":
			for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05.999999999Z0700"} {
				if at, err := time.Parse(layout, value); err == nil {
					end, ok = at, true
				}
			}
		case "#EXTINF":
			text, _, _ := strings.Cut(value, ",")
			if seconds, err := strconv.ParseFloat(text, 64); err == nil {
				end = end.Add(time.Duration(seconds * float64(time.Second)))
			}
		}
	}
	return end, ok
}

// renditionsAgree compares when the windows end. Media sequence numbers do not tell:
// they count each playlist for itself (RFC 8216, section 6.3.2).
func renditionsAgree(ctx context.Context, s *session) error {
	compared := false
	err := s.onAir(ctx, "", func(ch outputs.Channel) error {
		v, err := s.watch(ctx, ch, noClaim, "")
		if err != nil {
			return err
		}
		_, all, err := v.renditions(ctx)
		if err != nil {
			return err
		}
		for _, r := range all[1:] {
			dated, err := agrees(all[0], r)
			if err != nil {
				return err
			}
			compared = compared || dated
		}
		return nil
	})
	if err == nil && !compared {
		return skip("no channel has two renditions that date their segments")
	}
	return err
}

// mostApart is how many target durations the ends of two windows may differ by: one
// playlist was fetched after the other, and either may be a segment ahead.
const mostApart = 3

func agrees(first, other rendition) (dated bool, err error) {
	if first.list.target != other.list.target {
		return false, &Failure{Asked: other.x.asked, Want: fmt.Sprintf("EXT-X-TARGETDURATION of %v, as in the first variant", first.list.target),
			Got: other.list.target.String(), Cause: "stream-irregular"}
	}
	a, dated := lastDate(first.x.body)
	b, alsoDated := lastDate(other.x.body)
	if !dated || !alsoDated {
		return false, nil
	}
	if most := mostApart * first.list.target; b.Sub(a).Abs() > most {
		return true, &Failure{Asked: other.x.asked, Want: fmt.Sprintf("a window that ends within %v of the first variant's, at %s", most, a.UTC().Format(time.TimeOnly)),
			Got: "one that ends at " + b.UTC().Format(time.TimeOnly), Cause: "stream-irregular"}
	}
	return true, nil
}
