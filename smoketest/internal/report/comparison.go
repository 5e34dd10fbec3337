package report

import (
	"fmt"

	"privateplayback/smoketest/internal/recording"
)

// Comparison is what differs between a run and a recording of another one. Its
// texts hold no secret, and nothing that names either deployment.
type Comparison struct {
	File        string       `json:"file"`      // of --compare
	Recorded    string       `json:"recorded"`  // date of the recording: "2026-11-27"
	Answers     int          `json:"answers"`   // answers that both have
	Differing   int          `json:"differing"` // those of them that differ
	Unmatched   int          `json:"unmatched"` // differences because only one side asked
	Differences []Difference `json:"differences"`
}

// Difference is one thing in which a run differs from a recording.
type Difference struct {
	Check    string `json:"check"`           // id of the check that asked
	Asked    string `json:"asked,omitempty"` // the request; none if the whole check is meant
	What     string `json:"what"`            // "status", "header Server", "body code", "body", "body line", "error", "request", "check"
	Recorded string `json:"recorded"`
	Here     string `json:"here"`
}

func newComparison(file string, c *recording.Comparison) *Comparison {
	if c == nil {
		return nil
	}
	out := &Comparison{File: file, Recorded: c.Recorded, Answers: c.Answers, Differing: c.Differing, Unmatched: c.Unmatched, Differences: []Difference{}}
	for _, d := range c.Differences {
		out.Differences = append(out.Differences, Difference(d))
	}
	return out
}

// differences writes each difference once, under the first request that shows it:
// a header that the service adds everywhere would fill the screen otherwise.
func (t *Text) differences(c *recording.Comparison) {
	count := map[string]int{}
	for _, d := range c.Differences {
		count[sentence(d)]++
	}
	check, asked := "", ""
	for _, d := range c.Differences {
		line := sentence(d)
		n := count[line]
		if n == 0 {
			continue
		}
		count[line] = 0
		if d.Check != check {
			t.printf("\nDIFF  %s\n", d.Check)
			check, asked = d.Check, ""
		}
		if d.Asked != asked {
			t.printf("      asked  %s\n", d.Asked)
			asked = d.Asked
		}
		if n > 1 && d.Asked != "" {
			line += fmt.Sprintf(" (in %d answers)", n)
		}
		t.printf("      %s\n", line)
	}
}

func sentence(d recording.Difference) string {
	return fmt.Sprintf("%s: recording %s, here %s", d.What, d.Recorded, d.Here)
}

// ComparisonLine is a comparison on one line:
// "12 of 96 answers differ from aws.json of 2026-11-27; 3 asked on one side only".
func ComparisonLine(s Summary) string {
	c := s.Comparison
	verb := "differ"
	if c.Differing == 1 {
		verb = "differs"
	}
	line := fmt.Sprintf("%d of %d answers %s from %s of %s", c.Differing, c.Answers, verb, s.Compared, c.Recorded)
	if c.Unmatched > 0 {
		line += fmt.Sprintf("; %d asked on one side only", c.Unmatched)
	}
	return line
}
