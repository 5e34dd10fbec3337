package check

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"privateplayback/infra/outputs"
	"privateplayback/smoketest/internal/cause"
)

// Question is one request with somebody's grant, asked as the checks ask theirs.
type Question struct {
	Request *http.Request
	Service Service          // who should answer at its host
	Client  *http.Client     // as in Target
	Timeout time.Duration    // as in Target
	Now     func() time.Time // as in Target
}

// Service is who answers at a host.
type Service int

// The services. CloudFront stands for S3 behind it too.
const (
	CloudFront Service = iota
	Storage            // S3, asked directly
	Live               // playback of IVS
	Session            // hosts of IVS to which its playlists lead
)

// Answer is what came of a question. Its texts hold no secret.
type Answer struct {
	Asked  string // the request
	Got    string // status, who answered and with which code, an excerpt
	Status int    // 0 if no answer came
	Code   string // in the body of a refusal

	// Foreign tells that no answer came, that something in between gave it, or that
	// the service failed: it says nothing about the grant.
	Foreign bool

	// Cause explains why the object did not come; empty if it came, and if no row of
	// the table fits. It takes all clocks for right.
	Cause cause.ID

	// Exposed explains why it came, if it should not have.
	Exposed cause.ID

	// Skew is how far this machine's clock is ahead of the server's; zero if too
	// little to explain a refusal. Dated tells that the answer shows the server's, as
	// one from a cache does not.
	Skew  time.Duration
	Dated bool
}

// Opened reports whether the object came. One without bytes has no range.
func (a Answer) Opened() bool {
	return !a.Foreign && (a.Status >= 200 && a.Status < 300 || a.Status == http.StatusRequestedRangeNotSatisfiable)
}

// Ask sends the request, over a bad network again and again, and reads the answer. An
// error means that the context has ended.
func (q Question) Ask(ctx context.Context) (Answer, error) {
	req := q.Request.Clone(ctx)
	req.Header.Set("User-Agent", userAgent)
	x, err := q.session().do(req)
	var failure *Failure
	switch {
	case errors.As(err, &failure):
		f := failure.masked()
		return Answer{Asked: f.Asked, Got: f.Got, Foreign: true, Cause: f.Cause}, nil
	case err != nil:
		return Answer{}, err
	}
	return x.toQuestion(q.Service), nil
}

// toQuestion judges an answer as one to who wants the object.
func (x *exchange) toQuestion(service Service) Answer {
	a := Answer{Asked: x.asked, Got: x.got(), Status: x.status, Code: x.answer().code}
	a.Cause = x.interposed()
	a.Foreign = a.Cause != "" || again(nil, x.status)
	if skew := x.skew(); skew != 0 && !a.Foreign {
		a.Dated = true
		if skew.Abs() > skewed {
			a.Skew = skew
		}
	}
	switch {
	case a.Cause != "":
	case a.Opened():
		a.Exposed = x.fromTable(service.refuses())
		a.Got = x.delivered()
	default:
		a.Cause = x.fromTable(content)
		a.Foreign = a.Foreign && a.Cause != "origin-gone"
	}
	f := (&Failure{Asked: a.Asked, Got: a.Got, Want: a.Code}).masked()
	a.Asked, a.Got, a.Code = f.Asked, f.Got, f.Want
	return a
}

// session speaks to the host of the question and to no other.
func (q Question) session() *session {
	host := q.Request.URL.Hostname()
	t := Target{Stack: &outputs.Stack{}, Client: q.Client, Timeout: q.Timeout, Now: q.Now, Wait: timer}
	switch q.Service {
	case CloudFront:
		t.Stack.DistributionDomainName = host
	case Storage:
		t.Stack.BucketRegionalDomainName = host
	case Live:
		t.Stack.Channels = []outputs.Channel{{PlaybackURL: "https://" + host + "/"}}
	}
	if t.Now == nil {
		t.Now = time.Now
	}
	if t.Timeout <= 0 {
		t.Timeout = DefaultTimeout
	}
	return &session{Target: t, client: plainClient(q.Client, t.Timeout), base: &url.URL{}, hosts: map[string]bool{host: true}}
}

// refuses is who would have had to say no.
func (s Service) refuses() layer {
	switch s {
	case CloudFront:
		return signature
	case Storage:
		return storage
	}
	return ivsLayer
}

// delivered renders an answer that has the object.
func (x *exchange) delivered() string {
	text := fmt.Sprintf("%d, %s", x.status, x.mediaType())
	if x.mediaType() == "" {
		text = fmt.Sprintf("%d, no content type", x.status)
	}
	if word := x.cacheWord(); word != "" {
		text += ", cache: " + word
	}
	if code := x.edgeCode(); code != "" {
		text += ", edge " + code
	}
	return text
}

// Idle reports whether a status is that of a channel to which nobody broadcasts.
func (s Service) Idle(status int) bool { return s == Live && status == http.StatusNotFound }
