package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"time"

	"privateplayback/smoketest/internal/cause"
	"privateplayback/smoketest/internal/check"
)

//go:embed page.html
var pageText string

//go:embed style.css
var styleText string

// view is what the page is made of.
type view struct {
	Style    template.CSS
	Title    string
	Class    string // "good", "bad" or "other"
	Verdict  string
	Error    string
	Target   string
	Started  string
	Numbers  []number
	Problems []problems
	Skipped  []skippedFor
	Compared string
	Differ   []differing
	Groups   []groupView
}

// number is one of the totals.
type number struct{ Name, Value string }

// problems are the results of one sort that need an explanation.
type problems struct {
	ID, Title string
	Class     string
	Causes    []causeView // if they are fewer than the checks
	Checks    []checkView
}

// causeView is a cause that several failures have in common.
type causeView struct {
	Why, Next string
	Checks    []string
}

// skippedFor are the checks that were skipped for one reason.
type skippedFor struct {
	Reason string
	Checks []string
}

type groupView struct {
	Name    string
	Class   string
	Summary string
	Checks  []checkView
}

type checkView struct {
	ID, Proves, Rule string
	Link             bool // the rule is an address
	Class            string
	Word             string
	Harm             string
	Reason           string
	Took             string
	Rounds           int
	Facts            []factView
	Waterfall        waterfall
}

// factView is a fact; Link marks one that is an address.
type factView struct {
	Name, Text string
	Link       bool
}

// writeHTML writes one page that needs nothing beside it: no script, no picture, no
// other file.
func writeHTML(w io.Writer, s Summary) error {
	page, err := template.New("page").Funcs(template.FuncMap{"count": count}).Parse(pageText)
	if err != nil {
		return err
	}
	return page.Execute(w, newView(s))
}

func newView(s Summary) view {
	v := view{
		Style:   template.CSS(styleText), // our own
		Title:   headline(s),
		Class:   outcomeClass(s),
		Verdict: VerdictLine(s),
		Error:   oneLine(s.Error),
		Target:  s.Target,
		Numbers: numbers(s.Totals()),
		Skipped: skippedReasons(s.of(check.Skip)),
	}
	if !s.Started.IsZero() {
		v.Started = s.Started.UTC().Format("2006-01-02 15:04 UTC")
	}
	if s.Comparison != nil {
		v.Compared, v.Differ = oneLine(ComparisonLine(s)), differences(s.Comparison)
	}
	for _, p := range []struct {
		id, title string
		verdict   check.Verdict
	}{{"failed", "Failed", check.Fail}, {"not-yet", "Not yet", check.NotYet}, {"assumed", "Not as assumed", check.Differs}} {
		if results := s.of(p.verdict); len(results) > 0 {
			v.Problems = append(v.Problems, problems{p.id, p.title, verdictClass(p.verdict), causes(results), checkViews(results)})
		}
	}
	for _, in := range s.sections() {
		v.Groups = append(v.Groups, newGroupView(in))
	}
	return v
}

func outcomeClass(s Summary) string {
	switch {
	case s.Error == "" && s.Outcome == Passed:
		return "good"
	case s.Error == "" && s.Outcome == NotYet:
		return "other"
	}
	return "bad"
}

func verdictClass(v check.Verdict) string {
	switch v {
	case check.Pass:
		return "good"
	case check.Fail:
		return "bad"
	case check.Skip:
		return "skip"
	}
	return "other"
}

func numbers(t Totals) []number {
	if t.Requests == 0 {
		return nil
	}
	all := []number{
		{"Sent", fmt.Sprint(t.Requests)},
		{"Controls", fmt.Sprint(t.Controls)},
		{"Cache hits", fmt.Sprint(t.Hits)},
	}
	if t.Again > 0 {
		all = append(all, number{"Sent again", fmt.Sprint(t.Again)})
	}
	if t.Unanswered > 0 {
		all = append(all, number{"Without an answer", fmt.Sprint(t.Unanswered)})
	}
	if t.Worst > 0 {
		all = append(all, number{"First byte, median", took(t.Median)}, number{"First byte, worst", took(t.Worst)})
	}
	if len(t.Edges) > 0 {
		all = append(all, number{"Edge locations", strings.Join(t.Edges, ", ")})
	}
	return append(all, number{"Received", size(t.Bytes)})
}

// size is a number of bytes for people.
func size(bytes int64) string {
	switch n := float64(bytes); {
	case bytes < 1000:
		return count(int(bytes), "byte")
	case bytes < 1000*1000:
		return fmt.Sprintf("%.1f kB", n/1e3)
	default:
		return fmt.Sprintf("%.1f MB", n/1e6)
	}
}

func skippedReasons(results []check.Result) []skippedFor {
	all := []skippedFor{}
	place := map[string]int{}
	for _, r := range results {
		i, ok := place[r.Reason]
		if !ok {
			i = len(all)
			place[r.Reason] = i
			all = append(all, skippedFor{Reason: oneLine(r.Reason)})
		}
		all[i].Checks = append(all[i].Checks, r.Check.ID)
	}
	return all
}

func newGroupView(in section) groupView {
	g := groupView{Name: in.Name, Class: "good", Checks: checkViews(in.Results)}
	number, total := map[check.Verdict]int{}, time.Duration(0)
	for _, r := range in.Results {
		number[r.Verdict]++
		total += r.Elapsed
	}
	parts := []string{}
	for _, v := range []struct {
		verdict check.Verdict
		word    string
	}{{check.Fail, "failed"}, {check.NotYet, "not yet"}, {check.Differs, "not as assumed"}, {check.Pass, "passed"}, {check.Skip, "skipped"}} {
		if n := number[v.verdict]; n > 0 {
			if len(parts) == 0 {
				g.Class = verdictClass(v.verdict)
			}
			parts = append(parts, fmt.Sprintf("%d %s", n, v.word))
		}
	}
	g.Summary = strings.Join(append(parts, took(total)), ", ")
	return g
}

// causes are the causes of many failures, the most frequent first; none if each has
// its own.
func causes(results []check.Result) []causeView {
	all := []causeView{}
	place := map[cause.ID]int{}
	for _, r := range results {
		row, ok := cause.Find(r.Failure.Cause)
		if !ok {
			continue
		}
		i, ok := place[row.ID]
		if !ok {
			i = len(all)
			place[row.ID] = i
			all = append(all, causeView{Why: row.Why, Next: row.Next})
		}
		all[i].Checks = append(all[i].Checks, r.Check.ID)
	}
	if len(all) == 0 || len(all) == len(results) {
		return nil
	}
	slices.SortStableFunc(all, func(a, b causeView) int { return len(b.Checks) - len(a.Checks) })
	return all
}

func isAddress(text string) bool {
	return strings.HasPrefix(text, "https://") && !strings.Contains(text, " ")
}

// words are the verdicts as the page shows them.
var words = map[check.Verdict]string{check.Pass: "pass", check.Fail: "fail", check.NotYet: "not yet", check.Skip: "skip", check.Differs: "differs"}

func checkViews(results []check.Result) []checkView {
	all := []checkView{}
	for _, r := range results {
		c := checkView{
			ID: r.Check.ID, Proves: r.Check.Proves, Rule: r.Check.Rule, Link: isAddress(r.Check.Rule),
			Class: verdictClass(r.Verdict), Word: words[r.Verdict], Harm: string(r.Check.Harm),
			Reason: oneLine(r.Reason), Took: took(r.Elapsed), Rounds: r.Rounds,
			Waterfall: newWaterfall(r.Requests),
		}
		if r.Failure != nil {
			for _, f := range facts(r) {
				c.Facts = append(c.Facts, factView{f.name, f.text, isAddress(f.text)})
			}
		}
		all = append(all, c)
	}
	return all
}
