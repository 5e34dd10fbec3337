package bucket

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

// documented is the service of the examples in AWS's documentation.
func documented(t *testing.T) *Service {
	s := New(Options{
		Now: func() time.Time { return time.Date(2013, 5, 24, 0, 0, 0, 0, time.UTC) },
		Credentials: func(id string) (string, string, bool) {
			return "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "arn:aws:iam::123456789012:root", id == "AKIAIOSFODNN7EXAMPLE"
		},
	})
	s.CreateBucket("examplebucket")
	s.PutObject("examplebucket", "test.txt", Object{Body: []byte("0123456789abc")})
	return s
}

const exampleCredential = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders="

// TestPublishedSignatures runs the examples of sig-v4-header-based-auth.html,
// sigv4-query-string-auth.html, sigv4-streaming.html and
// sigv4-streaming-trailers.html.
func TestPublishedSignatures(t *testing.T) {
	const bucketHost = "https://examplebucket.s3.amazonaws.com"
	a66560 := bytes.Repeat([]byte("a"), 66560)
	chunked := func(trailer string, signatures ...string) string {
		var b strings.Builder
		for i, size := range []int{65536, 1024, 0} {
			b.WriteString(strconv.FormatInt(int64(size), 16) + ";chunk-signature=" + signatures[i] + "\r\n")
			if size > 0 {
				b.WriteString(strings.Repeat("a", size) + "\r\n")
			}
		}
		return b.String() + trailer + "\r\n"
	}
	for _, c := range []struct {
		name, method, url string
		header            map[string]string
		signedHeaders     string
		signature         string
		body              string
		status            int
	}{
		{"GET Object", "GET", bucketHost + "/test.txt", map[string]string{"Range": "bytes=0-9"},
			"host;range;x-amz-content-sha256;x-amz-date", "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41", "", 206},
		{"PUT Object", "PUT", bucketHost + "/test$file.text", map[string]string{"Date": "Fri, 24 May 2013 00:00:00 GMT", "X-Amz-Storage-Class": "REDUCED_REDUNDANCY",
			"X-Amz-Content-Sha256": "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"},
			"date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class", "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd", "Welcome to Amazon S3.", 200},
		{"GET Bucket Lifecycle", "GET", bucketHost + "/?lifecycle", nil,
			"host;x-amz-content-sha256;x-amz-date", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543", "", 501},
		{"Get Bucket (List Objects)", "GET", bucketHost + "/?max-keys=2&prefix=J", nil,
			"host;x-amz-content-sha256;x-amz-date", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7", "", 200},
		{"PUT Object in chunks", "PUT", "https://s3.amazonaws.com/examplebucket/chunkObject.txt",
			map[string]string{"X-Amz-Storage-Class": "REDUCED_REDUNDANCY", "X-Amz-Content-Sha256": signedChunks, "Content-Encoding": "aws-chunked",
				"X-Amz-Decoded-Content-Length": "66560"},
			"content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class",
			"4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
			chunked("", "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648", "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
				"b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"), 200},
		{"PUT Object in chunks with a trailer", "PUT", "https://s3.amazonaws.com/examplebucket/chunkObject.txt",
			map[string]string{"X-Amz-Storage-Class": "REDUCED_REDUNDANCY", "X-Amz-Content-Sha256": signedChunksWithTrailer, "Content-Encoding": "aws-chunked",
				"X-Amz-Decoded-Content-Length": "66560", "X-Amz-Trailer": "x-amz-checksum-crc32c"},
			"content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer",
			"106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
			chunked("x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n",
				"b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2", "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
				"2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992"), 200},
	} {
		s := documented(t)
		r := httptest.NewRequest(c.method, c.url, strings.NewReader(c.body))
		r.Header.Set("X-Amz-Date", "20130524T000000Z")
		r.Header.Set("X-Amz-Content-Sha256", emptyHash)
		for name, v := range c.header {
			r.Header.Set(name, v)
		}
		r.Header.Set("Authorization", exampleCredential+c.signedHeaders+",Signature="+c.signature)
		if a := record(t, s, r); a.status != c.status {
			t.Errorf("%s = %d %s, want %d", c.name, a.status, a.body, c.status)
		}
		if strings.Contains(c.name, "chunks") {
			if o, _ := s.Object("examplebucket", "chunkObject.txt"); !bytes.Equal(o.Body, a66560) || o.ContentEncoding != "" {
				t.Errorf("%s: stored %d bytes, encoding %q", c.name, len(o.Body), o.ContentEncoding)
			}
		}
	}
	s := documented(t)
	r := httptest.NewRequest("GET", bucketHost+"/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404", nil)
	if a := record(t, s, r); a.status != 200 {
		t.Errorf("presigned GET = %d %s", a.status, a.body)
	}
}

func TestSignedCallers(t *testing.T) {
	s := newKeyed(t)
	get := signed{path: "/a/b.m3u8"}
	want(t, s, "owner without a policy", get, 200, "")
	get.by = strangerKey
	want(t, s, "stranger without a policy", get, 403, "AccessDenied")
	setPolicy(t, s, policyOf(statementOf("Allow", `{"AWS":"`+stranger+`"}`, getObject, objects, "")))
	want(t, s, "stranger by the policy", get, 200, "")
	want(t, s, "stranger, another action", signed{method: "PUT", path: "/x", by: strangerKey}, 403, "AccessDenied")
	want(t, s, "stranger lists buckets", signed{path: "/", host: "s3." + region + ".amazonaws.com", by: strangerKey}, 403, "AccessDenied")
	setPolicy(t, s, policyOf(statementOf("Deny", `{"AWS":"arn:aws:iam::`+owner+`:user/uploader"}`, getObject, objects, "")))
	want(t, s, "owner denied", signed{path: "/a/b.m3u8"}, 403, "AccessDenied")
	want(t, s, "owner denied, another action", signed{path: "/?list-type=2"}, 200, "")
	setPolicy(t, s, policyOf(statementOf("Deny", `{"AWS":"arn:aws:iam::`+owner+`:root"}`, `"s3:*"`, both, "")))
	want(t, s, "account denied", signed{path: "/?list-type=2"}, 403, "AccessDenied")
	expect(t, s, "same user without a signature has no identity policy", call{path: "/a/b.m3u8", principal: "arn:aws:iam::" + owner + ":user/uploader"}, 403, "AccessDenied")
}

func TestGoodSignatures(t *testing.T) {
	s := newKeyed(t)
	put(t, s, "a +%ü/~b", Object{})
	for name, c := range map[string]signed{
		"encoded key":      {path: "/a%20%2B%25%C3%BC/~b"},
		"query":            {path: "/?list-type=2&prefix=a%20b&delimiter=%2F&start-after"},
		"repeated":         {path: "/?list-type=2&x=b&x=a"},
		"unsigned payload": {path: "/a/b.m3u8", change: func(g *testSigner) { g.hash = "UNSIGNED-PAYLOAD" }},
		"spaces":           {path: "/a/b.m3u8", header: map[string]string{"X-Amz-Meta-A": "  one two "}},
		"14 minutes late":  {path: "/a/b.m3u8", change: func(g *testSigner) { g.at = start.Add(-14 * time.Minute) }},
		"15 minutes early": {path: "/a/b.m3u8", change: func(g *testSigner) { g.at = start.Add(15 * time.Minute) }},
		"presigned":        {path: "/a/b.m3u8", change: func(g *testSigner) { g.expires = 60 }},
		"presigned, an hour old": {path: "/a/b.m3u8", change: func(g *testSigner) {
			g.at, g.expires = start.Add(-time.Hour), 3601
		}},
		"presigned for a week":    {path: "/a/b.m3u8", change: func(g *testSigner) { g.expires = 604800 }},
		"presigned with override": {path: "/a/b.m3u8?response-content-type=text%2Fplain", change: func(g *testSigner) { g.expires = 60 }},
		"path style":              {host: "s3." + region + ".amazonaws.com", path: "/media/a/b.m3u8"},
		"loopback":                {host: "127.0.0.1:9000", path: "/media/a/b.m3u8"},
		"IPv6 loopback":           {host: "[::1]:9000", path: "/media/a/b.m3u8"},
		"localhost":               {host: "localhost:9000", path: "/media/a/b.m3u8"},
		"bucket.localhost":        {host: "media.localhost:9000", path: "/a/b.m3u8"},
	} {
		want(t, s, name, c, 200, "")
	}
	want(t, s, "presigned PUT", signed{method: "PUT", path: "/p", body: "x", header: map[string]string{"Content-Type": "text/plain"},
		change: func(g *testSigner) { g.expires, g.unsigned = 60, []string{"content-type"} }}, 200, "")
}

// TestBadSignatures damages requests that are right otherwise.
func TestBadSignatures(t *testing.T) {
	s := newKeyed(t)
	set := func(name, v string) func(*http.Request) { return func(r *http.Request) { r.Header.Set(name, v) } }
	authorization := func(from, to string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), from, to, 1))
		}
	}
	query := func(change func(url.Values)) func(*http.Request) {
		return func(r *http.Request) {
			q := r.URL.Query()
			change(q)
			r.URL.RawQuery = q.Encode()
		}
	}
	parameter := func(name, v string) func(*http.Request) {
		return query(func(q url.Values) { q.Set(name, v) })
	}
	presign := func(g *testSigner) { g.expires = 60 }
	for _, c := range []struct {
		name   string
		status int
		code   string
		change func(*testSigner)
		alter  func(*http.Request)
	}{
		{"other secret", 403, "SignatureDoesNotMatch", func(g *testSigner) { g.secret = "no" }, nil},
		{"other path", 403, "SignatureDoesNotMatch", nil, func(r *http.Request) { r.URL.Path = "/other" }},
		{"other method", 403, "SignatureDoesNotMatch", nil, func(r *http.Request) { r.Method = "DELETE" }},
		{"other host", 403, "SignatureDoesNotMatch", nil, func(r *http.Request) { r.Host += ":443" }},
		{"other query", 403, "SignatureDoesNotMatch", nil, func(r *http.Request) { r.URL.RawQuery = "versionId=null" }},
		{"semicolon in query", 403, "SignatureDoesNotMatch", nil, func(r *http.Request) { r.URL.RawQuery = "a;b" }},
		{"other header", 403, "SignatureDoesNotMatch", nil, set("X-Amz-Content-Sha256", unsignedPayload)},
		{"header gone", 403, "SignatureDoesNotMatch", nil, func(r *http.Request) { r.Header.Del("X-Test") }},
		{"signature in upper case", 403, "SignatureDoesNotMatch", nil, func(r *http.Request) {
			before, after, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
			r.Header.Set("Authorization", before+"Signature="+strings.ToUpper(after)+"A")
		}},
		{"no signature", 403, "SignatureDoesNotMatch", nil, func(r *http.Request) {
			before, _, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
			r.Header.Set("Authorization", before+"Signature=")
		}},
		{"unknown key", 403, "InvalidAccessKeyId", func(g *testSigner) { g.id = "AKIDNOBODY" }, nil},
		{"session token", 400, "InvalidToken", nil, set("X-Amz-Security-Token", "t")},
		{"wrong region", 400, "AuthorizationHeaderMalformed", func(g *testSigner) { g.region = "us-east-1" }, nil},
		{"wrong service", 400, "AuthorizationHeaderMalformed", func(g *testSigner) { g.service = "ec2" }, nil},
		{"wrong terminator", 400, "AuthorizationHeaderMalformed", nil, authorization("aws4_request", "aws5_request")},
		{"day of another date", 400, "AuthorizationHeaderMalformed", nil, authorization("/20260301/", "/20260302/")},
		{"credential cut short", 400, "AuthorizationHeaderMalformed", nil, authorization("/s3/aws4_request", "")},
		{"no SignedHeaders", 400, "AuthorizationHeaderMalformed", nil, authorization("SignedHeaders=", "X=")},
		{"SignedHeaders out of order", 400, "AuthorizationHeaderMalformed", nil, authorization("SignedHeaders=", "SignedHeaders=z;")},
		{"SignedHeaders in upper case", 400, "AuthorizationHeaderMalformed", nil, authorization("SignedHeaders=h", "SignedHeaders=H")},
		{"only a scheme", 400, "AuthorizationHeaderMalformed", nil, set("Authorization", "AWS4-HMAC-SHA256")},
		{"older signature", 400, "InvalidRequest", nil, set("Authorization", "AWS AKIDOWNER:c2lnbmF0dXJl")},
		{"another scheme", 400, "InvalidArgument", nil, set("Authorization", "Bearer x")},
		{"SigV4A", 400, "InvalidArgument", nil, authorization("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256")},
		{"two mechanisms", 400, "InvalidArgument", nil, parameter("X-Amz-Signature", "00")},
		{"16 minutes late", 403, "RequestTimeTooSkewed", func(g *testSigner) { g.at = start.Add(-16 * time.Minute) }, nil},
		{"16 minutes early", 403, "RequestTimeTooSkewed", func(g *testSigner) { g.at = start.Add(16 * time.Minute) }, nil},
		{"no date", 403, "AccessDenied", nil, func(r *http.Request) { r.Header.Del("X-Amz-Date") }},
		{"no date that can be read", 403, "AccessDenied", nil, set("X-Amz-Date", "today")},
		{"unsigned x-amz header", 403, "AccessDenied", nil, set("X-Amz-Meta-A", "x")},
		{"unsigned content type", 403, "AccessDenied", nil, set("Content-Type", "text/html")},
		{"unsigned host", 403, "AccessDenied", func(g *testSigner) { g.unsigned = []string{"host"} }, nil},
		{"no payload hash", 400, "InvalidRequest", nil, func(r *http.Request) { r.Header.Del("X-Amz-Content-Sha256") }},
		{"payload hash of another form", 400, "InvalidArgument", func(g *testSigner) { g.hash = "MD5" }, nil},
		{"ECDSA chunks", 501, "NotImplemented", func(g *testSigner) { g.hash = "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD" }, nil},

		{"presigned, other secret", 403, "SignatureDoesNotMatch", func(g *testSigner) { g.expires, g.secret = 60, "no" }, nil},
		{"presigned, other path", 403, "SignatureDoesNotMatch", presign, func(r *http.Request) { r.URL.Path = "/other" }},
		{"presigned, parameter added", 403, "SignatureDoesNotMatch", presign, parameter("response-content-type", "text/html")},
		{"presigned, longer", 403, "SignatureDoesNotMatch", presign, parameter("X-Amz-Expires", "61")},
		{"presigned, POST for GET", 403, "SignatureDoesNotMatch", presign, func(r *http.Request) { r.Method = "POST" }},
		{"presigned, expired", 403, "AccessDenied", func(g *testSigner) { g.at, g.expires = start.Add(-time.Minute), 60 }, nil},
		{"presigned, from the future", 403, "AccessDenied", func(g *testSigner) { g.at, g.expires = start.Add(16*time.Minute), 60 }, nil},
		{"presigned for over a week", 400, "AuthorizationQueryParametersError", func(g *testSigner) { g.expires = 604801 }, nil},
		{"presigned for less than nothing", 400, "AuthorizationQueryParametersError", presign, parameter("X-Amz-Expires", "-1")},
		{"presigned for words", 400, "AuthorizationQueryParametersError", presign, parameter("X-Amz-Expires", "soon")},
		{"presigned, wrong region", 400, "AuthorizationQueryParametersError", func(g *testSigner) { g.expires, g.region = 60, "us-east-1" }, nil},
		{"presigned, other algorithm", 400, "AuthorizationQueryParametersError", presign, parameter("X-Amz-Algorithm", "AWS4")},
		{"presigned, no date that can be read", 400, "AuthorizationQueryParametersError", presign, parameter("X-Amz-Date", "today")},
		{"presigned, no signature", 400, "AuthorizationQueryParametersError", presign, query(func(q url.Values) { q.Del("X-Amz-Signature") })},
		{"presigned, two signatures", 400, "AuthorizationQueryParametersError", presign, query(func(q url.Values) { q.Add("X-Amz-Signature", "x") })},
		{"presigned, unsigned x-amz header", 403, "AccessDenied", presign, set("X-Amz-Acl", "public-read")},
		{"presigned, session token", 400, "InvalidToken", presign, parameter("X-Amz-Security-Token", "t")},
		{"older presigned", 400, "InvalidRequest", func(g *testSigner) { g.expires = 60 }, func(r *http.Request) {
			r.URL.RawQuery = "AWSAccessKeyId=AKIDOWNER&Expires=1&Signature=x"
		}},
	} {
		a := want(t, s, c.name, signed{path: "/a/b.m3u8", header: map[string]string{"X-Test": "1"}, change: c.change, alter: c.alter}, c.status, c.code)
		if strings.Contains(a.body, ownerSecret) {
			t.Errorf("%s: the body has the secret: %s", c.name, a.body)
		}
	}
	a := want(t, s, "region", signed{path: "/a/b.m3u8", change: func(g *testSigner) { g.region = "us-east-1" }}, 400, "AuthorizationHeaderMalformed")
	if !strings.Contains(a.body, "the region &#39;us-east-1&#39; is wrong; expecting &#39;eu-central-1&#39;</Message><Region>eu-central-1</Region>") {
		t.Errorf("body = %s", a.body)
	}
	want(t, s, "no CORS for preflights' sake", signed{method: "OPTIONS", path: "/a/b.m3u8", change: func(g *testSigner) { g.secret = "no" }}, 400, "BadRequest")
}

// A request that CloudFront's identity already vouches for cannot be signed as
// well.
func TestTwoPrincipals(t *testing.T) {
	s := newKeyed(t)
	r := httptest.NewRequest("GET", "https://"+host+"/a/b.m3u8", nil)
	ownersSigner().sign(r, nil)
	if a := record(t, s, r.WithContext(WithPrincipal(r.Context(), oaiARN))); a.status != 400 || a.code != "InvalidArgument" {
		t.Errorf("GET = %d %s, want 400 InvalidArgument", a.status, a.body)
	}
}
