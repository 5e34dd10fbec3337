package check

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// Speed is a check that [All] leaves out, since only the owner of a deployment knows
// how fast is fast enough, seen from where: the first byte of every entry playlist
// and of what it leads to comes within d, once the edge has been asked for it.
func Speed(d time.Duration) Check {
	return group([]Check{{ID: "vod.grant.speed", Rule: ruleCacheRatio, Harm: Weakens,
		Proves: fmt.Sprintf("Playlists, keys and segments begin to come within %s, once they have been asked for.", d),
		run:    func(ctx context.Context, s *session) error { return fastEnough(ctx, s, d) }}}, Breaks, NeedContent)[0]
}

func fastEnough(ctx context.Context, s *session, d time.Duration) error {
	entries, err := s.entries()
	if err != nil {
		return err
	}
	var slowest Request
	for _, entry := range entries {
		warm, err := (&player{session: s, open: s.canned, tail: 1}).play(ctx, entry)
		if err != nil {
			return err
		}
		for _, v := range warm.visits {
			r, err := s.timed(ctx, v)
			if err != nil {
				return err
			}
			if r.Timing.FirstByte > slowest.Timing.FirstByte {
				slowest = r
			}
		}
	}
	if slowest.Timing.FirstByte <= d {
		return nil
	}
	got := slowest.Timing.FirstByte.Round(100 * time.Microsecond).String()
	if slowest.Cache != "" {
		got += ", cache: " + slowest.Cache
	}
	if slowest.Edge != "" {
		got += ", edge " + slowest.Edge
	}
	return &Failure{Asked: slowest.Asked, Want: fmt.Sprintf("the first byte within %s", d), Got: got, Cause: "first-byte-slow"}
}

// timed asks for a resource again and returns where the time went.
func (s *session) timed(ctx context.Context, v visit) (Request, error) {
	req, err := s.canned(ctx, v.url)
	if err != nil {
		return Request{}, err
	}
	x, err := s.do(req)
	if err != nil {
		return Request{}, err
	}
	if err := wantStatus(x, http.StatusOK); err != nil {
		return Request{}, err
	}
	// A check sends one request after the other, so the last one is this.
	all := probeOf(ctx).taken()
	return all[len(all)-1], nil
}
