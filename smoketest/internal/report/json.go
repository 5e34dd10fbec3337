package report

import (
	"encoding/json"
	"io"
	"math"
	"time"

	"privateplayback/smoketest/internal/assumption"
	"privateplayback/smoketest/internal/cause"
	"privateplayback/smoketest/internal/check"
)

// SchemaVersion is the version of [Document]. Members may be added within a
// version; removing or redefining one makes a new version.
const SchemaVersion = 2

// Document is the JSON report, as docs/report.md explains it.
type Document struct {
	SchemaVersion int      `json:"schemaVersion"`   // 2
	Target        string   `json:"target"`          // what was tested: "the local stack", "stack dev", "the outputs in FILE"
	Outcome       Outcome  `json:"outcome"`         // "passed", "failed", "not-yet", "incomplete"
	Error         string   `json:"error,omitempty"` // why the checks could not run
	Started       string   `json:"started"`         // RFC 3339, UTC; "" if no check ran
	ElapsedMS     Millis   `json:"elapsedMs"`       // for all checks
	Counts        Counts   `json:"counts"`
	Totals        Requests `json:"totals"`
	Checks        []Result `json:"checks"` // in their order, whatever order they ended in

	Comparison *Comparison `json:"comparison,omitempty"` // of a run with --compare that was not interrupted
}

// Millis is a time in milliseconds, to the microsecond.
type Millis float64

func millis(d time.Duration) Millis {
	return Millis(math.Round(float64(d)/float64(time.Microsecond)) / 1000)
}

// Counts are the checks of a run by verdict.
type Counts struct {
	Available int `json:"available"` // checks that there are
	Planned   int `json:"planned"`   // those of them that were selected
	Passed    int `json:"passed"`
	Failed    int `json:"failed"`
	NotYet    int `json:"notYet"`
	Skipped   int `json:"skipped"`

	NotAsAssumed int `json:"notAsAssumed,omitempty"` // "differs", no failures
}

// Requests are the requests of a run in numbers; of a check that was tried several
// times, those of the last round.
type Requests struct {
	Requests    int      `json:"requests"`
	Controls    int      `json:"controls"`    // had to answer 200 before a refusal could count
	SentAgain   int      `json:"sentAgain"`   // over a bad network
	Unanswered  int      `json:"unanswered"`  // got no answer at all
	CacheHits   int      `json:"cacheHits"`   // answered from the edge's cache
	Bytes       int64    `json:"bytes"`       // of all bodies
	Edges       []string `json:"edges"`       // codes of the edge locations, sorted
	FirstByteMS Median   `json:"firstByteMs"` // of what was answered
}

// Median is the middle and the worst of many times.
type Median struct {
	Median Millis `json:"median"`
	Worst  Millis `json:"worst"`
}

// Result is one check in the JSON report.
type Result struct {
	ID        string        `json:"id"`    // "vod.refuse.expired"
	Group     string        `json:"group"` // "vod.refuse"
	Proves    string        `json:"proves"`
	Rule      string        `json:"rule"`              // address of the rule
	Harm      check.Harm    `json:"harm"`              // of a failure: "exposes", "breaks", "weakens"
	Needs     []check.Need  `json:"needs"`             // without these it is skipped: "content", "origins", "channel", …
	Verdict   check.Verdict `json:"verdict"`           // "pass", "fail", "not-yet", "skip", "differs"
	Reason    string        `json:"reason,omitempty"`  // why it was skipped
	Failure   *Failure      `json:"failure,omitempty"` // of a check that failed, is not yet right, or differs
	ElapsedMS Millis        `json:"elapsedMs"`
	Rounds    int           `json:"rounds"`   // how often it was tried
	Requests  []Request     `json:"requests"` // of the last round, in the order in which they ended

	Assumptions []string `json:"assumptions,omitempty"` // of a check that differs: their ids in docs/assumptions.md
}

// Request is one request of a check, masked.
type Request struct {
	Asked       string `json:"asked"`           // method, address, the headers that matter
	Control     bool   `json:"control"`         // it had to answer 200 before a refusal could count
	Attempts    int    `json:"attempts"`        // more than one over a bad network
	Status      int    `json:"status"`          // 0 if no answer came
	Error       string `json:"error,omitempty"` // why no answer came
	Bytes       int    `json:"bytes"`           // of the body
	StartMS     Millis `json:"startMs"`         // after the first request of the run
	ElapsedMS   Millis `json:"elapsedMs"`       // until the body was whole
	DNSMS       Millis `json:"dnsMs"`           // 0, as the next two, on a connection that was open
	ConnectMS   Millis `json:"connectMs"`
	TLSMS       Millis `json:"tlsMs"`
	FirstByteMS Millis `json:"firstByteMs"`     // from the start of the request
	Cache       string `json:"cache,omitempty"` // "Hit", "Miss", "RefreshHit", "Error"
	Edge        string `json:"edge,omitempty"`  // "FRA56-P4"
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

// writeJSON writes the document, indented and with a final newline.
func writeJSON(w io.Writer, s Summary) error {
	e := json.NewEncoder(w)
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
		ElapsedMS:     millis(s.Elapsed),
		Counts:        Counts{max(s.Available, s.Planned), s.Planned, s.Passed, s.Failed, s.Waiting, s.Skipped, s.Differed},
		Totals:        newRequests(s.Totals()),
		Checks:        make([]Result, 0, len(s.Results)),
		Comparison:    newComparison(s.Compared, s.Comparison),
	}
	if !s.Started.IsZero() {
		d.Started = s.Started.UTC().Format(time.RFC3339)
	}
	first := s.firstRequest()
	for _, r := range s.Results {
		d.Checks = append(d.Checks, newResult(r, first))
	}
	return d
}

func newRequests(t Totals) Requests {
	return Requests{t.Requests, t.Controls, t.Again, t.Unanswered, t.Hits, t.Bytes, append([]string{}, t.Edges...),
		Median{millis(t.Median), millis(t.Worst)}}
}

// firstRequest is when the first of all requests was sent; zero if none was.
func (s Summary) firstRequest() (first time.Time) {
	for _, result := range s.Results {
		for _, r := range result.Requests {
			if first.IsZero() || r.Started.Before(first) {
				first = r.Started
			}
		}
	}
	return first
}

func newResult(r check.Result, first time.Time) Result {
	out := Result{
		ID:        r.Check.ID,
		Group:     r.Check.Group(),
		Proves:    r.Check.Proves,
		Rule:      r.Check.Rule,
		Harm:      r.Check.Harm,
		Needs:     append([]check.Need{}, r.Check.Needs...),
		Verdict:   r.Verdict,
		Reason:    r.Reason,
		ElapsedMS: millis(r.Elapsed),
		Rounds:    r.Rounds,
		Requests:  []Request{},
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
	for _, q := range r.Requests {
		out.Requests = append(out.Requests, Request{q.Asked, q.Control, q.Attempts, q.Status, q.Error, q.Bytes,
			millis(q.Started.Sub(first)), millis(q.Elapsed), millis(q.Timing.DNS), millis(q.Timing.Connect), millis(q.Timing.TLS),
			millis(q.Timing.FirstByte), q.Cache, q.Edge})
	}
	return out
}
