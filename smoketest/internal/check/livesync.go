package check

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

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
	err := s.watchAll(ctx, func(_ *spectator, all []rendition) error {
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
	a, dated := lastDate(first.x.body)
	b, alsoDated := lastDate(other.x.body)
	if !dated || !alsoDated {
		return false, nil
	}
	if most := mostApart * max(first.list.target, other.list.target); b.Sub(a).Abs() > most {
		return true, &Failure{Asked: other.x.asked, Want: fmt.Sprintf("a window that ends within %v of the first variant's, at %s", most, a.UTC().Format(time.DateTime)),
			Got: "one that ends at " + b.UTC().Format(time.DateTime), Cause: "stream-irregular"}
	}
	return true, nil
}
