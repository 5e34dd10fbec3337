package bucket

import (
	"bufio"
	"bytes"
	"net/http/httptest"
	"testing"
)

// FuzzAuthorization sends any Authorization header and query; none may be
// taken for a signature.
func FuzzAuthorization(f *testing.F) {
	f.Add("AWS4-HMAC-SHA256 Credential=AKIDOWNER/20260301/eu-central-1/s3/aws4_request, SignedHeaders=host, Signature=00", "")
	f.Add("AWS4-HMAC-SHA256", "a;b")
	f.Add("", "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDOWNER/20260301/eu-central-1/s3/aws4_request&X-Amz-Date=20260301T120000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=00")
	f.Fuzz(func(t *testing.T, authorization, query string) {
		s := newKeyed(t)
		r := httptest.NewRequest("GET", "https://"+host+"/a/b.m3u8", nil)
		r.URL.RawQuery = query
		r.Header.Set("X-Amz-Date", "20260301T120000Z")
		r.Header.Set("X-Amz-Content-Sha256", unsignedPayload)
		if authorization != "" {
			r.Header.Set("Authorization", authorization)
		}
		w := httptest.NewRecorder()
		if s.ServeHTTP(w, r); w.Code < 400 {
			t.Errorf("Authorization %q, query %q = %d", authorization, query, w.Code)
		}
	})
}

// FuzzChunks decodes any body; what it gives has the declared length.
func FuzzChunks(f *testing.F) {
	f.Add([]byte("3\r\nend\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n"), int64(3))
	f.Add([]byte("ffffffffffffffff\r\n"), int64(1))
	f.Add([]byte("0\r\n\r\n"), int64(0))
	f.Fuzz(func(t *testing.T, body []byte, expected int64) {
		if expected < 0 {
			return
		}
		r := chunkReader{body: bufio.NewReader(bytes.NewReader(body)), expected: expected, trailer: "x-amz-checksum-crc32"}
		data, _, refused := r.read()
		if refused == nil && int64(len(data)) != expected {
			t.Errorf("read(%q) = %d bytes, want %d", body, len(data), expected)
		}
	})
}
