package main

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"privateplayback/internal/fakeaws"
	"privateplayback/internal/local"
	"privateplayback/smoketest/internal/cause"
	"privateplayback/smoketest/internal/check"
)

// fault is one thing wrong in the declaration, and what the checks must make of it.
type fault struct {
	name     string
	settings map[string]any // of the stack, beside those of every local stack
	domain   string         // of one's own; "": none
	change   change         // nil: none
	fails    string         // id of the check that must fail
	cause    cause.ID       // which it must name
	also     string         // patterns of ids, by spaces, that may fail besides

	target func(*check.Target) // what its holder has beside the keys of every local stack; nil: nothing
	later  time.Duration       // not zero: the checks run again after this time, and the second run counts
}

// What may fail besides: a refusal needs its control, and what is asked of each sort
// of file needs them all.
const (
	vodKeys = "keys.current keys.next keys.retiring keys.dropped keys.rsa-* keys.ecdsa-*"

	// A good signature does not bring the first playlist, which most checks ask for.
	allVOD = "vod.* " + vodKeys

	// Another file does not come.
	parts = "vod.grant.* vod.refuse.unsigned-parts vod.cors.* vod.protocol.* vod.cache.* vod.origin.direct-parts"

	// The first playlist comes without a signature.
	unprotected = "vod.refuse.* keys.dropped"
)

// faults are the ways in which such a stack goes wrong without an error.
func faults() []fault {
	return slices.Concat(edgeFaults(), domainFaults(), behaviorFaults(), cacheFaults(), bucketFaults(), corsFaults(), contentFaults(), liveFaults())
}

// Each seeded fault deploys without an error, and the check that is named for it
// fails, for the cause that is named, and none that has nothing to do with it.
func TestSeededFaults(t *testing.T) {
	media, cli := smallMedia(t), engine(t)
	for _, f := range faults() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			clock := &shifted{}
			options := local.Options{MediaDir: media, CLI: cli, Settings: f.settings, Domain: f.domain, Cloud: fakeaws.Options{Now: clock.now}}
			if f.change != nil {
				options.Program = f.change.wrap
			}
			target := readTarget(t, deploy(t, options))
			target.Now = clock.now
			if f.target != nil {
				f.target(&target)
			}
			if f.later != 0 {
				checked(t, target)
				if err := clock.wait(t.Context(), f.later); err != nil {
					t.Fatal(err)
				}
			}
			f.expect(t, checked(t, target))
		})
	}
}

// expect reports what the results have otherwise than the fault should make them.
func (f fault) expect(t *testing.T, results []check.Result) {
	t.Helper()
	for _, line := range f.complaints(results) {
		t.Error(line)
	}
	failed := []string{}
	for _, r := range results {
		if r.Failure != nil {
			failed = append(failed, r.Check.ID)
		}
	}
	t.Logf("failed: %s", strings.Join(failed, " "))
	for _, pattern := range strings.Fields(f.also) {
		if !slices.ContainsFunc(failed, func(id string) bool { return matches(pattern, id) }) {
			t.Logf("nothing failed of %s", pattern)
		}
	}
}

func (f fault) complaints(results []check.Result) []string {
	lines, tried := []string{}, false
	complain := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	for _, r := range results {
		named := r.Check.ID == f.fails
		tried = tried || named
		switch {
		case named && r.Failure == nil:
			complain("%s: %s %s, want a failure", f.fails, r.Verdict, r.Reason)
		case named && r.Failure.Cause != f.cause:
			complain("%s failed for %q, want %q: %v", f.fails, r.Failure.Cause, f.cause, r.Failure)
		case !named && r.Failure != nil && !matches(f.also, r.Check.ID):
			complain("%s failed too, which has nothing to do with the fault: %v", r.Check.ID, r.Failure)
		}
	}
	if !tried {
		complain("%s was not tried", f.fails)
	}
	return lines
}

// matches tells whether one of several patterns is that of an id.
func matches(patterns, id string) bool {
	return slices.ContainsFunc(strings.Fields(patterns), func(pattern string) bool {
		ok, err := path.Match(pattern, id)
		return ok && err == nil
	})
}

// A row is wrong if its check does not fail, or for another cause, or if a check fails
// that it does not name.
func TestFaultComplaints(t *testing.T) {
	fails := func(id string, cause cause.ID) check.Result {
		return check.Result{Check: check.Check{ID: id}, Verdict: check.Fail, Failure: &check.Failure{Cause: cause}}
	}
	passes := func(id string) check.Result { return check.Result{Check: check.Check{ID: id}, Verdict: check.Pass} }
	f := fault{fails: "vod.refuse.unsigned", cause: "behavior-public", also: "vod.refuse.* keys.dropped"}
	for _, tt := range []struct {
		name    string
		results []check.Result
		want    int
	}{
		{"as named", []check.Result{fails("vod.refuse.unsigned", "behavior-public"), passes("live.grant.play")}, 0},
		{"related", []check.Result{fails("vod.refuse.unsigned", "behavior-public"), fails("vod.refuse.expired", "x"), fails("keys.dropped", "x")}, 0},
		{"no failure", []check.Result{passes("vod.refuse.unsigned")}, 1},
		{"not tried", []check.Result{passes("live.grant.play")}, 1},
		{"another cause", []check.Result{fails("vod.refuse.unsigned", "edge-refused")}, 1},
		{"unrelated", []check.Result{fails("vod.refuse.unsigned", "behavior-public"), fails("live.grant.play", "token-refused")}, 1},
		{"another check", []check.Result{passes("vod.refuse.unsigned"), fails("vod.grant.canned", "key-not-in-group")}, 2},
	} {
		if got := f.complaints(tt.results); len(got) != tt.want {
			t.Errorf("%s: complaints(%v) = %q, want %d", tt.name, tt.results, got, tt.want)
		}
	}
}

// The table of faults is true to the list of checks and to the table of causes, and
// says each thing once.
func TestFaultTable(t *testing.T) {
	ids, seen := []string{}, map[string]bool{}
	for _, c := range slices.Concat(check.All(), check.InBrowser(), check.InFFprobe()) {
		ids = append(ids, c.ID)
	}
	for _, f := range slices.Concat(faults(), outputFaults(), clientFaults()) {
		if seen[f.name] {
			t.Errorf("two faults are called %q", f.name)
		}
		seen[f.name] = true
		if _, ok := cause.Find(f.cause); !ok {
			t.Errorf("%s: no cause %q", f.name, f.cause)
		}
		for _, pattern := range append(strings.Fields(f.also), f.fails) {
			if !slices.ContainsFunc(ids, func(id string) bool { return matches(pattern, id) }) {
				t.Errorf("%s: no check %q", f.name, pattern)
			}
		}
	}
	if n := len(faults()); n < 60 {
		t.Errorf("%d faults in the declaration, want at least 60", n)
	}
}
