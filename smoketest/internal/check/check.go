package check

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"privateplayback/smoketest/internal/cause"
)

// Check is one thing that a deployment must do or refuse.
type Check struct {
	ID     string // stable name: group, dot, what is tried: "vod.refuse.expired"
	Proves string // one sentence: what a pass shows
	Rule   string // address of the documentation or RFC that the check rests on
	Harm   Harm   // what a failure means for viewers
	Needs  []Need // without these a target cannot serve it, and it is skipped

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
		group(contractChecks(), Breaks),
		group(vodGrantChecks(), Breaks, NeedContent),
		group(vodRefuseChecks(), Exposes, NeedContent),
		group(vodProtocolChecks(), Exposes, NeedContent),
		group(vodDomainChecks(), Exposes, NeedContent, NeedOwnDomain),
		group(vodOriginChecks(), Exposes, NeedContent),
		group(vodCORSChecks(), Breaks, NeedContent, NeedOrigins),
		group(vodCacheChecks(), Weakens, NeedContent),
		group(liveGrantChecks(), Breaks, NeedChannel, NeedStream),
		group(liveRefuseChecks(), Exposes, NeedChannel),
		group(liveCORSChecks(), Breaks, NeedChannel, NeedStream),
		group(liveStreamChecks(), Breaks, NeedChannel),
		group(keysChecks(), Breaks),
	)
}

// group gives what the checks of a group have in common to those that do not say
// otherwise: the harm, and needs beside their own.
func group(checks []Check, harm Harm, needs ...Need) []Check {
	for i, c := range checks {
		if c.Harm == "" {
			checks[i].Harm = harm
		}
		checks[i].Needs = slices.Concat(needs, c.Needs)
	}
	return checks
}

// Verdict is how a check ended.
type Verdict string

// The verdicts. A skipped check says why it could not be tried. NotYet is a failure
// that a change explains which is still spreading, as long as the run's budget for
// that is not spent. Differs is for the checks of Assumed: AWS answers otherwise than
// was assumed, which is no fault of the deployment.
const (
	Pass    Verdict = "pass"
	Fail    Verdict = "fail"
	NotYet  Verdict = "not-yet"
	Skip    Verdict = "skip"
	Differs Verdict = "differs"
)

// Harm is how bad the failure of a check is.
type Harm string

// The harms, worst first.
const (
	Exposes Harm = "exposes" // somebody watches, reads or writes who must not
	Breaks  Harm = "breaks"  // somebody who may watch cannot
	Weakens Harm = "weakens" // it plays and protects, with less margin, speed or grace than it should
)

// Need is what a target must have for a check to be of use.
type Need string

// The needs. A check that finds one lacking only while it runs skips by itself.
const (
	NeedContent   Need = "content"    // contentPlaylists in the outputs, or --playlist
	NeedOrigins   Need = "origins"    // allowedOrigins in the outputs
	NeedChannel   Need = "channel"    // channels in the outputs, and a private playback key
	NeedStream    Need = "stream"     // somebody broadcasts to a channel
	NeedOldKey    Need = "old-key"    // a private key that was dropped from the stack
	NeedOwnDomain Need = "own-domain" // baseUrl under a domain that is not cloudfront.net
	NeedBrowser   Need = "browser"    // Chromium or Chrome on this machine
	NeedFFprobe   Need = "ffprobe"    // ffprobe on this machine
)

// Result is one check that has run.
type Result struct {
	Check    Check
	Verdict  Verdict
	Reason   string        // why it was skipped; empty otherwise
	Failure  *Failure      // set when the verdict is Fail, NotYet or Differs
	Started  time.Time     // by the target's clock
	Elapsed  time.Duration // by the target's clock
	Rounds   int           // how often it was tried, while changes spread
	Requests []Request     // of the last round, in the order in which they ended
}

// Failure explains a check that failed. Its texts hold no secret.
type Failure struct {
	Asked string   // the request: method, URL, and the headers that matter
	Want  string   // the answer that was demanded
	Got   string   // the answer that came: status, code, a short excerpt
	Cause cause.ID // most likely row of the cause table; empty if none fits
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
