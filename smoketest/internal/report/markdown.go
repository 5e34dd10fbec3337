package report

import (
	"fmt"
	"html"
	"io"
	"strings"
	"time"

	"privateplayback/smoketest/internal/check"
)

// writeMarkdown writes the summary of a job: the verdict, the failures, the groups in
// numbers, and why checks were skipped.
func writeMarkdown(w io.Writer, s Summary) error {
	m := &markdown{w: w}
	m.printf("## %s\n\n", markdownText(headline(s)))
	if s.Error != "" {
		m.printf("%s\n", markdownText(oneLine(s.Error)))
		return m.err
	}
	m.printf("%s\n", markdownText(VerdictLine(s)))
	if totals := s.Totals().String(); totals != "" {
		m.printf("\n%s\n", markdownText(totals))
	}
	for _, kind := range []struct {
		verdict check.Verdict
		title   string
	}{{check.Fail, "Failed"}, {check.NotYet, "Not yet"}, {check.Differs, "Not as assumed"}} {
		m.failures(kind.title, s.of(kind.verdict))
	}
	m.groups(s.sections())
	m.skipped(s.of(check.Skip))
	if s.Comparison != nil {
		m.compared(s)
	}
	return m.err
}

// headline is the outcome in a few words.
func headline(s Summary) string {
	switch {
	case s.Error != "":
		return "The smoke test could not run"
	case s.Outcome == Passed:
		return "The smoke test passed"
	case s.Outcome == Failed:
		return fmt.Sprintf("The smoke test failed: %s", count(s.Failed, "check"))
	case s.Outcome == NotYet:
		return "A change is still spreading"
	}
	return "The smoke test was interrupted"
}

type markdown struct {
	w   io.Writer
	err error
}

func (m *markdown) failures(title string, results []check.Result) {
	if len(results) == 0 {
		return
	}
	m.printf("\n### %s\n", title)
	for _, r := range results {
		m.printf("\n**%s**", markdownText(r.Check.ID))
		if r.Verdict == check.Fail && r.Check.Harm != "" {
			m.printf(" (%s)", markdownText(string(r.Check.Harm)))
		}
		m.printf(": %s\n\n", markdownText(r.Check.Proves))
		for _, f := range facts(r) {
			m.printf("- %s: %s\n", f.name, markdownText(f.text))
		}
	}
}

func (m *markdown) groups(sections []section) {
	if len(sections) == 0 {
		return
	}
	m.printf("\n| Group | Passed | Failed | Not yet | Skipped | Time |\n|---|---:|---:|---:|---:|---:|\n")
	for _, in := range sections {
		number, total := map[check.Verdict]int{}, time.Duration(0)
		for _, r := range in.Results {
			number[r.Verdict]++
			total += r.Elapsed
		}
		m.printf("| %s | %d | %d | %d | %d | %s |\n", markdownText(in.Name), number[check.Pass]+number[check.Differs],
			number[check.Fail], number[check.NotYet], number[check.Skip], took(total))
	}
}

func (m *markdown) skipped(results []check.Result) {
	if len(results) == 0 {
		return
	}
	m.printf("\n<details><summary>%s skipped</summary>\n\n", count(len(results), "check"))
	for _, s := range skippedReasons(results) {
		m.printf("- %s: %s\n", markdownText(s.Reason), markdownText(strings.Join(s.Checks, ", ")))
	}
	m.printf("\n</details>\n")
}

func (m *markdown) compared(s Summary) {
	m.printf("\n<details><summary>%s</summary>\n\n", html.EscapeString(oneLine(ComparisonLine(s))))
	for _, d := range differences(s.Comparison) {
		m.printf("- **%s** %s\n", markdownText(d.Check), markdownText(d.Asked))
		for _, line := range d.Lines {
			m.printf("  - %s\n", markdownText(line))
		}
	}
	m.printf("\n</details>\n")
}

// markdownText is text that no reader of Markdown takes for anything else, on one
// line, also in a cell of a table.
func markdownText(text string) string {
	var b strings.Builder
	for _, r := range oneLine(text) {
		switch {
		case r == '<':
			b.WriteString("&lt;")
		case r == '&':
			b.WriteString("&amp;")
		case strings.ContainsRune("\\`*_[]>|~#$@", r):
			b.WriteString(`\` + string(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func (m *markdown) printf(format string, args ...any) {
	if m.err == nil {
		_, m.err = fmt.Fprintf(m.w, format, args...)
	}
}
