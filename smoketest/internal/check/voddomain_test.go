package check

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"privateplayback/signer"
)

// hostBound refuses a grant whose policy names another host, as CloudFront does;
// first comes what is wrong.
func hostBound(f flaw) flaw {
	return flaw{alter: f.alter, answer: func(w http.ResponseWriter, r *http.Request) bool {
		if f.answer != nil && f.answer(w, r) {
			return true
		}
		policy, err := decode64(r.URL.Query().Get("Policy"))
		if err != nil || len(policy) == 0 || strings.Contains(string(policy), `"https://`+r.Host+"/") {
			return false
		}
		refuse(w, http.StatusForbidden, textXML, "<Error><Code>AccessDenied</Code><Message>Access denied</Message></Error>")
		return true
	}}
}

func withDomain(w world) world {
	w.target.Stack.BaseURL, w.target.Stack.DomainName = "https://video.example.com", "video.example.com"
	return w
}

func TestDomainFaults(t *testing.T) {
	own := atHost("d111111abcdef8.cloudfront.net")
	unsignedHere := func(r *http.Request) bool { return own(r) && r.URL.RawQuery == "" }
	granted := func(host func(*http.Request) bool) func(*http.Request) bool {
		return func(r *http.Request) bool { return host(r) && r.URL.Query().Has("Policy") }
	}
	withoutCookies := flaw{answer: func(w http.ResponseWriter, r *http.Request) bool {
		if len(r.Cookies()) > 0 {
			refuse(w, http.StatusForbidden, textXML, missingKeyBody)
		}
		return len(r.Cookies()) > 0
	}}
	for _, f := range []flawed{
		{"the own name is public", "vod.domain.own-name-unsigned", opens(unsignedHere), "behavior-public"},
		{"the own name is not served", "vod.domain.own-name", flaw{answer: func(w http.ResponseWriter, r *http.Request) bool {
			if own(r) {
				refuse(w, http.StatusForbidden, "text/html", page)
			}
			return own(r)
		}}, "edge-refused"},
		{"the domain's grant opens the own name", "vod.domain.own-name-grant", opens(granted(own)), "behavior-public"},
		{"the own name's grant opens the domain", "vod.domain.grant-of-own-name", opens(granted(atHost("video.example.com"))), "behavior-public"},
		{"cookies are not looked at", "vod.domain.cookies", withoutCookies, "signature-missing"},
	} {
		if r := withDomain(deliver(t, hostBound(flaw{}))).run(t, f.id); r.Verdict != Pass {
			t.Errorf("%s of a sound delivery = %s %s%v, want pass", f.id, r.Verdict, r.Reason, r.Failure)
		}
		if r := withDomain(deliver(t, hostBound(f.flaw))).run(t, f.id); r.Verdict != Fail || r.Failure.Cause != f.cause {
			t.Errorf("%s where %s = %s %s%v, cause %q, want a failure for %q", f.id, f.name, r.Verdict, r.Reason, r.Failure, causeOf(r), f.cause)
		}
		if r := deliver(t, flaw{}).run(t, f.id); r.Verdict != Skip || r.Reason != "the distribution has no domain of its own" {
			t.Errorf("%s without a domain = %s %s%v, want skip", f.id, r.Verdict, r.Reason, r.Failure)
		}
	}
}

// The certificate of a test server ends in 2084.
func TestCertificateEnds(t *testing.T) {
	for day, verdict := range map[int]Verdict{0: Pass, 14: Pass, 16: Fail, 40: Fail} {
		w := withDomain(deliver(t, flaw{}))
		w.target.Now = func() time.Time { return time.Date(2084, 1, day, 16, 0, 0, 0, time.UTC) }
		if r := w.run(t, "vod.domain.certificate"); r.Verdict != verdict || verdict == Fail && causeOf(r) != "certificate-ending" {
			t.Errorf("on day %d of the month in which the certificate ends: %s %s%v, want %s", day, r.Verdict, r.Reason, r.Failure, verdict)
		}
	}
}

// Cookies reach the domain from a page of its site alone.
func TestDomainCookies(t *testing.T) {
	for origin, verdict := range map[string]Verdict{
		"https://app.example.com": Pass, "https://*.example.com": Pass, "https://video.example.com": Pass,
		"https://app.example.org": Skip, "http://app.example.com": Skip,
	} {
		w := withDomain(deliver(t, flaw{}))
		w.target.Stack.AllowedOrigins = []string{origin}
		if r := w.run(t, "vod.domain.cookies"); r.Verdict != verdict {
			t.Errorf("cookies of a page of %s: %s %s%v, want %s", origin, r.Verdict, r.Reason, r.Failure, verdict)
		}
	}
}

func TestSharedAttributes(t *testing.T) {
	w := withDomain(deliver(t, flaw{}))
	s, err := newSession(w.target)
	if err != nil {
		t.Fatal(err)
	}
	if page, a, err := s.sitePage(); err != nil || page.Host != "app.example.com" || a != (signer.CookieAttributes{Domain: "example.com"}) {
		t.Errorf("sitePage() = %v, %+v, %v", page, a, err)
	}
}
