package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"privateplayback/smoketest/internal/check"
)

// writeTAP writes the Test Anything Protocol in the words that its versions 13 and 14
// have in common. It says 13, since prove takes any later one for an error, and readers
// of 14 read 13 too. What was not yet right is not ok, and no TODO, which counts as
// passed. An assumption that does not hold is ok, with an explanation.
// https://testanything.org/tap-version-13-specification.html
func writeTAP(w io.Writer, s Summary) error {
	out := &tap{w: w}
	out.printf("TAP version 13\n")
	if s.Error == "" {
		out.printf("1..%d\n", s.Planned)
	}
	for i, r := range s.Results {
		out.result(i+1, r)
	}
	for _, line := range closingLines(s) {
		if s.Error == "" {
			out.printf("# %s\n", line)
		}
	}
	if trouble := s.trouble(); trouble != "" {
		out.printf("Bail out! %s\n", tapText(trouble))
	}
	return out.err
}

type tap struct {
	w   io.Writer
	err error
}

func (t *tap) result(number int, r check.Result) {
	word := "ok"
	if r.Verdict == check.Fail || r.Verdict == check.NotYet {
		word = "not ok"
	}
	t.printf("%s %d - %s: %s", word, number, r.Check.ID, tapText(r.Check.Proves))
	if r.Verdict == check.Skip {
		t.printf(" # SKIP %s", tapText(r.Reason))
	}
	t.printf("\n")
	if r.Failure == nil {
		return
	}
	t.printf("  ---\n  verdict: %s\n", yamlText(string(r.Verdict)))
	if r.Check.Harm != "" {
		t.printf("  harm: %s\n", yamlText(string(r.Check.Harm)))
	}
	for _, f := range facts(r) {
		t.printf("  %s: %s\n", f.name, yamlText(f.text))
	}
	t.printf("  ...\n")
}

// tapText is a description: a hash would begin a directive.
func tapText(text string) string {
	return strings.NewReplacer(`\`, `\\`, "#", `\#`).Replace(oneLine(text))
}

// yamlText is a scalar in double quotes, which JSON and YAML write alike.
func yamlText(text string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(text); err != nil {
		return `""` // unreachable: a string always encodes
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func (t *tap) printf(format string, args ...any) {
	if t.err == nil {
		_, t.err = fmt.Fprintf(t.w, format, args...)
	}
}
