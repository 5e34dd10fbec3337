package cause

import (
	"fmt"
	"strings"
)

const preamble = `# Troubleshooting

<!-- Made from the tables in smoketest/internal/cause: go test ./smoketest/internal/cause -update -->

What goes wrong with private playback, what it most often means, and what to do next. A failure of the smoke test names
one of these rows; ` + "`smoketest explain`" + ` finds the row for a URL, cookies or a token that somebody shows you. Each id leads
to the rule, or to those who met it. A row with a clock (⏱) may pass by itself: while a deployment spreads, an edge that
has not heard of the change shows the same, and ` + "`--propagation 15m`" + ` waits for it.
`

// Document is docs/troubleshooting.md.
func Document() []byte {
	var b strings.Builder
	b.WriteString(preamble)
	for _, section := range Sections() {
		fmt.Fprintf(&b, "\n## %s\n\n| What you see | Why | Next | |\n|---|---|---|---|\n", section.Title)
		for _, c := range section.Causes {
			clock := ""
			if c.Spreads {
				clock = " ⏱"
			}
			fmt.Fprintf(&b, "| %s | %s | %s | [%s](%s)%s |\n", cell(c.Seen), cell(c.Why), cell(c.Next), c.ID, c.Source, clock)
		}
	}
	return []byte(b.String())
}

// cell is a text in a table.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "*", `\*`, "<", "&lt;").Replace(strings.ToUpper(text[:1]) + text[1:])
}
