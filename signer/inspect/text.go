package inspect

import (
	"fmt"
	"strconv"
	"strings"
)

// String writes the report for a terminal: a line with the verdict, what is
// granted, then numbered reasons, what was not checked, and notes. It ends in
// a newline and holds no secret.
func (r *Report) String() string {
	var b strings.Builder
	b.WriteString(r.headline() + "\n")
	if lines := r.Grants.lines(); len(lines) > 0 {
		what := "grants"
		if r.Verdict == Refused {
			what = "would grant"
		}
		fmt.Fprintf(&b, "\n%s\n", what)
		for _, l := range lines {
			fmt.Fprintf(&b, "  %-10s %s\n", l.name, l.value)
		}
	}
	for _, section := range []struct {
		title string
		list  []Finding
	}{{"reasons", r.Reasons}, {"not checked", r.Open}, {"notes", r.Notes}} {
		if len(section.list) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n%s\n", section.title)
		for i, f := range section.list {
			fmt.Fprintf(&b, "  %d. %s: %s\n     next: %s\n     rule: %s\n", i+1, f.Code, f.Text, f.Next, f.Source)
		}
	}
	return b.String()
}

// headline is the verdict in one line.
func (r *Report) headline() string {
	line := string(r.Verdict) + ": " + string(r.Kind)
	if r.Verdict == Refused {
		line += ", " + strconv.Itoa(r.Status)
		if r.Code != "" {
			line += " " + r.Code
		}
		line += " (" + codes(r.Reasons) + ")"
	}
	if r.Verdict == Undecided {
		line += " (" + codes(r.Open) + ")"
	}
	return line
}

func codes(list []Finding) string {
	names := make([]string, 0, len(list))
	for _, f := range list {
		names = append(names, string(f.Code))
	}
	return strings.Join(names, ", ")
}

type line struct{ name, value string }

// lines are what the grant says, without what it does not.
func (g Grants) lines() []line {
	var all []line
	add := func(name, value string) {
		if value != "" {
			all = append(all, line{name, value})
		}
	}
	add("policy", g.Policy)
	add("resource", g.Resource)
	add("channel", g.Channel)
	add("name", g.ChannelName)
	if !g.From.IsZero() {
		add("after", showTime(g.From))
	}
	if !g.Until.IsZero() {
		add("until", showTime(g.Until))
	}
	if g.Address.IsValid() {
		add("address", g.Address.String())
	}
	add("origins", strings.Join(g.Origins, ", "))
	if g.StrictOrigin {
		add("origin", "at every request")
	}
	add("viewer", g.ViewerID)
	if g.SessionVersion != 0 {
		add("version", strconv.FormatInt(g.SessionVersion, 10))
	}
	if g.SingleUse {
		add("use", "once")
	}
	add("resolution", g.MaxResolution)
	add("key id", g.KeyPairID)
	add("key", strings.TrimSpace(g.PlaybackKey+" "+g.KeyKind))
	add("key role", string(g.KeyRole))
	add("hash", g.Hash)
	return all
}
