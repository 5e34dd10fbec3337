package check

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"privateplayback/smoketest/internal/cause"
)

// impatient waits so many times, for no time, and then gives up.
func impatient(times int) func(context.Context, time.Duration) error {
	return func(context.Context, time.Duration) error {
		if times--; times < 0 {
			return context.DeadlineExceeded
		}
		return nil
	}
}

// hijacked takes the connection away from the server.
func hijacked(t *testing.T, w http.ResponseWriter) *net.TCPConn {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		t.Error(err)
		return nil
	}
	return conn.(interface{ NetConn() net.Conn }).NetConn().(*net.TCPConn)
}

// networkFaults are answers of a bad network or an ailing service.
func networkFaults(t *testing.T) map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"reset": func(w http.ResponseWriter, _ *http.Request) {
			conn := hijacked(t, w)
			conn.SetLinger(0)
			conn.Close()
		},
		"end before the answer": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"stall":                 func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"stall in the body": func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, "#EXTM3U\n")
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		},
		"truncated body": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, "#EXTM3U\n")
		},
		"500": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) },
		"502": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502) },
		"503": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) },
		"429": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) },
	}
}

// What passes by itself is tried again until it has, and the check never knows.
func TestPassingNetworkFaults(t *testing.T) {
	for name, fault := range networkFaults(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var seen atomic.Int32
			sound := asset()
			w := newWorld(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				if seen.Add(1) == 1 {
					fault(rw, r)
					return
				}
				sound.ServeHTTP(rw, r)
			}))
			w.target.Timeout = 3 * time.Second // a stall is given up after a third
			w.target.Wait = func(context.Context, time.Duration) error { return nil }
			r := w.run(t, "vod.grant.not-before")
			if r.Verdict != Pass || len(r.Requests) != 1 || r.Requests[0].Attempts < 2 {
				t.Errorf("%s %v after %+v, want pass with several attempts", r.Verdict, r.Failure, r.Requests)
			}
		})
	}
}

// What stays is a failure that names the network or the service, not the deployment.
func TestLastingNetworkFaults(t *testing.T) {
	wants := map[string]cause.ID{
		"reset": "connection-reset", "end before the answer": "connection-reset", "truncated body": "connection-reset",
		"stall": "timeout", "stall in the body": "timeout",
		"500": "service-error", "502": "service-error", "503": "service-error",
	}
	faults := networkFaults(t)
	for name, want := range wants {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var seen atomic.Int32
			w := newWorld(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				seen.Add(1)
				faults[name](rw, r)
			}))
			w.target.Wait = impatient(2)
			if strings.HasPrefix(name, "stall") {
				w.target.Timeout = 3 * time.Second
			}
			r := w.run(t, "vod.grant.not-before")
			if r.Verdict != Fail || r.Failure.Cause != want {
				t.Errorf("%s %+v, want fail for %q", r.Verdict, r.Failure, want)
			}
			if len(r.Requests) != 1 || r.Requests[0].Attempts != int(seen.Load()) || seen.Load() < 2 {
				t.Errorf("%+v after %d requests, want one entry that counts them", r.Requests, seen.Load())
			}
		})
	}
}

// A host that keeps silent for a whole timeout is not asked by every check anew.
func TestSilentHost(t *testing.T) {
	t.Parallel()
	var seen atomic.Int32
	w := newWorld(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		seen.Add(1)
		<-r.Context().Done()
	}))
	w.target.Timeout = time.Second
	results, err := Run(context.Background(), w.target, All(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	failed := 0
	for _, r := range results {
		if r.Verdict == Fail && r.Failure.Cause == "timeout" {
			failed++
		}
	}
	const hosts, attempts = 3, 4
	if most := int32(DefaultConcurrency * hosts * attempts); failed < 50 || seen.Load() > most {
		t.Errorf("%d checks failed by timeout after %d requests, want most of %d and at most %d requests", failed, seen.Load(), len(results), most)
	}
}

// The transport's own errors lead to their causes, and none is tried again in vain.
func TestNoWayThrough(t *testing.T) {
	sound := newWorld(t, asset())
	transport := func(change func(*http.Transport)) *http.Client {
		tr := sound.target.Client.Transport.(*http.Transport).Clone()
		change(tr)
		return &http.Client{Transport: tr}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := listener.Addr().String()
	listener.Close()
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusProxyAuthRequired)
	}))
	t.Cleanup(proxy.Close)
	dial := func(err error) func(*http.Transport) {
		return func(tr *http.Transport) {
			tr.DialContext = func(context.Context, string, string) (net.Conn, error) { return nil, err }
		}
	}
	tests := []struct {
		name   string
		client *http.Client
		cause  cause.ID
	}{
		{"no such name", transport(dial(&net.DNSError{Err: "no such host", Name: "d1.cloudfront.net", IsNotFound: true})), "dns"},
		{"resolver down", transport(dial(&net.DNSError{Err: "server misbehaving", Name: "d1.cloudfront.net", IsTemporary: true})), "dns"},
		{"certificate of another name", transport(func(tr *http.Transport) { tr.TLSClientConfig.ServerName = "" }), "certificate-name"},
		{"unknown authority", transport(func(tr *http.Transport) { tr.TLSClientConfig.RootCAs = nil }), "certificate-authority"},
		{"expired certificate", transport(func(tr *http.Transport) {
			tr.TLSClientConfig.Time = func() time.Time { return now().AddDate(200, 0, 0) }
		}), "certificate-time"},
		{"nobody listens", transport(func(tr *http.Transport) {
			tr.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
				var d net.Dialer
				return d.DialContext(ctx, network, closed)
			}
		}), "connection-refused"},
		{"proxy wants a login", transport(func(tr *http.Transport) {
			u := mustURL(proxy.URL)
			tr.Proxy, tr.DialContext = http.ProxyURL(u), nil
		}), "proxy-login"},
	}
	for _, tt := range tests {
		w := sound
		w.target.Client, w.target.Wait = tt.client, impatient(2)
		r := w.run(t, "vod.refuse.unsigned")
		if r.Verdict != Fail || r.Failure.Cause != tt.cause {
			t.Errorf("%s: %s %+v, want fail for %q", tt.name, r.Verdict, r.Failure, tt.cause)
		}
	}
}

// Answers of somebody in between are told from those of the deployment.
func TestAnsweredInBetween(t *testing.T) {
	page := func(status int, location string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Del("X-Amz-Cf-Id")
			w.Header().Set("Content-Type", "text/html")
			if location != "" {
				w.Header().Set("Location", location)
			}
			w.WriteHeader(status)
			fmt.Fprint(w, "<html>Welcome to the hotel</html>")
		}
	}
	tests := []struct {
		name    string
		handler http.HandlerFunc
		cause   cause.ID
	}{
		{"a login page", page(200, ""), "captive-portal"},
		{"a redirect to a login page", page(302, "http://login.hotel.example/"), "captive-portal"},
		{"511", page(511, ""), "captive-portal"},
		{"407", page(407, ""), "proxy-login"},
		{"a firewall's 403", page(403, ""), "answered-between"},
		{"a clock that is wrong", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Date", now().Add(-time.Hour).Format(http.TimeFormat))
			w.Header().Set("Content-Type", textXML)
			w.WriteHeader(403)
			fmt.Fprint(w, deniedBody)
		}, "clock"},
	}
	for _, tt := range tests {
		r := newWorld(t, tt.handler).run(t, "vod.grant.not-before")
		if r.Verdict != Fail || r.Failure.Cause != tt.cause {
			t.Errorf("%s: %s %+v, want fail for %q", tt.name, r.Verdict, r.Failure, tt.cause)
		}
	}
}

// Requests carry where their time went and what the edge said of them.
func TestRequestsAreMeasured(t *testing.T) {
	f := asset()
	w := newWorld(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("X-Cache", "Hit from cloudfront")
		rw.Header().Set("X-Amz-Cf-Pop", "FRA56-P4")
		f.ServeHTTP(rw, r)
	}))
	r := w.run(t, "vod.refuse.unsigned")
	if len(r.Requests) != 2 {
		t.Fatalf("%d requests, want the control and the wrong one", len(r.Requests))
	}
	first, second := r.Requests[0], r.Requests[1]
	if !first.Control || second.Control {
		t.Errorf("controls %v, %v; want the first to be one", first.Control, second.Control)
	}
	if first.Timing.Connect <= 0 || first.Timing.TLS <= 0 || first.Timing.FirstByte <= 0 || first.Elapsed < first.Timing.FirstByte || first.Bytes == 0 {
		t.Errorf("measured %+v, want every part of a new connection", first)
	}
	if second.Timing.Connect != 0 || second.Timing.TLS != 0 {
		t.Errorf("measured %+v on an open connection", second.Timing)
	}
	if first.Cache != "Hit" || first.Edge != "FRA56-P4" {
		t.Errorf("cache %q, edge %q", first.Cache, first.Edge)
	}
	if !strings.Contains(first.Asked, "Signature=***") {
		t.Errorf("asked %q, want it masked", first.Asked)
	}
}

// spreading answers as an edge that hears of a key group after a number of requests.
func spreading(late int, turns bool) http.Handler {
	f := asset()
	var mu sync.Mutex
	seen := 0
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		seen++
		old := seen <= late || turns && seen%2 == 1
		mu.Unlock()
		if old {
			w.Header().Set("Content-Type", textXML)
			w.WriteHeader(403)
			fmt.Fprint(w, invalidKeyBody)
			return
		}
		f.ServeHTTP(w, r)
	})
}

// A failure that a spreading change explains is tried again within the budget; it
// passes when it passes twice, fails when it never did, and is not yet when it did
// now and then, or when nobody waits for the end.
func TestPropagation(t *testing.T) {
	const id = "vod.grant.not-before" // one request
	tests := []struct {
		name    string
		handler http.Handler
		budget  time.Duration
		want    Verdict
		rounds  int
	}{
		{"settled", asset(), time.Hour, Pass, 1},
		{"no budget", spreading(2, false), 0, Fail, 1},
		{"late", spreading(3, false), time.Hour, Pass, 5},
		{"passes once, at the very end", spreading(2, false), 6 * time.Second, NotYet, 3},
		{"never", spreading(1<<30, false), time.Minute, Fail, 6},
		{"in turns", spreading(0, true), 90 * time.Second, NotYet, 7},
		{"wrong for another reason", files{}, time.Hour, Fail, 1},
	}
	for _, tt := range tests {
		w := newWorld(t, tt.handler)
		clock := now()
		w.target.Now = func() time.Time { return clock }
		w.target.Wait = func(_ context.Context, d time.Duration) error { clock = clock.Add(d); return nil }
		waits := 0
		results, err := Run(context.Background(), w.target, []Check{checkOf(t, id)}, Options{Propagation: tt.budget, Waiting: func(wait Wait) {
			waits++
			if wait.Check.ID != id || wait.Failure.Cause != "key-not-in-group" || wait.Pause <= 0 || wait.Left < wait.Pause {
				t.Errorf("%s: waiting %+v", tt.name, wait)
			}
		}})
		if err != nil {
			t.Fatal(err)
		}
		if r := results[0]; r.Verdict != tt.want || r.Rounds != tt.rounds || (waits > 0) != (tt.rounds > 1) {
			t.Errorf("%s: %s after %d rounds and %d waits, want %s after %d", tt.name, r.Verdict, r.Rounds, waits, tt.want, tt.rounds)
		}
	}
}

// Others go on while one waits, and whoever interrupts the wait is told so.
func TestPropagationDoesNotHold(t *testing.T) {
	w := newWorld(t, spreading(1<<30, false))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	w.target.Wait = func(ctx context.Context, _ time.Duration) error {
		<-ctx.Done()
		return ctx.Err()
	}
	last := Check{ID: "a.last", run: func(context.Context, *session) error { cancel(); return nil }}
	checks := []Check{checkOf(t, "vod.grant.not-before"), last}
	results, err := Run(ctx, w.target, checks, Options{Propagation: time.Hour, Concurrency: 1})
	if err == nil || len(results) != 1 || results[0].Verdict != NotYet {
		t.Errorf("Run = %v, %v; want the one that waited as not yet", results, err)
	}
}
