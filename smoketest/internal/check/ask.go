package check

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"privateplayback/infra/outputs"
	"privateplayback/smoketest/internal/cause"
)

// Question is one request that somebody expects to be served.
type Question struct {
	URL    string // http or https, with its query
	Cookie string // value of the Cookie header; "" for none
	Origin string // of the page; "" for none

	Stack   *outputs.Stack // nil: not known
	Client  *http.Client   // as in Target
	Now     func() time.Time
	Timeout time.Duration // as in Target
}

// Answer is what came of a Question. Its texts are masked.
type Answer struct {
	Asked  string // the request
	Got    string // status, code and who answered
	Status int
	Cause  cause.ID // why it was not served; "" if it was, or if no row of the table fits
}

// Served reports whether the content came.
func (a Answer) Served() bool { return a.Status >= 200 && a.Status < 300 && a.Cause == "" }

// Ask sends the request of a question and looks the answer up in the cause table. The
// error is a [*Failure] with its cause if no answer came, and plain if the request
// could not be made: a host that neither the outputs name nor AWS owns is asked
// nothing.
func Ask(ctx context.Context, q Question) (Answer, error) {
	u, err := url.Parse(q.URL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" {
		return Answer{}, fmt.Errorf("the URL is no absolute http or https URL")
	}
	s := strangersSession(q, u)
	if !s.admitted(u) {
		return Answer{}, fmt.Errorf("%q is neither a host of AWS nor in the outputs: give the outputs of its stack", u.Hostname())
	}
	req, err := plain(ctx, u)
	if err != nil {
		return Answer{}, err
	}
	for name, value := range map[string]string{"Cookie": q.Cookie, "Origin": q.Origin} {
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	x, err := s.do(req)
	if err != nil {
		return Answer{}, err
	}
	a := Answer{Asked: x.asked, Got: x.got(), Status: x.status}
	switch {
	case x.status >= 200 && x.status < 300:
		a.Cause = x.interposed()
	case x.status == http.StatusNotFound && isPlayback(u.Hostname()):
		a.Cause = "channel-idle"
	case isStorage(u.Hostname()) && x.answer().layer == storage:
		a.Cause = "host-is-bucket"
	default:
		a.Cause = explain(content, x)
	}
	return a, nil
}

// strangersSession is one without keys: it can send, and attribute what comes.
func strangersSession(q Question, u *url.URL) *session {
	if q.Now == nil {
		q.Now = time.Now
	}
	if q.Timeout <= 0 {
		q.Timeout = DefaultTimeout
	}
	stack := q.Stack
	if stack == nil {
		stack = &outputs.Stack{}
		switch host := u.Hostname(); {
		case strings.HasSuffix(host, ".cloudfront.net"):
			stack.DistributionDomainName = host
		case isStorage(host):
			stack.BucketRegionalDomainName = host
		}
	}
	base := u
	if own, err := url.Parse(stack.BaseURL); err == nil && own.Host != "" {
		base = own
	}
	s := &session{Target: Target{Stack: stack, Now: q.Now, Wait: timer, Timeout: q.Timeout}, base: base, client: plainClient(q.Client, q.Timeout)}
	s.hosts = namedHosts(stack, base)
	if q.Stack == nil {
		delete(s.hosts, u.Hostname())
	}
	if host := u.Hostname(); strings.HasSuffix(host, ".cloudfront.net") || isStorage(host) || isPlayback(host) {
		s.hosts[host] = true
	}
	return s
}

// isStorage reports whether a host is one of S3's.
func isStorage(host string) bool {
	rest, ok := strings.CutSuffix(host, ".amazonaws.com")
	return ok && (rest == "s3" || strings.HasPrefix(rest, "s3.") || strings.HasPrefix(rest, "s3-") ||
		strings.Contains(rest, ".s3.") || strings.Contains(rest, ".s3-") || strings.HasSuffix(rest, ".s3"))
}

// isPlayback reports whether a host is one of IVS's.
func isPlayback(host string) bool { return strings.HasSuffix(host, ".live-video.net") }
