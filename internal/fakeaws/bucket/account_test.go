package bucket

import (
	"strings"
	"testing"
)

func TestListBuckets(t *testing.T) {
	s := newKeyed(t)
	s.CreateBucket("another")
	const service = "s3." + region + ".amazonaws.com"
	a := want(t, s, "buckets", signed{host: service, path: "/"}, 200, "")
	const bucket = "<Bucket><Name>another</Name><CreationDate>2026-03-01T12:00:00.000Z</CreationDate><BucketRegion>eu-central-1</BucketRegion></Bucket>"
	if !strings.Contains(a.body, `<ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID>`) || !strings.Contains(a.body, "<Buckets>"+bucket+"<Bucket><Name>media<") {
		t.Errorf("ListBuckets = %s", a.body)
	}
	if a := want(t, s, "prefix", signed{host: service, path: "/?prefix=m"}, 200, ""); strings.Contains(a.body, "another") {
		t.Errorf("ListBuckets = %s", a.body)
	}
	want(t, s, "pages", signed{host: service, path: "/?max-buckets=1"}, 501, "NotImplemented")
	want(t, s, "POST", signed{host: service, path: "/", method: "POST"}, 405, "MethodNotAllowed")
	want(t, s, "anonymous", signed{host: service, path: "/", by: "-"}, 403, "AccessDenied")
}

func TestBucketQuestions(t *testing.T) {
	s := newKeyed(t)
	if a := want(t, s, "location", signed{path: "/?location"}, 200, ""); !strings.HasSuffix(a.body, `<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">eu-central-1</LocationConstraint>`) {
		t.Errorf("GetBucketLocation = %s", a.body)
	}
	if a := want(t, s, "head", signed{method: "HEAD", path: "/"}, 200, ""); a.header.Get("X-Amz-Bucket-Region") != region {
		t.Errorf("HeadBucket = %v", a.header)
	}
	want(t, s, "no such bucket", signed{method: "HEAD", path: "/", host: "nobody.s3." + region + ".amazonaws.com"}, 404, "")
	if a := want(t, s, "tags", signed{path: "/a/b.m3u8?tagging"}, 200, ""); !strings.HasSuffix(a.body, "<TagSet/></Tagging>") {
		t.Errorf("GetObjectTagging = %s", a.body)
	}
	want(t, s, "not carried out", signed{path: "/?acl"}, 501, "NotImplemented")
}
