package check

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/net/http2"
)

// DefaultTimeout is what one request may take unless the target says otherwise.
const DefaultTimeout = 30 * time.Second

// Pauses between attempts, and which part of the timeout may pass without a byte
// before an attempt is given up.
const (
	firstBackoff = 100 * time.Millisecond
	lastBackoff  = 2 * time.Second
	stallParts   = 3
)

// errTooLarge is an answer that was not read to its end.
var errTooLarge = fmt.Errorf("more than %d bytes", maxBody)

// persist sends the request, again and again while the network or the service fails
// in a way that may pass, until the timeout ends. The last outcome counts, but for an
// attempt that the end of the timeout cut short. A host that has failed for a whole
// timeout is asked only once for as long, and one that never answered not at all.
func (s *session) persist(req *http.Request, x *exchange, control bool) error {
	weary, err := s.weary.recall(x.host)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(req.Context(), s.Timeout)
	defer cancel()
	backoff := firstBackoff
	var before exchange
	var errBefore error
	for n := 1; ; n++ {
		watch := &stopwatch{}
		err := s.attempt(ctx, req, x, watch)
		if n > 1 && ctx.Err() != nil && err != nil {
			*x, err = before, errBefore
		}
		before, errBefore = *x, err
		if canceled(req.Context(), err) {
			return err
		}
		pause := max(backoff, x.retryAfter())
		if again(err, x.status) && !weary && pause < timeLeft(ctx) && s.Wait(ctx, pause) == nil {
			backoff = min(2*backoff, lastBackoff)
			continue
		}
		if req.Context().Err() != nil {
			return req.Context().Err()
		}
		if s.clientFor(req.Context()) == s.client { // what an odd connection meets is no news of the host
			s.weary.learn(x.host, err, x.status, s.Timeout)
		}
		s.noteRequest(req, x, watch, n, control, err)
		return err
	}
}

// timeLeft is how long ctx, which has a deadline, lasts.
func timeLeft(ctx context.Context) time.Duration {
	end, _ := ctx.Deadline()
	return time.Until(end)
}

// retryAfter is how long the service wants to be left alone; zero if it does not say.
// https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
func (x *exchange) retryAfter() time.Duration {
	seconds, err := strconv.ParseUint(x.header.Get("Retry-After"), 10, 31)
	if err != nil {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

// attempt sends the request once and fills in what came. It is given up when for a
// third of the timeout not a byte comes.
func (s *session) attempt(ctx context.Context, req *http.Request, x *exchange, watch *stopwatch) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	limit := s.Timeout / stallParts
	stall := time.AfterFunc(limit, func() { cancel(errStalled) })
	defer stall.Stop()
	x.at, x.status, x.header, x.body, x.certificateEnd = s.Now(), 0, nil, nil, time.Time{}
	resp, err := s.clientFor(ctx).Do(req.WithContext(watch.trace(ctx)))
	if err == nil {
		defer resp.Body.Close()
		x.status, x.proto, x.header = resp.StatusCode, resp.Proto, resp.Header
		if resp.TLS != nil && len(resp.TLS.PeerCertificates) > 0 {
			x.certificateEnd = resp.TLS.PeerCertificates[0].NotAfter
		}
		x.body, err = readAll(resp.Body, func() { stall.Reset(limit) })
	}
	// Giving up may look like a good end: TLS says goodbye before it closes, and a
	// server that hears it ends the body properly.
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// errStalled is an attempt that was given up.
var errStalled error = stalled{}

type stalled struct{}

func (stalled) Error() string   { return "not a byte came for a third of the timeout" }
func (stalled) Timeout() bool   { return true }
func (stalled) Temporary() bool { return true }

// readAll reads body up to maxBody and calls progress with each part of it.
func readAll(body io.Reader, progress func()) ([]byte, error) {
	data, err := io.ReadAll(io.TeeReader(io.LimitReader(body, maxBody+1), heartbeat(progress)))
	if err == nil && len(data) > maxBody {
		err = errTooLarge
	}
	return data, err
}

type heartbeat func()

func (h heartbeat) Write(p []byte) (int, error) {
	h()
	return len(p), nil
}

// again reports whether another attempt may have a better end: the connection broke,
// nothing came in time, a name could not be looked up just now, or the service says
// that it is overloaded.
func again(err error, status int) bool {
	var dns *net.DNSError
	switch {
	case err == nil:
		return status == http.StatusTooManyRequests || status >= 500 && status != http.StatusNotImplemented && status != http.StatusNetworkAuthenticationRequired
	case errors.As(err, &dns):
		return !dns.IsNotFound
	}
	for _, passing := range []error{io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.ECONNREFUSED, syscall.EPIPE} {
		if errors.Is(err, passing) {
			return true
		}
	}
	var stream http2.StreamError // net/http's own has the same shape, and converts
	return timedOut(err) || errors.As(err, &stream) || isLost(err)
}

// isLost reports whether an HTTP/2 connection was given up because nothing came on it.
// net/http has no name for that.
func isLost(err error) bool { return strings.Contains(err.Error(), "http2: client connection lost") }

// noteRequest tells the check's probe and whoever listens of the last attempt.
func (s *session) noteRequest(req *http.Request, x *exchange, watch *stopwatch, attempts int, control bool, err error) {
	elapsed, timing := watch.read()
	r := Request{Asked: x.asked, Control: control, Attempts: attempts, Status: x.status, Bytes: len(x.body), Started: watch.started,
		Elapsed: elapsed, Timing: timing, Cache: x.cacheWord(), Edge: x.edgeCode()}
	if err != nil {
		r.Status, r.Error = 0, Mask(err.Error())
	}
	p := probeOf(req.Context())
	p.note(r)
	s.heard(p.check, req, *x, err)
}

// weariness remembers hosts that fail, so that a run over a dead network, or against
// a service that is down, ends after one timeout and not after one for each check.
type weariness struct {
	mu    sync.Mutex
	hosts map[string]weary
}

// weary is what is known of a host.
type weary struct {
	answered bool      // ever
	err      error     // of the last request; nil if it was answered
	until    time.Time // when it is worth trying again and again
}

// recall reports whether the host is worth one attempt only; an error stands for a
// host that is not worth any.
func (w *weariness) recall(host string) (once bool, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	h := w.hosts[host]
	if !time.Now().Before(h.until) {
		return false, nil
	}
	if h.answered {
		return true, nil
	}
	return true, h.err
}

func (w *weariness) learn(host string, err error, status int, timeout time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.hosts == nil {
		w.hosts = map[string]weary{}
	}
	h := weary{answered: err == nil || w.hosts[host].answered, err: err}
	if again(err, status) {
		h.until = time.Now().Add(timeout)
	}
	w.hosts[host] = h
}
