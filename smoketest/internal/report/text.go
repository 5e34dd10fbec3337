package report

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode"

	"privateplayback/smoketest/internal/check"
)

// Text writes for people: a line per check as it happens, then the failures
// again with what was asked, wanted and got, then what differs from a recording,
// then the requests in numbers and one verdict line. On a terminal a last line shows
// what goes on meanwhile. Use one Text per run.
type Text struct {
	w    io.Writer
	live *terminal // nil: w is no terminal

	mu    sync.Mutex
	err   error
	waits waitLog
	stop  chan struct{} // ends the clock of the last line; nil: it does not run
}

// NewText returns a Text that writes to w.
func NewText(w io.Writer) *Text {
	return &Text{w: w, live: terminalOf(w), waits: newWaitLog()}
}

// writeText is the text of a run that has ended.
func writeText(w io.Writer, s Summary) error {
	t := NewText(w)
	t.live = nil
	for _, r := range s.Results {
		t.Check(r)
	}
	if s.Error != "" {
		t.printf("not run: %s\n", oneLine(s.Error))
	}
	return t.Finish(s)
}

// Check writes the line of one check that has run.
func (t *Text) Check(r check.Result) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.waits.ended(r.Check)
	t.live.clear()
	t.printf("%s", resultLine(r))
	t.live.reported(r.Check)
}

// resultLine is a result on one line, with its end.
func resultLine(r check.Result) string {
	word, text := "FAIL", ""
	switch r.Verdict {
	case check.Pass:
		word, text = "pass", r.Check.Proves
	case check.Skip:
		word, text = "skip", r.Reason
	case check.Differs:
		word = "DIFF"
	case check.NotYet:
		word = "wait"
	}
	if r.Failure != nil {
		text = r.Failure.Got
	}
	return fmt.Sprintf("%s  %-33s  %s\n", word, r.Check.ID, oneLine(text))
}

// Running shows on a terminal that a check begins or ends a round.
func (t *Text) Running(c check.Check, now bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.live.running(c, now)
}

// Waiting tells of a check that waits for a change to spread: on a terminal in the
// last line, otherwise in a line now and then.
func (t *Text) Waiting(wait check.Wait) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.live != nil {
		t.live.waits(wait)
		t.startClock()
		return
	}
	t.printf("%s", t.waits.line(wait))
}

// startClock lets the time that is left go down while nothing else happens.
func (t *Text) startClock() {
	if t.stop != nil {
		return
	}
	t.stop = make(chan struct{})
	go func(stop chan struct{}) {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				t.mu.Lock()
				t.live.redraw()
				t.mu.Unlock()
			}
		}
	}(t.stop)
}

// Finish writes the failures, the differences and the verdict; of a run that could
// not start nothing, since whoever is told of the error has it from the caller.
func (t *Text) Finish(s Summary) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stop != nil {
		close(t.stop)
	}
	t.live.clear()
	if s.Error != "" {
		return t.err
	}
	for _, r := range s.Results {
		if r.Failure != nil {
			t.printf("\n%s%s", failureHead(r), aligned(facts(r), "      "))
		}
	}
	if s.Comparison != nil {
		t.differences(s.Comparison)
	}
	t.printf("\n%s\n", strings.Join(closingLines(s), "\n"))
	return t.err
}

// failureHead is the first line of what explains a failure.
func failureHead(r check.Result) string {
	switch r.Verdict {
	case check.Differs:
		return fmt.Sprintf("DIFF  %s, assumed: %s\n", r.Check.ID, r.Check.Proves)
	case check.NotYet:
		return fmt.Sprintf("wait  %s: %s\n", r.Check.ID, r.Check.Proves)
	}
	return fmt.Sprintf("FAIL  %s: %s\n", r.Check.ID, r.Check.Proves)
}

// closingLines end a report: the comparison, the requests, the verdict.
func closingLines(s Summary) []string {
	lines := []string{}
	if s.Comparison != nil {
		lines = append(lines, ComparisonLine(s))
	}
	if totals := s.Totals().String(); totals != "" {
		lines = append(lines, totals)
	}
	return append(lines, VerdictLine(s))
}

// VerdictLine is the run on one line:
// "60 checks of stack dev: 58 passed, 0 failed, 2 skipped (1.2s)"; of a selection:
// "12 of 60 checks of stack dev: …".
func VerdictLine(s Summary) string {
	line := fmt.Sprintf("%s of %s: %d passed, %d failed, %d skipped", planned(s), s.Target, s.Passed, s.Failed, s.Skipped)
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

func planned(s Summary) string {
	if s.Available > s.Planned {
		return fmt.Sprintf("%d of %s", s.Planned, count(s.Available, "check"))
	}
	return count(s.Planned, "check")
}

// oneLine is text without line breaks, and without what a terminal or a parser might
// take for more than text.
func oneLine(text string) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "\uFFFD")), " ")
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '\uFFFD'
		}
		return r
	}, text)
}

func (t *Text) printf(format string, args ...any) {
	if t.err == nil {
		_, t.err = fmt.Fprintf(t.w, format, args...)
	}
}
