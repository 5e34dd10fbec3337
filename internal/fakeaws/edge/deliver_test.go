package edge

import "testing"

// Each request goes to an empty cache, then to a filled one: the answer must
// be the same, and the origin must have been asked for the whole object once.
func TestPartsAndConditions(t *testing.T) {
	const modified, before, after = "Fri, 01 Jan 2027 00:00:00 GMT", "Thu, 31 Dec 2026 00:00:00 GMT", "Sat, 02 Jan 2027 00:00:00 GMT"
	for _, test := range []struct {
		name         string
		method       string
		headers      []string
		status       int
		body         string
		contentRange string
	}{
		{"whole", "GET", nil, 200, originBody, ""},
		{"first bytes", "GET", []string{"Range: bytes=0-3"}, 206, "0123", "bytes 0-3/10"},
		{"one byte", "GET", []string{"Range: bytes=9-9"}, 206, "9", "bytes 9-9/10"},
		{"to the end", "GET", []string{"Range: bytes=7-"}, 206, "789", "bytes 7-9/10"},
		{"suffix", "GET", []string{"Range: bytes=-2"}, 206, "89", "bytes 8-9/10"},
		{"long suffix", "GET", []string{"Range: bytes=-99"}, 206, originBody, "bytes 0-9/10"},
		{"beyond the end", "GET", []string{"Range: bytes=5-99999999999999999999"}, 206, "56789", "bytes 5-9/10"},
		{"starts at the end", "GET", []string{"Range: bytes=10-"}, 416, "", "bytes */10"},
		{"starts far beyond", "GET", []string{"Range: bytes=99999999999999999999-"}, 416, "", "bytes */10"},
		{"empty suffix", "GET", []string{"Range: bytes=-0"}, 416, "", "bytes */10"},
		{"reversed", "GET", []string{"Range: bytes=3-2"}, 200, originBody, ""},
		{"two ranges", "GET", []string{"Range: bytes=0-1,4-5"}, 200, originBody, ""},
		{"two ranges that overlap", "GET", []string{"Range: bytes=0-5,2-7"}, 200, originBody, ""},
		{"two ranges out of order", "GET", []string{"Range: bytes=4-5,0-1"}, 200, originBody, ""},
		{"other unit", "GET", []string{"Range: lines=0-1"}, 200, originBody, ""},
		{"not numbers", "GET", []string{"Range: bytes=a-b"}, 200, originBody, ""},
		{"only a dash", "GET", []string{"Range: bytes=-"}, 200, originBody, ""},
		{"HEAD", "HEAD", []string{"Range: bytes=0-3"}, 200, "", ""},
		{"If-Range holds", "GET", []string{"Range: bytes=0-3", `If-Range: "v1"`}, 206, "0123", "bytes 0-3/10"},
		{"If-Range date holds", "GET", []string{"Range: bytes=0-3", "If-Range: " + modified}, 206, "0123", "bytes 0-3/10"},
		{"If-Range fails", "GET", []string{"Range: bytes=0-3", `If-Range: "v2"`}, 200, originBody, ""},
		{"same tag", "GET", []string{`If-None-Match: "v0", W/"v1"`}, 304, "", ""},
		{"any tag", "GET", []string{`If-None-Match: *`}, 304, "", ""},
		{"other tag", "GET", []string{`If-None-Match: "v2"`}, 200, originBody, ""},
		{"other tag, not modified", "GET", []string{`If-None-Match: "v2"`, "If-Modified-Since: " + after}, 200, originBody, ""},
		{"not modified", "GET", []string{"If-Modified-Since: " + modified}, 304, "", ""},
		{"modified", "GET", []string{"If-Modified-Since: " + before}, 200, originBody, ""},
		{"If-Match holds", "GET", []string{`If-Match: "v1"`}, 200, originBody, ""},
		{"If-Match fails", "GET", []string{`If-Match: "v2"`}, 412, "", ""},
		{"unmodified", "GET", []string{"If-Unmodified-Since: " + modified}, 200, originBody, ""},
		{"not unmodified", "GET", []string{"If-Unmodified-Since: " + before}, 412, "", ""},
	} {
		w := newWorld(t, public)
		for _, state := range []string{"empty", "filled"} {
			if state == "filled" && test.method == "HEAD" {
				w.get("/a.ts")
				w.fetched = w.fetched[1:]
			}
			rec := w.do(w.request(test.method, "/a.ts", test.headers...))
			h := rec.Header()
			if rec.Code != test.status || rec.Body.String() != test.body || h.Get("Content-Range") != test.contentRange {
				t.Errorf("%s, %s cache: got %d %q, Content-Range %q, want %d %q, %q", test.name, state,
					rec.Code, rec.Body, h.Get("Content-Range"), test.status, test.body, test.contentRange)
			}
			if failed := h.Get("X-Cache") == xError; failed != (test.status >= 400) {
				t.Errorf("%s, %s cache: X-Cache = %q", test.name, state, h.Get("X-Cache"))
			}
			if test.status < 400 && h.Get("Etag") != `"v1"` {
				t.Errorf("%s, %s cache: ETag = %q", test.name, state, h.Get("Etag"))
			}
		}
		if test.method == "GET" && (len(w.fetched) != 1 || w.fetched[0].Header.Get("Range") != "") {
			t.Errorf("%s: %d fetches, want one for the whole object", test.name, len(w.fetched))
		}
	}
}
