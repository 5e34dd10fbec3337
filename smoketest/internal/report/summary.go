package report

import (
	"time"

	"privateplayback/smoketest/internal/check"
	"privateplayback/smoketest/internal/recording"
)

// Outcome is how a whole run ended.
type Outcome string

// The outcomes. A run that was interrupted proves nothing, whatever passed.
const (
	Passed     Outcome = "passed"     // no check failed; some may have been skipped
	Failed     Outcome = "failed"     // at least one check failed
	NotYet     Outcome = "not-yet"    // none failed for good, but a change is still spreading
	Incomplete Outcome = "incomplete" // the run was interrupted
)

// Summary is a run in numbers, with its results.
type Summary struct {
	Target   string // what was tested, for people: "stack dev"
	Outcome  Outcome
	Error    string // why the checks could not run; "" if they did
	Planned  int    // checks that were to run
	Passed   int
	Failed   int
	Waiting  int // not-yet
	Skipped  int
	Differed int           // checks of check.Assumed with another answer; no failures
	Started  time.Time     // of the first check; zero if none ran
	Elapsed  time.Duration // from the first check's start to the last one's end
	Results  []check.Result

	Available int // checks that there are, of which Planned were selected; 0: all

	Compared   string                // file that the run was compared with
	Comparison *recording.Comparison // nil: with none
}

// Summarize counts the results of a run that planned so many checks. Fewer
// results than planned, or no checks at all, make it incomplete, even if one
// failed: exit codes and reports then say that the run did not end.
func Summarize(target string, planned int, results []check.Result) Summary {
	s := Summary{Target: target, Outcome: Passed, Planned: planned, Results: results}
	for _, r := range results {
		switch r.Verdict {
		case check.Pass:
			s.Passed++
		case check.Skip:
			s.Skipped++
		case check.Differs:
			s.Differed++
		case check.NotYet:
			s.Waiting++
		default:
			s.Failed++
		}
	}
	if len(results) > 0 {
		s.Started = results[0].Started
		for _, r := range results {
			s.Elapsed = max(s.Elapsed, r.Started.Add(r.Elapsed).Sub(s.Started))
		}
	}
	switch {
	case planned == 0, len(results) < planned:
		s.Outcome = Incomplete
	case s.Failed > 0:
		s.Outcome = Failed
	case s.Waiting > 0:
		s.Outcome = NotYet
	}
	return s
}
