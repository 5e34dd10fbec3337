package explain

import (
	"fmt"
	"strings"

	"privateplayback/signer/inspect"
	"privateplayback/smoketest/internal/cause"
)

// String writes the explanation for a terminal: what was found offline, what was
// asked and answered, and the verdict on the last line.
func (e *Explanation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "offline: %s", e.Offline)
	b.WriteByte('\n')
	if e.Answer == nil {
		fmt.Fprintf(&b, "not asked: %s\n", e.Unasked)
	} else {
		fmt.Fprintf(&b, "asked  %s\ngot    %s\n", e.Answer.Asked, e.Answer.Got)
		if remark := e.remark(); remark != "" {
			fmt.Fprintf(&b, "note   %s\n", remark)
		}
	}
	if row, ok := cause.Find(e.Cause); ok {
		fmt.Fprintf(&b, "why    %s\nnext   %s\nsource %s\n", row.Why, row.Next, row.Source)
	}
	b.WriteByte('\n')
	b.WriteString(string(e.Verdict))
	if e.Cause != "" {
		fmt.Fprintf(&b, ": %s", e.Cause)
	}
	b.WriteByte('\n')
	return b.String()
}

// remark tells where answer and inspection disagree.
func (e *Explanation) remark() string {
	row, _ := cause.Find(e.Answer.Cause)
	switch foretold := e.Offline.Verdict; {
	case e.Answer.Status == 0:
		return ""
	case e.Answer.Served() && foretold == inspect.Refused:
		return "it was served although the inspection speaks against it: this path may be public, or the outputs are of another deployment"
	case !e.Answer.Served() && foretold == inspect.Accepted && row.Spreads:
		return "the inspection speaks for it: after a change, edges take some minutes to hear of it"
	case !e.Answer.Served() && foretold == inspect.Accepted:
		return "the inspection speaks for it: the fault is not in the grant"
	}
	return ""
}
