package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"privateplayback/infra/outputs"
	"privateplayback/internal/local"
	"privateplayback/smoketest/internal/cause"
	"privateplayback/smoketest/internal/check"
)

// badConn fails when so many bytes have been read.
type badConn struct {
	net.Conn
	left int
	fail func(net.Conn) (int, error)
}

func (c *badConn) Read(p []byte) (int, error) {
	if c.left == 0 {
		return c.fail(c.Conn)
	}
	n, err := c.Conn.Read(p[:min(len(p), c.left)])
	c.left -= n
	return n, err
}

func reset(net.Conn) (int, error) { return 0, &net.OpError{Op: "read", Err: syscall.ECONNRESET} }
func cut(net.Conn) (int, error)   { return 0, io.EOF }

// stall reads what comes and keeps it.
func stall(c net.Conn) (int, error) {
	_, err := io.Copy(io.Discard, c)
	return 0, errors.Join(err, io.ErrUnexpectedEOF)
}

// slowConn reads a few bytes at a time.
type slowConn struct{ net.Conn }

func (c slowConn) Read(p []byte) (int, error) {
	time.Sleep(time.Microsecond)
	return c.Conn.Read(p[:min(len(p), 256)])
}

// network is what lies between the checks and a deployment; a fault is for
// connections or requests to one host.
type network struct {
	host string // of the distribution
	conn func(n int32, c net.Conn) net.Conn
	dial func(ctx context.Context) (net.Conn, error) // in place of the deployment
	trip func(n int32, req *http.Request) *http.Response

	next    http.RoundTripper
	dials   atomic.Int32
	queries atomic.Int32
}

// put puts the network between client and deployment.
func (n *network) put(client *http.Client) *http.Client {
	transport := client.Transport.(*http.Transport).Clone()
	dial := transport.DialContext
	transport.DialContext = func(ctx context.Context, kind, address string) (net.Conn, error) {
		if !strings.HasPrefix(address, n.host+":") {
			return dial(ctx, kind, address)
		}
		count := n.dials.Add(1)
		if n.dial != nil {
			return n.dial(ctx)
		}
		c, err := dial(ctx, kind, address)
		if err == nil && n.conn != nil {
			c = n.conn(count, c)
		}
		return c, err
	}
	if n.next = transport; n.trip == nil {
		return &http.Client{Transport: transport}
	}
	return &http.Client{Transport: n}
}

func (n *network) RoundTrip(req *http.Request) (*http.Response, error) {
	if n.trip != nil && req.URL.Hostname() == n.host {
		if resp := n.trip(n.queries.Add(1), req); resp != nil {
			return resp, nil
		}
	}
	return n.next.RoundTrip(req)
}

// page is an error page of the edge.
func page(status int, req *http.Request) *http.Response {
	return &http.Response{StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: req,
		Header: http.Header{"Content-Type": {"text/html"}, "X-Amz-Cf-Id": {"abc=="}, "Date": {time.Now().UTC().Format(http.TimeFormat)}},
		Body:   io.NopCloser(strings.NewReader("<html><h1>" + http.StatusText(status) + "</h1></html>"))}
}

// until lets a fault last for the first connections.
func until(last int32, left int, fail func(net.Conn) (int, error)) func(int32, net.Conn) net.Conn {
	return func(n int32, c net.Conn) net.Conn {
		if n > last {
			return c
		}
		return &badConn{Conn: c, left: left, fail: fail}
	}
}

const always = 1 << 30

// atServer dials a server that is not the deployment.
func atServer(s *httptest.Server) func(context.Context) (net.Conn, error) {
	return func(ctx context.Context) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "tcp", s.Listener.Addr().String())
	}
}

// A bad network between the checks and the edge: what passes by itself fails nothing,
// and what stays is named for what it is, in every check that meets it and in no
// other, without each of them waiting for it anew.
func TestBadNetwork(t *testing.T) {
	d := deploy(t, local.Options{})
	stack := readTarget(t, d).Stack
	stranger := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(stranger.Close)
	const afterHandshake, inTheBody = 3000, 9000
	tests := []struct {
		name  string
		way   network
		cause cause.ID // "" if every check passes
	}{
		{"reset at first", network{conn: until(3, 0, reset)}, ""},
		{"reset in the body at first", network{conn: until(3, inTheBody, reset)}, ""},
		{"cut off at first", network{conn: until(3, inTheBody, cut)}, ""},
		{"stalled at first", network{conn: until(2, afterHandshake, stall)}, ""},
		{"slow", network{conn: func(_ int32, c net.Conn) net.Conn { return slowConn{c} }}, ""},
		{"a burst of 500", network{trip: func(n int32, req *http.Request) *http.Response {
			if n%10 < 2 {
				return page(500, req)
			}
			return nil
		}}, ""},
		{"a burst of 503", network{trip: func(n int32, req *http.Request) *http.Response {
			if n < 20 {
				return page(503, req)
			}
			return nil
		}}, ""},

		{"reset", network{conn: until(always, 0, reset)}, "connection-reset"},
		{"cut off", network{conn: until(always, afterHandshake, cut)}, "connection-reset"},
		{"stalled", network{conn: until(always, afterHandshake, stall)}, "timeout"},
		{"503 only", network{trip: func(_ int32, req *http.Request) *http.Response { return page(503, req) }}, "service-error"},
		{"a name that leads to a stranger", network{dial: atServer(stranger)}, "certificate-name"},
		{"no such name", network{dial: func(context.Context) (net.Conn, error) {
			return nil, &net.DNSError{Err: "no such host", Name: stack.DistributionDomainName, IsNotFound: true}
		}}, "dns"},
	}
	for i := range tests {
		tt := &tests[i]
		t.Run(tt.name, func(t *testing.T) {
			tt.way.host = stack.DistributionDomainName
			checkOver(t, d, stack, &tt.way, tt.cause)
		})
	}
}

func checkOver(t *testing.T, d *local.Deployment, stack *outputs.Stack, way *network, want cause.ID) {
	t.Helper()
	client := way.put(d.Client())
	judge(t, d, stack, client, want)
	client.CloseIdleConnections()
	if n := int(way.dials.Load()); want != "" && n > 2*len(check.All()) {
		t.Errorf("%d connections were tried, want the checks to learn from one another", n)
	}
}

// judge runs every check; with a cause, all that need the distribution fail for it.
func judge(t *testing.T, d *local.Deployment, stack *outputs.Stack, client *http.Client, want cause.ID) {
	t.Helper()
	target := localTarget(d, stack)
	target.Client = client
	if target.Timeout = 9 * time.Second; want != "" {
		target.Timeout = 3 * time.Second
	}
	results, err := check.Run(t.Context(), target, check.All(), check.Options{})
	if err != nil {
		t.Fatal(err)
	}
	failed := 0
	for _, r := range results {
		alone := strings.HasPrefix(r.Check.ID, "live.") || strings.HasPrefix(r.Check.ID, "keys.live-") ||
			r.Check.Group() == "contract" && r.Check.ID != "contract.clock"
		switch {
		case r.Verdict != check.Fail:
		case want == "" || alone:
			t.Errorf("%s failed with %v (%s), want it untouched", r.Check.ID, r.Failure, r.Failure.Cause)
		case r.Failure.Cause != want:
			t.Errorf("%s failed with %v (%s), want the cause %q", r.Check.ID, r.Failure, r.Failure.Cause, want)
		default:
			failed++
		}
		if want != "" && !alone && r.Verdict == check.Pass && strings.HasPrefix(r.Check.ID, "vod.") {
			t.Errorf("%s passed without the distribution", r.Check.ID)
		}
	}
	if want != "" && failed < 40 {
		t.Errorf("%d checks failed, want all that need the distribution", failed)
	}
}
