package bucket

import (
	"strings"
	"testing"
	"time"
)

func TestRanges(t *testing.T) {
	s := newMedia(t)
	setPolicy(t, s, policyOf(oaiGet))
	put(t, s, "ten", Object{Body: []byte("0123456789")})
	put(t, s, "empty", Object{})
	for _, c := range []struct {
		key, value   string
		status       int
		body, header string // body and Content-Range
	}{
		{"ten", "bytes=0-3", 206, "0123", "bytes 0-3/10"},
		{"ten", "bytes=0-0", 206, "0", "bytes 0-0/10"},
		{"ten", "bytes=4-", 206, "456789", "bytes 4-9/10"},
		{"ten", "bytes=-4", 206, "6789", "bytes 6-9/10"},
		{"ten", "bytes=-40", 206, "0123456789", "bytes 0-9/10"},
		{"ten", "bytes=8-40", 206, "89", "bytes 8-9/10"},
		{"ten", "bytes=9-", 206, "9", "bytes 9-9/10"},
		{"ten", "bytes=10-", 416, "", "bytes */10"},
		{"ten", "bytes=10-20", 416, "", "bytes */10"},
		{"ten", "bytes=-0", 416, "", "bytes */10"},
		{"empty", "bytes=0-", 416, "", "bytes */0"},
		{"empty", "bytes=-1", 416, "", "bytes */0"},
		{"ten", "bytes=0-1,4-5", 200, "0123456789", ""},
		{"ten", "bytes=5-4", 200, "0123456789", ""},
		{"ten", "bytes=-", 200, "0123456789", ""},
		{"ten", "bytes=a-b", 200, "0123456789", ""},
		{"ten", "bytes=99999999999999999999-", 416, "", "bytes */10"},
		{"ten", "items=0-1", 200, "0123456789", ""},
	} {
		a := fetch(t, s, call{path: "/" + c.key, principal: oaiARN, header: map[string]string{"Range": c.value}})
		if a.status != c.status || a.header.Get("Content-Range") != c.header || c.status != 416 && a.body != c.body {
			t.Errorf("GET %s with Range %s = %d %q %q, want %d %q %q", c.key, c.value, a.status, a.header.Get("Content-Range"), a.body, c.status, c.header, c.body)
		}
		if c.status == 416 && (a.code != "InvalidRange" || !strings.Contains(a.body, "<RangeRequested>"+c.value+"</RangeRequested><ActualObjectSize>") || a.header.Get("ETag") != "") {
			t.Errorf("GET %s with Range %s = %v %s, want InvalidRange", c.key, c.value, a.header, a.body)
		}
		head := fetch(t, s, call{method: "HEAD", path: "/" + c.key, principal: oaiARN, header: map[string]string{"Range": c.value}})
		if head.status != c.status || head.body != "" || c.status != 416 && head.header.Get("Content-Length") != a.header.Get("Content-Length") {
			t.Errorf("HEAD %s with Range %s = %d %v %q", c.key, c.value, head.status, head.header, head.body)
		}
	}
}

func TestConditionalRequests(t *testing.T) {
	s := newMedia(t)
	setPolicy(t, s, policyOf(oaiGet))
	o, _ := s.Object("media", "a/b.m3u8")
	same, other := `"`+o.ETag+`"`, `"00000000000000000000000000000000"`
	at := func(d time.Duration) string { return start.Add(d).Format("Mon, 02 Jan 2006 15:04:05 GMT") }
	type fields = map[string]string
	for _, c := range []struct {
		name      string
		request   fields
		status    int
		condition string
	}{
		{"If-Match equal", fields{"If-Match": same}, 200, ""},
		{"If-Match without quotes", fields{"If-Match": o.ETag}, 200, ""},
		{"If-Match any", fields{"If-Match": "*"}, 200, ""},
		{"If-Match in a list", fields{"If-Match": other + ", " + same}, 200, ""},
		{"If-Match differs", fields{"If-Match": other}, 412, "If-Match"},
		{"If-None-Match equal", fields{"If-None-Match": same}, 304, ""},
		{"If-None-Match weak", fields{"If-None-Match": "W/" + same}, 304, ""},
		{"If-None-Match differs", fields{"If-None-Match": other}, 200, ""},
		{"If-Modified-Since equal", fields{"If-Modified-Since": at(0)}, 304, ""},
		{"If-Modified-Since later", fields{"If-Modified-Since": at(time.Hour)}, 304, ""},
		{"If-Modified-Since earlier", fields{"If-Modified-Since": at(-time.Second)}, 200, ""},
		{"If-Modified-Since unreadable", fields{"If-Modified-Since": "yesterday"}, 200, ""},
		{"If-Unmodified-Since equal", fields{"If-Unmodified-Since": at(0)}, 200, ""},
		{"If-Unmodified-Since earlier", fields{"If-Unmodified-Since": at(-time.Second)}, 412, "If-Unmodified-Since"},
		{"If-Match true, If-Unmodified-Since false", fields{"If-Match": same, "If-Unmodified-Since": at(-time.Hour)}, 200, ""},
		{"If-None-Match equal, modified since", fields{"If-None-Match": same, "If-Modified-Since": at(-time.Hour)}, 304, ""},
		{"If-None-Match differs, not modified since", fields{"If-None-Match": other, "If-Modified-Since": at(0)}, 200, ""},
		{"If-Match and If-None-Match", fields{"If-Match": same, "If-None-Match": same}, 304, ""},
		{"412 before 416", fields{"If-Match": other, "Range": "bytes=99-"}, 412, "If-Match"},
		{"If-Range tag", fields{"Range": "bytes=0-1", "If-Range": same}, 206, ""},
		{"If-Range other tag", fields{"Range": "bytes=0-1", "If-Range": other}, 200, ""},
		{"If-Range weak", fields{"Range": "bytes=0-1", "If-Range": "W/" + same}, 200, ""},
		{"If-Range date", fields{"Range": "bytes=0-1", "If-Range": at(0)}, 206, ""},
		{"If-Range other date", fields{"Range": "bytes=0-1", "If-Range": at(time.Hour)}, 200, ""},
	} {
		a := fetch(t, s, call{path: "/a/b.m3u8", principal: oaiARN, header: c.request})
		if a.status != c.status {
			t.Errorf("%s: %d, want %d", c.name, a.status, c.status)
		}
		if c.status == 304 && (a.body != "" || a.header.Get("ETag") != same || a.header.Get("Content-Type") != "") {
			t.Errorf("%s: %v %q, want the ETag and no body", c.name, a.header, a.body)
		}
		if c.status == 412 && (a.code != "PreconditionFailed" || !strings.Contains(a.body, "<Condition>"+c.condition+"</Condition>")) {
			t.Errorf("%s: %s", c.name, a.body)
		}
	}
	expect(t, s, "no permission before conditions", call{path: "/a/b.m3u8", header: fields{"If-None-Match": same}}, 403, "AccessDenied")
}
