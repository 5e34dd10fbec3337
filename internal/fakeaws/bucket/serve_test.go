package bucket

import (
	"bytes"
	"crypto/tls"
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"privateplayback/internal/fakeaws/journal"
	"privateplayback/internal/fakeaws/journal/journaltest"
)

const host = "media.s3.eu-central-1.amazonaws.com"

// call is one request of a test. Zero: an anonymous GET over TLS 1.3 of the
// bucket "media" from 192.0.2.1.
type call struct {
	method, host, path, principal string
	header                        map[string]string
	plain                         bool
	tls                           uint16
	remote                        string
}

type answer struct {
	status int
	header http.Header
	body   string
	code   string // of an error body
}

func (c call) request() *http.Request {
	if c.method == "" {
		c.method = "GET"
	}
	if c.host == "" {
		c.host = host
	}
	scheme := "https://"
	if c.plain {
		scheme = "http://"
	}
	r := httptest.NewRequest(c.method, scheme+c.host+c.path, nil)
	r.RemoteAddr = "192.0.2.1:4711"
	if c.remote != "" {
		r.RemoteAddr = c.remote
	}
	r.TLS = &tls.ConnectionState{Version: tls.VersionTLS13}
	if c.tls != 0 {
		r.TLS.Version = c.tls
	}
	if c.plain {
		r.TLS = nil
	}
	for k, v := range c.header {
		r.Header.Set(k, v)
	}
	return r.WithContext(WithPrincipal(r.Context(), c.principal))
}

func fetch(t *testing.T, s *Service, c call) answer {
	t.Helper()
	w := httptest.NewRecorder()
	journaltest.Serve(t, journal.S3, s, w, c.request())
	a := answer{status: w.Code, header: w.Result().Header, body: w.Body.String()}
	if a.header.Get("Content-Type") == "application/xml" && a.status >= 300 && a.body != "" {
		var e struct {
			XMLName xml.Name `xml:"Error"`
			Code    string
		}
		if err := xml.Unmarshal(w.Body.Bytes(), &e); err != nil {
			t.Errorf("%s %s: body %q: %v", c.method, c.path, a.body, err)
		}
		a.code = e.Code
	}
	return a
}

// expect checks status and code; code "" is success.
func expect(t *testing.T, s *Service, name string, c call, status int, code string) answer {
	t.Helper()
	a := fetch(t, s, c)
	if a.status != status || a.code != code {
		t.Errorf("%s: %s %s%s = %d %q, want %d %q", name, c.method, c.host, c.path, a.status, a.code, status, code)
	}
	return a
}

func TestGetObject(t *testing.T) {
	s := newMedia(t)
	setPolicy(t, s, policyOf(oaiGet))
	a := expect(t, s, "OAI", call{path: "/a/b.m3u8", principal: oaiARN}, 200, "")
	if a.body != "#EXTM3U\n" {
		t.Errorf("body = %q", a.body)
	}
	want := map[string]string{
		"Content-Type": "application/vnd.apple.mpegurl", "Content-Length": "8", "Cache-Control": "max-age=5",
		"Last-Modified": "Sun, 01 Mar 2026 12:00:00 GMT",
		"Date":          "Sun, 01 Mar 2026 12:00:00 GMT", "Accept-Ranges": "bytes", "Server": "AmazonS3",
		"X-Amz-Server-Side-Encryption": "AES256", "Vary": "", "Access-Control-Allow-Origin": "",
	}
	o, _ := s.Object("media", "a/b.m3u8")
	want["Etag"] = `"` + o.ETag + `"`
	got := map[string]string{}
	for name := range want {
		got[name] = a.header.Get(name)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("headers -want +got:\n%s", diff)
	}
	head := expect(t, s, "HEAD", call{method: "HEAD", path: "/a/b.m3u8", principal: oaiARN}, 200, "")
	if head.body != "" || head.header.Get("Content-Length") != "8" {
		t.Errorf("HEAD: body %q, Content-Length %q", head.body, head.header.Get("Content-Length"))
	}
}

func TestErrorBody(t *testing.T) {
	s := newMedia(t)
	a := expect(t, s, "anonymous", call{path: "/a/b.m3u8"}, 403, "AccessDenied")
	want := regexp.MustCompile(`^<\?xml version="1\.0" encoding="UTF-8"\?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>([0-9A-Z]{16})</RequestId><HostId>([A-Za-z0-9+/]{76})</HostId></Error>$`)
	m := want.FindStringSubmatch(a.body)
	if m == nil {
		t.Fatalf("body = %s, want %s", a.body, want)
	}
	if a.header.Get("x-amz-request-id") != m[1] || a.header.Get("x-amz-id-2") != m[2] {
		t.Errorf("ids of body and headers differ: %v, %v", m[1:], a.header)
	}
	if ct := a.header.Get("Content-Type"); ct != "application/xml" {
		t.Errorf("Content-Type = %q", ct)
	}
	if head := fetch(t, s, call{method: "HEAD", path: "/a/b.m3u8"}); head.status != 403 || head.body != "" || head.header.Get("x-amz-request-id") == "" {
		t.Errorf("HEAD = %d %q %v, want 403 without a body", head.status, head.body, head.header)
	}
	setPolicy(t, s, policyOf(oaiGet, oaiList))
	a = expect(t, s, "missing", call{path: "/a/%3Cb%3E.m3u8", principal: oaiARN}, 404, "NoSuchKey")
	if !strings.Contains(a.body, "<Message>The specified key does not exist.</Message><Key>a/&lt;b&gt;.m3u8</Key><RequestId>") {
		t.Errorf("body = %s, want the escaped key", a.body)
	}
}

func TestMissingObject(t *testing.T) {
	for _, c := range []struct {
		name, document string
		status         int
		code           string
	}{
		{"read and list", policyOf(oaiGet, oaiList), 404, "NoSuchKey"},
		{"read alone", policyOf(oaiGet), 403, "AccessDenied"},
		{"list alone", policyOf(oaiList), 403, "AccessDenied"},
		{"list of a prefix", policyOf(oaiGet, statementOf("Allow", oai, `"s3:ListBucket"`, wholeBucket, `,"Condition":{"StringEquals":{"s3:prefix":"no/"}}`)), 403, "AccessDenied"},
	} {
		s := newMedia(t)
		setPolicy(t, s, c.document)
		expect(t, s, c.name, call{path: "/no/such", principal: oaiARN}, c.status, c.code)
		expect(t, s, c.name+", prefix in the query", call{path: "/no/such?prefix=no/", principal: oaiARN}, c.status, c.code)
		head := expect(t, s, c.name+" HEAD", call{method: "HEAD", path: "/no/such", principal: oaiARN}, c.status, "")
		if head.body != "" {
			t.Errorf("%s: HEAD body %q", c.name, head.body)
		}
	}
}

func TestHosts(t *testing.T) {
	s := newMedia(t)
	setPolicy(t, s, policyOf(oaiGet))
	good := []call{
		{host: host, path: "/a/b.m3u8"},
		{host: host + ":443", path: "/a/b.m3u8"},
		{host: "MEDIA.S3.eu-central-1.amazonaws.com", path: "/a/b.m3u8"},
		{host: "media.s3-eu-central-1.amazonaws.com", path: "/a/b.m3u8"},
		{host: "media.s3.dualstack.eu-central-1.amazonaws.com", path: "/a/b.m3u8"},
		{host: "s3.eu-central-1.amazonaws.com", path: "/media/a/b.m3u8"},
		{host: "s3.dualstack.eu-central-1.amazonaws.com", path: "/media/a/b.m3u8"},
		{host: "media", path: "/a/b.m3u8"},
	}
	for _, c := range good {
		expect(t, s, "anonymous", c, 403, "AccessDenied")
		c.principal = oaiARN
		expect(t, s, "OAI", c, 200, "")
	}
	for _, c := range []struct {
		host, path, code string
		status           int
	}{
		{"nobody.s3.eu-central-1.amazonaws.com", "/a", "NoSuchBucket", 404},
		{"s3.eu-central-1.amazonaws.com", "/nobody/a", "NoSuchBucket", 404},
		{"d111111abcdef8.cloudfront.net", "/a/b.m3u8", "NoSuchBucket", 404},
		{"s3.eu-central-1.amazonaws.com", "/", "AccessDenied", 403},
		{"media.s3.us-east-1.amazonaws.com", "/a/b.m3u8", "PermanentRedirect", 301},
		{"s3.us-east-1.amazonaws.com", "/media/a/b.m3u8", "PermanentRedirect", 301},
		{"s3.amazonaws.com", "/media/a/b.m3u8", "PermanentRedirect", 301},
		{"media.s3.amazonaws.com", "/a/b.m3u8", "TemporaryRedirect", 307},
		{"media.s3-website.eu-central-1.amazonaws.com", "/a/b.m3u8", "NoSuchWebsiteConfiguration", 404},
		{"media.s3-website-eu-central-1.amazonaws.com", "/a/b.m3u8", "NoSuchWebsiteConfiguration", 404},
		{"media.s3-accelerate.amazonaws.com", "/a/b.m3u8", "InvalidRequest", 400},
		{"media.s3-accelerate.dualstack.amazonaws.com", "/a/b.m3u8", "InvalidRequest", 400},
		{"nobody.s3-accelerate.amazonaws.com", "/a/b.m3u8", "NoSuchBucket", 404},
		{"s3-accelerate.amazonaws.com", "/media/a/b.m3u8", "NoSuchBucket", 404},
		{host, "/" + strings.Repeat("k", 1025), "KeyTooLongError", 400},
		{host, "/a%FF", "InvalidURI", 400},
	} {
		expect(t, s, "host", call{host: c.host, path: c.path, principal: oaiARN}, c.status, c.code)
	}
}

func TestRedirects(t *testing.T) {
	s := newMedia(t)
	a := expect(t, s, "legacy global", call{host: "media.s3.amazonaws.com", path: "/a/b.m3u8?x=1"}, 307, "TemporaryRedirect")
	if got, want := a.header.Get("Location"), "https://"+host+"/a/b.m3u8?x=1"; got != want {
		t.Errorf("Location = %q, want %q", got, want)
	}
	a = expect(t, s, "path style", call{host: "s3.eu-west-1.amazonaws.com", path: "/media/a"}, 301, "PermanentRedirect")
	if !strings.Contains(a.body, "<Endpoint>"+host+"</Endpoint><Bucket>media</Bucket>") || a.header.Get("x-amz-bucket-region") != region {
		t.Errorf("redirect = %v %s", a.header, a.body)
	}
	newer := New(Options{Region: "eu-south-1"})
	newer.CreateBucket("media")
	expect(t, newer, "newer region", call{host: "media.s3.amazonaws.com"}, 400, "IllegalLocationConstraintException")
	first := New(Options{Region: "us-east-1"})
	first.CreateBucket("media")
	expect(t, first, "us-east-1 global", call{host: "media.s3.amazonaws.com"}, 403, "AccessDenied")
	expect(t, first, "us-east-1 global path", call{host: "s3.amazonaws.com", path: "/media/a"}, 403, "AccessDenied")
}

func TestKeysAreDecodedOnce(t *testing.T) {
	s := newMedia(t)
	setPolicy(t, s, policyOf(oaiGet, oaiList))
	for _, key := range []string{"a+b", "a b", "a%2Bb", "/lead", "a//b", "ü", "a/../b", "q?x"} {
		put(t, s, key, Object{Body: []byte(key)})
	}
	for path, want := range map[string]string{
		"/a+b": "a b", "/a%2Bb": "a+b", "/a%20b": "a b", "/a%252Bb": "a%2Bb", "//lead": "/lead", "/%2Flead": "/lead",
		"/a//b": "a//b", "/%C3%BC": "ü", "/a/../b": "a/../b", "/q%3Fx": "q?x",
	} {
		if a := expect(t, s, "key", call{path: path, principal: oaiARN}, 200, ""); a.body != want {
			t.Errorf("GET %s = %q, want object %q", path, a.body, want)
		}
		if a := expect(t, s, "path style", call{host: "s3.eu-central-1.amazonaws.com", path: "/media" + path, principal: oaiARN}, 200, ""); a.body != want {
			t.Errorf("GET /media%s = %q, want object %q", path, a.body, want)
		}
	}
	expect(t, s, "case", call{path: "/A/b.m3u8", principal: oaiARN}, 404, "NoSuchKey")
}

func TestMethods(t *testing.T) {
	s := newMedia(t)
	setPolicy(t, s, policyOf(oaiGet, oaiList))
	for _, principal := range []string{"", oaiARN} {
		for _, c := range []struct {
			method, path, code string
			status             int
		}{
			{"PUT", "/a/b.m3u8", "AccessDenied", 403},
			{"PUT", "/new", "AccessDenied", 403},
			{"DELETE", "/a/b.m3u8", "AccessDenied", 403},
			{"POST", "/", "AccessDenied", 403},
			{"POST", "/?delete", "AccessDenied", 403},
			{"POST", "/a/b.m3u8?uploads", "AccessDenied", 403},
			{"PUT", "/", "AccessDenied", 403},
			{"DELETE", "/", "AccessDenied", 403},
			{"POST", "/a/b.m3u8", "MethodNotAllowed", 405},
			{"PATCH", "/a/b.m3u8", "MethodNotAllowed", 405},
			{"TRACE", "/", "MethodNotAllowed", 405},
			{"PUT", "/?location", "MethodNotAllowed", 405},
		} {
			expect(t, s, "by "+principal, call{method: c.method, path: c.path, principal: principal}, c.status, c.code)
		}
	}
	if keys, _ := s.Keys("media"); len(keys) != 1 {
		t.Errorf("Keys = %q, want the one object", keys)
	}
}

func TestSubresourcesAreTheirOwnActions(t *testing.T) {
	s := newMedia(t)
	setPolicy(t, s, policyOf(oaiGet, oaiList))
	for _, path := range []string{"/?acl", "/?policy", "/?versions", "/?location", "/?uploads", "/?cors", "/a/b.m3u8?acl",
		"/a/b.m3u8?tagging", "/a/b.m3u8?versionId=null", "/a/b.m3u8?attributes", "/a/b.m3u8?torrent"} {
		expect(t, s, "OAI", call{path: path, principal: oaiARN}, 403, "AccessDenied")
	}
	expect(t, s, "unknown parameter", call{path: "/a/b.m3u8?v=2&x-id=GetObject", principal: oaiARN}, 200, "")
	setPolicy(t, s, policyOf(statementOf("Allow", `{"AWS":["`+oaiARN+`","`+reader+`"]}`, `["s3:GetObjectAcl","s3:GetBucketPolicy"]`, both, "")))
	expect(t, s, "granted", call{path: "/a/b.m3u8?acl", principal: oaiARN}, 501, "NotImplemented")
	expect(t, s, "granted policy, other account", call{path: "/?policy", principal: oaiARN}, 405, "MethodNotAllowed")
	expect(t, s, "granted policy, owner", call{path: "/?policy", principal: reader}, 501, "NotImplemented")
}

func TestSignaturesAreRefused(t *testing.T) {
	s := newMedia(t)
	s.DeletePublicAccessBlock("media")
	setPolicy(t, s, publicRead)
	expect(t, s, "control", call{path: "/a/b.m3u8"}, 200, "")
	for _, c := range []call{
		{path: "/a/b.m3u8", header: map[string]string{"Authorization": "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260301/eu-central-1/s3/aws4_request"}},
		{path: "/a/b.m3u8?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE&X-Amz-Signature=00"},
		{path: "/a/b.m3u8?X-Amz-Credential=AKIDEXAMPLE"},
		{path: "/a/b.m3u8?AWSAccessKeyId=AKIDEXAMPLE&Expires=1&Signature=x"},
		{path: "/nobody", header: map[string]string{"Authorization": ""}},
	} {
		a := expect(t, s, "signed", c, 403, "InvalidAccessKeyId")
		if strings.Contains(a.body, "AKIDEXAMPLE") || !strings.Contains(a.body, "The AWS Access Key Id you provided does not exist in our records.") {
			t.Errorf("body = %s", a.body)
		}
	}
	expect(t, s, "CloudFront's signature", call{path: "/a/b.m3u8?Expires=1&Signature=x&Key-Pair-Id=K1"}, 403, "AccessDenied")
}

func TestKMS(t *testing.T) {
	s := newMedia(t)
	setPolicy(t, s, policyOf(statementOf("Allow", `{"AWS":["`+oaiARN+`","`+reader+`","`+stranger+`"]}`, getObject, objects, "")))
	s.PutEncryption("media", "aws:kms")
	put(t, s, "k", Object{Body: []byte("x")})
	expect(t, s, "object from before", call{path: "/a/b.m3u8", principal: oaiARN}, 200, "")
	expect(t, s, "OAI", call{path: "/k", principal: oaiARN}, 403, "AccessDenied")
	expect(t, s, "other account", call{path: "/k", principal: stranger}, 403, "AccessDenied")
	a := expect(t, s, "owner's role", call{path: "/k", principal: reader}, 200, "")
	if got := a.header.Get("x-amz-server-side-encryption"); got != "aws:kms" {
		t.Errorf("x-amz-server-side-encryption = %q", got)
	}
}

func TestOverrides(t *testing.T) {
	s := newMedia(t)
	s.DeletePublicAccessBlock("media")
	setPolicy(t, s, policyOf(oaiGet, publicGet))
	const path = "/a/b.m3u8?response-content-type=text/plain"
	a := expect(t, s, "OAI", call{path: path, principal: oaiARN}, 200, "")
	if got := a.header.Get("Content-Type"); got != "text/plain" {
		t.Errorf("Content-Type = %q", got)
	}
	a = expect(t, s, "anonymous", call{path: path}, 400, "InvalidRequest")
	if a.header.Get("ETag") != "" || a.header.Get("Content-Type") != "application/xml" {
		t.Errorf("headers of the refusal: %v", a.header)
	}
}

func TestServedOverHTTP(t *testing.T) {
	s := newMedia(t)
	setPolicy(t, s, policyOf(oaiGet, tlsOnly))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.ServeHTTP(w, r.WithContext(WithPrincipal(r.Context(), r.Header.Get("X-Test-Principal"))))
	}))
	defer server.Close()
	for _, principal := range []string{"", oaiARN} {
		r, err := http.NewRequest("GET", server.URL+"/a/b.m3u8", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		r.Header.Set("X-Test-Principal", principal)
		response, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		b.ReadFrom(response.Body)
		response.Body.Close()
		if response.StatusCode != 403 || !strings.Contains(b.String(), "<Code>AccessDenied</Code>") || response.Header.Get("Server") != "AmazonS3" ||
			response.Header.Get("Date") != "Sun, 01 Mar 2026 12:00:00 GMT" {
			t.Errorf("GET over HTTP by %q = %d %v %s", principal, response.StatusCode, response.Header, b.String())
		}
	}
}
