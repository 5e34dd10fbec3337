package signer

import (
	"math"
	"time"
)

// RoundUp returns t, rounded up to a multiple of bucket since 1970. All the
// grants that are asked for within one bucket then have the same expiry, hence
// with a deterministic key the same bytes on every server: caches and players
// know a URL again, and [Grants] signs once per bucket.
//
// A grant lives up to one bucket longer than was asked for. RoundUp(now, bucket) alone
// gives one that may end within a second: with RoundUp(now.Add(life/2), life/2) it
// lasts at least half of life whenever it is asked for, and never more than life (but
// for the fraction of a second that is rounded). Choose a bucket
// that is short against the life of a grant, an hour for twelve hours.
//
// Fractions of a second count up, since policies have none. A bucket below a
// second rounds to whole seconds; a zero t stays zero, so that it is still
// refused as missing.
func RoundUp(t time.Time, bucket time.Duration) time.Time {
	if t.IsZero() {
		return t
	}
	seconds := t.Unix()
	if t.Nanosecond() > 0 {
		seconds++
	}
	n := max(int64(bucket/time.Second), 1)
	if past := ((seconds % n) + n) % n; past > 0 && seconds <= math.MaxInt64-n {
		seconds += n - past
	}
	return time.Unix(seconds, 0).In(t.Location())
}
