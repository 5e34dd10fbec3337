package assumption

import (
	"fmt"
	"strings"
)

const preamble = `# Assumptions

<!-- Made from the tables in smoketest/internal/assumption: go test ./smoketest/internal/assumption -update -->

What the stand-in, the signer and the smoke test take for true where AWS's documentation is silent, contradicts itself,
or is easy to miss. A label says what a line rests on, and leads there: **documented** by AWS, **reported** by users,
**inferred**, or **chosen**, a simplification of our own. Where a line is inferred, the stand-in takes the strict
reading: it refuses.

The last column is what would settle the line on AWS: a check of the smoke test, or what to do by hand with the program
(deploy) or the AWS CLI (api). One run with an AWS account settles every check at once:

` + "```console" + `
$ go run ./smoketest --stack dev --signing-key signing.pem --playback-key playback.pem --record aws.json
$ go run ./smoketest --local --compare aws.json
` + "```" + `

The first command runs the ` + "`assume.*`" + ` checks too, says of each whether AWS answers as is assumed here, and writes a file that
may be published; the second says where the stand-in differs.
`

// Document is docs/assumptions.md.
func Document() []byte {
	var b strings.Builder
	b.WriteString(preamble)
	for _, area := range Areas() {
		fmt.Fprintf(&b, "\n## %s\n\n| Id | Taken for true | Label | Settled by |\n|---|---|---|---|\n", area.Title)
		for _, a := range area.Assumptions {
			fmt.Fprintf(&b, "| `%s` | %s | [%s](%s) | %s |\n", a.ID, cell(a.Statement), a.Label, a.Source, settledCell(a))
		}
	}
	return []byte(b.String())
}

// cell is a text in a table.
func cell(text string) string { return strings.NewReplacer("|", `\|`, "*", `\*`).Replace(text) }

func settledCell(a Assumption) string {
	if a.IsByHand() {
		return cell(a.Settled)
	}
	parts := strings.Split(a.Settled, ", ")
	for i, part := range parts {
		id, rest, _ := strings.Cut(part, " ")
		parts[i] = strings.TrimSpace("`" + id + "` " + rest)
	}
	return strings.Join(parts, ", ")
}
