package check

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"privateplayback/smoketest/internal/cause"
)

// DefaultConcurrency is how many checks run side by side unless Options says
// otherwise.
const DefaultConcurrency = 8

// Options says how to run the checks. The zero value runs eight side by side on a
// deployment that has settled.
type Options struct {
	// Concurrency is how many checks run side by side; 0 means DefaultConcurrency.
	Concurrency int

	// Propagation is the budget of the whole run, counted from its start, within
	// which a failure that a change explains which is still spreading is not counted
	// yet: such a check is tried again, with pauses in which the others go on. Zero
	// means that the deployment has settled.
	Propagation time.Duration

	// Report hears each result in the order of the checks, whatever order they end
	// in. May be nil.
	Report func(Result)

	// Waiting hears of a check that will be tried again. May be nil. It is called
	// from several goroutines.
	Waiting func(Wait)

	// Running hears that a check begins a round (true) and ends it. May be nil. It is
	// called from several goroutines.
	Running func(c Check, now bool)
}

// Wait is a check that waits for a change to spread.
type Wait struct {
	Check   Check
	Failure *Failure      // of the last round
	Pause   time.Duration // until the next round
	Left    time.Duration // of the budget
}

// Pauses between rounds: long enough for an edge to hear of a change.
const (
	firstPause = 2 * time.Second
	lastPause  = 30 * time.Second
)

// Run runs the checks side by side and returns their results in order.
//
// A canceled context ends the run: the results so far come back together with
// the context's error, without checks that were interrupted; those that waited for a
// change to spread are not-yet. Any other error means that the target is unusable and
// nothing was sent.
func Run(ctx context.Context, t Target, checks []Check, o Options) ([]Result, error) {
	s, err := newSession(t)
	if err != nil {
		return nil, err
	}
	defer s.client.CloseIdleConnections()
	if o.Concurrency <= 0 {
		o.Concurrency = DefaultConcurrency
	}
	r := &run{session: s, Options: o, places: make(chan struct{}, o.Concurrency), deadline: s.Now().Add(o.Propagation)}
	ended := make([]chan *Result, len(checks))
	for i, c := range checks {
		ended[i] = make(chan *Result, 1)
		// Taking the place here starts the checks in their order.
		if !r.enter(ctx) {
			close(ended[i])
			continue
		}
		go func() { ended[i] <- r.settle(ctx, c) }()
		r.flush(ended[:i+1])
	}
	for r.reported < len(ended) {
		r.report(<-ended[r.reported])
	}
	return r.results, ctx.Err()
}

// run is one run of the checks.
type run struct {
	*session
	Options
	places   chan struct{} // one for each check that is running
	deadline time.Time     // of the budget for changes to spread

	reported int
	results  []Result
}

// enter takes a place among the running checks, unless ctx ends first.
func (r *run) enter(ctx context.Context) bool {
	if ctx.Err() != nil {
		return false
	}
	select {
	case r.places <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (r *run) leave() { <-r.places }

func (r *run) tell(c Check, now bool) {
	if r.Running != nil {
		r.Running(c, now)
	}
}

// flush reports what has ended, up to the first check that has not.
func (r *run) flush(ended []chan *Result) {
	for r.reported < len(ended) {
		select {
		case result := <-ended[r.reported]:
			r.report(result)
		default:
			return
		}
	}
}

func (r *run) report(result *Result) {
	r.reported++
	if result == nil {
		return
	}
	r.results = append(r.results, *result)
	if r.Report != nil {
		r.Report(*result)
	}
}

// settle tries a check, which has its place already, until its verdict is final; nil
// if it was interrupted.
//
// A check that passes after it had failed must pass twice, since the next request may
// meet an edge that still knows the old state. When the budget ends, what passed and
// failed in turns, or passed only then, is still spreading; what failed in every round
// is wrong.
func (r *run) settle(ctx context.Context, c Check) *Result {
	pause, passed, lastPassed := firstPause, false, false
	var failed *Failure // the last one
	for round := 1; ; round++ {
		r.tell(c, true)
		result := r.runOne(ctx, c)
		r.tell(c, false)
		r.leave()
		if ctx.Err() != nil {
			return nil
		}
		result.Rounds = round
		once := result.Verdict == Pass && failed != nil && !lastPassed
		if !spreads(result) && !once {
			return &result
		}
		if !once {
			failed = result.Failure
		}
		left := r.deadline.Sub(r.Now())
		if left <= 0 {
			if once || passed {
				result.Verdict, result.Failure = NotYet, failed
			}
			return &result
		}
		lastPassed = result.Verdict == Pass
		passed = passed || lastPassed
		next := min(pause, left)
		if r.Waiting != nil && result.Failure != nil {
			r.Waiting(Wait{Check: c, Failure: result.Failure, Pause: next, Left: left})
		}
		if r.Wait(ctx, next) != nil || !r.enter(ctx) {
			result.Verdict, result.Failure = NotYet, failed
			return &result
		}
		pause = min(2*pause, lastPause)
	}
}

// spreads reports whether a change that is still spreading explains the failure.
func spreads(r Result) bool {
	if r.Verdict != Fail {
		return false
	}
	row, ok := cause.Find(r.Failure.Cause)
	return ok && row.Spreads
}

func (s *session) runOne(ctx context.Context, c Check) Result {
	p := &probe{check: c.ID}
	started := s.Now()
	err := s.lacks(c.Needs)
	if err == nil {
		err = c.run(withProbe(ctx, p), s)
	}
	r := Result{Check: c, Verdict: Pass, Started: started, Elapsed: s.Now().Sub(started), Requests: p.taken()}
	var failure *Failure
	var skipped *skipped
	switch {
	case err == nil:
	case errors.As(err, &skipped):
		r.Verdict, r.Reason = Skip, Mask(skipped.reason)
	case errors.As(err, &failure) && c.assumes:
		r.Verdict, r.Failure = Differs, failure.masked()
	case errors.As(err, &failure):
		r.Verdict, r.Failure = Fail, failure.masked()
	case c.assumes: // nothing is learned, and the deployment is not at fault
		r.Verdict, r.Reason = Skip, Mask("the request could not be made: "+err.Error())
	default:
		r.Verdict = Fail
		r.Failure = (&Failure{Asked: "nothing: the request could not be made", Want: "a request", Got: fmt.Sprint(err)}).masked()
	}
	return r
}

// masked is the failure as it may be shown, each text on one line, whatever a check put into it.
func (f *Failure) masked() *Failure {
	line := func(text string) string { return strings.Join(strings.Fields(Mask(text)), " ") }
	return &Failure{Asked: line(f.Asked), Want: line(f.Want), Got: line(f.Got), Cause: f.Cause}
}
