package signer_test

import (
	"math"
	"testing"
	"time"

	"privateplayback/signer"
)

func TestRoundUp(t *testing.T) {
	at := func(seconds, nanoseconds int64) time.Time { return time.Unix(seconds, nanoseconds) }
	for _, tt := range []struct {
		t      time.Time
		bucket time.Duration
		want   time.Time
	}{
		{at(1, 0), time.Hour, at(3600, 0)},
		{at(3600, 0), time.Hour, at(3600, 0)},
		{at(3600, 1), time.Hour, at(7200, 0)},
		{at(3601, 0), time.Hour, at(7200, 0)},
		{at(5, 1), 0, at(6, 0)},
		{at(5, 0), -time.Hour, at(5, 0)},
		{at(5, 1), time.Millisecond, at(6, 0)},
		{at(5, 0), 2500 * time.Millisecond, at(6, 0)},
		{at(-1, 0), time.Hour, at(0, 0)},
		{at(-3601, 0), time.Hour, at(-3600, 0)},
		{at(1767290400, 0), 7 * 24 * time.Hour, at(1767830400, 0)},
		{at(math.MaxInt64-1, 0), time.Hour, at(math.MaxInt64-1, 0)},
		{time.Time{}, time.Hour, time.Time{}},
	} {
		if got := signer.RoundUp(tt.t, tt.bucket); !got.Equal(tt.want) {
			t.Errorf("RoundUp(%d, %v) = %d, want %d", tt.t.Unix(), tt.bucket, got.Unix(), tt.want.Unix())
		}
	}
	// Two requests in one bucket, in two time zones.
	a, b := at(7201, 0).UTC(), at(10799, 0).In(time.FixedZone("", 5400))
	if x, y := signer.RoundUp(a, time.Hour), signer.RoundUp(b, time.Hour); !x.Equal(y) || x.Location() != a.Location() {
		t.Errorf("RoundUp = %v and %v, want the same moment", x, y)
	}
}
