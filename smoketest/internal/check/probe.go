package check

import (
	"context"
	"crypto/tls"
	"net/http/httptrace"
	"strings"
	"sync"
	"time"
)

// Request is one request that a check sent and what came of it, masked.
type Request struct {
	Asked    string        // method and address
	Control  bool          // it had to answer 200 before a refusal could count
	Attempts int           // how often it was sent: more than once over a bad network
	Status   int           // 0 if no answer came
	Error    string        // why no answer came
	Bytes    int           // of the body
	Started  time.Time     // of the last attempt
	Elapsed  time.Duration // until the body was whole
	Timing   Timing
	Cache    string // what the edge's cache did: "Hit", "Miss", "RefreshHit", "Error"; "" if nobody says
	Edge     string // code of the edge location: "FRA56-P4"; "" if nobody says
}

// Hit reports whether the edge had it, revalidated or not.
func (r Request) Hit() bool { return isHit(r.Cache) }

func isHit(cacheWord string) bool { return cacheWord == "Hit" || cacheWord == "RefreshHit" }

// Timing is where the time of a request went. DNS, Connect and TLS are zero on a
// connection that was open already.
type Timing struct {
	DNS       time.Duration
	Connect   time.Duration
	TLS       time.Duration
	FirstByte time.Duration // from the start of the request to the first byte of the answer
}

// probe notes what one check does. It travels in the context of its requests.
type probe struct {
	check string

	mu       sync.Mutex
	requests []Request
}

type probeKey struct{}

func withProbe(ctx context.Context, p *probe) context.Context {
	return context.WithValue(ctx, probeKey{}, p)
}

// probeOf returns the probe of the check that ctx belongs to.
func probeOf(ctx context.Context) *probe {
	if p, ok := ctx.Value(probeKey{}).(*probe); ok {
		return p
	}
	return &probe{}
}

func (p *probe) note(r Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.requests = append(p.requests, r)
}

// taken returns the requests so far.
func (p *probe) taken() []Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.requests
}

// stopwatch measures one attempt. The transport calls it from goroutines of its own,
// also after the answer has come.
type stopwatch struct {
	mu      sync.Mutex
	started time.Time
	dns     time.Time
	connect time.Time
	tls     time.Time
	settled bool // the request has its connection
	timing  Timing
}

// trace returns ctx with the stopwatch running.
func (w *stopwatch) trace(ctx context.Context) context.Context {
	w.started = time.Now()
	mark := func(at *time.Time) {
		w.mu.Lock()
		defer w.mu.Unlock()
		*at = time.Now()
	}
	since := func(at *time.Time, into *time.Duration) {
		w.mu.Lock()
		defer w.mu.Unlock()
		if !at.IsZero() && !w.settled {
			*into = time.Since(*at)
		}
	}
	// A connection that was begun for this request is of no account when another one
	// became free in the meantime.
	got := func(conn httptrace.GotConnInfo) {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.settled = true; conn.Reused {
			w.timing = Timing{}
		}
	}
	firstByte := func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.timing.FirstByte = time.Since(w.started)
	}
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		DNSStart:             func(httptrace.DNSStartInfo) { mark(&w.dns) },
		DNSDone:              func(httptrace.DNSDoneInfo) { since(&w.dns, &w.timing.DNS) },
		ConnectStart:         func(_, _ string) { mark(&w.connect) },
		ConnectDone:          func(_, _ string, _ error) { since(&w.connect, &w.timing.Connect) },
		TLSHandshakeStart:    func() { mark(&w.tls) },
		TLSHandshakeDone:     func(tls.ConnectionState, error) { since(&w.tls, &w.timing.TLS) },
		GotConn:              got,
		GotFirstResponseByte: firstByte,
	})
}

func (w *stopwatch) read() (elapsed time.Duration, t Timing) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Since(w.started), w.timing
}

// cacheWord is the first word of X-Cache: "Hit from cloudfront".
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
func (x *exchange) cacheWord() string {
	word, from, _ := strings.Cut(x.header.Get("X-Cache"), " ")
	if from != "from cloudfront" {
		return ""
	}
	return codeword(word)
}

// edgeCode is the location of X-Amz-Cf-Pop: "FRA56-P4".
func (x *exchange) edgeCode() string { return codeword(x.header.Get("X-Amz-Cf-Pop")) }

// codeword is a short word of letters, digits and hyphens; anything else that a
// header holds has no place in a report.
func codeword(text string) string {
	odd := func(r rune) bool {
		return r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}
	if len(text) > 24 || strings.ContainsFunc(text, odd) {
		return ""
	}
	return text
}
