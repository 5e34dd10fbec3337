package explain

import (
	"time"

	"privateplayback/signer/inspect"
	"privateplayback/smoketest/internal/cause"
)

// conclude weighs what was found and what was answered. An answer of the service
// counts for more than what was foretold.
func (e *Explanation) conclude() {
	switch a := e.Answer; {
	case a == nil:
		e.concludeOffline()
	case a.Foreign:
		e.note("That says nothing about what was shown.")
		e.Verdict, e.Cause = Untold, a.Cause
		if refuses(e.Offline) {
			e.Verdict, e.Cause = Refused, found(e.Offline)
		}
	case a.Opened():
		e.concludeOpened()
	default:
		e.Verdict, e.Cause = Refused, e.whyRefused()
	}
}

func (e *Explanation) concludeOffline() {
	switch {
	case e.Offline == nil:
		e.Verdict = Untold
	case refuses(e.Offline):
		e.Verdict, e.Cause = Refused, found(e.Offline)
	case e.Offline.Verdict == inspect.Accepted && e.inquiry.Offline:
		e.Verdict = Opens
	default:
		e.Verdict = Untold
	}
}

// concludeOpened tells an opening that was foretold from one that exposes.
func (e *Explanation) concludeOpened() {
	e.Verdict = Opens
	switch {
	case !refuses(e.Offline):
		e.agrees()
	case has(inspect.PlainHTTP, e.Offline.Reasons):
		e.note("It was asked for over https; the http URL that was shown is refused.")
		e.Verdict, e.Cause = Refused, "http-refused"
	case e.byTheir != nil && !refuses(e.byTheir):
		e.note("By the server's clock nothing is wrong: this machine's is %s.", e.clock())
		e.doubt = "clock"
	case !e.Answer.Dated && onlyTime(e.Offline):
		e.note("The answer is from a cache, which does not show the server's time: this machine's clock may be wrong.")
		e.doubt = "clock"
	case unsigned(e.Offline):
		e.note("It opens without a signature, so anybody can open it.")
		e.doubt = e.Answer.Exposed
	default:
		e.note("It opens though the offline verdict is against it: nobody checks the grant, or the outputs are of another deployment.")
		e.doubt = e.Answer.Exposed
	}
}

func unsigned(r *inspect.Report) bool {
	return has(inspect.Unsigned, r.Reasons) || has(inspect.TokenMissing, r.Reasons) || has(inspect.HostIsBucket, r.Reasons)
}

// onlyTime reports whether nothing but the time is wrong.
func onlyTime(r *inspect.Report) bool {
	for _, f := range r.Reasons {
		if f.Code != inspect.Expired && f.Code != inspect.NotYetValid {
			return false
		}
	}
	return true
}

// whyRefused finds the row for a refusal by the service.
func (e *Explanation) whyRefused() cause.ID {
	a := e.Answer
	switch {
	case e.service().Idle(a.Status):
		e.note("An idle channel may answer so before it looks at the token.")
		return "channel-idle"
	case e.foretold(e.Offline) && (e.byTheir == nil || e.foretold(e.byTheir)):
		e.agrees()
		return found(e.Offline)
	case e.byTheir != nil && e.foretold(e.byTheir):
		e.note("By the server's clock it is refused: %s This machine's clock is %s.", e.byTheir.Reasons[0].Text, e.clock())
		return "clock"
	case refuses(e.Offline):
		e.note("That is another answer than was foretold; the answer counts.")
	case e.Offline != nil && a.Code == "AccessDenied" && has(inspect.NoAddress, e.Offline.Open) && a.Cause == "signature-mismatch":
		e.note("All that could be checked is right, so the viewer's address is likeliest.")
		return "address-outside"
	case e.Offline != nil && e.Offline.Verdict == inspect.Accepted:
		e.note("The grant is good by these outputs, so the reason is not in it.")
	}
	return a.Cause
}

// foretold reports whether a report says what was answered. Not every refusal has a
// code, nor are all known.
func (e *Explanation) foretold(r *inspect.Report) bool {
	a := e.Answer
	return refuses(r) && r.Status == a.Status && (r.Code == a.Code || r.Code == "" || r.Kind == inspect.PlaybackToken && a.Code == "")
}

func (e *Explanation) agrees() {
	switch {
	case e.Offline == nil:
	case e.Offline.Verdict == inspect.Undecided:
		e.note("The offline verdict left that open.")
	default:
		e.note("That agrees with the offline verdict.")
	}
}

// clock says by how much this machine's is wrong.
func (e *Explanation) clock() string {
	skew := e.Answer.Skew.Round(time.Second)
	if skew < 0 {
		return (-skew).String() + " behind the server's"
	}
	return skew.String() + " ahead of the server's"
}

// ExitCode is what a command should exit with.
func (e *Explanation) ExitCode() int {
	switch {
	case e.Verdict == Refused:
		return 3
	case e.Verdict == Untold && !e.inquiry.Offline:
		return 1
	}
	return 0
}
