package report

import (
	"encoding/json"
	"io"
	"time"

	"privateplayback/smoketest/internal/assumption"
	"privateplayback/smoketest/internal/cause"
	"privateplayback/smoketest/internal/check"
)

// SchemaVersion is the version of [Document]. Members may be added within a
// version; removing or redefining one makes a new version.
const SchemaVersion = 2

// Document is the JSON report.
type Document struct {
	SchemaVersion int      `json:"schemaVersion"`   // 2
	Target        string   `json:"target"`          // what was tested: "the local stack", "stack dev", "the outputs in FILE"
	Outcome       Outcome  `json:"outcome"`         // "passed", "failed", "not-yet", "incomplete"
	Error         string   `json:"error,omitempty"` // why the checks could not run
	Started       string   `json:"started"`         // RFC 3339, UTC; "" if no check ran
	ElapsedMS     int64    `json:"elapsedMs"`       // milliseconds for all checks
	Counts        Counts   `json:"counts"`
	Checks        []Result `json:"checks"` // in the order in which they ran

	Comparison *Comparison `json:"comparison,omitempty"` // of a run with --compare that was not interrupted
}

// Counts are the checks of a run by verdict.
type Counts struct {
	Planned int `json:"planned"`
	Passed  int `json:"passed"`
	Failed  int `json:"failed"`
	NotYet  int `json:"notYet"`
	Skipped int `json:"skipped"`

	NotAsAssumed int `json:"notAsAssumed,omitempty"` // "differs", no failures
}

// Result is one check in the JSON report.
type Result struct {
	ID        string        `json:"id"`    // "vod.refuse.expired"
	Group     string        `json:"group"` // "vod.refuse"
	Proves    string        `json:"proves"`
	Rule      string        `json:"rule"`              // address of the rule
	Verdict   check.Verdict `json:"verdict"`           // "pass", "fail", "not-yet", "skip", "differs"
	Reason    string        `json:"reason,omitempty"`  // why it was skipped
	Failure   *Failure      `json:"failure,omitempty"` // of a check that failed or differs
	ElapsedMS int64         `json:"elapsedMs"`

	Assumptions []string `json:"assumptions,omitempty"` // of a check that differs: their ids in docs/assumptions.md
}

// Failure explains a failed check. Signatures, policies, tokens and cookies in
// it are masked.
type Failure struct {
	Asked string `json:"asked"`
	Want  string `json:"want"`
	Got   string `json:"got"`
	Cause *Cause `json:"cause,omitempty"` // the most likely one; none if no row of the table fits
}

// Cause is a row of docs/troubleshooting.md.
type Cause struct {
	ID     string `json:"id"` // "behavior-public"
	Why    string `json:"why"`
	Next   string `json:"next"`
	Source string `json:"source"` // address
}

// JSON writes one document when the run has ended, and a line of progress per
// check until then.
type JSON struct {
	w        io.Writer
	progress *Text
}

// NewJSON returns a JSON that writes its document to w and a line per check to
// progress, which must be another stream.
func NewJSON(w, progress io.Writer) *JSON {
	return &JSON{w: w, progress: NewText(progress)}
}

// Check writes a line of progress.
func (j *JSON) Check(r check.Result) { j.progress.Check(r) }

// Finish writes the document, indented and with a final newline.
func (j *JSON) Finish(s Summary) error {
	e := json.NewEncoder(j.w)
	e.SetEscapeHTML(false) // URLs should stay readable
	e.SetIndent("", "  ")
	return e.Encode(NewDocument(s))
}

// NewDocument turns a summary into the document.
func NewDocument(s Summary) Document {
	d := Document{
		SchemaVersion: SchemaVersion,
		Target:        s.Target,
		Outcome:       s.Outcome,
		Error:         s.Error,
		ElapsedMS:     s.Elapsed.Milliseconds(),
		Counts:        Counts{s.Planned, s.Passed, s.Failed, s.Waiting, s.Skipped, s.Differed},
		Checks:        make([]Result, 0, len(s.Results)),
		Comparison:    newComparison(s.Compared, s.Comparison),
	}
	if !s.Started.IsZero() {
		d.Started = s.Started.UTC().Format(time.RFC3339)
	}
	for _, r := range s.Results {
		d.Checks = append(d.Checks, newResult(r))
	}
	return d
}

func newResult(r check.Result) Result {
	out := Result{
		ID:        r.Check.ID,
		Group:     r.Check.Group(),
		Proves:    r.Check.Proves,
		Rule:      r.Check.Rule,
		Verdict:   r.Verdict,
		Reason:    r.Reason,
		ElapsedMS: r.Elapsed.Milliseconds(),
	}
	if r.Verdict == check.Differs {
		out.Assumptions = assumption.SettledBy(r.Check.ID)
	}
	if f := r.Failure; f != nil {
		out.Failure = &Failure{Asked: f.Asked, Want: f.Want, Got: f.Got}
		if row, ok := cause.Find(f.Cause); ok {
			out.Failure.Cause = &Cause{ID: string(row.ID), Why: row.Why, Next: row.Next, Source: row.Source}
		}
	}
	return out
}
