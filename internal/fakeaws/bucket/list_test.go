package bucket

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

// listed is a page as a client reads it.
type listed struct {
	XMLName               xml.Name
	Name                  string
	Prefix                string
	Marker                *string
	NextMarker            string
	NextContinuationToken string
	KeyCount              *int
	MaxKeys               int
	IsTruncated           bool
	Contents              []struct {
		Key, ETag, LastModified, StorageClass string
		Size                                  int
	}
	CommonPrefixes []struct{ Prefix string }
}

func (l listed) names() []string {
	var out []string
	for _, c := range l.Contents {
		out = append(out, c.Key)
	}
	for _, p := range l.CommonPrefixes {
		out = append(out, p.Prefix)
	}
	return out
}

func list(t *testing.T, s *Service, query string) listed {
	t.Helper()
	a := expect(t, s, "list", call{path: "/?" + query, principal: oaiARN}, 200, "")
	var l listed
	if err := xml.Unmarshal([]byte(a.body), &l); err != nil {
		t.Fatalf("GET /?%s: %v in %s", query, err, a.body)
	}
	if l.XMLName.Local != "ListBucketResult" || l.XMLName.Space != "http://s3.amazonaws.com/doc/2006-03-01/" || a.header.Get("Content-Type") != "application/xml" {
		t.Errorf("GET /?%s: root %v, headers %v", query, l.XMLName, a.header)
	}
	return l
}

func newShelf(t *testing.T) *Service {
	s := newMedia(t)
	setPolicy(t, s, policyOf(oaiList))
	for _, key := range []string{"a/c.ts", "a/d/e.ts", "a/d/f.ts", "b.ts", "c d+.ts"} {
		put(t, s, key, Object{Body: []byte(key)})
	}
	return s
}

func TestListings(t *testing.T) {
	s := newShelf(t)
	for query, want := range map[string]string{
		"list-type=2":                            "a/b.m3u8 a/c.ts a/d/e.ts a/d/f.ts b.ts c d+.ts",
		"":                                       "a/b.m3u8 a/c.ts a/d/e.ts a/d/f.ts b.ts c d+.ts",
		"list-type=2&prefix=a/":                  "a/b.m3u8 a/c.ts a/d/e.ts a/d/f.ts",
		"prefix=a/":                              "a/b.m3u8 a/c.ts a/d/e.ts a/d/f.ts",
		"list-type=2&delimiter=/":                "b.ts c d+.ts a/",
		"list-type=2&prefix=a/&delimiter=/":      "a/b.m3u8 a/c.ts a/d/",
		"list-type=2&prefix=none":                "",
		"list-type=2&max-keys=2":                 "a/b.m3u8 a/c.ts",
		"list-type=2&max-keys=0":                 "",
		"list-type=2&start-after=a/d":            "a/d/e.ts a/d/f.ts b.ts c d+.ts",
		"marker=a/d/e.ts":                        "a/d/f.ts b.ts c d+.ts",
		"marker=a/&delimiter=/":                  "b.ts c d+.ts",
		"list-type=2&prefix=c&encoding-type=url": "c+d%2B.ts",
		"list-type=2&prefix=a/d&delimiter=/&max-keys=10": "a/d/",
	} {
		if got := strings.Join(list(t, s, query).names(), " "); got != want {
			t.Errorf("GET /?%s lists %q, want %q", query, got, want)
		}
	}
	l := list(t, s, "list-type=2&prefix=b")
	c := l.Contents[0]
	o, _ := s.Object("media", "b.ts")
	if c.ETag != `"`+o.ETag+`"` || c.Size != 4 || c.LastModified != "2026-03-01T12:00:00.000Z" || c.StorageClass != "STANDARD" ||
		l.Name != "media" || l.Prefix != "b" || l.KeyCount == nil || *l.KeyCount != 1 || l.Marker != nil || l.MaxKeys != 1000 || l.IsTruncated {
		t.Errorf("listing = %+v", l)
	}
	if v1 := list(t, s, ""); v1.Marker == nil || v1.KeyCount != nil {
		t.Errorf("first version: Marker %v, KeyCount %v", v1.Marker, v1.KeyCount)
	}
}

func TestListingPages(t *testing.T) {
	s := newShelf(t)
	var got []string
	query, pages := "list-type=2&delimiter=/&max-keys=1", 0
	for token := ""; pages == 0 || token != ""; pages++ {
		l := list(t, s, query+token)
		got = append(got, l.names()...)
		if l.IsTruncated != (l.NextContinuationToken != "") || pages > 9 {
			t.Fatalf("page %d = %+v", pages, l)
		}
		if token = ""; l.IsTruncated {
			token = "&continuation-token=" + l.NextContinuationToken
		}
	}
	if want := []string{"a/", "b.ts", "c d+.ts"}; !slices.Equal(got, want) {
		t.Errorf("pages list %q, want %q", got, want)
	}
	l := list(t, s, "delimiter=/&max-keys=1")
	if l.NextMarker != "a/" {
		t.Errorf("NextMarker = %q, want a/", l.NextMarker)
	}
	if l := list(t, s, "max-keys=1"); l.NextMarker != "" || !l.IsTruncated {
		t.Errorf("without delimiter: %+v, want no NextMarker", l)
	}
	if l := list(t, s, "max-keys=5000"); l.MaxKeys != 1000 {
		t.Errorf("MaxKeys = %d, want 1000", l.MaxKeys)
	}
}

func TestBadListings(t *testing.T) {
	s := newShelf(t)
	for _, query := range []string{"list-type=3", "list-type=", "max-keys=-1", "max-keys=x", "encoding-type=base64", "list-type=2&continuation-token=%21", "list-type=2&continuation-token="} {
		expect(t, s, "list", call{path: "/?" + query, principal: oaiARN}, 400, "InvalidArgument")
	}
}

func TestListingNeedsPermission(t *testing.T) {
	s := newMedia(t)
	setPolicy(t, s, policyOf(oaiGet))
	for _, principal := range []string{"", oaiARN} {
		for _, path := range []string{"/", "/?list-type=2", "/?prefix=a/"} {
			expect(t, s, "by "+principal, call{path: path, principal: principal}, 403, "AccessDenied")
			expect(t, s, "path style", call{host: "s3.eu-central-1.amazonaws.com", path: "/media" + path, principal: principal}, 403, "AccessDenied")
		}
		head := expect(t, s, "HEAD", call{method: "HEAD", path: "/", principal: principal}, 403, "")
		if got := head.header.Get("x-amz-bucket-region"); got != region {
			t.Errorf("x-amz-bucket-region = %q", got)
		}
	}
	setPolicy(t, s, policyOf(statementOf("Allow", oai, `"s3:ListBucket"`, wholeBucket, `,"Condition":{"StringLike":{"s3:prefix":"a/*"}}`)))
	expect(t, s, "no prefix", call{path: "/", principal: oaiARN}, 403, "AccessDenied")
	expect(t, s, "other prefix", call{path: "/?prefix=b/", principal: oaiARN}, 403, "AccessDenied")
	expect(t, s, "prefix", call{path: "/?prefix=a/x", principal: oaiARN}, 200, "")
	setPolicy(t, s, policyOf(oaiList))
	expect(t, s, "HEAD", call{method: "HEAD", path: "/", principal: oaiARN}, 200, "")
}

// TestConcurrentUse is for the race detector.
func TestConcurrentUse(t *testing.T) {
	s := newShelf(t)
	var wait sync.WaitGroup
	for i := range 4 {
		wait.Go(func() {
			for n := range 20 {
				key := fmt.Sprintf("k%d-%d", i, n)
				s.PutObject("media", key, Object{Body: []byte(key)})
				s.PutPolicy("media", policyOf(oaiGet, oaiList))
				s.PutCORS("media", playerRules)
				if a := fetch(t, s, call{path: "/" + key, principal: oaiARN}); a.status != 200 || a.body != key {
					t.Errorf("GET %s = %d %q", key, a.status, a.body)
				}
				list(t, s, "list-type=2&prefix=k")
				s.DeleteObject("media", key)
			}
		})
	}
	wait.Wait()
}
