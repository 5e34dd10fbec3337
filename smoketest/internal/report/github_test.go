package report_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"privateplayback/smoketest/internal/report"
)

// Whatever a deployment answers, the runner finds only our commands, folds that close,
// and no more of an annotation than its message.
func TestGitHubCommands(t *testing.T) {
	command := regexp.MustCompile(`^::(group::[a-z.]+|endgroup::|(error|warning|notice) title=[^:,]+::.*)$`)
	for name, s := range summaries() {
		open := 0
		for line := range strings.Lines(render(t, "github", s)) {
			line = strings.TrimSuffix(line, "\n")
			if strings.HasPrefix(strings.TrimSpace(line), "::") && !command.MatchString(line) || strings.Contains(line, "##[") || strings.Contains(line, "\r") {
				t.Errorf("%s: a command that is not ours: %q", name, line)
			}
			switch {
			case strings.HasPrefix(line, "::group::"):
				open++
			case line == "::endgroup::":
				open--
			}
			if open < 0 || open > 1 {
				t.Errorf("%s: %d folds are open at %q", name, open, line)
			}
		}
		if open != 0 {
			t.Errorf("%s: a fold stays open", name)
		}
	}
}

// The summary of the job is added to what other steps have written.
func TestGitHubSummary(t *testing.T) {
	file := filepath.Join(t.TempDir(), "summary.md")
	if err := os.WriteFile(file, []byte("Before\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	finish := func(file string) error {
		r, err := report.New("github", report.Streams{Out: &bytes.Buffer{}, Summary: file})
		if err != nil {
			t.Fatal(err)
		}
		return r.Finish(summaries()["failed"])
	}
	if err := finish(file); err != nil {
		t.Fatal(err)
	}
	want := "Before\n" + render(t, "markdown", summaries()["failed"])
	if got, err := os.ReadFile(file); err != nil || string(got) != want {
		t.Errorf("summary %q, %v, want %q", got, err, want)
	}
	if err := finish(filepath.Join(file, "below")); err == nil || !strings.HasPrefix(err.Error(), `summary "`) {
		t.Errorf("Finish with a summary that cannot be written = %v, want an error", err)
	}
}
