package report

import (
	"strings"
	"unicode/utf8"

	"privateplayback/smoketest/internal/assumption"
	"privateplayback/smoketest/internal/cause"
	"privateplayback/smoketest/internal/check"
)

// fact is a line of what explains a failure.
type fact struct{ name, text string }

// facts explain a result that has a failure: what was asked, wanted and got, why
// that most often happens, and what to do next. None is empty.
func facts(r check.Result) []fact {
	settled := ""
	if r.Verdict == check.Differs {
		settled = strings.Join(assumption.SettledBy(r.Check.ID), ", ")
	}
	row, _ := cause.Find(r.Failure.Cause)
	all := []fact{}
	for _, f := range []fact{
		{"asked", r.Failure.Asked},
		{"want", r.Failure.Want},
		{"got", r.Failure.Got},
		{"why", row.Why},
		{"next", row.Next},
		{"rule", r.Check.Rule},
		{"assume", settled}, // ids in docs/assumptions.md
	} {
		if f.text != "" {
			all = append(all, fact{f.name, oneLine(f.text)})
		}
	}
	return all
}

// aligned is the facts as text, a line each.
func aligned(facts []fact, indent string) string {
	var b strings.Builder
	for _, f := range facts {
		b.WriteString(indent + f.name + strings.Repeat(" ", 7-utf8.RuneCountInString(f.name)) + f.text + "\n")
	}
	return b.String()
}

// of is the results with a verdict.
func (s Summary) of(v check.Verdict) []check.Result {
	some := []check.Result{}
	for _, r := range s.Results {
		if r.Verdict == v {
			some = append(some, r)
		}
	}
	return some
}

// section is the results of one group of checks.
type section struct {
	Name    string
	Results []check.Result
}

// sections are the groups in the order in which their first check ran.
func (s Summary) sections() []section {
	all := []section{}
	place := map[string]int{}
	for _, r := range s.Results {
		name := r.Check.Group()
		i, ok := place[name]
		if !ok {
			i = len(all)
			place[name] = i
			all = append(all, section{Name: name})
		}
		all[i].Results = append(all[i].Results, r)
	}
	return all
}
