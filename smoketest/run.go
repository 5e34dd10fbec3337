package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
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

	reported bool                 // the report is written
	recorded *recording.Recording // the file of --compare
}

// run is main without the process: it returns the exit code. env is in the form
// of os.Environ and is what the pulumi command gets.
func run(ctx context.Context, args, env []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &program{env: env, stdin: stdin, stdout: stdout, stderr: stderr}
	if len(args) > 0 && args[0] == "serve" {
		return p.serve(ctx, args[1:])
	}
	o, err := parseArgs(args, stdout)
	if errors.Is(err, errHelp) {
		return exitPassed
	}
	p.options = o
	if err != nil {
		p.complain("%v; %s", err, usagePointer)
		return exitUsage
	}
	summary, err := p.perform(ctx)
	var usage *usageError
	switch {
	case errors.As(err, &usage):
		p.complain("%v; %s", err, usagePointer)
		return exitUsage
	case err != nil:
		p.complain("%v", err)
		if p.format == "json" && !p.reported {
			p.reportError(err)
		}
		if summary.Outcome != report.Failed {
			return exitNotRun
		}
	}
	return exitCode(summary.Outcome)
}

// reportError writes the document of a run without checks, so that whoever parses
// standard output finds one.
func (p *program) reportError(err error) {
	s := report.Summarize(p.targetName(), len(p.checks()), nil)
	s.Error = check.Mask(err.Error())
	if err := report.NewJSON(p.stdout, p.stderr).Finish(s); err != nil {
		p.complain("writing the report: %v", err)
	}
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
		return report.Summary{Outcome: report.Passed}, p.printList()
	}
	if err := p.openRecordings(); err != nil {
		return report.Summary{}, err
	}
	if p.local {
		return p.performLocal(ctx)
	}
	target, err := p.deployed(ctx)
	if err != nil {
		return report.Summary{}, err
	}
	return p.check(ctx, p.targetName(), target)
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

// checks are the checks of a run. Those that settle assumptions are of use to whoever
// keeps the answers.
func (p *program) checks() []check.Check {
	if p.records() {
		return slices.Concat(check.All(), check.Assumed())
	}
	return check.All()
}

// check runs every check and writes the report. An interruption is in the
// summary's outcome, not in the error; an interrupted run is neither compared nor
// recorded.
func (p *program) check(ctx context.Context, name string, target check.Target) (report.Summary, error) {
	recorder := p.listen(&target)
	var r reporter = report.NewText(p.stdout)
	if p.format == "json" {
		r = report.NewJSON(p.stdout, p.stderr)
	}
	checks := p.checks()
	target.Timeout = p.timeout
	if len(p.playlists) > 0 {
		stack := *target.Stack
		stack.ContentPlaylists = p.playlists
		target.Stack = &stack
	}
	how := check.Options{Report: r.Check, Propagation: p.propagation, Waiting: p.waiting}
	if p.records() {
		how.Concurrency = 1 // so that two runs find the same in caches
	}
	results, err := check.Run(ctx, target, checks, how)
	if err != nil && ctx.Err() == nil {
		return report.Summary{}, err
	}
	summary := report.Summarize(name, len(checks), results)
	here := recorder.Recording(time.Now())
	if summary.Outcome != report.Incomplete {
		p.compareWith(here, &summary)
	}
	err = p.writeReport(r, summary)
	if summary.Outcome != report.Incomplete {
		err = errors.Join(err, p.keepRecording(here))
	}
	return summary, err
}

// waiting writes a line about a check that will be tried again.
func (p *program) waiting(w check.Wait) {
	p.progress(fmt.Sprintf("not yet: %s, got %s; again in %v, for at most %v", w.Check.ID, w.Failure.Got,
		w.Pause.Round(time.Second), w.Left.Round(time.Second)))
}

func (p *program) writeReport(r reporter, s report.Summary) error {
	p.reported = true
	if err := r.Finish(s); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	if p.format == "json" {
		if s.Comparison != nil {
			fmt.Fprintln(p.stderr, report.ComparisonLine(s))
		}
		fmt.Fprintln(p.stderr, report.VerdictLine(s))
	}
	return nil
}

type reporter interface {
	Check(check.Result)
	Finish(report.Summary) error
}

// printList prints the table of checks.
func (p *program) printList() error {
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for _, c := range check.All() {
		fmt.Fprintf(w, "%s\t%s\n", c.ID, c.Proves)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("writing the list: %w", err)
	}
	return nil
}
