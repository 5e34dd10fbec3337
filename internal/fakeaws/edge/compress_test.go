package edge

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// textOrigin serves n bytes of a media type with a strong ETag.
func textOrigin(n int, media string) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("ETag", `"v1"`)
		rw.Header().Set("Content-Type", media)
		if r.Header.Get("If-None-Match") == `"v1"` {
			rw.WriteHeader(http.StatusNotModified)
			return
		}
		rw.Header().Set("Content-Length", strconv.Itoa(n))
		rw.Write(repeatBytes(n))
	}
}

func compressing(_ *world, c *DistributionConfig) {
	c.DefaultBehavior.Compress = true
	c.DefaultBehavior.TrustedKeyGroups = nil
}

func TestCompression(t *testing.T) {
	const playlist = "application/vnd.apple.mpegurl"
	off := func(w *world, c *DistributionConfig) {
		compressing(w, c)
		c.DefaultBehavior.CachePolicyID = "b2884449-e4de-46a7-ac36-70bc7f1ddd6d"
	}
	for _, test := range []struct {
		name     string
		edit     func(*world, *DistributionConfig)
		origin   http.HandlerFunc
		accept   string
		encoding string
		etag     string
		vary     string
	}{
		{"playlist", compressing, textOrigin(1000, playlist), "gzip", "gzip", `W/"v1"`, "Accept-Encoding"},
		{"media type with parameter", compressing, textOrigin(2000, "Text/HTML; charset=utf-8"), "br, gzip;q=0.5", "gzip", `W/"v1"`, "Accept-Encoding"},
		{"too small", compressing, textOrigin(999, playlist), "gzip", "", `"v1"`, ""},
		{"too large", compressing, textOrigin(10_000_001, playlist), "gzip", "", `"v1"`, ""},
		{"segment", compressing, textOrigin(2000, "video/mp2t"), "gzip", "", `"v1"`, ""},
		{"viewer takes no gzip", compressing, textOrigin(2000, playlist), "br", "", `"v1"`, "Accept-Encoding"},
		{"viewer refuses gzip", compressing, textOrigin(2000, playlist), "gzip;q=0", "", `"v1"`, "Accept-Encoding"},
		{"viewer says nothing", compressing, textOrigin(2000, playlist), "", "", `"v1"`, "Accept-Encoding"},
		{"behavior says no", public, textOrigin(2000, playlist), "gzip", "", `"v1"`, ""},
		{"cache policy says no", off, textOrigin(2000, playlist), "gzip", "", `"v1"`, ""},
		{"encoded by the origin", compressing, func(rw http.ResponseWriter, r *http.Request) {
			rw.Header().Set("Content-Encoding", "br")
			textOrigin(2000, playlist)(rw, r)
		}, "br, gzip", "br", `"v1"`, ""},
		{"no length", compressing, func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Type", playlist)
			rw.Write(repeatBytes(2000))
		}, "gzip", "", "", ""},
		{"odd ETag", compressing, func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Type", playlist)
			rw.Header().Set("Content-Length", "2000")
			rw.Header().Set("ETag", "v1")
			rw.Header().Set("Vary", "Origin")
			rw.Write(repeatBytes(2000))
		}, "gzip", "gzip", "", "Origin, Accept-Encoding"},
		{"weak ETag", compressing, func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Type", playlist)
			rw.Header().Set("Content-Length", "2000")
			rw.Header().Set("ETag", `W/"v1"`)
			rw.WriteHeader(http.StatusNotFound)
			rw.Write(repeatBytes(2000))
		}, "gzip", "gzip", `W/"v1"`, "Accept-Encoding"},
	} {
		w := newWorld(t, test.edit)
		w.origin = test.origin
		for _, state := range []string{"origin", "cache"} {
			rec := w.get("/a.m3u8", "Accept-Encoding: "+test.accept)
			h := rec.Header()
			got := [3]string{h.Get("Content-Encoding"), h.Get("Etag"), h.Get("Vary")}
			if want := [3]string{test.encoding, test.etag, test.vary}; got != want {
				t.Errorf("%s, from the %s: got %q, want %q", test.name, state, got, want)
			}
			if test.encoding != "gzip" {
				continue
			}
			z, err := gzip.NewReader(rec.Body)
			if err != nil {
				t.Fatalf("%s: %v", test.name, err)
			}
			body, err := io.ReadAll(z)
			if err != nil || len(bytes.Trim(body, "x")) > 0 || len(body) < minCompressed || h.Get("Content-Length") != "" && rec.Code == 200 {
				t.Errorf("%s: got %d bytes, %v, Content-Length %q", test.name, len(body), err, h.Get("Content-Length"))
			}
		}
	}
}

// Viewers whose Accept-Encoding says the same in other words share an object.
func TestAcceptEncodingInTheKey(t *testing.T) {
	w := newWorld(t, compressing)
	w.origin = textOrigin(2000, "text/plain")
	for _, test := range []struct{ accept, sent, xCache string }{
		{"gzip", "gzip", xMiss},
		{"deflate, GZIP;q=0.8", "", xHit},
		{"gzip;q=0, identity", "", xMiss},
		{"", "", xHit},
		{"br;q=1.0, gzip, *", "br,gzip", xMiss},
		{"gzip, br", "", xHit},
		{"br", "br", xMiss},
	} {
		before := len(w.fetched)
		rec := w.get("/a.txt", "Accept-Encoding: "+test.accept)
		if got := rec.Header().Get("X-Cache"); got != test.xCache {
			t.Errorf("%q: X-Cache = %q, want %q", test.accept, got, test.xCache)
		}
		if len(w.fetched) > before && w.fetched[before].Header.Get("Accept-Encoding") != test.sent {
			t.Errorf("%q: the origin got %q, want %q", test.accept, w.fetched[before].Header.Get("Accept-Encoding"), test.sent)
		}
	}
	if got := w.do(http10(w.request("GET", "/a.txt", "Accept-Encoding: gzip"))).Header().Get("Content-Encoding"); got != "" {
		t.Errorf("HTTP/1.0: Content-Encoding = %q, want none", got)
	}
}

func TestCompressedObjectRevalidates(t *testing.T) {
	w := newWorld(t, compressing)
	w.origin = textOrigin(2000, "text/plain")
	w.get("/a.txt", "Accept-Encoding: gzip")
	w.now = w.now.Add(48 * time.Hour)
	h := w.get("/a.txt", "Accept-Encoding: gzip").Header()
	got := []string{w.fetched[1].Header.Get("If-None-Match"), h.Get("X-Cache"), h.Get("Content-Encoding"), h.Get("Etag"), h.Get("Vary")}
	want := []string{`"v1"`, xRefreshHit, "gzip", `W/"v1"`, "Accept-Encoding"}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("got %q, want %q", got, want)
	}
	if rec := w.get("/a.txt", "Accept-Encoding: gzip", `If-None-Match: W/"v1"`); rec.Code != http.StatusNotModified {
		t.Errorf("viewer's weak tag: got %d, want 304", rec.Code)
	}
	if rec := w.get("/a.txt", "Accept-Encoding: gzip", "Range: bytes=0-3", `If-Range: W/"v1"`); rec.Code != http.StatusOK {
		t.Errorf("If-Range with a weak tag: got %d, want 200", rec.Code)
	}
	if rec := w.get("/a.txt", "Accept-Encoding: gzip", "Range: bytes=0-3"); rec.Code != 206 || rec.Body.Len() != 4 || rec.Header().Get("Content-Length") != "4" {
		t.Errorf("range: got %d with %d bytes, want 206 with 4", rec.Code, rec.Body.Len())
	}
	if rec := w.do(w.request("HEAD", "/a.txt", "Accept-Encoding: gzip")); rec.Header().Get("Content-Encoding") != "gzip" || rec.Body.Len() > 0 {
		t.Errorf("HEAD: Content-Encoding = %q, %d bytes", rec.Header().Get("Content-Encoding"), rec.Body.Len())
	}
}

// An object that is in the cache when compression is turned on stays as it is,
// also when the origin confirms it.
func TestCompressionTurnedOnLater(t *testing.T) {
	w := newWorld(t, public)
	w.origin = textOrigin(2000, "text/plain")
	w.get("/a.txt", "Accept-Encoding: gzip")
	w.update(func(c *DistributionConfig) { c.DefaultBehavior.Compress = true })
	for _, after := range []time.Duration{0, 48 * time.Hour} {
		w.now = start.Add(after)
		if got := w.get("/a.txt", "Accept-Encoding: gzip").Header().Get("Content-Encoding"); got != "" {
			t.Errorf("after %v: Content-Encoding = %q, want none", after, got)
		}
	}
}
