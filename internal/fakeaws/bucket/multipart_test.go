package bucket

import (
	"crypto/md5"
	"encoding/xml"
	"fmt"
	"strings"
	"testing"
)

type uploadTest struct {
	t  *testing.T
	s  *Service
	id string
}

func (u *uploadTest) create(header fields) {
	u.t.Helper()
	a := want(u.t, u.s, "create", signed{method: "POST", path: "/big?uploads", header: header}, 200, "")
	var r struct{ Bucket, Key, UploadId string }
	if err := xml.Unmarshal([]byte(a.body), &r); err != nil || r.Bucket != "media" || r.Key != "big" || r.UploadId == "" {
		u.t.Fatalf("create = %s: %v", a.body, err)
	}
	u.id = r.UploadId
}

func (u *uploadTest) put(number int, body string, status int, code string) string {
	u.t.Helper()
	return want(u.t, u.s, "part", signed{method: "PUT", path: fmt.Sprintf("/big?partNumber=%d&uploadId=%s", number, escaped(u.id)), body: body}, status, code).header.Get("ETag")
}

func (u *uploadTest) complete(parts string, header fields, status int, code string) answer {
	u.t.Helper()
	return want(u.t, u.s, "complete", signed{method: "POST", path: "/big?uploadId=" + escaped(u.id), header: header,
		body: "<CompleteMultipartUpload>" + parts + "</CompleteMultipartUpload>"}, status, code)
}

func partXML(number int, tag string) string {
	return fmt.Sprintf("<Part><PartNumber>%d</PartNumber><ETag>%s</ETag></Part>", number, tag)
}

func TestMultipartUpload(t *testing.T) {
	u := &uploadTest{t: t, s: newKeyed(t)}
	u.create(fields{"Content-Type": "video/mp4", "X-Amz-Meta-A": "1"})
	first, last := strings.Repeat("a", minPart), "end"
	one, three := u.put(1, first, 200, ""), u.put(3, last, 200, "")
	u.put(3, "other", 200, "")
	u.put(3, last, 200, "")
	a := want(t, u.s, "list", signed{path: "/big?uploadId=" + escaped(u.id) + "&max-parts=1"}, 200, "")
	if !strings.Contains(a.body, "<NextPartNumberMarker>1</NextPartNumberMarker><MaxParts>1</MaxParts><IsTruncated>true</IsTruncated><Part><PartNumber>1</PartNumber>") {
		t.Errorf("ListParts = %s", a.body)
	}
	a = want(t, u.s, "list", signed{path: "/big?uploadId=" + escaped(u.id) + "&part-number-marker=1"}, 200, "")
	if !strings.Contains(a.body, "<IsTruncated>false</IsTruncated><Part><PartNumber>3</PartNumber>") || !strings.Contains(a.body, "<Size>3</Size>") {
		t.Errorf("ListParts = %s", a.body)
	}
	if a := want(t, u.s, "uploads", signed{path: "/?uploads"}, 200, ""); !strings.Contains(a.body, "<Key>big</Key><UploadId>"+u.id) {
		t.Errorf("ListMultipartUploads = %s", a.body)
	}
	want(t, u.s, "not yet there", signed{path: "/big"}, 404, "NoSuchKey")
	u.complete(partXML(3, three)+partXML(1, one), nil, 400, "InvalidPartOrder")
	u.complete(partXML(1, three), nil, 400, "InvalidPart")
	u.complete(partXML(1, one)+partXML(2, one), nil, 400, "InvalidPart")
	u.complete("", nil, 400, "MalformedXML")
	u.complete("<Part>", nil, 400, "MalformedXML")
	u.complete(partXML(1, one), fields{"X-Amz-Mp-Object-Size": "3"}, 400, "InvalidRequest")
	u.complete(partXML(1, one), fields{"X-Amz-Checksum-Crc64nvme": "AAAAAAAAAAA="}, 400, "BadDigest")
	a = u.complete(partXML(1, one)+partXML(3, strings.Trim(three, `"`)), nil, 200, "")
	tags := md5.Sum([]byte(string(md5Of(first)) + string(md5Of(last))))
	tag := fmt.Sprintf("%x-2", tags)
	if !strings.Contains(a.body, tag) || !strings.Contains(a.body, "<Location>https://"+host+"/big</Location>") || !strings.Contains(a.body, "<ChecksumCRC64NVME xmlns=") {
		t.Errorf("complete = %s, want the ETag %s", a.body, tag)
	}
	if o, err := u.s.Object("media", "big"); err != nil || string(o.Body) != first+last || o.ETag != tag || o.ContentType != "video/mp4" || o.Metadata["a"] != "1" {
		t.Errorf("Object = %d bytes, %q, %q, %v", len(o.Body), o.ETag, o.ContentType, err)
	}
	u.complete(partXML(1, one), nil, 404, "NoSuchUpload")
}

func md5Of(s string) []byte { d := md5.Sum([]byte(s)); return d[:] }

func TestMultipartRefusals(t *testing.T) {
	u := &uploadTest{t: t, s: newKeyed(t)}
	u.create(nil)
	tag := u.put(1, "small", 200, "")
	u.put(2, "small", 200, "")
	u.complete(partXML(1, tag)+partXML(2, tag), nil, 400, "EntityTooSmall")
	u.put(0, "x", 400, "InvalidArgument")
	u.put(10001, "x", 400, "InvalidArgument")
	u.s.options.MaxObjectSize = 12
	u.put(1, "SMALL", 200, "")
	u.put(3, "small", 400, "EntityTooLarge")
	want(t, u.s, "no upload", signed{method: "PUT", path: "/big?partNumber=1"}, 400, "InvalidArgument")
	want(t, u.s, "another key", signed{method: "PUT", path: "/small?partNumber=1&uploadId=" + escaped(u.id)}, 404, "NoSuchUpload")
	want(t, u.s, "stranger", signed{method: "PUT", path: "/big?partNumber=1&uploadId=" + escaped(u.id), by: strangerKey}, 403, "AccessDenied")
	want(t, u.s, "ACL", signed{method: "POST", path: "/big?uploads", header: fields{"X-Amz-Acl": "public-read"}}, 400, "AccessControlListNotSupported")
	want(t, u.s, "abort", signed{method: "DELETE", path: "/big?uploadId=" + escaped(u.id)}, 204, "")
	want(t, u.s, "abort again", signed{method: "DELETE", path: "/big?uploadId=" + escaped(u.id)}, 404, "NoSuchUpload")
	want(t, u.s, "list", signed{path: "/big?uploadId=" + escaped(u.id)}, 404, "NoSuchUpload")
}

func TestMultipartChecksums(t *testing.T) {
	u := &uploadTest{t: t, s: newKeyed(t)}
	for _, c := range []struct {
		algorithm, kind string
		status          int
	}{
		{"CRC32", "", 200}, {"CRC32", "FULL_OBJECT", 200}, {"CRC64NVME", "FULL_OBJECT", 200}, {"SHA256", "COMPOSITE", 200},
		{"SHA256", "FULL_OBJECT", 400}, {"CRC64NVME", "COMPOSITE", 400}, {"CRC32", "HALF", 400}, {"", "COMPOSITE", 400}, {"MD4", "", 501},
	} {
		header := fields{"X-Amz-Checksum-Algorithm": c.algorithm}
		if c.kind != "" {
			header["X-Amz-Checksum-Type"] = c.kind
		}
		if a := send(t, u.s, signed{method: "POST", path: "/big?uploads", header: header}); a.status != c.status {
			t.Errorf("create with %s %s = %d %s, want %d", c.algorithm, c.kind, a.status, a.body, c.status)
		}
	}
	u.create(fields{"X-Amz-Checksum-Algorithm": "SHA1"})
	u.put(1, "hello", 400, "InvalidRequest")
	path := "/big?partNumber=1&uploadId=" + escaped(u.id)
	const hello = "qvTGHdzF6KLavt4PO0gs2a6pQ00="
	a := want(t, u.s, "part", signed{method: "PUT", path: path, body: "hello", header: fields{"X-Amz-Checksum-Sha1": hello}}, 200, "")
	tag := a.header.Get("ETag")
	listed := func(value string) string {
		return "<Part><PartNumber>1</PartNumber><ETag>" + tag + "</ETag><ChecksumSHA1>" + value + "</ChecksumSHA1></Part>"
	}
	u.complete(listed("AAAAAAAAAAAAAAAAAAAAAAAAAAA="), nil, 400, "InvalidPart")
	a = u.complete(listed(hello), nil, 200, "")
	if !strings.Contains(a.body, "-1</ChecksumSHA1><ChecksumType>COMPOSITE</ChecksumType>") {
		t.Errorf("complete = %s", a.body)
	}
}

func TestUploadPartCopy(t *testing.T) {
	u := &uploadTest{t: t, s: newKeyed(t)}
	u.create(nil)
	path := "/big?partNumber=1&uploadId=" + escaped(u.id)
	a := want(t, u.s, "copy", signed{method: "PUT", path: path, header: fields{"X-Amz-Copy-Source": "media/a/b.m3u8", "X-Amz-Copy-Source-Range": "bytes=1-3"}}, 200, "")
	var r struct{ ETag string }
	if err := xml.Unmarshal([]byte(a.body), &r); err != nil || !strings.Contains(a.body, "<CopyPartResult ") {
		t.Fatalf("copy = %s: %v", a.body, err)
	}
	for _, bad := range []string{"bytes=1-99", "bytes=1-", "bytes=9-10", "1-2"} {
		want(t, u.s, bad, signed{method: "PUT", path: path, header: fields{"X-Amz-Copy-Source": "media/a/b.m3u8", "X-Amz-Copy-Source-Range": bad}}, 400, "InvalidArgument")
	}
	u.complete(partXML(1, r.ETag), nil, 200, "")
	if o, _ := u.s.Object("media", "big"); string(o.Body) != "EXT" {
		t.Errorf("body = %q, want EXT", o.Body)
	}
}

func TestUploadsAreBounded(t *testing.T) {
	s := newKeyed(t)
	for i := range maxUploads {
		s.buckets["media"].uploads[fmt.Sprint(i)] = &upload{key: "k"}
	}
	want(t, s, "one more", signed{method: "POST", path: "/big?uploads"}, 503, "SlowDown")
}
