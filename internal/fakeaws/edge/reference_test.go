package edge

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// s3Denied answers as S3 does where the identity lacks s3:ListBucket and the
// object is missing.
func s3Denied(rw http.ResponseWriter, _ *http.Request) {
	rw.Header().Set("Content-Type", "application/xml")
	rw.Header().Set("Server", "AmazonS3")
	rw.WriteHeader(http.StatusForbidden)
	io.WriteString(rw, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>R</RequestId><HostId>H</HostId></Error>`)
}

// flip changes one character of the signature into another that decodes.
func flip(target string) string {
	before, after, _ := strings.Cut(target, "Signature=")
	const at = 20
	c := "A"
	if after[at] == 'A' {
		c = "B"
	}
	return before + "Signature=" + after[:at] + c + after[at+1:]
}

// The rows of "Checks for a stand-in and a smoke test", by number.
func TestChecksOfTheReference(t *testing.T) {
	w := newWorld(t)
	stranger := w.addKey("stranger", rsaKey())
	w.update(func(c *DistributionConfig) { c.DefaultBehavior.AllowedMethods = getHead })
	missing := newWorld(t)
	missing.origin = s3Denied
	hit := newWorld(t)
	hit.get(hit.canned(path, time.Hour))
	good := w.canned(path, time.Hour)
	for _, row := range []struct {
		name string
		w    *world
		r    *http.Request
		want string
	}{
		{"1 no signature", w, w.request("GET", path), "403 MissingKey"},
		{"2 key outside the group", w, w.request("GET", strings.Replace(good, w.keyID, stranger, 1)), "403 InvalidKey"},
		{"3 one changed character", w, w.request("GET", flip(good)), "403 AccessDenied"},
		{"4 Expires in the past", w, w.request("GET", w.canned(path, -time.Hour)), "403 AccessDenied"},
		{"5 DateGreaterThan ahead", w, w.request("GET", w.custom(path, w.policy("*", w.from(time.Hour)))), "403 AccessDenied"},
		{"6 policy for another path", w, w.request("GET", w.custom("/b/x", w.policy(w.url("/a/*")))), "403 AccessDenied"},
		{"7 cookies and a stray Expires", w, w.request("GET", path+"?Expires=1", w.cookies(w.policy(w.url("/*")))), "403 MissingKey"},
		{"8 missing object", missing, missing.request("GET", missing.canned(path, time.Hour)), "403 AccessDenied"},
		{"9 not the edge's host", w, atHost(w.request("GET", path), bucketHost), "403"},
		{"10 http with redirect", w, plain(w.request("GET", good)), "301"},
		{"11 POST on GET and HEAD", w, w.request("POST", good), "403"},
		{"12 SHA-256 not declared", w, w.request("GET", without(sha256URL(w), "Hash-Algorithm")), "403 AccessDenied"},
		{"12 SHA-256 declared", w, w.request("GET", sha256URL(w)), "200"},
		{"13 second identical GET", hit, hit.request("GET", hit.canned(path, time.Hour)), "200"},
	} {
		rec := row.w.do(row.r)
		if got := verdict(rec); got != row.want {
			t.Errorf("row %s: got %s, want %s", row.name, got, row.want)
		}
		h := rec.Header()
		number, _, _ := strings.Cut(row.name, " ")
		switch {
		case number == "8" && (h.Get("Server") != "AmazonS3" || !strings.Contains(rec.Body.String(), "<RequestId>")):
			t.Errorf("row %s: got Server %q, body %q, want S3's", row.name, h.Get("Server"), rec.Body)
		case number == "10" && h.Get("Location") != w.url(good):
			t.Errorf("row %s: Location = %q, want %q", row.name, h.Get("Location"), w.url(good))
		case number == "11" && !strings.Contains(rec.Body.String(), "supports only cachable requests"):
			t.Errorf("row %s: got %q", row.name, rec.Body)
		case number == "13" && h.Get("X-Cache") != xHit:
			t.Errorf("row %s: X-Cache = %q, want %q", row.name, h.Get("X-Cache"), xHit)
		}
	}
}

// The rows of "Failures: status, code, body": errors of the signature layer.
func TestSignatureFailuresOfTheReference(t *testing.T) {
	w := newWorld(t)
	stranger := w.addKey("stranger", rsaKey())
	good := w.canned(path, time.Hour)
	expires := fmt.Sprint("Expires=", w.now.Add(time.Hour).Unix())
	for _, row := range []struct {
		name, target, code, message string
	}{
		{"nothing signed", path, "MissingKey", "Missing Key-Pair-Id query parameter or cookie value"},
		{"no Key-Pair-Id", without(good, "Key-Pair-Id"), "MissingKey", "Missing Key-Pair-Id query parameter or cookie value"},
		{"key id unknown", strings.Replace(good, w.keyID, "K1", 1), "InvalidKey", "Unknown Key"},
		{"key not in a group", strings.Replace(good, w.keyID, stranger, 1), "InvalidKey", "Unknown Key"},
		{"signature not decodable", without(good, "Signature") + "&Signature=%%", "MalformedSignature", "Could not unencode Signature"},
		{"policy not decodable", without(w.custom(path, w.policy("*")), "Policy") + "&Policy=%%", "MalformedPolicy", "Malformed Policy"},
		{"no DateLessThan", w.custom(path, `{"Statement":[{"Resource":"*","Condition":{}}]}`), "MalformedPolicy", "Malformed Policy"},
		{"Expires in milliseconds", strings.Replace(good, expires, expires+"000", 1), "MalformedPolicy", "Malformed Policy"},
		{"expired", w.canned(path, -time.Second), "AccessDenied", "Access denied"},
		{"not yet valid", w.custom(path, w.policy("*", w.from(time.Minute))), "AccessDenied", "Access denied"},
		{"wrong address", w.custom(path, w.policy("*", source("203.0.113.1/32"))), "AccessDenied", "Access denied"},
		{"resource mismatch", w.custom(path, w.policy(w.url("/other"))), "AccessDenied", "Access denied"},
		{"wrong signature", flip(good), "AccessDenied", "Access denied"},
		{"wrong hash", good + "&Hash-Algorithm=SHA256", "AccessDenied", "Access denied"},
	} {
		rec := w.get(row.target)
		want := `<?xml version="1.0" encoding="UTF-8"?><Error><Code>` + row.code + `</Code><Message>` + row.message + `</Message></Error>`
		if rec.Code != 403 || rec.Body.String() != want || rec.Header().Get("Content-Type") != "text/xml" {
			t.Errorf("%s: got %d, %s, %q, want 403, text/xml, %q", row.name, rec.Code, rec.Header().Get("Content-Type"), rec.Body, want)
		}
		wantEdgeHeaders(t, row.name, rec, xError)
	}
}

// The rows of "Other edge errors".
func TestOtherEdgeErrorsOfTheReference(t *testing.T) {
	w := newWorld(t, public, func(_ *world, c *DistributionConfig) {
		c.DefaultBehavior.ViewerProtocolPolicy = "https-only"
		c.GeoRestriction = GeoRestriction{"blacklist", []string{"SE"}}
	})
	abroad := newWorld(t, public, func(w *world, c *DistributionConfig) {
		w.country, c.GeoRestriction = "SE", GeoRestriction{"blacklist", []string{"SE"}}
	})
	all := newWorld(t, public, func(_ *world, c *DistributionConfig) { c.DefaultBehavior.AllowedMethods = seven() })
	for _, row := range []struct {
		name string
		w    *world
		r    *http.Request
		want int
	}{
		{"method not allowed", w, w.request("DELETE", "/a"), 403},
		{"HTTP with https-only", w, plain(w.request("GET", "/a")), 403},
		{"geo block", abroad, abroad.request("GET", "/a"), 403},
		{"CNAME not configured", w, atHost(w.request("GET", "/a"), "video.example.com"), 403},
		{"GET with a body", w, withBody(w.request("GET", "/a")), 403},
		{"GET with a body of unknown length", w, chunked(w.request("GET", "/a")), 403},
		{"HTTP/1.0 with redirect, neither GET nor HEAD", all, http10(plain(all.request("POST", "/a"))), 403},
		{"URL over 8,192 bytes", w, w.request("GET", "/"+strings.Repeat("a", 8192)), 414},
		{"request over 32,768 bytes", w, w.request("GET", "/a", "X: "+strings.Repeat("a", 32768)), 494},
	} {
		rec := row.w.do(row.r)
		if rec.Code != row.want || rec.Header().Get("Content-Type") != "text/html" ||
			!strings.Contains(rec.Body.String(), "Generated by cloudfront (CloudFront)") {
			t.Errorf("%s: got %d, %s, %q, want %d and a page", row.name, rec.Code, rec.Header().Get("Content-Type"), rec.Body, row.want)
		}
		wantEdgeHeaders(t, row.name, rec, xError)
	}
	c := w.config()
	c.CallerReference, c.DefaultRootObject = "second", "/index.html"
	_, err := w.CreateDistribution(c)
	wantCode(t, "default root object misconfigured", err, 400, "InvalidDefaultRootObject")
	w.origin = s3Denied
	for _, row := range []string{"object missing without s3:ListBucket", "OAI without access"} {
		rec := w.get("/a")
		if verdict(rec) != "403 AccessDenied" || rec.Header().Get("Content-Type") != "application/xml" || rec.Header().Get("X-Cache") != xError ||
			!strings.Contains(rec.Body.String(), "Access Denied") {
			t.Errorf("%s: got %s, %s, X-Cache %q", row, verdict(rec), rec.Body, rec.Header().Get("X-Cache"))
		}
	}
}

// The rows of "Response headers".
func TestResponseHeadersOfTheReference(t *testing.T) {
	w := newWorld(t, public)
	steps := []struct {
		after  time.Duration
		xCache string
	}{{0, xMiss}, {time.Second, xHit}, {48 * time.Hour, xRefreshHit}}
	for _, step := range steps {
		w.now = w.now.Add(step.after)
		h := w.get("/a.ts").Header()
		if h.Get("X-Cache") != step.xCache || (h.Get("Age") != "") != (step.xCache == xHit) || h.Get("Server") != "AmazonS3" ||
			h.Get("X-Amz-Id-2")+h.Get("X-Amz-Request-Id") != "" || h.Get("X-Amz-Cf-Pop") == "" || !strings.HasSuffix(h.Get("X-Amz-Cf-Id"), "==") {
			t.Errorf("after %v: got %v, want X-Cache %q", step.after, h, step.xCache)
		}
	}
	for major, want := range map[int]string{1: "1.1 ", 2: "2.0 ", 3: "3.0 "} {
		r := w.request("GET", "/a.ts")
		if r.ProtoMajor = major; major > 1 {
			r.ProtoMinor = 0
		}
		if got := w.do(r).Header().Get("Via"); !strings.HasPrefix(got, want) {
			t.Errorf("Via over HTTP/%d = %q, want %s…", major, got, want)
		}
	}
	wantEdgeHeaders(t, "redirect", w.do(plain(w.request("GET", "/a.ts"))), xRedirect)
	wantEdgeHeaders(t, "error", w.do(w.request("POST", "/a.ts")), xError)
}

// The rows of "Error caching": which statuses stay for ten seconds.
func TestErrorCachingOfTheReference(t *testing.T) {
	for _, row := range []struct {
		statuses []int
		control  string
		fetches  int
	}{
		{[]int{404, 414, 500, 501, 502, 503, 504}, "", 1},
		{[]int{400, 403, 405, 412, 415}, "", 2},
		{[]int{400, 403, 405, 412, 415}, "max-age=1", 1},
		{[]int{400, 403, 405, 412, 415}, "s-maxage=1", 1},
		{[]int{400, 403, 405, 412, 415}, "no-cache", 2},
		{[]int{401, 409, 410, 416, 418, 505}, "max-age=60", 2},
	} {
		for _, status := range row.statuses {
			w := newWorld(t, public)
			w.errorSite(status, row.control)
			w.get("/a")
			w.now = w.now.Add(9 * time.Second)
			if rec := w.get("/a"); rec.Code != status || len(w.fetched) != row.fetches {
				t.Errorf("%d %q: got %d, %d fetches within ten seconds, want %d", status, row.control, rec.Code, len(w.fetched), row.fetches)
			}
		}
	}
	w := newWorld(t)
	w.get(path)
	w.now = w.now.Add(time.Second)
	if got := verdict(w.get(w.canned(path, time.Hour))); got != "200" {
		t.Errorf("after a signature error: got %s, want 200", got)
	}
}
