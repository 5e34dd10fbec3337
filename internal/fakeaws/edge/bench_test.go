package edge

import (
	"crypto"
	"crypto/elliptic"
	"fmt"
	"net/http"
	"net/http/httptest"
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

// BenchmarkCachedSigned serves a segment from the cache to viewers who present a
// signed URL or cookies.
func BenchmarkCachedSigned(b *testing.B) {
	for name, key := range map[string]crypto.Signer{"ECDSA": ecdsaKey(b, elliptic.P256()), "RSA": rsaKey()} {
		w := newWorld(b)
		w.signer, w.keyID = key, w.addKey("bench", key)
		if _, err := w.UpdateKeyGroup(w.group.ID, w.group.ETag, KeyGroupConfig{Name: "viewers", Items: []string{w.keyID}}); err != nil {
			b.Fatal(err)
		}
		target, cookies := w.canned(path, time.Hour), w.cookies(w.policy(w.url("/*")))
		w.get(target)
		for carrier, request := range map[string]func() *http.Request{
			"URL":     func() *http.Request { return w.request("GET", target) },
			"cookies": func() *http.Request { return w.request("GET", path, cookies) },
		} {
			b.Run(name+"/"+carrier, func(b *testing.B) {
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
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
			})
		}
	}
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
