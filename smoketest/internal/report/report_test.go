package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"privateplayback/smoketest/internal/check"
	"privateplayback/smoketest/internal/recording"
	"privateplayback/smoketest/internal/report"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// run is a run with one check of each verdict.
func run() []check.Result {
	start := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	return []check.Result{
		{
			Check:   check.Check{ID: "contract.outputs", Proves: "The outputs agree.", Rule: "https://example.com/contract"},
			Verdict: check.Pass, Started: start, Elapsed: 2 * time.Millisecond,
		},
		{
			Check:   check.Check{ID: "vod.refuse.unsigned", Proves: "A URL without a signature is refused.", Rule: "https://example.com/refuse"},
			Verdict: check.Fail, Started: start.Add(2 * time.Millisecond), Elapsed: 30 * time.Millisecond,
			Failure: &check.Failure{
				Asked: "GET https://d111111abcdef8.cloudfront.net/a.m3u8?Signature=***&Key-Pair-Id=K1",
				Want:  "403 MissingKey from CloudFront's signature check",
				Got:   "200, application/vnd.apple.mpegurl: #EXTM3U <…> & more",
				Cause: "behavior-public",
			},
		},
		{
			Check:   check.Check{ID: "live.grant.play", Proves: "Every channel plays.", Rule: "https://example.com/live"},
			Verdict: check.Skip, Started: start.Add(1000 * time.Millisecond), Elapsed: 250 * time.Millisecond,
			Reason: `idle, 404 to a good token: channel "studio" of 1`,
		},
	}
}

// learning is a run in which AWS answers otherwise than is assumed.
func learning() []check.Result {
	return append(passing(), check.Result{
		Check:   check.Check{ID: "assume.signature.unknown-hash", Proves: "A hash that is not known is access denied.", Rule: "https://example.com/hash"},
		Verdict: check.Differs, Started: time.Date(2026, 11, 21, 10, 0, 2, 0, time.UTC), Elapsed: 20 * time.Millisecond,
		Failure: &check.Failure{
			Asked: "GET https://d111111abcdef8.cloudfront.net/a.m3u8?Signature=***&Hash-Algorithm=MD5",
			Want:  "403 AccessDenied from CloudFront's signature check",
			Got:   "403 MalformedPolicy from CloudFront's signature check",
		},
	})
}

func passing() []check.Result {
	all := run()
	return []check.Result{all[0], all[2]}
}

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

type reporter interface {
	Check(check.Result)
	Finish(report.Summary) error
}

func TestReports(t *testing.T) {
	tests := []struct {
		golden     string
		planned    int
		results    []check.Result
		comparison *recording.Comparison
	}{
		{"failed", 3, run(), nil},
		{"passed", 2, passing(), nil},
		{"interrupted", 60, run(), nil},
		{"nothing", 60, nil, nil},
		{"compared", 3, run(), compared()},
		{"differs", 3, learning(), nil},
		{"compared-same", 2, passing(), &recording.Comparison{Recorded: "2026-11-20", Answers: 96}},
	}
	for _, tt := range tests {
		t.Run(tt.golden, func(t *testing.T) {
			var text, doc, progress bytes.Buffer
			for _, r := range []reporter{report.NewText(&text), report.NewJSON(&doc, &progress)} {
				for _, result := range tt.results {
					r.Check(result)
				}
				summary := report.Summarize("stack dev", tt.planned, tt.results)
				summary.Compared, summary.Comparison = "aws.json", tt.comparison
				if err := r.Finish(summary); err != nil {
					t.Fatalf("Finish: %v", err)
				}
			}
			golden(t, tt.golden+".txt", text.Bytes())
			golden(t, tt.golden+".json", doc.Bytes())
			golden(t, tt.golden+".progress", progress.Bytes())
			var d report.Document
			if err := json.Unmarshal(doc.Bytes(), &d); err != nil {
				t.Errorf("JSON report does not parse: %v", err)
			}
		})
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
	for name, r := range map[string]reporter{
		"text": report.NewText(brokenPipe{}),
		"json": report.NewJSON(brokenPipe{}, &bytes.Buffer{}),
	} {
		r.Check(run()[0])
		if err := r.Finish(report.Summarize("local", 1, run()[:1])); err == nil {
			t.Errorf("%s: Finish on a broken pipe = nil, want an error", name)
		}
	}
}
