package check

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Check is one thing that a deployment must do or refuse.
type Check struct {
	ID     string // stable name: group, dot, what is tried: "vod.refuse.expired"
	Proves string // one sentence: what a pass shows
	Rule   string // address of the documentation or RFC that the check rests on

	run     func(context.Context, *session) error
	assumes bool // it settles an assumption, see Assumed
}

// Group is the id without its last element: "vod.refuse", "contract".
func (c Check) Group() string {
	if i := strings.LastIndexByte(c.ID, '.'); i >= 0 {
		return c.ID[:i]
	}
	return c.ID
}

// All returns every check in the order in which they should run: cheap and
// explanatory ones first, so that the first failure is the one to read.
func All() []Check {
	return slices.Concat(
		contractChecks(),
		vodGrantChecks(),
		vodRefuseChecks(),
		vodProtocolChecks(),
		vodOriginChecks(),
		vodCORSChecks(),
		liveGrantChecks(),
		liveRefuseChecks(),
	)
}

// Verdict is how a check ended.
type Verdict string

// The verdicts. A skipped check says why it could not be tried. Differs is for
// the checks of Assumed: AWS answers otherwise than was assumed, which is no fault
// of the deployment.
const (
	Pass    Verdict = "pass"
	Fail    Verdict = "fail"
	Skip    Verdict = "skip"
	Differs Verdict = "differs"
)

// Result is one check that has run.
type Result struct {
	Check   Check
	Verdict Verdict
	Reason  string        // why it was skipped; empty otherwise
	Failure *Failure      // set when the verdict is Fail or Differs
	Started time.Time     // by the target's clock
	Elapsed time.Duration // by the target's clock
}

// Failure explains a check that failed. Its texts hold no secret.
type Failure struct {
	Asked string // the request: method, URL, and the headers that matter
	Want  string // the answer that was demanded
	Got   string // the answer that came: status, code, a short excerpt
	Hint  string // likely cause and next step; may be empty
}

// Error renders the failure on one line.
func (f *Failure) Error() string {
	return fmt.Sprintf("%s: got %s, want %s", f.Asked, f.Got, f.Want)
}

// skipped ends a check that cannot be tried on this target.
type skipped struct{ reason string }

func (s *skipped) Error() string { return "skipped: " + s.reason }

func skip(format string, args ...any) error {
	return &skipped{reason: fmt.Sprintf(format, args...)}
}
