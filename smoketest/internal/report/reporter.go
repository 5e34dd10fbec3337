package report

import (
	"bytes"
	"errors"
	"io"

	"privateplayback/smoketest/internal/check"
)

// Reporter renders one run. Check is called from one goroutine at a time, with the
// results in the order of the checks, and Finish once after that.
type Reporter interface {
	Check(check.Result)
	Finish(Summary) error
}

// Watcher is a reporter that also shows what goes on between results. Its methods
// are called from several goroutines.
type Watcher interface {
	Running(c check.Check, now bool) // c begins or ends a round
	Waiting(check.Wait)              // c will be tried again
}

// Reports renders a run in several ways at once.
type Reports []Reporter

// Check tells every reporter of a result.
func (all Reports) Check(r check.Result) {
	for _, one := range all {
		one.Check(r)
	}
}

// Running tells those that watch that a check begins or ends a round.
func (all Reports) Running(c check.Check, now bool) {
	for _, one := range all {
		if w, ok := one.(Watcher); ok {
			w.Running(c, now)
		}
	}
}

// Waiting tells those that watch of a check that will be tried again.
func (all Reports) Waiting(wait check.Wait) {
	for _, one := range all {
		if w, ok := one.(Watcher); ok {
			w.Waiting(wait)
		}
	}
}

// Finish ends every report, whatever becomes of the others.
func (all Reports) Finish(s Summary) error {
	var errs []error
	for _, one := range all {
		errs = append(errs, one.Finish(s))
	}
	return errors.Join(errs...)
}

// document is a whole report in one piece.
type document func(io.Writer, Summary) error

// atEnd writes a document when the run has ended.
type atEnd struct {
	w     io.Writer
	write document
}

func (atEnd) Check(check.Result) {}

func (e atEnd) Finish(s Summary) error {
	var whole bytes.Buffer
	if err := e.write(&whole, s); err != nil {
		return err
	}
	_, err := e.w.Write(whole.Bytes())
	return err
}
