package explain

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"privateplayback/signer/inspect"
	"privateplayback/smoketest/internal/cause"
	"privateplayback/smoketest/internal/check"
)

// String is the whole explanation, masked: what it is, what was found offline, what was
// asked and answered, the likeliest cause, and the verdict as the last line.
func (e *Explanation) String() string {
	var b strings.Builder
	e.writeSubject(&b)
	e.writeOffline(&b)
	e.writeAnswer(&b)
	writeCause(&b, "cause", e.Cause)
	writeCause(&b, "but", e.doubt)
	if e.Answer != nil && e.Answer.Foreign && e.Answer.Cause != e.Cause {
		writeCause(&b, "the request", e.Answer.Cause)
	}
	if e.Answer != nil && e.Answer.Skew != 0 && e.Cause != "clock" && e.doubt != "clock" {
		writeCause(&b, "beside that", "clock")
	}
	fmt.Fprintf(&b, "\n%s\n", e.lastLine())
	return e.hide(check.Mask(b.String()))
}

// lastLine is for people and for scripts.
func (e *Explanation) lastLine() string {
	switch {
	case e.Verdict == Refused && e.Cause == "":
		return "refused: unknown"
	case e.Verdict == Refused:
		return "refused: " + string(e.Cause)
	case e.Verdict == Untold && e.Cause != "":
		return "cannot tell: " + string(e.Cause)
	}
	return string(e.Verdict)
}

func (e *Explanation) writeSubject(b *strings.Builder) {
	fmt.Fprintln(b, e.inquiry.Subject.kind)
	for _, l := range e.decoded() {
		fmt.Fprintf(b, "  %-11s%s\n", l[0], l[1])
	}
}

// decoded is what the grant says, in words.
func (e *Explanation) decoded() (lines [][2]string) {
	add := func(name, value string) {
		if value != "" {
			lines = append(lines, [2]string{name, value})
		}
	}
	if s := e.inquiry.Subject; s.url != nil && (s.kind == edgeURL || s.kind == cookies || s.kind == bucketURL) {
		add("for", s.url.Scheme+"://"+s.url.Host+s.url.EscapedPath())
	}
	if e.Offline == nil {
		return lines
	}
	g := e.Offline.Grants
	if g.Policy != "" {
		add("opens", strings.TrimSpace(g.Resource+" ("+g.Policy+" policy)"))
	}
	add("channel", strings.TrimSpace(g.Channel+" "+g.ChannelName))
	add("after", moment(g.From))
	add("until", moment(g.Until))
	if g.Address.IsValid() {
		add("viewers", "from "+g.Address.String())
	}
	add("pages", strings.Join(g.Origins, ", "))
	if g.StrictOrigin {
		add("origin", "demanded of every request")
	}
	add("viewer", g.ViewerID)
	if g.SessionVersion != 0 {
		add("session", "version "+strconv.FormatInt(g.SessionVersion, 10))
	}
	if g.SingleUse {
		add("use", "once")
	}
	add("at most", g.MaxResolution)
	add("key", e.keyText())
	return lines
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// keyText is the key and, where the outputs tell, its role.
func (e *Explanation) keyText() string {
	g := e.Offline.Grants
	stack := e.inquiry.Stack
	id := g.KeyPairID + g.PlaybackKey // one of them
	if id == "" {
		return ""
	}
	words := []string{id}
	role := string(g.KeyRole)
	if stack != nil && g.KeyPairID != "" {
		role = "not in the outputs"
		for _, k := range stack.SigningKeys {
			if k.ID == g.KeyPairID {
				role = string(k.Role)
			}
		}
	}
	if role != "" {
		words = append(words, role)
	}
	for _, word := range []string{g.KeyKind, g.Hash} {
		if word != "" {
			words = append(words, word)
		}
	}
	return strings.Join(words, ", ")
}

func (e *Explanation) writeOffline(b *strings.Builder) {
	r := e.Offline
	if r == nil {
		fmt.Fprintln(b, "\noffline: nothing can be checked, since a URL of this kind shows no grant")
		return
	}
	switch r.Verdict {
	case inspect.Refused:
		fmt.Fprintf(b, "\noffline: refused, %s\n", strings.TrimSpace(strconv.Itoa(r.Status)+" "+r.Code))
	case inspect.Undecided:
		fmt.Fprintln(b, "\noffline: nothing speaks against it, and not all could be checked")
	default:
		fmt.Fprintln(b, "\noffline: nothing speaks against it")
	}
	for _, f := range r.Reasons {
		writeFinding(b, "wrong", f)
		e.writeRow(b, f)
	}
	for _, f := range r.Open {
		writeFinding(b, "open", f)
	}
	for _, f := range r.Notes {
		writeFinding(b, "note", f)
	}
}

// writeFinding writes one of inspect's with its own remedy.
func writeFinding(b *strings.Builder, what string, f inspect.Finding) {
	fmt.Fprintf(b, "  %s: %s\n    next: %s\n", what, f.Text, f.Next)
}

// writeRow writes the rule that a finding rests on and what its row adds; the row of the
// verdict comes whole below.
func (e *Explanation) writeRow(b *strings.Builder, f inspect.Finding) {
	id := rowOf(e.Offline.Kind, f.Code)
	fmt.Fprintf(b, "    rule: %s\n    row:  %s", f.Source, id)
	if row, ok := cause.Find(id); ok && id != e.Cause {
		fmt.Fprintf(b, ": %s; %s", row.Why, row.Next)
	}
	fmt.Fprintln(b)
}

func (e *Explanation) writeAnswer(b *strings.Builder) {
	if e.Answer == nil {
		fmt.Fprintf(b, "\nnot asked: %s\n", e.unasked)
		return
	}
	fmt.Fprintf(b, "\nasked:  %s\nanswer: %s\n", e.Answer.Asked, e.Answer.Got)
	if e.Answer.Skew != 0 {
		fmt.Fprintf(b, "clock:  this machine's is %s\n", e.clock())
	}
	for _, n := range e.notes {
		fmt.Fprintf(b, "  %s\n", n)
	}
}

// writeCause writes a row of the table.
func writeCause(b *strings.Builder, what string, id cause.ID) {
	row, ok := cause.Find(id)
	if !ok {
		return
	}
	fmt.Fprintf(b, "\n%s: %s\n  why:  %s\n  next: %s\n  rule: %s\n", what, id, row.Why, row.Next, row.Source)
	if row.Spreads {
		fmt.Fprintln(b, "  A change that is still spreading to the edges shows the same for some minutes.")
	}
}

// secretValue matches what a signature or token is behind, however often it was encoded.
var secretValue = regexp.MustCompile(`(?i)(?:Signature|Policy|token)(?:=|%(?:25)*3D)([^&;?#\s"']*)`)

// hide takes out what Mask does not know for a secret, because it was damaged.
func (e *Explanation) hide(text string) string {
	const shortest = 8 // a shorter one is none, and occurs in words
	s := e.inquiry.Subject
	secrets := []string{}
	if s.kind == token {
		secrets = append(secrets, s.text)
	}
	for _, m := range secretValue.FindAllStringSubmatch(s.text, -1) {
		secrets = append(secrets, m[1])
	}
	for _, secret := range secrets {
		if len(secret) >= shortest {
			text = strings.ReplaceAll(text, secret, "***")
		}
	}
	return text
}
