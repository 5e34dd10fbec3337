package recording

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Comparison is what a run and a recording of another one have in common, and
// what not.
type Comparison struct {
	Recorded    string // date of the recording: "2026-11-27"
	Answers     int    // answers that both have
	Differing   int    // those of them that differ
	Unmatched   int    // differences because only one side asked
	Differences []Difference
}

// Difference is one thing that differs. Texts of the two sides are in quotes, so
// that they can be told from words like absent.
type Difference struct {
	Check    string // id of the check that asked
	Asked    string // the request, on one line; "" if the whole check is meant
	What     string // "status", "header Server", "body code", "body", "error", "request", "check"
	Recorded string // what the recording has
	Here     string // what this run has
}

// Compare goes through the checks of here, then through those that only there has.
func Compare(there, here *Recording) Comparison {
	c := Comparison{Recorded: there.Recorded}
	recorded := map[string][]Exchange{}
	for _, check := range there.Checks {
		recorded[check.ID] = append(recorded[check.ID], check.Exchanges...)
	}
	for _, check := range here.Checks {
		c.check(check.ID, recorded[check.ID], check.Exchanges)
		delete(recorded, check.ID)
	}
	for _, check := range there.Checks {
		if exchanges, left := recorded[check.ID]; left {
			c.check(check.ID, exchanges, nil)
			delete(recorded, check.ID)
		}
	}
	return c
}

// check compares what one check heard. Where one side asked nothing at all, the
// check was skipped there, or did not exist.
func (c *Comparison) check(id string, there, here []Exchange) {
	if (len(there) == 0) != (len(here) == 0) {
		c.unmatched(Difference{Check: printable(id), What: "check", Recorded: requests(len(there)), Here: requests(len(here))})
		return
	}
	thereBy, hereBy := group(there), group(here)
	for _, key := range inOrder(here, there) {
		c.request(id, thereBy[key], hereBy[key])
	}
}

func requests(n int) string {
	switch n {
	case 0:
		return "no request"
	case 1:
		return "1 request"
	}
	return fmt.Sprintf("%d requests", n)
}

func (c *Comparison) unmatched(d Difference) {
	c.Unmatched++
	c.Differences = append(c.Differences, d)
}

// request compares the answers to requests that look alike, in turn.
func (c *Comparison) request(id string, there, here []Exchange) {
	both := min(len(there), len(here))
	for i := range both {
		c.Answers++
		differences := compareAnswers(there[i].Answer, here[i].Answer)
		if len(differences) > 0 {
			c.Differing++
		}
		for _, d := range differences {
			d.Check, d.Asked = printable(id), here[i].Request.String()
			c.Differences = append(c.Differences, d)
		}
	}
	for _, x := range there[both:] {
		if !repeats(x, there[:both]) {
			c.unmatched(Difference{printable(id), x.Request.String(), "request", x.Answer.headline(), "not made"})
		}
	}
	for _, x := range here[both:] {
		if !repeats(x, here[:both]) {
			c.unmatched(Difference{printable(id), x.Request.String(), "request", "not made", x.Answer.headline()})
		}
	}
}

// repeats reports whether x was answered like one of the others.
func repeats(x Exchange, others []Exchange) bool {
	return slices.ContainsFunc(others, func(o Exchange) bool { return alike(o, x) })
}

func alike(a, b Exchange) bool { return len(compareAnswers(a.Answer, b.Answer)) == 0 }

// group sorts exchanges by request. Answers in a row that are alike count once: a
// check that waits for something asks until it comes.
func group(exchanges []Exchange) map[string][]Exchange {
	groups := map[string][]Exchange{}
	for _, x := range exchanges {
		key := x.Request.key()
		if g := groups[key]; len(g) == 0 || !alike(g[len(g)-1], x) {
			groups[key] = append(g, x)
		}
	}
	return groups
}

// inOrder is each request once, those of here first.
func inOrder(here, there []Exchange) []string {
	seen, keys := map[string]bool{}, []string{}
	for _, x := range slices.Concat(here, there) {
		if key := x.Request.key(); !seen[key] {
			seen[key] = true
			keys = append(keys, key)
		}
	}
	return keys
}

// key is what two runs have in common of a request.
func (r Request) key() string { return comparableText(r.String()) }

// String is the request on one line.
func (r Request) String() string {
	return printable(strings.Join(append([]string{r.Method + " " + r.URL}, r.Header...), ", "))
}

// printable keeps what a file says from steering a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}
