package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Streams is where a report goes.
type Streams struct {
	Out io.Writer
	Err io.Writer // gets the text when Out gets a document for programs

	Planned int  // checks that are to run
	Plain   bool // no line that is written over, also on a terminal

	// Summary is the file to which the report for GitHub Actions appends its
	// summary, as GITHUB_STEP_SUMMARY names it; empty: none.
	Summary string
}

// streamed are the formats that standard output can have.
var streamed = []string{"text", "json", "junit", "tap", "github"}

// Formats are the formats of standard output, for a message: "text, json or tap".
func Formats() string { return either(streamed) }

// Streamed reports whether standard output can have the format.
func Streamed(format string) bool { return slices.Contains(streamed, format) }

// New returns the reports that a format writes to the streams.
func New(format string, s Streams) (Reports, error) {
	switch format {
	case "text":
		return Reports{s.text(s.Out)}, nil
	case "github":
		return Reports{newGitHub(s.Out, s.Summary)}, nil
	}
	if write, ok := documents[format]; ok && Streamed(format) {
		return Reports{s.text(s.Err), atEnd{s.Out, write}}, nil
	}
	return nil, fmt.Errorf("unknown format %q, want %s", format, Formats())
}

func (s Streams) text(w io.Writer) *Text {
	t := NewText(w)
	switch {
	case s.Plain:
		t.live = nil
	case t.live != nil:
		t.live.planned = s.Planned
	}
	return t
}

// documents are the formats that are written in one piece.
var documents = map[string]document{
	"text":     writeText,
	"json":     writeJSON,
	"junit":    writeJUnit,
	"tap":      writeTAP,
	"markdown": writeMarkdown,
	"html":     writeHTML,
}

// extensions tell the format of a file.
var extensions = map[string]string{
	".txt": "text", ".json": "json", ".xml": "junit", ".tap": "tap", ".md": "markdown", ".html": "html",
}

func either(names []string) string {
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}
