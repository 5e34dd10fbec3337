package report_test

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"privateplayback/smoketest/internal/check"
	"privateplayback/smoketest/internal/recording"
	"privateplayback/smoketest/internal/report"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// compared is a comparison in which one difference shows twice.
func compared() *recording.Comparison {
	const asked = "GET https://{distribution}/a.m3u8"
	return &recording.Comparison{Recorded: "2026-11-20", Answers: 96, Differing: 2, Unmatched: 1, Differences: []recording.Difference{
		{Check: "vod.refuse.unsigned", Asked: asked, What: "status", Recorded: "403", Here: "404"},
		{Check: "vod.refuse.unsigned", Asked: asked, What: "header Server", Recorded: `"CloudFront"`, Here: "absent"},
		{Check: "vod.refuse.expired", Asked: asked + "?Expires=1", What: "header Server", Recorded: `"CloudFront"`, Here: "absent"},
		{Check: "live.grant.play", What: "check", Recorded: "3 requests", Here: "no request"},
	}}
}

// render is a run in one format, as standard output or a file gets it.
func render(t *testing.T, format string, s report.Summary) string {
	t.Helper()
	if report.Streamed(format) {
		var out bytes.Buffer
		r, err := report.New(format, report.Streams{Out: &out, Err: io.Discard, Planned: s.Planned})
		if err != nil {
			t.Fatal(err)
		}
		for _, result := range s.Results {
			r.Check(result)
		}
		if err := r.Finish(s); err != nil {
			t.Fatalf("%s: Finish: %v", format, err)
		}
		return out.String()
	}
	name := filepath.Join(t.TempDir(), "report")
	f, err := report.ParseFile(format + ":" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Finish(s); err != nil {
		t.Fatalf("%s: Finish: %v", format, err)
	}
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// formats are all, each with the extension of its golden files.
var formats = map[string]string{
	"text": ".txt", "json": ".json", "junit": ".xml", "tap": ".tap", "github": ".github", "markdown": ".md", "html": ".html",
}

// summaries are runs of each kind.
func summaries() map[string]report.Summary {
	compare := func(planned int, results []check.Result, c *recording.Comparison) report.Summary {
		s := report.Summarize("stack dev", planned, results)
		s.Compared, s.Comparison = "aws.json", c
		return s
	}
	selected := report.Summarize("stack dev", 2, passing())
	selected.Available = 112
	unable := report.Summarize("stack dev", 60, nil)
	unable.Error = "reading the outputs of stack \"dev\": no stack named 'dev' found"
	return map[string]report.Summary{
		"failed":        report.Summarize("stack dev", 3, run()),
		"many":          report.Summarize("stack dev", 4, many()),
		"spreading":     report.Summarize("stack dev", 2, append(passing()[:1], notYet())),
		"passed":        selected,
		"interrupted":   report.Summarize("stack dev", 60, run()),
		"unable":        unable,
		"nothing":       report.Summarize("stack dev", 60, nil),
		"differs":       report.Summarize("stack dev", 3, learning()),
		"hostile":       report.Summarize("stack <b>dev</b> | --> ]]>", 2, hostile()),
		"compared":      compare(3, run(), compared()),
		"compared-same": compare(2, passing(), &recording.Comparison{Recorded: "2026-11-20", Answers: 96}),
	}
}

func TestReports(t *testing.T) {
	for name, s := range summaries() {
		for format, extension := range formats {
			t.Run(name+"/"+format, func(t *testing.T) {
				text := render(t, format, s)
				if before, after, ok := strings.Cut(text, "<style>"); ok {
					_, after, _ = strings.Cut(after, "</style>")
					text = before + after // which is a file of its own
				}
				golden(t, name+extension, []byte(text))
			})
		}
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got), rewrite with -update:\n%s", path, diff)
	}
}

func TestOutcome(t *testing.T) {
	tests := []struct {
		name    string
		planned int
		results []check.Result
		want    report.Outcome
	}{
		{"all passed or skipped", 2, passing(), report.Passed},
		{"one failed", 3, run(), report.Failed},
		{"one not as assumed", 3, learning(), report.Passed},
		{"not yet", 2, append(passing()[:1], notYet()), report.NotYet},
		{"failed and not yet", 4, append(run(), notYet()), report.Failed},
		{"interrupted", 3, passing(), report.Incomplete},
		{"failed and interrupted", 4, run(), report.Incomplete},
		{"nothing ran", 1, nil, report.Incomplete},
		{"nothing planned", 0, nil, report.Incomplete},
	}
	for _, tt := range tests {
		if got := report.Summarize("local", tt.planned, tt.results).Outcome; got != tt.want {
			t.Errorf("%s: Summarize(%d, %d results).Outcome = %q, want %q", tt.name, tt.planned, len(tt.results), got, tt.want)
		}
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestFinishReportsWriteErrors(t *testing.T) {
	for format := range formats {
		if !report.Streamed(format) {
			continue
		}
		r, err := report.New(format, report.Streams{Out: brokenPipe{}, Err: io.Discard})
		if err != nil {
			t.Fatal(err)
		}
		r.Check(run()[0])
		if err := r.Finish(report.Summarize("local", 1, run()[:1])); err == nil || err.Error() != "broken pipe" {
			t.Errorf("%s: Finish on a broken pipe = %v, want that error", format, err)
		}
	}
}

func TestUnknownFormats(t *testing.T) {
	for _, format := range []string{"", "yaml", "html", "markdown"} {
		if _, err := report.New(format, report.Streams{}); err == nil {
			t.Errorf("New(%q) = nil, want an error", format)
		}
	}
}
