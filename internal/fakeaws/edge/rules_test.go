package edge

import (
	"crypto"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// withoutIDs puts names in place of what is random in the rules of w.
func (w *world) withoutIDs(rules []string) []string {
	names := strings.NewReplacer(w.dist.DomainName, "HOST", w.dist.ID, "DIST", w.keyID, "KEY", w.group.ID, "GROUP", w.identity.ID, "OAI")
	list := []string{}
	for _, rule := range rules {
		list = append(list, names.Replace(rule))
	}
	return list
}

func videos(w *world, c *DistributionConfig) {
	b := c.DefaultBehavior
	b.PathPattern = "asset/*"
	c.Behaviors = []Behavior{b}
	c.DefaultBehavior.TrustedKeyGroups = nil
}

const (
	matched = `distribution DIST: behavior "asset/*" matched, number 1 of 2`
	byKey   = "key KEY is in key group GROUP of that behavior, and made the signature in the URL"
)

// What is let through, decision by decision.
func TestRulesOfGrants(t *testing.T) {
	w := newWorld(t, videos)
	covers := "custom policy covers https://HOST/* until 2027-01-02 04:04:05Z"
	asked := "origin " + bucketHost + " asked as origin access identity OAI"
	signed := w.custom(path, w.policy(w.url("/*")))
	for _, c := range []struct {
		about string
		later time.Duration
		r     *http.Request
		want  []string
	}{
		{"miss", 0, w.request("GET", signed), []string{matched, byKey, covers, "cache miss: nothing is stored under this key", asked}},
		{"hit", 12 * time.Second, w.request("GET", signed), []string{matched, byKey, covers, "cache hit: 200, stored 12 s ago, expires in 86388 s"}},
		{"range", 0, w.request("GET", w.canned(path, time.Hour), "Range: bytes=0-3"), []string{matched, byKey,
			"canned policy is for this URL until 2027-01-02 04:04:05Z", "cache hit: 200, stored 12 s ago, expires in 86388 s", "range: bytes 0 to 3 of 10"}},
		{"cookies", 0, w.request("GET", path, w.cookies(w.policy(w.url("/*"), source("192.0.2.0/24")))), []string{matched,
			"key KEY is in key group GROUP of that behavior, and made the signature in the cookies", covers,
			"custom policy is for viewers from 192.0.2.0/24, and this one comes from 192.0.2.1:1234", "cache hit: 200, stored 12 s ago, expires in 86388 s"}},
		{"public", 0, w.request("OPTIONS", "/x"), []string{"distribution DIST: default behavior, number 2 of 2: no path pattern matched",
			"that behavior trusts no key group: no signature is needed",
			"not cached: OPTIONS is no cached method of the behavior", asked}},
	} {
		w.now = w.now.Add(c.later)
		_, e := w.judged(c.r)
		if diff := cmp.Diff(c.want, w.withoutIDs(e.Rules)); diff != "" {
			t.Errorf("%s: rules (-want +got):\n%s", c.about, diff)
		}
	}
}

// The one rule that refused, said more exactly than to the viewer.
func TestRulesOfRefusals(t *testing.T) {
	w := newWorld(t, videos)
	second := w.addKey("second", rsaKey())
	w.group, _ = w.UpdateKeyGroup(w.group.ID, w.group.ETag, KeyGroupConfig{Name: "viewers", Items: []string{w.keyID, second}})
	signed := w.custom(path, w.policy(w.url("/*")))
	by := func(key crypto.Signer, policy string) string {
		return path + "?Policy=" + encode([]byte(policy)) + "&Signature=" + signature(t, key, crypto.SHA1, policy) + "&Key-Pair-Id=" + w.keyID
	}
	for _, c := range []struct {
		r    *http.Request
		want string
	}{
		{w.request("GET", path), "that behavior trusts key groups, and neither URL nor cookies hold any part of a signature"},
		{w.request("GET", path+"?Expires=1"), "there are parts of a signature in the URL, and no Key-Pair-Id"},
		{w.request("GET", path+"?Key-Pair-Id=K2JCJMDEHXQW5F"), `Key-Pair-Id "K2JCJMDEHXQW5F" is in no key group that the behavior trusts; it takes KEY, SECOND`},
		{w.request("GET", path+"?Key-Pair-Id="+w.keyID), "Signature is 0 times in the URL, not once"},
		{w.request("GET", path+"?Signature=a+b&Key-Pair-Id="+w.keyID), `Signature is empty or not in CloudFront's base64, which has "-", "_" and "~" for "+", "=" and "/"`},
		{w.request("GET", join(signed, "Expires=1")), "Policy is there 1 times and Expires 1 times, and a signature has one of them, once"},
		{w.request("GET", by(w.signer, `{"Statement":[]}`)), "Policy does not have a list of exactly one Statement"},
		{w.request("GET", by(w.signer, strings.Replace(w.policy("*"), "LessThan", "LessThanEquals", 1))), `Condition has a member "DateLessThanEquals"; it takes DateLessThan, DateGreaterThan, IpAddress`},
		{w.request("GET", by(w.signer, w.policy("*", source("192.0.2.1/24")))), `AWS:SourceIp "192.0.2.1/24" is no IPv4 range such as 192.0.2.0/24, without bits beyond its mask`},
		{w.request("GET", by(w.signer, `{"Statement":[{"Resource":"*","Condition":{"DateLessThan":{"AWS:EpochTime":1798862645000}}}]}`)), "AWS:EpochTime of DateLessThan: 1798862645000 is beyond every date in seconds; is it in milliseconds?"},
		{w.request("GET", by(rsaKey(), w.policy("*"))), "Signature is not by key KEY over the custom policy that was sent: it is by key SECOND with SHA-1"},
		{w.request("GET", join(signed, "Hash-Algorithm=SHA256")), "Signature is not by key KEY over the custom policy that was sent: it is by key KEY with SHA-1"},
		{w.request("GET", join(signed, "Hash-Algorithm=MD5")), `Hash-Algorithm "MD5" is neither SHA1 nor SHA256`},
		{w.request("GET", strings.Replace(w.canned(path, time.Hour), path, path+"x", 1)),
			"Signature is not by key KEY over the canned policy for https://HOST" + path + "x until 1798862645: other bytes were signed, or with a key that the behavior does not trust"},
		{w.request("GET", w.canned(path, -time.Second)), "canned policy expired 2027-01-02 03:04:04Z, and it is 2027-01-02 03:04:05Z"},
		{w.request("GET", w.custom(path, w.policy("*", w.from(time.Hour)))), "custom policy begins after 2027-01-02 04:04:05Z, and it is 2027-01-02 03:04:05Z"},
		{w.request("GET", w.custom(path, w.policy("*", source("198.51.100.0/24")))), "custom policy is for viewers from 198.51.100.0/24, and this one comes from 192.0.2.1:1234"},
		{w.request("GET", w.custom(path, w.policy(w.url("/other/*?token=secret")))), "custom policy covers https://HOST/other/*?token=…, which does not cover https://HOST" + path},
		{w.request("GET", path, w.cookies(w.policy("http*://"+w.dist.DomainName+"/*"))), "custom policy covers http*://HOST/*, which does not cover https://HOST" + path},
		{w.request("GET", path, w.cookies(w.policy("*"))), "custom policy covers *, which does not cover https://HOST" + path + ": in cookies no wildcard stands for the protocol"},
		{w.request("POST", signed), `method "POST" is none of the behavior's allowed methods GET, HEAD, OPTIONS`},
		{w.request("GET", "/"+strings.Repeat("x", maxURLBytes)), "the URL has 8230 bytes, CloudFront takes 8192"},
		{w.request("GET", signed, "If-Match: x"), `If-Match or If-Unmodified-Since does not hold for the stored object, last changed "Fri, 01 Jan 2027 00:00:00 GMT"`},
		{w.request("GET", signed, "Range: bytes=10-"), "the range begins beyond the object, which has 10 bytes"},
	} {
		_, e := w.judged(c.r)
		last := strings.ReplaceAll(w.withoutIDs(e.Rules[len(e.Rules)-1:])[0], second, "SECOND")
		if second < w.keyID {
			last = strings.Replace(last, "SECOND, KEY", "KEY, SECOND", 1)
		}
		if last != "refused: "+c.want {
			t.Errorf("GET %s = %d\n got %s\nwant refused: %s", e.URL, e.Status, last, c.want)
		}
	}
}

// The cache's own decisions.
func TestRulesOfCache(t *testing.T) {
	w := newWorld(t, public)
	last := func(status int, target string, headers ...string) string {
		t.Helper()
		rec, e := w.judged(w.request("GET", target, headers...))
		if rec.Code != status {
			t.Errorf("GET %s = %d, want %d", target, rec.Code, status)
		}
		return strings.Join(w.withoutIDs(e.Rules[2:]), "; ")
	}
	asked := "origin " + bucketHost + " asked as origin access identity OAI"
	for _, c := range []struct {
		about string
		do    func() string
		want  string
	}{
		{"filled", func() string { return last(200, "/a") }, "cache miss: nothing is stored under this key; " + asked},
		{"expired", func() string { w.now = w.now.Add(24*time.Hour + 3*time.Second); return last(200, "/a") },
			"cache miss: what is stored expired 3 s ago; " + asked + "; the origin says that what is stored is still current"},
		{"not modified", func() string { return last(304, "/a", `If-None-Match: "v1"`) },
			"cache hit: 200, stored 0 s ago, expires in 86400 s; the viewer's copy is current by If-None-Match or If-Modified-Since: 304"},
		{"origin fails", func() string {
			w.now = w.now.Add(25 * time.Hour)
			w.origin = func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusServiceUnavailable) }
			return last(200, "/a")
		}, "cache miss: what is stored expired 3600 s ago; " + asked + "; s3: refused: the bucket of the test answers 503; the origin answered 503, so the expired object is served"},
		{"error cached", func() string {
			w.origin = func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusNotFound) }
			last(404, "/b")
			w.now = w.now.Add(4 * time.Second)
			return last(404, "/b")
		}, "cached error of the origin: 404, stored 4 s ago, expires in 6 s"},
		{"origin away", func() string { w.origin = nil; return last(502, "/c") },
			"cache miss: nothing is stored under this key; " + asked + "; refused: the origin could not be asked, which is a 502: connection refused"},
		{"custom page", func() string {
			w.update(func(c *DistributionConfig) {
				c.CustomErrorResponses = []CustomErrorResponse{{ErrorCode: 403, ResponsePagePath: "/sorry.html", ResponseCode: 404}}
			})
			w.origin = func(rw http.ResponseWriter, _ *http.Request) { io.WriteString(rw, "sorry") }
			rec, e := w.judged(w.request("POST", "/a"))
			if rec.Code != 404 {
				t.Errorf("POST = %d, want 404", rec.Code)
			}
			return strings.Join(w.withoutIDs(e.Rules[1:]), "; ")
		}, `refused: method "POST" is none of the behavior's allowed methods GET, HEAD, OPTIONS; ` +
			"custom error response for 403 is /sorry.html with 404: default behavior, the only one; " + asked},
	} {
		if got := c.do(); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.about, got, c.want)
		}
	}
}
