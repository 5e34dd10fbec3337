package check

import (
	"context"
	"errors"
	"strings"
)

// Run runs the checks one after another, hands each result to report as it
// comes, and returns them all. report may be nil.
//
// A canceled context ends the run: the results so far come back together with
// the context's error, without the check that was interrupted. Any other error
// means that the target is unusable and nothing was sent.
func Run(ctx context.Context, t Target, checks []Check, report func(Result)) ([]Result, error) {
	s, err := newSession(t)
	if err != nil {
		return nil, err
	}
	results := make([]Result, 0, len(checks))
	for _, c := range checks {
		if err := ctx.Err(); err != nil {
			return results, err
		}
		r := s.runOne(ctx, c)
		if err := ctx.Err(); err != nil {
			return results, err
		}
		results = append(results, r)
		if report != nil {
			report(r)
		}
	}
	return results, nil
}

func (s *session) runOne(ctx context.Context, c Check) Result {
	s.running = c.ID
	started := s.Now()
	err := c.run(ctx, s)
	r := Result{Check: c, Verdict: Pass, Started: started, Elapsed: s.Now().Sub(started)}
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
		r.Failure = (&Failure{Asked: "nothing: the request could not be made", Want: "a request", Got: err.Error()}).masked()
	}
	return r
}

// masked is the failure as it may be shown, each text on one line, whatever a check put into it.
func (f *Failure) masked() *Failure {
	line := func(text string) string { return strings.Join(strings.Fields(Mask(text)), " ") }
	return &Failure{Asked: line(f.Asked), Want: line(f.Want), Got: line(f.Got), Hint: line(f.Hint)}
}
