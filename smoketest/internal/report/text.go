package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"privateplayback/smoketest/internal/assumption"
	"privateplayback/smoketest/internal/cause"
	"privateplayback/smoketest/internal/check"
)

// Text writes for people: a line per check as it happens, then the failures
// again with what was asked, wanted and got, then what differs from a recording,
// then one verdict line. Use one Text per run, from one goroutine.
type Text struct {
	w   io.Writer
	err error
}

// NewText returns a Text that writes to w.
func NewText(w io.Writer) *Text {
	return &Text{w: w}
}

// Check writes the line of one check that has run.
func (t *Text) Check(r check.Result) {
	switch r.Verdict {
	case check.Pass:
		t.printf("pass  %-33s  %s\n", r.Check.ID, r.Check.Proves)
	case check.Skip:
		t.printf("skip  %-33s  %s\n", r.Check.ID, r.Reason)
	case check.Differs:
		t.printf("DIFF  %-33s  %s\n", r.Check.ID, r.Failure.Got)
	case check.NotYet:
		t.printf("wait  %-33s  %s\n", r.Check.ID, r.Failure.Got)
	default:
		t.printf("FAIL  %-33s  %s\n", r.Check.ID, r.Failure.Got)
	}
}

// Finish writes the failures, the differences and the verdict.
func (t *Text) Finish(s Summary) error {
	for _, r := range s.Results {
		if r.Failure != nil {
			t.failure(r)
		}
	}
	if s.Comparison != nil {
		t.differences(s.Comparison)
		t.printf("\n%s", ComparisonLine(s))
	}
	t.printf("\n%s\n", VerdictLine(s))
	return t.err
}

func (t *Text) failure(r check.Result) {
	settled := ""
	if r.Verdict == check.Differs {
		t.printf("\nDIFF  %s, assumed: %s\n", r.Check.ID, r.Check.Proves)
		settled = strings.Join(assumption.SettledBy(r.Check.ID), ", ")
	} else {
		t.printf("\nFAIL  %s: %s\n", r.Check.ID, r.Check.Proves)
	}
	row, _ := cause.Find(r.Failure.Cause)
	for _, line := range []struct{ name, text string }{
		{"asked", r.Failure.Asked},
		{"want", r.Failure.Want},
		{"got", r.Failure.Got},
		{"why", row.Why},
		{"next", row.Next},
		{"rule", r.Check.Rule},
		{"assume", settled}, // ids in docs/assumptions.md
	} {
		if line.text != "" {
			t.printf("      %-6s %s\n", line.name, line.text)
		}
	}
}

// VerdictLine is the run on one line:
// "60 checks of stack dev: 58 passed, 0 failed, 2 skipped (1.2s)".
func VerdictLine(s Summary) string {
	line := fmt.Sprintf("%d checks of %s: %d passed, %d failed, %d skipped", s.Planned, s.Target, s.Passed, s.Failed, s.Skipped)
	if s.Waiting > 0 {
		line += fmt.Sprintf(", %d not yet", s.Waiting)
	}
	if s.Differed > 0 {
		line += fmt.Sprintf(", %d not as assumed", s.Differed)
	}
	line += fmt.Sprintf(" (%s)", s.Elapsed.Round(100*time.Millisecond))
	if s.Outcome == Incomplete {
		line += fmt.Sprintf(", interrupted after %d", len(s.Results))
	}
	return line
}

func (t *Text) printf(format string, args ...any) {
	if t.err == nil {
		_, t.err = fmt.Fprintf(t.w, format, args...)
	}
}
