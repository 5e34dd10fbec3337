package report

import (
	"fmt"
	"time"

	"privateplayback/smoketest/internal/check"
)

// stillWaiting is how often a log hears of checks that wait.
const stillWaiting = 30 * time.Second

// waitLog tells a log of checks that wait for a change to spread, but not of each at
// each turn: there may be a hundred, and a quarter of an hour.
type waitLog struct {
	now     func() time.Time
	told    time.Time       // when the last line was written
	waiting map[string]bool // by id
}

func newWaitLog() waitLog { return waitLog{now: time.Now, waiting: map[string]bool{}} }

func (l *waitLog) ended(c check.Check) { delete(l.waiting, c.ID) }

// line is what to write of a check that waits, with its end; empty if it is too early
// for more.
func (l *waitLog) line(wait check.Wait) string {
	l.waiting[wait.Check.ID] = true
	now := l.now()
	if now.Sub(l.told) < stillWaiting {
		return ""
	}
	l.told = now
	who := "waits for a change"
	if n := len(l.waiting); n > 1 {
		who = fmt.Sprintf("and %d more wait for a change", n-1)
	}
	return fmt.Sprintf("...   %-33s  %s to spread, %s left: %s\n", wait.Check.ID, who, wait.Left.Round(time.Second), oneLine(wait.Failure.Got))
}
