package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"privateplayback/smoketest/internal/report"
)

// programFor is an invocation up to the point where it asks a target.
func programFor(t *testing.T, env []string, stdout, stderr *bytes.Buffer, args ...string) *program {
	t.Helper()
	o, err := parseArgs(append([]string{"--outputs", "x", "--signing-key", "x", "--timeout", "1s"}, args...), stdout)
	if err != nil {
		t.Fatal(err)
	}
	p := newProgram(env, nil, stdout, stderr)
	p.options = o
	if p.selected, err = o.choose(p.checks()); err != nil {
		t.Fatal(err)
	}
	return p
}

// interruptingAt interrupts the run when so many requests were sent.
type interruptingAt struct {
	http.RoundTripper
	left      atomic.Int32
	interrupt context.CancelFunc
}

func (i *interruptingAt) RoundTrip(req *http.Request) (*http.Response, error) {
	if i.left.Add(-1) == 0 {
		i.interrupt()
	}
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	return i.RoundTripper.RoundTrip(req)
}

// An interrupted run leaves its reports, which say so.
func TestInterruptedRunReports(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	client := &interruptingAt{RoundTripper: newBetrayal("refusal"), interrupt: interrupt}
	client.left.Store(30)
	dir := t.TempDir()
	args := []string{"--format", "json"}
	for _, name := range []string{"r.html", "r.xml", "r.tap", "r.md", "r.txt"} {
		args = append(args, "--report", filepath.Join(dir, name))
	}
	var stdout, stderr bytes.Buffer
	p := programFor(t, nil, &stdout, &stderr, args...)
	s, err := p.check(ctx, "stack dev", fakeTarget(t, client))
	if err != nil || s.Outcome != report.Incomplete || len(s.Results) == 0 || exitCode(s.Outcome) != exitNotRun {
		t.Fatalf("check = %s after %d checks, %v, want an incomplete run", s.Outcome, len(s.Results), err)
	}
	var document report.Document
	if err := json.Unmarshal(stdout.Bytes(), &document); err != nil || document.Outcome != report.Incomplete || len(document.Checks) != len(s.Results) {
		t.Errorf("standard output: outcome %q with %d checks, %v, want %d", document.Outcome, len(document.Checks), err, len(s.Results))
	}
	for name, want := range map[string]string{
		"r.html": "The smoke test was interrupted", "r.xml": `<error type="not-run" message="interrupted after `, "r.tap": "\nBail out! interrupted after ",
		"r.md": "## The smoke test was interrupted", "r.txt": ", interrupted after ",
	} {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !strings.Contains(string(got), want) {
			t.Errorf("%s: %v, want %q in it:\n%s", name, err, want, got)
		}
	}
}

// A file that cannot be written after all makes the run one that did not end, and the
// others are there.
func TestReportCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	gone := filepath.Join(dir, "gone")
	if err := os.Mkdir(gone, 0o755); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	p := programFor(t, nil, &stdout, &stderr, "--check", "contract.outputs",
		"--report", filepath.Join(gone, "r.html"), "--report", filepath.Join(dir, "r.xml"))
	if err := p.openReports(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(gone); err != nil {
		t.Fatal(err)
	}
	if _, err := p.check(t.Context(), "stack dev", fakeTarget(t, newBetrayal("refusal"))); err == nil || !strings.Contains(err.Error(), "r.html") {
		t.Errorf("check = %v, want an error that names the file", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "r.xml")); err != nil {
		t.Errorf("the other report: %v", err)
	}
}
