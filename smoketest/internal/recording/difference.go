package recording

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"privateplayback/smoketest/internal/check"
)

const absent = "absent"

// compareAnswers lists what differs, the telling things first.
func compareAnswers(there, here Answer) []Difference {
	if there.Error != "" || here.Error != "" {
		if there.Error != "" && here.Error != "" {
			return nil // the words are the machine's, not the service's
		}
		return []Difference{{What: "error", Recorded: there.headline(), Here: here.headline()}}
	}
	differences := []Difference{}
	add := func(what, recorded, here string) {
		differences = append(differences, Difference{What: what, Recorded: recorded, Here: here})
	}
	if there.Status != here.Status {
		add("status", fmt.Sprint(there.Status), fmt.Sprint(here.Status))
	}
	if t, h := there.code(), here.code(); t != h {
		add("body code", quoteOrAbsent(t), quoteOrAbsent(h))
	}
	for _, name := range headerNames(there, here) {
		if comparableHeader(there, name) != comparableHeader(here, name) {
			add("header "+printable(name), quoteOrAbsent(there.Header.value(name)), quoteOrAbsent(here.Header.value(name)))
		}
	}
	return append(differences, compareBodies(there, here)...)
}

// headline is an answer in a few words: `403 with code "AccessDenied"`.
func (a Answer) headline() string {
	switch {
	case a.Error != "":
		return "no answer: " + fmt.Sprintf("%q", a.Error)
	case a.code() != "":
		return fmt.Sprintf("%d with code %q", a.Status, a.code())
	}
	return fmt.Sprint(a.Status)
}

func headerNames(there, here Answer) []string {
	names := slices.Concat(there.Header.names(), here.Header.names())
	names = slices.DeleteFunc(names, func(name string) bool { return slices.Contains(ignoredHeaders, name) })
	slices.Sort(names)
	return slices.Compact(names)
}

func quoteOrAbsent(s string) string {
	if s == "" {
		return absent
	}
	return fmt.Sprintf("%q", s)
}

// code is that of a refusal.
func (a Answer) code() string { return check.ErrorCode([]byte(a.Body.Text)) }

func compareBodies(there, here Answer) []Difference {
	t, h := there.Body, here.Body
	switch {
	case t.Live && h.Live && t.Text != "" && h.Text != "":
		return compareBroadcasts(t.Text, h.Text)
	case t.Text != "" && h.Text != "":
		if t, h := there.comparableBody(), here.comparableBody(); t != h {
			recorded, here := excerpts(t, h)
			return []Difference{{What: "body", Recorded: recorded, Here: here}}
		}
	case t.Text != "" || h.Text != "" || t.SHA256 != h.SHA256 || (t.Length == 0) != (h.Length == 0):
		return []Difference{{What: "body", Recorded: there.bodyText(), Here: here.bodyText()}}
	}
	return nil
}

// comparableBody leaves the code out, which is compared by itself.
func (a Answer) comparableBody() string {
	text := comparableText(a.Body.Text)
	if code := a.code(); code != "" {
		text = strings.NewReplacer(">"+code+"<", ">{code}<", `"`+code+`"`, `"{code}"`).Replace(text)
	}
	return text
}

func compareBroadcasts(there, here string) []Difference {
	t, h := broadcastLines(there), broadcastLines(here)
	differences := []Difference{}
	for _, line := range t {
		if !slices.Contains(h, line) {
			differences = append(differences, Difference{What: "body line", Recorded: fmt.Sprintf("%q", line), Here: absent})
		}
	}
	for _, line := range h {
		if !slices.Contains(t, line) {
			differences = append(differences, Difference{What: "body line", Recorded: absent, Here: fmt.Sprintf("%q", line)})
		}
	}
	return differences
}

// bodyText is what there is to say about a body that is no text, or against one.
func (a Answer) bodyText() string {
	switch {
	case a.Body.Text != "":
		start, _ := excerpts(comparableText(a.Body.Text), "")
		return start
	case a.Body.Length == 0:
		return "empty"
	case a.Body.SHA256 == "":
		return fmt.Sprintf("%d bytes", a.Body.Length)
	}
	return fmt.Sprintf("%d bytes with SHA-256 %.12s…", a.Body.Length, printable(a.Body.SHA256))
}

// excerpts are the surroundings of the first place where two texts differ.
func excerpts(a, b string) (string, string) {
	at := 0
	for at < len(a) && at < len(b) && a[at] == b[at] {
		at++
	}
	return excerpt(a, at), excerpt(b, at)
}

func excerpt(text string, at int) string {
	const before, after = 24, 60
	start, end := max(0, at-before), min(len(text), at+after)
	for start > 0 && !utf8.RuneStart(text[start]) {
		start--
	}
	for end < len(text) && !utf8.RuneStart(text[end]) {
		end++
	}
	shown := text[start:end]
	if start > 0 {
		shown = "…" + shown
	}
	if end < len(text) {
		shown += "…"
	}
	return fmt.Sprintf("%q", shown)
}
