package explain

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"privateplayback/infra/outputs"
	"privateplayback/signer/inspect"
	"privateplayback/smoketest/internal/cause"
	"privateplayback/smoketest/internal/check"
)

// Inquiry is what is to be explained, and what is known beside it.
type Inquiry struct {
	Subject Subject
	Stack   *outputs.Stack   // nil if not known: then no signature can be checked
	Offline bool             // send nothing
	Client  *http.Client     // as in check.Target
	Timeout time.Duration    // as in check.Target
	Now     func() time.Time // nil means time.Now
}

// Explanation is what came out. Its text is String.
type Explanation struct {
	Verdict Verdict
	Cause   cause.ID // why it is refused or cannot be told; empty if no row of the table fits

	// Offline is what was found without a request; nil where nothing can be.
	Offline *inspect.Report
	// Answer is what came of the request; nil if none was sent.
	Answer *check.Answer

	inquiry Inquiry
	now     time.Time
	unasked string          // why no request was sent
	notes   []string        // sentences about the request and its answer
	byTheir *inspect.Report // Offline by the server's clock, where that is another
	doubt   cause.ID        // why it opened though it should not have
}

// Verdict is how it ends.
type Verdict string

// The verdicts. Offline, something that nothing speaks against opens if all could be
// checked, and cannot be told otherwise.
const (
	Opens   Verdict = "opens"
	Refused Verdict = "refused"
	Untold  Verdict = "cannot tell"
)

// Explain inspects, asks unless it may not, and concludes. It fails for outputs whose
// keys cannot be read, and when ctx ends.
func (i Inquiry) Explain(ctx context.Context) (*Explanation, error) {
	if i.Now == nil {
		i.Now = time.Now
	}
	e := &Explanation{inquiry: i, now: i.Now()}
	var err error
	if e.Offline, err = i.inspect(e.now); err != nil {
		return nil, err
	}
	if err := e.ask(ctx); err != nil {
		return nil, err
	}
	e.conclude()
	return e, nil
}

// inspect looks at the grant as it is at a time; nil if there is none to look at.
func (i Inquiry) inspect(at time.Time) (*inspect.Report, error) {
	var d *inspect.Deployment
	if i.Stack != nil {
		var err error
		if d, err = inspect.FromOutputs(i.Stack); err != nil {
			return nil, fmt.Errorf("reading the keys of the outputs: %w", err)
		}
	}
	s := i.Subject
	r := inspect.Request{At: at, Origin: s.origin}
	if s.url != nil {
		r.URL = s.url.String()
	}
	switch s.kind {
	case sessionURL:
		return nil, nil
	case bucketURL:
		return onlyBucket(d.URL(s.text, r)), nil
	case playbackURL, token:
		return d.Token(s.text, r), nil
	case cookies:
		return d.Cookies(s.text, r), nil
	}
	report, err := d.Any(s.text, r) // knows playback URLs under other names
	if err != nil {
		return nil, fmt.Errorf("inspecting: %w", err)
	}
	return report, nil
}

// onlyBucket keeps what holds for a URL of the bucket; nil if that is nothing.
func onlyBucket(r *inspect.Report) *inspect.Report {
	for _, f := range r.Reasons {
		if f.Code == inspect.HostIsBucket {
			return &inspect.Report{Kind: r.Kind, Verdict: inspect.Refused, Status: http.StatusForbidden, Code: "AccessDenied",
				Reasons: []inspect.Finding{f}}
		}
	}
	return nil
}

// ask sends the request, unless something is in the way.
func (e *Explanation) ask(ctx context.Context) error {
	req, why := e.request()
	if why != "" {
		e.unasked = why
		return nil
	}
	q := check.Question{Request: req, Service: e.service(), Client: e.inquiry.Client, Timeout: e.inquiry.Timeout, Now: e.inquiry.Now}
	answer, err := q.Ask(ctx)
	if err != nil {
		return err
	}
	e.Answer = &answer
	if answer.Skew != 0 {
		e.byTheir, err = e.inquiry.inspect(e.now.Add(-answer.Skew))
	}
	return err
}

// service is who should answer.
func (e *Explanation) service() check.Service {
	switch e.inquiry.Subject.kind {
	case bucketURL:
		return check.Storage
	case sessionURL:
		return check.Session
	case cookies:
		return check.CloudFront
	}
	if e.Offline != nil && e.Offline.Kind == inspect.PlaybackToken {
		return check.Live
	}
	return check.CloudFront
}

// found is the row of the first reason of a report; empty without one.
func found(r *inspect.Report) cause.ID {
	if r == nil || len(r.Reasons) == 0 {
		return ""
	}
	return rowOf(r.Kind, r.Reasons[0].Code)
}

// refuses reports whether a report foretells a refusal.
func refuses(r *inspect.Report) bool { return r != nil && r.Verdict == inspect.Refused }

// has reports whether a report has a finding among some of its lists.
func has(code inspect.Code, lists ...[]inspect.Finding) bool {
	for _, list := range lists {
		for _, f := range list {
			if f.Code == code {
				return true
			}
		}
	}
	return false
}

func (e *Explanation) note(format string, args ...any) {
	e.notes = append(e.notes, strings.TrimSpace(fmt.Sprintf(format, args...)))
}
