package bucket

import (
	"bytes"
	"fmt"
	"hash/crc64"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type fields = map[string]string

func TestPutObjectOverHTTP(t *testing.T) {
	s := newKeyed(t)
	a := want(t, s, "put", signed{method: "PUT", path: "/x/y.m3u8", body: "hello", header: fields{
		"Content-Type": "application/vnd.apple.mpegurl", "Cache-Control": "max-age=5", "Content-Disposition": "inline", "Content-Encoding": "gzip",
		"Content-Language": "de", "Expires": "Sun, 01 Mar 2026 13:00:00 GMT", "X-Amz-Meta-Title": "one", "Content-Md5": "XUFAKrxLKna5cZ2REBfFkg==",
		"X-Amz-Acl": "bucket-owner-full-control", "X-Amz-Server-Side-Encryption": "AES256", "X-Amz-Storage-Class": "STANDARD_IA"}}, 200, "")
	if a.header.Get("ETag") != `"5d41402abc4b2a76b9719d911017c592"` || a.header.Get("X-Amz-Server-Side-Encryption") != "AES256" || a.body != "" || a.header.Get("X-Amz-Version-Id") != "" {
		t.Errorf("PUT = %v %q", a.header, a.body)
	}
	got, err := s.Object("media", "x/y.m3u8")
	wanted := Object{Body: []byte("hello"), ContentType: "application/vnd.apple.mpegurl", CacheControl: "max-age=5", ContentDisposition: "inline",
		ContentEncoding: "gzip", ContentLanguage: "de", Expires: "Sun, 01 Mar 2026 13:00:00 GMT", Metadata: fields{"title": "one"},
		ETag: "5d41402abc4b2a76b9719d911017c592", LastModified: start, Encryption: "AES256", StorageClass: "STANDARD_IA"}
	if diff := cmp.Diff(wanted, got); err != nil || diff != "" {
		t.Errorf("Object: %v, -want +got:\n%s", err, diff)
	}
	h := want(t, s, "head", signed{method: "HEAD", path: "/x/y.m3u8", header: fields{"X-Amz-Checksum-Mode": "ENABLED"}}, 200, "").header
	for name, v := range map[string]string{"Content-Disposition": "inline", "Content-Encoding": "gzip", "Content-Language": "de", "Expires": "Sun, 01 Mar 2026 13:00:00 GMT",
		"X-Amz-Meta-Title": "one", "X-Amz-Storage-Class": "STANDARD_IA", "X-Amz-Checksum-Type": "FULL_OBJECT", "Content-Length": "5"} {
		if h.Get(name) != v {
			t.Errorf("HEAD %s = %q, want %q", name, h.Get(name), v)
		}
	}
	a = want(t, s, "416", signed{path: "/x/y.m3u8", header: fields{"Range": "bytes=9-"}}, 416, "InvalidRange")
	if a.header.Get("X-Amz-Meta-Title") != "" {
		t.Errorf("416 describes the object: %v", a.header)
	}
	want(t, s, "conditional delete", signed{method: "DELETE", path: "/x/y.m3u8", header: fields{"If-Match": "x"}}, 501, "NotImplemented")
	want(t, s, "delete with MFA", signed{method: "DELETE", path: "/x/y.m3u8", header: fields{"X-Amz-Mfa": "x"}}, 501, "NotImplemented")
	want(t, s, "delete", signed{method: "DELETE", path: "/x/y.m3u8"}, 204, "")
	want(t, s, "delete again", signed{method: "DELETE", path: "/x/y.m3u8"}, 204, "")
	want(t, s, "gone", signed{path: "/x/y.m3u8"}, 404, "NoSuchKey")
}

func TestRefusedUploads(t *testing.T) {
	s := newKeyed(t)
	s.options.MaxObjectSize = 10
	for _, c := range []struct {
		name   string
		header fields
		status int
		code   string
	}{
		{"MD5 of something else", fields{"Content-Md5": "AAAAAAAAAAAAAAAAAAAAAA=="}, 400, "BadDigest"},
		{"MD5 that is none", fields{"Content-Md5": "AAAA"}, 400, "InvalidDigest"},
		{"checksum of something else", fields{"X-Amz-Checksum-Crc32": "AAAAAA=="}, 400, "BadDigest"},
		{"checksum that is none", fields{"X-Amz-Checksum-Crc32": "AA"}, 400, "InvalidRequest"},
		{"two checksums", fields{"X-Amz-Checksum-Crc32": "NhCmhg==", "X-Amz-Checksum-Sha1": "qvTGHdzF6KLavt4PO0gs2a6pQ00="}, 400, "InvalidRequest"},
		{"unknown checksum", fields{"X-Amz-Checksum-Xxhash3": "AA"}, 501, "NotImplemented"},
		{"announced and not sent", fields{"X-Amz-Sdk-Checksum-Algorithm": "CRC32"}, 400, "InvalidRequest"},
		{"another one announced", fields{"X-Amz-Sdk-Checksum-Algorithm": "SHA1", "X-Amz-Checksum-Crc32": "NhCmhg=="}, 400, "InvalidRequest"},
		{"trailer without chunks", fields{"X-Amz-Trailer": "x-amz-checksum-crc32"}, 400, "InvalidRequest"},
		{"public ACL", fields{"X-Amz-Acl": "public-read"}, 400, "AccessControlListNotSupported"},
		{"private ACL", fields{"X-Amz-Acl": "private"}, 400, "AccessControlListNotSupported"},
		{"grant", fields{"X-Amz-Grant-Read": "id=x"}, 400, "AccessControlListNotSupported"},
		{"ACL that is none", fields{"X-Amz-Acl": "mine"}, 400, "InvalidArgument"},
		{"unknown encryption", fields{"X-Amz-Server-Side-Encryption": "rot13"}, 400, "InvalidArgument"},
		{"two layers of encryption", fields{"X-Amz-Server-Side-Encryption": "aws:kms:dsse"}, 501, "NotImplemented"},
		{"a customer's key", fields{"X-Amz-Server-Side-Encryption-Customer-Algorithm": "AES256"}, 501, "NotImplemented"},
		{"tags", fields{"X-Amz-Tagging": "a=b"}, 501, "NotImplemented"},
		{"archive", fields{"X-Amz-Storage-Class": "GLACIER"}, 501, "NotImplemented"},
		{"unknown class", fields{"X-Amz-Storage-Class": "GOLD"}, 400, "InvalidStorageClass"},
		{"much metadata", fields{"X-Amz-Meta-A": strings.Repeat("x", 2048)}, 400, "MetadataTooLarge"},
		{"another owner expected", fields{"X-Amz-Expected-Bucket-Owner": "999988887777"}, 403, "AccessDenied"},
		{"there is none to match", fields{"If-Match": `"5d41402abc4b2a76b9719d911017c592"`}, 404, "NoSuchKey"},
		{"conditional on an entity", fields{"If-None-Match": `"x"`}, 501, "NotImplemented"},
	} {
		want(t, s, c.name, signed{method: "PUT", path: "/x", body: "hello", header: c.header}, c.status, c.code)
	}
	want(t, s, "too large", signed{method: "PUT", path: "/x", body: "hello, world"}, 400, "EntityTooLarge")
	want(t, s, "too long a key", signed{method: "PUT", path: "/" + strings.Repeat("k", 1025)}, 400, "KeyTooLongError")
	want(t, s, "no length", signed{method: "PUT", path: "/x", alter: func(r *http.Request) { r.ContentLength = -1 }}, 411, "MissingContentLength")
	want(t, s, "cut short", signed{method: "PUT", path: "/x", body: "hell", alter: func(r *http.Request) { r.ContentLength = 5 }}, 400, "IncompleteBody")
	want(t, s, "other body", signed{method: "PUT", path: "/x", body: "hello", change: func(g *testSigner) { g.hash = emptyHash }}, 400, "XAmzContentSHA256Mismatch")
	if keys, _ := s.Keys("media"); len(keys) != 1 {
		t.Errorf("Keys = %q, want the one object", keys)
	}
	want(t, s, "new", signed{method: "PUT", path: "/x", body: "hello", header: fields{"If-None-Match": "*"}}, 200, "")
	want(t, s, "not new", signed{method: "PUT", path: "/x", body: "hello", header: fields{"If-None-Match": "*"}}, 412, "PreconditionFailed")
	want(t, s, "same", signed{method: "PUT", path: "/x", body: "hello", header: fields{"If-Match": `"5d41402abc4b2a76b9719d911017c592"`}}, 200, "")
	want(t, s, "not same", signed{method: "PUT", path: "/x", body: "hello", header: fields{"If-Match": `"x"`}}, 412, "PreconditionFailed")
}

func TestACLsWithoutEnforcement(t *testing.T) {
	s := newKeyed(t)
	s.PutOwnershipControls("media", ObjectWriter)
	c := signed{method: "PUT", path: "/x"}
	for acl, code := range map[string]string{"private": "", "bucket-owner-full-control": "", "public-read": "AccessDenied", "authenticated-read": "AccessDenied", "bucket-owner-read": "NotImplemented"} {
		c.header = fields{"X-Amz-Acl": acl}
		if a := send(t, s, c); a.code != code {
			t.Errorf("PUT with ACL %s = %d %q, want %q", acl, a.status, a.code, code)
		}
	}
	s.DeletePublicAccessBlock("media")
	c.header = fields{"X-Amz-Acl": "public-read"}
	want(t, s, "public, not blocked", c, 501, "NotImplemented")
	setPolicy(t, s, policyOf(statementOf("Allow", `{"AWS":"`+stranger+`"}`, `"s3:PutObject"`, objects, "")))
	want(t, s, "another account's object", signed{method: "PUT", path: "/x", by: strangerKey}, 501, "NotImplemented")
	s.PutOwnershipControls("media", BucketOwnerEnforced)
	want(t, s, "enforced", signed{method: "PUT", path: "/x", by: strangerKey}, 200, "")
	want(t, s, "with KMS", signed{method: "PUT", path: "/x", by: strangerKey, header: fields{"X-Amz-Server-Side-Encryption": "aws:kms"}}, 403, "AccessDenied")
}

func TestChecksums(t *testing.T) {
	if got := crc64.Checksum([]byte("123456789"), crc64.MakeTable(nvme)); got != 0xae8b14860a799888 {
		t.Errorf("CRC-64/NVME = %x, want the check value ae8b14860a799888", got)
	}
	s := newKeyed(t)
	for name, v := range map[string]string{"crc32": "NhCmhg==", "crc32c": "mnG7TA==", "sha1": "qvTGHdzF6KLavt4PO0gs2a6pQ00=",
		"sha256": "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=", "crc64nvme": sum("crc64nvme", []byte("hello")).value} {
		a := want(t, s, name, signed{method: "PUT", path: "/" + name, body: "hello", header: fields{"X-Amz-Checksum-" + name: v, "X-Amz-Sdk-Checksum-Algorithm": strings.ToUpper(name)}}, 200, "")
		get := want(t, s, name, signed{path: "/" + name, header: fields{"X-Amz-Checksum-Mode": "ENABLED"}}, 200, "")
		if a.header.Get("x-amz-checksum-"+name) != v || get.header.Get("x-amz-checksum-"+name) != v {
			t.Errorf("%s: PUT %v, GET %v, want %s", name, a.header, get.header, v)
		}
		part := want(t, s, name, signed{path: "/" + name, header: fields{"X-Amz-Checksum-Mode": "ENABLED", "Range": "bytes=0-1"}}, 206, "")
		if part.header.Get("x-amz-checksum-"+name) != "" {
			t.Errorf("%s: a part has the checksum of the whole", name)
		}
	}
}

func TestChunkedUploads(t *testing.T) {
	first, last := bytes.Repeat([]byte("a"), 8192), []byte("end")
	whole := string(first) + string(last)
	crc := sum("crc32", []byte(whole)).value
	plain := func(trailer string, data ...[]byte) []byte {
		var b bytes.Buffer
		for _, d := range data {
			fmt.Fprintf(&b, "%x\r\n%s\r\n", len(d), d)
		}
		fmt.Fprintf(&b, "0\r\n%s\r\n\r\n", trailer)
		return b.Bytes()
	}
	damaged := func(from, to string, trailer string) func(testSigner, string) []byte {
		return func(g testSigner, seed string) []byte {
			return bytes.Replace(g.chunks(seed, trailer, first, last), []byte(from), []byte(to), 1)
		}
	}
	unsigned := func(body []byte) func(testSigner, string) []byte {
		return func(testSigner, string) []byte { return body }
	}
	for _, c := range []struct {
		name, hash, trailer string
		length              int
		encode              func(testSigner, string) []byte
		status              int
		code                string
	}{
		{"signed", signedChunks, "", 8195, damaged("", "", ""), 200, ""},
		{"signed with trailer", signedChunksWithTrailer, "x-amz-checksum-crc32", 8195, damaged("", "", "x-amz-checksum-crc32:"+crc), 200, ""},
		{"unsigned with trailer", unsignedChunksAndTrailer, "x-amz-checksum-crc32", 8195, unsigned(plain("x-amz-checksum-crc32:"+crc, first, last)), 200, ""},

		{"data changed", signedChunks, "", 8195, damaged("aaa", "aab", ""), 403, "SignatureDoesNotMatch"},
		{"last chunk changed", signedChunks, "", 8195, damaged("end", "END", ""), 403, "SignatureDoesNotMatch"},
		{"last signature changed", signedChunks, "", 8195, damaged("\r\n0;chunk-signature=", "\r\n0;chunk-signature=0", ""), 403, "SignatureDoesNotMatch"},
		{"chunk without signature", signedChunks, "", 8195, damaged(";chunk-signature=", ";x=", ""), 400, "IncompleteBody"},
		{"size that is none", signedChunks, "", 8195, damaged("2000;", "-2000;", ""), 400, "IncompleteBody"},
		{"huge size", signedChunks, "", 8195, damaged("2000;", "7fffffff;", ""), 400, "IncompleteBody"},
		{"longer than declared", signedChunks, "", 8194, damaged("", "", ""), 400, "IncompleteBody"},
		{"shorter than declared", signedChunks, "", 8196, damaged("", "", ""), 400, "IncompleteBody"},
		{"small chunk first", signedChunks, "", 8195, func(g testSigner, seed string) []byte { return g.chunks(seed, "", last, first) }, 403, "InvalidChunkSizeError"},
		{"something behind", signedChunks, "", 8195, func(g testSigner, seed string) []byte {
			return append(g.chunks(seed, "", first, last), 'x')
		}, 400, "MalformedTrailerError"},
		{"trailer of another body", signedChunksWithTrailer, "x-amz-checksum-crc32", 8195, damaged("", "", "x-amz-checksum-crc32:AAAAAA=="), 400, "BadDigest"},
		{"trailer changed", signedChunksWithTrailer, "x-amz-checksum-crc32", 8195, damaged(crc, "AAAAAA==", "x-amz-checksum-crc32:"+crc), 403, "SignatureDoesNotMatch"},
		{"trailer without signature", signedChunksWithTrailer, "x-amz-checksum-crc32", 8195, damaged("x-amz-trailer-signature", "x", "x-amz-checksum-crc32:"+crc), 400, "MalformedTrailerError"},
		{"another trailer", signedChunksWithTrailer, "x-amz-checksum-crc32", 8195, damaged("", "", "x-amz-checksum-sha1:"+crc), 400, "MalformedTrailerError"},
		{"no trailer", unsignedChunksAndTrailer, "x-amz-checksum-crc32", 8195, unsigned([]byte("0\r\n\r\n")), 400, "IncompleteBody"},
		{"no trailer line", unsignedChunksAndTrailer, "x-amz-checksum-crc32", 0, unsigned([]byte("0\r\n\r\n")), 400, "MalformedTrailerError"},
		{"trailer that is no checksum", unsignedChunksAndTrailer, "x-test", 8195, unsigned(plain("x-test:1", first, last)), 400, "InvalidRequest"},
		{"trailer not announced", unsignedChunksAndTrailer, "", 8195, unsigned(plain("x-amz-checksum-crc32:"+crc, first, last)), 400, "InvalidRequest"},
	} {
		s := newKeyed(t)
		header := fields{"X-Amz-Decoded-Content-Length": fmt.Sprint(c.length), "Content-Encoding": "aws-chunked"}
		if c.trailer != "" {
			header["X-Amz-Trailer"] = c.trailer
		}
		want(t, s, c.name, signed{method: "PUT", path: "/x", header: header, encode: c.encode,
			change: func(g *testSigner) { g.hash = c.hash }}, c.status, c.code)
		o, err := s.Object("media", "x")
		if stored := err == nil; stored != (c.status == 200) || stored && (string(o.Body) != whole || o.ContentEncoding != "") {
			t.Errorf("%s: stored %t, %d bytes, encoding %q", c.name, stored, len(o.Body), o.ContentEncoding)
		}
	}
}

func TestCopyObject(t *testing.T) {
	s := newKeyed(t)
	s.CreateBucket("other")
	want(t, s, "put", signed{method: "PUT", path: "/a%20b", body: "hello", header: fields{"Content-Type": "video/mp2t", "X-Amz-Meta-A": "1"}}, 200, "")
	copyOf := func(source string, header fields) signed {
		h := fields{"X-Amz-Copy-Source": source}
		for name, v := range header {
			h[name] = v
		}
		return signed{method: "PUT", host: "other.s3." + region + ".amazonaws.com", path: "/c", header: h}
	}
	a := want(t, s, "copy", copyOf("/media/a%20b", nil), 200, "")
	if !strings.Contains(a.body, `<CopyObjectResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LastModified>2026-03-01T12:00:00.000Z</LastModified><ETag>&#34;5d41402abc4b2a76b9719d911017c592&#34;</ETag>`) {
		t.Errorf("body = %s", a.body)
	}
	if o, _ := s.Object("other", "c"); string(o.Body) != "hello" || o.ContentType != "video/mp2t" || o.Metadata["a"] != "1" {
		t.Errorf("copy = %+v", o)
	}
	want(t, s, "replace", copyOf("media/a%20b", fields{"X-Amz-Metadata-Directive": "REPLACE", "Content-Type": "text/plain"}), 200, "")
	if o, _ := s.Object("other", "c"); o.ContentType != "text/plain" || o.Metadata != nil {
		t.Errorf("copy = %+v", o)
	}
	const tag = `"5d41402abc4b2a76b9719d911017c592"`
	for _, c := range []struct {
		name, source string
		header       fields
		status       int
		code         string
	}{
		{"no such key", "media/none", nil, 404, "NoSuchKey"},
		{"no such bucket", "nobody/none", nil, 404, "NoSuchBucket"},
		{"no such version", "media/a%20b?versionId=" + strings.Repeat("v", 32), nil, 404, "NoSuchVersion"},
		{"no version id", "media/a%20b?versionId=", nil, 400, "InvalidArgument"},
		{"no key", "media", nil, 400, "InvalidArgument"},
		{"bad escape", "media/%zz", nil, 400, "InvalidArgument"},
		{"directive", "media/a%20b", fields{"X-Amz-Metadata-Directive": "MERGE"}, 400, "InvalidArgument"},
		{"onto itself", "other/c", nil, 400, "InvalidRequest"},
		{"if match", "media/a%20b", fields{"X-Amz-Copy-Source-If-Match": tag}, 200, ""},
		{"if match fails", "media/a%20b", fields{"X-Amz-Copy-Source-If-Match": `"x"`}, 412, "PreconditionFailed"},
		{"if none match fails", "media/a%20b", fields{"X-Amz-Copy-Source-If-None-Match": tag}, 412, "PreconditionFailed"},
		{"another owner", "media/a%20b", fields{"X-Amz-Source-Expected-Bucket-Owner": "999988887777"}, 403, "AccessDenied"},
	} {
		want(t, s, c.name, copyOf(c.source, c.header), c.status, c.code)
	}
	setPolicy(t, s, policyOf(statementOf("Deny", `"*"`, `"s3:GetObject"`, objects, "")))
	want(t, s, "source denied", copyOf("media/a%20b", nil), 403, "AccessDenied")
}
