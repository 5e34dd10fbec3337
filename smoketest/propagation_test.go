package main

import (
	"context"
	"sync"
	"testing"
	"time"

	"privateplayback/internal/fakeaws"
	"privateplayback/internal/local"
	"privateplayback/smoketest/internal/cause"
	"privateplayback/smoketest/internal/check"
)

// shifted is a clock that runs, and that a wait moves on at once.
type shifted struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (c *shifted) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *shifted) wait(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
	return ctx.Err()
}

// spread is how long an edge knows old and new configuration side by side.
const spread = 3 * time.Second

// While a change spreads, here of a distribution that was public a moment ago, some
// requests meet an edge that has not heard of it. Within the budget that is waited
// for, while the other checks go on; without one it is a failure that says what it is.
func TestPropagation(t *testing.T) {
	clock := &shifted{}
	d := deploy(t, local.Options{Cloud: fakeaws.Options{Now: clock.now, Propagation: spread}})
	stack := readTarget(t, d).Stack
	trust := func(groups []string) {
		t.Helper()
		dist, err := d.Cloud.Edge.Distribution(stack.DistributionID)
		if err != nil {
			t.Fatal(err)
		}
		config := dist.DistributionConfig
		config.DefaultBehavior.TrustedKeyGroups = groups
		if _, err := d.Cloud.Edge.UpdateDistribution(dist.ID, dist.ETag, config); err != nil {
			t.Fatal(err)
		}
	}
	run := func(budget time.Duration) (failed []check.Result, rounds, waits int) {
		t.Helper()
		trust(nil)
		clock.wait(t.Context(), 2*spread) // it is public everywhere
		trust([]string{stack.KeyGroupID})
		target := localTarget(d, stack)
		target.Now, target.Wait = clock.now, clock.wait
		var mu sync.Mutex
		results, err := check.Run(t.Context(), target, check.All(), check.Options{Propagation: budget, Waiting: func(check.Wait) {
			mu.Lock()
			defer mu.Unlock()
			waits++
		}})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range results {
			if r.Verdict == check.Fail || r.Verdict == check.NotYet {
				failed = append(failed, r)
			}
			rounds = max(rounds, r.Rounds)
		}
		return failed, rounds, waits
	}

	failed, rounds, waits := run(time.Hour)
	for _, r := range failed {
		t.Errorf("%s: %s within the budget: %v (%s)", r.Check.ID, r.Verdict, r.Failure, r.Failure.Cause)
	}
	if rounds < 3 || waits == 0 {
		t.Errorf("%d rounds and %d waits, want checks that were tried again until they passed twice", rounds, waits)
	}

	failed, rounds, waits = run(0)
	if len(failed) == 0 || rounds != 1 || waits != 0 {
		t.Errorf("without a budget: %d failures, %d rounds, %d waits; want failures in one round", len(failed), rounds, waits)
	}
	for _, r := range failed {
		if row, _ := cause.Find(r.Failure.Cause); r.Verdict != check.Fail || !row.Spreads {
			t.Errorf("%s without a budget: %s %v (%s), want a failure for what spreads", r.Check.ID, r.Verdict, r.Failure, r.Failure.Cause)
		}
	}
}
