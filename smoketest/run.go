package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"privateplayback/smoketest/internal/check"
	"privateplayback/smoketest/internal/recording"
	"privateplayback/smoketest/internal/report"
)

// The exit codes, as doc.go explains them.
const (
	exitPassed   = 0
	exitNotRun   = 1
	exitUsage    = 2
	exitFailed   = 3
	exitNotYet   = 4
	usagePointer = "run smoketest --help for the flags"
)

// usageError is a mistake on the command line that shows only once the outputs
// are read.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

// program is one invocation.
type program struct {
	options
	env    []string
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer

	client *http.Client     // of explain; nil means the default one
	now    func() time.Time // of explain; nil means time.Now

	selected []check.Check        // the checks of this run
	found    clients              // that take part
	reported bool                 // the reports are written
	recorded *recording.Recording // the file of --compare
}

func newProgram(env []string, stdin io.Reader, stdout, stderr io.Writer) *program {
	return &program{env: env, stdin: stdin, stdout: stdout, stderr: &serial{w: stderr}}
}

// serial lets checks that run side by side write one line after another.
type serial struct {
	mu sync.Mutex
	w  io.Writer
}

func (s *serial) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.w.Write(p)
}

// Fd is that of the file beneath, so that a terminal is known as one.
func (s *serial) Fd() uintptr {
	if f, ok := s.w.(*os.File); ok {
		return f.Fd()
	}
	return ^uintptr(0) // none
}

// run is main without the process: it returns the exit code. env is in the form
// of os.Environ and is what the pulumi command gets.
func run(ctx context.Context, args, env []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := newProgram(env, stdin, stdout, stderr)
	if len(args) > 0 {
		switch args[0] {
		case "serve":
			return p.serve(ctx, args[1:])
		case "explain":
			return p.explain(ctx, args[1:])
		}
	}
	o, err := parseArgs(args, stdout)
	if errors.Is(err, errHelp) {
		return exitPassed
	}
	p.options = o
	if err == nil {
		p.selected, err = p.choose(p.checks())
	}
	if err != nil {
		p.complain("%v; %s", err, usagePointer)
		return exitUsage
	}
	summary, err := p.perform(ctx)
	var usage *usageError
	if err != nil && !p.reported {
		p.reportError(err)
	}
	switch {
	case errors.As(err, &usage):
		p.complain("%v; %s", err, usagePointer)
		return exitUsage
	case err != nil:
		p.complain("%v", err)
		if summary.Outcome != report.Failed {
			return exitNotRun
		}
	}
	return exitCode(summary.Outcome)
}

// exitCode tells a script what a person reads in the verdict line.
func exitCode(o report.Outcome) int {
	switch o {
	case report.Passed:
		return exitPassed
	case report.Failed:
		return exitFailed
	case report.NotYet:
		return exitNotYet
	}
	return exitNotRun
}

// complain writes one line of diagnosis, also of an error that has several.
func (p *program) complain(format string, args ...any) {
	text := strings.ReplaceAll(check.Mask(fmt.Sprintf(format, args...)), "\n", "; ")
	fmt.Fprintf(p.stderr, "smoketest: %s\n", text)
}

func (p *program) perform(ctx context.Context) (report.Summary, error) {
	if p.list {
		p.reported = true // there is nothing to report
		return report.Summary{Outcome: report.Passed}, p.printList()
	}
	if err := p.openReports(); err != nil {
		return report.Summary{}, err
	}
	if err := p.openRecordings(); err != nil {
		return report.Summary{}, err
	}
	if err := p.findClients(); err != nil {
		return report.Summary{}, err
	}
	if p.local {
		return p.performLocal(ctx)
	}
	target, err := p.deployed(ctx)
	if err != nil {
		return report.Summary{}, err
	}
	end := p.found.join(ctx, &target, environmentReach(target.Stack.BaseURL))
	summary, err := p.check(ctx, p.targetName(), target)
	return summary, errors.Join(err, end())
}

// targetName is what the reports call the target.
func (p *program) targetName() string {
	switch {
	case p.local:
		return "the local stack"
	case p.stack != "":
		return "stack " + p.stack
	case p.outputs == "-":
		return "the outputs from standard input"
	}
	return "the outputs in " + p.outputs
}

// checks are what a run can select from. Those that settle assumptions are of use to
// whoever keeps the answers.
func (p *program) checks() []check.Check {
	all := check.All()
	if p.slowerThan > 0 {
		all = append(all, check.Speed(p.slowerThan))
	}
	if p.records() {
		all = append(all, check.Assumed()...)
	}
	if p.list { // they are to be found there
		return append(all, clientOptions{modeAuto, modeAuto}.checks()...)
	}
	return append(all, p.clientOptions.checks()...)
}

// choose selects checks. Who names those of a client that takes no part is told so.
func (p *program) choose(all []check.Check) ([]check.Check, error) {
	selected, err := p.selection.choose(all)
	if err == nil || p.list {
		return selected, err
	}
	for _, o := range []struct {
		flag string
		clientOptions
	}{{"browser", clientOptions{modeAuto, modeOff}}, {"ffprobe", clientOptions{modeOff, modeAuto}}} {
		if some, _ := p.selection.choose(slices.Concat(all, o.checks())); some != nil {
			return nil, fmt.Errorf("the checks %s.* need --%s auto or require", o.flag, o.flag)
		}
	}
	return nil, err
}

// check runs the selected checks and writes the reports. An interruption is in the
// summary's outcome, not in the error; an interrupted run is neither compared nor
// recorded.
func (p *program) check(ctx context.Context, name string, target check.Target) (report.Summary, error) {
	recorder := p.listen(&target)
	r, err := p.reporters()
	if err != nil {
		return report.Summary{}, err
	}
	target.Timeout, target.Segments = p.timeout, int(p.segments)
	if len(p.playlists) > 0 {
		stack := *target.Stack
		stack.ContentPlaylists = p.playlists
		target.Stack = &stack
	}
	how := check.Options{Propagation: p.propagation, Report: r.Check, Waiting: r.Waiting, Running: r.Running}
	if p.records() {
		how.Concurrency = 1 // so that two runs find the same in caches
	}
	results, err := check.Run(ctx, target, p.selected, how)
	if err != nil && ctx.Err() == nil {
		return report.Summary{}, err
	}
	summary := p.summarize(name, results)
	here := recorder.Recording(time.Now())
	if summary.Outcome != report.Incomplete {
		p.compareWith(here, &summary)
	}
	err = p.finish(r, summary)
	if summary.Outcome != report.Incomplete {
		err = errors.Join(err, p.keepRecording(here))
	}
	return summary, err
}
