package check

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
)

// Assumed returns the checks that settle what is taken for true where AWS's
// documentation is silent; package assumption names them. Each passes on the
// assumed answer. Another one is a [Differs]: knowledge about AWS, and no fault of
// the deployment. They are for a run that records or compares.
func Assumed() []Check {
	checks := slices.Concat(assumedSignatureChecks(), assumedEdgeChecks(), assumedStorageChecks(), assumedLiveChecks())
	for i := range checks {
		checks[i].assumes = true
		checks[i].run = assumed(checks[i].run)
	}
	return checks
}

// assumed runs a check that proves nothing unless its control passed.
func assumed(run func(context.Context, *session) error) func(context.Context, *session) error {
	return func(ctx context.Context, s *session) error {
		err := run(ctx, s)
		var failure *Failure
		if errors.As(err, &failure) && strings.HasPrefix(failure.Asked, controlled) {
			return skip("the right request was not served: %s", failure.Error())
		}
		return err
	}
}

// taken demands that both requests answer 200: what is assumed is that odd is good.
func taken(good, odd forgery) func(context.Context, *session) error {
	return atObject(judgedAt(good, odd, func(x *exchange) error { return wantStatus(x, http.StatusOK) }))
}

// wantNoHeader demands an answer without a header.
func wantNoHeader(x *exchange, name string) error {
	if got := x.header.Get(name); got != "" {
		return &Failure{Asked: x.asked, Want: "no header " + name, Got: name + ": " + Mask(got)}
	}
	return nil
}

// wantHeader demands a header with one of some values.
func wantHeader(x *exchange, name string, values ...string) error {
	if got := x.header.Get(name); !slices.Contains(values, got) {
		return &Failure{Asked: x.asked, Want: name + ": " + strings.Join(values, " or "), Got: name + ": " + Mask(got)}
	}
	return nil
}
