package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"privateplayback/smoketest/internal/check"
)

// listed is a check as --list --format json prints it.
type listed struct {
	ID     string       `json:"id"`
	Group  string       `json:"group"`
	Proves string       `json:"proves"`
	Harm   check.Harm   `json:"harm"`
	Needs  []check.Need `json:"needs"`
	Rule   string       `json:"rule"`
}

// printList prints the selected checks.
func (p *program) printList() error {
	write := listText
	if p.format == "json" {
		write = listJSON
	}
	if err := write(p.stdout, p.selected); err != nil {
		return fmt.Errorf("writing the list: %w", err)
	}
	return nil
}

func listJSON(w io.Writer, checks []check.Check) error {
	all := []listed{}
	for _, c := range checks {
		all = append(all, listed{c.ID, c.Group(), c.Proves, c.Harm, append([]check.Need{}, c.Needs...), c.Rule})
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(all)
}

// Columns of the list: what a check proves is wrapped, since it is a sentence.
const (
	listWidth  = 100
	listIndent = "    "
)

// listText prints id, harm and needs on one line, what is proved and the rule below.
func listText(w io.Writer, checks []check.Check) error {
	var b strings.Builder
	for _, c := range checks {
		needs := []string{}
		for _, n := range c.Needs {
			needs = append(needs, string(n))
		}
		b.WriteString(strings.TrimRight(fmt.Sprintf("%-36s %-8s %s", c.ID, c.Harm, strings.Join(needs, ", ")), " ") + "\n")
		for _, line := range wrap(c.Proves, listWidth-len(listIndent)) {
			b.WriteString(listIndent + line + "\n")
		}
		b.WriteString(listIndent + c.Rule + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// wrap breaks text at spaces so that no line is wider, unless a word is.
func wrap(text string, width int) []string {
	lines := []string{""}
	for _, word := range strings.Fields(text) {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case len([]rune(*last))+1+len([]rune(word)) <= width:
			*last += " " + word
		default:
			lines = append(lines, word)
		}
	}
	return lines
}
