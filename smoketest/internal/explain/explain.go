package explain

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"privateplayback/infra/outputs"
	"privateplayback/signer/inspect"
	"privateplayback/smoketest/internal/cause"
	"privateplayback/smoketest/internal/check"
)

// Subject is what somebody was refused with.
type Subject struct {
	Text   string         // a URL, a playback token, a Cookie header or Set-Cookie lines
	URL    string         // what was requested, for cookies and a token alone
	Origin string         // of the page; "" for none
	Stack  *outputs.Stack // nil: the outputs are not known
	At     time.Time      // when it is, or was, requested
}

// Asking says how to ask the service. The zero value asks over the network.
type Asking struct {
	Offline bool // do not
	Client  *http.Client
	Timeout time.Duration
}

// Verdict is what an explanation comes to.
type Verdict string

// The verdicts.
const (
	Opens   Verdict = "opens"       // the service served it; or nothing speaks against it and nobody was asked
	Refused Verdict = "refused"     // the service refused it, or would
	Unknown Verdict = "cannot tell" // nothing speaks against it, but not all could be seen
)

// Explanation is what was found. It holds no secret.
type Explanation struct {
	Verdict Verdict
	Cause   cause.ID // of a refusal, or why one cannot tell; may be empty

	Offline *inspect.Report
	Answer  *check.Answer // nil: nobody was asked
	Unasked string        // why nobody was
}

// Explain inspects the subject and then asks for it. Its only errors are
// [inspect.ErrUnrecognized], an [inspect.ErrPublicKey] of the outputs, and those of
// ctx; that no answer came is part of the explanation.
func Explain(ctx context.Context, s Subject, how Asking) (*Explanation, error) {
	var deployment *inspect.Deployment
	if s.Stack != nil {
		var err error
		if deployment, err = inspect.FromOutputs(s.Stack); err != nil {
			return nil, err
		}
	}
	report, err := deployment.Any(s.Text, inspect.Request{At: s.At, Origin: s.Origin, URL: s.URL})
	if err != nil {
		return nil, err
	}
	e := &Explanation{Offline: report}
	question, unasked := s.question(report)
	if how.Offline {
		unasked = "it was not wanted"
	}
	if e.Unasked = unasked; unasked == "" {
		question.Client, question.Timeout, question.Stack = how.Client, how.Timeout, s.Stack
		if err := e.ask(ctx, question); err != nil {
			return nil, err
		}
	}
	e.conclude()
	return e, nil
}

// question is the request that the subject stands for, or why there is none.
func (s Subject) question(r *inspect.Report) (q check.Question, unasked string) {
	q.Origin = s.Origin
	text := strings.TrimSpace(s.Text)
	switch {
	case r.Kind == inspect.SignedCookies && s.URL == "":
		return q, "cookies need the URL that they are for: --url"
	case r.Kind == inspect.SignedCookies:
		q.URL, q.Cookie = s.URL, cookieHeader(text)
	case isURL(text):
		q.URL = text
	default: // a token alone
		address := s.URL
		if address == "" {
			address = s.playbackURL(r.Grants.Channel)
		}
		if address == "" {
			return q, "a token needs the address of its channel: --url, or the outputs"
		}
		u, err := url.Parse(address)
		if err != nil {
			return q, "the address of the channel is no URL"
		}
		u.RawQuery = url.Values{"token": {text}}.Encode()
		q.URL = u.String()
	}
	return q, ""
}

// playbackURL is the address of the channel of an ARN; of a token that names none,
// the first channel's.
func (s Subject) playbackURL(arn string) string {
	if s.Stack == nil {
		return ""
	}
	for _, ch := range s.Stack.Channels {
		if ch.ARN == arn || arn == "" {
			return ch.PlaybackURL
		}
	}
	return ""
}

func isURL(text string) bool {
	return strings.HasPrefix(text, "https://") || strings.HasPrefix(text, "http://")
}

// cookieHeader makes a Cookie header of one, with or without its name, or of lines of
// Set-Cookie.
func cookieHeader(text string) string {
	pairs := []string{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		name, value, named := strings.Cut(line, ":")
		switch {
		case named && strings.EqualFold(name, "set-cookie"):
			pair, _, _ := strings.Cut(value, ";")
			pairs = append(pairs, strings.TrimSpace(pair))
		case named && strings.EqualFold(name, "cookie"):
			pairs = append(pairs, strings.TrimSpace(value))
		case line != "":
			pairs = append(pairs, line)
		}
	}
	return strings.Join(pairs, "; ")
}

func (e *Explanation) ask(ctx context.Context, q check.Question) error {
	answer, err := check.Ask(ctx, q)
	var failure *check.Failure
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &failure):
		e.Answer = &check.Answer{Asked: failure.Asked, Got: check.Mask(failure.Got), Cause: failure.Cause}
	case err != nil:
		e.Unasked = check.Mask(err.Error())
	default:
		e.Answer = &answer
	}
	return nil
}

// conclude weighs both: the answer decides, and what was found offline says more
// exactly why.
func (e *Explanation) conclude() {
	offline := likeliest(e.Offline)
	switch a := e.Answer; {
	case a == nil && e.Offline.Verdict == inspect.Refused:
		e.Verdict, e.Cause = Refused, offline
	case a == nil && e.Offline.Verdict == inspect.Accepted:
		e.Verdict = Opens
	case a == nil:
		e.Verdict = Unknown
	case a.Served():
		e.Verdict = Opens
	case a.Status == 0, a.Cause == "channel-idle":
		e.Verdict, e.Cause = Unknown, a.Cause
	case e.Offline.Verdict == inspect.Refused && agrees(a, e.Offline):
		e.Verdict, e.Cause = Refused, offline
	default:
		e.Verdict, e.Cause = Refused, a.Cause
	}
}

// agrees reports whether the answer is the one that was foretold, so that what was
// found explains it.
func agrees(a *check.Answer, r *inspect.Report) bool {
	return r.Status == a.Status && strings.Contains(a.Got, r.Code)
}
