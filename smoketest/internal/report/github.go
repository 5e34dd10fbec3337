package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"privateplayback/smoketest/internal/check"
)

// gitHub writes for the log of a GitHub Actions job: a fold per group of checks, an
// annotation per failure, and the summary of the job, if its file is named.
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
type gitHub struct {
	w       io.Writer
	summary string // file; empty: none

	mu    sync.Mutex
	waits waitLog
	group string // that is open
	err   error
}

func newGitHub(w io.Writer, summary string) *gitHub {
	return &gitHub{w: w, summary: summary, waits: newWaitLog()}
}

// Check writes the line of one check that has run, inside of its group.
func (g *gitHub) Check(r check.Result) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waits.ended(r.Check)
	if name := r.Check.Group(); name != g.group {
		g.closeGroup()
		g.group = name
		g.printf("::group::%s\n", commandData(name))
	}
	g.printf("%s", noCommand(resultLine(r)))
}

// Running does nothing: a log is read later.
func (g *gitHub) Running(check.Check, bool) {}

// Waiting tells of checks that wait for a change to spread, outside of the folds.
func (g *gitHub) Waiting(wait check.Wait) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if line := g.waits.line(wait); line != "" {
		g.closeGroup()
		g.printf("%s", noCommand(line))
	}
}

func (g *gitHub) closeGroup() {
	if g.group != "" {
		g.group = ""
		g.printf("::endgroup::\n")
	}
}

// Finish writes the annotations and the verdict, and appends the summary.
func (g *gitHub) Finish(s Summary) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closeGroup()
	for _, r := range s.Results {
		if r.Failure != nil {
			g.annotate(annotations[r.Verdict], r.Check.ID+title(r), r.Check.Proves+"\n"+aligned(facts(r), ""))
		}
	}
	if trouble := s.trouble(); trouble != "" {
		g.annotate("error", "smoketest", trouble)
	}
	if s.Error == "" {
		g.printf("%s\n", noCommand(strings.Join(closingLines(s), "\n")))
	}
	return errors.Join(g.err, g.appendSummary(s))
}

// annotations are the commands by verdict. What is not yet right has not failed, and
// an assumption that does not hold is no fault.
var annotations = map[check.Verdict]string{check.Fail: "error", check.NotYet: "warning", check.Differs: "notice"}

// title is what a failure means, in a word.
func title(r check.Result) string {
	switch {
	case r.Verdict != check.Fail:
		return ": " + string(r.Verdict)
	case r.Check.Harm != "":
		return ": " + string(r.Check.Harm)
	}
	return ""
}

func (g *gitHub) annotate(command, title, text string) {
	g.printf("::%s title=%s::%s\n", command, commandProperty(title), commandData(strings.TrimSuffix(text, "\n")))
}

// appendSummary leaves what other steps have written.
func (g *gitHub) appendSummary(s Summary) error {
	if g.summary == "" {
		return nil
	}
	var text bytes.Buffer
	if err := writeMarkdown(&text, s); err != nil {
		return err
	}
	f, err := os.OpenFile(g.summary, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("summary %q: %w", g.summary, errors.Unwrap(err))
	}
	_, err = f.Write(text.Bytes())
	return errors.Join(err, f.Close())
}

// commandData escapes the message of a command, commandProperty a property.
func commandData(text string) string {
	return noCommand(strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(text))
}

func commandProperty(text string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(commandData(text))
}

// noCommand takes the meaning from what an answer may hold: the runner still obeys
// the old form of commands anywhere in a line.
func noCommand(text string) string { return strings.ReplaceAll(text, "##[", "## [") }

func (g *gitHub) printf(format string, args ...any) {
	if g.err == nil {
		_, g.err = fmt.Fprintf(g.w, format, args...)
	}
}
