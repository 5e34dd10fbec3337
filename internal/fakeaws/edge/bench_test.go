package edge

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"testing"
	"time"
)

// discard is a ResponseWriter that keeps nothing but the status.
type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) WriteHeader(status int)      { d.status = status }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }

// forEachViewer runs a benchmark for each kind of key and each carrier: a viewer
// asks again and again for one segment that is in the cache, with a signature
// that was made for the whole distribution.
func forEachViewer(b *testing.B, run func(b *testing.B, w *world, request func() *http.Request)) {
	for _, key := range []string{"P-256", "RSA"} {
		w := newWorld(b)
		if key == "RSA" {
			w.signer, w.keyID = rsaKey(), w.addKey("rsa", rsaKey())
			if _, err := w.UpdateKeyGroup(w.group.ID, w.group.ETag, KeyGroupConfig{Name: "viewers", Items: []string{w.keyID}}); err != nil {
				b.Fatal(err)
			}
		}
		policy := w.policy(w.url("/*"))
		target, cookies := w.custom(path, policy), w.cookies(policy)
		w.get(target)
		b.Run(key+"/URL", func(b *testing.B) {
			run(b, w, func() *http.Request { return w.request("GET", target) })
		})
		b.Run(key+"/cookies", func(b *testing.B) {
			run(b, w, func() *http.Request { return w.request("GET", path, cookies) })
		})
	}
}

// BenchmarkCachedSigned calls the handler, on every core.
func BenchmarkCachedSigned(b *testing.B) { forEachViewer(b, inProcess) }

// BenchmarkCachedNewlySigned verifies each time, as if no signature came twice.
func BenchmarkCachedNewlySigned(b *testing.B) {
	forEachViewer(b, func(b *testing.B, w *world, request func() *http.Request) {
		w.verified = newVerified(0)
		inProcess(b, w, request)
	})
}

func inProcess(b *testing.B, w *world, request func() *http.Request) {
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		r := request()
		for pb.Next() {
			d := &discard{header: http.Header{}}
			w.ServeHTTP(d, r)
			if d.status != http.StatusOK {
				b.Errorf("got %d, want 200", d.status)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
}

// BenchmarkCachedSignedLoopback has eight clients, each with a connection of
// HTTP/1.1 over TLS that it keeps. They share the cores with the server.
func BenchmarkCachedSignedLoopback(b *testing.B) {
	const clients = 8
	forEachViewer(b, func(b *testing.B, w *world, request func() *http.Request) {
		server := httptest.NewUnstartedServer(w)
		server.Config.ErrorLog = log.New(io.Discard, "", 0) // connections that were never needed
		server.StartTLS()
		defer server.Close()
		client := server.Client()
		transport := client.Transport.(*http.Transport)
		transport.MaxConnsPerHost, transport.MaxIdleConnsPerHost = clients, clients
		template, err := http.NewRequest("GET", server.URL+request().RequestURI, nil)
		if err != nil {
			b.Fatal(err)
		}
		template.Host, template.Header = w.dist.DomainName, request().Header
		b.SetParallelism((clients + runtime.GOMAXPROCS(0) - 1) / runtime.GOMAXPROCS(0))
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				resp, err := client.Do(template.Clone(b.Context()))
				if err != nil {
					b.Error(err)
					return
				}
				n, err := io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				if resp.StatusCode != http.StatusOK || n != int64(len(originBody)) || err != nil {
					b.Errorf("got %d with %d bytes, %v, want 200 with %d", resp.StatusCode, n, err, len(originBody))
					return
				}
			}
		})
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
	})
}

// Two hundred viewers play from the cache while the configuration changes under
// them: nobody gets anything but the content.
func TestTwoHundredViewers(t *testing.T) {
	w := newWorld(t, func(w *world, c *DistributionConfig) {
		c.DefaultBehavior.Compress = true
		c.DefaultBehavior.ResponseHeadersPolicyID = simpleCORS
	})
	w.propagation = time.Hour
	targets := make([]string, 10)
	for i := range targets {
		targets[i] = w.canned(fmt.Sprint("/asset/", i, ".ts"), time.Hour)
		w.get(targets[i])
	}
	cookies := w.cookies(w.policy(w.url("/*")))
	var viewers sync.WaitGroup
	for viewer := range 200 {
		viewers.Go(func() {
			for n := range 10 {
				i := (viewer + n) % len(targets)
				r := w.request("GET", targets[i], "Origin: "+appA, "Accept-Encoding: identity")
				if viewer%2 == 0 {
					r = w.request("GET", fmt.Sprint("/asset/", i, ".ts"), cookies, "Range: bytes=0-9")
				}
				rec := httptest.NewRecorder()
				w.ServeHTTP(rec, r)
				if rec.Code/100 != 2 || rec.Body.String() != originBody {
					t.Errorf("viewer %d: got %s %q", viewer, verdict(rec), rec.Body)
				}
			}
		})
	}
	viewers.Go(func() {
		for i := range 50 {
			d, err := w.Distribution(w.dist.ID)
			if err != nil {
				t.Error(err)
				return
			}
			d.Comment = fmt.Sprint(i)
			if _, err := w.UpdateDistribution(d.ID, d.ETag, d.DistributionConfig); err != nil {
				t.Error(err)
			}
		}
	})
	viewers.Wait()
	if len(w.fetched) != len(targets) {
		t.Errorf("the origin was asked %d times, want %d", len(w.fetched), len(targets))
	}
}
