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

// differing is what differs in the answers to one request of a check.
type differing struct {
	Check string
	Asked string // "" if the whole check is meant
	Lines []string
}

// differences are the differences, each once, under the first request that shows it:
// a header that the service adds everywhere would fill the screen otherwise.
func differences(c *recording.Comparison) []differing {
	number := map[string]int{}
	for _, d := range c.Differences {
		number[sentence(d)]++
	}
	all := []differing{}
	for _, d := range c.Differences {
		line := sentence(d)
		n := number[line]
		if n == 0 {
			continue
		}
		number[line] = 0
		if len(all) == 0 || all[len(all)-1].Check != d.Check || all[len(all)-1].Asked != d.Asked {
			all = append(all, differing{Check: d.Check, Asked: d.Asked})
		}
		if n > 1 && d.Asked != "" {
			line += fmt.Sprintf(" (in %d answers)", n)
		}
		last := &all[len(all)-1]
		last.Lines = append(last.Lines, oneLine(line))
	}
	return all
}

// differences writes them, with a head for each check.
func (t *Text) differences(c *recording.Comparison) {
	check := ""
	for _, d := range differences(c) {
		if d.Check != check {
			check = d.Check
			t.printf("\nDIFF  %s\n", check)
		}
		if d.Asked != "" {
			t.printf("      asked  %s\n", oneLine(d.Asked))
		}
		for _, line := range d.Lines {
			t.printf("      %s\n", line)
		}
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
