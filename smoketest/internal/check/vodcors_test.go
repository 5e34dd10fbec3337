package check

import (
	"net/http"
	"strings"
	"testing"
)

func TestCORSFlaws(t *testing.T) {
	const allow = "Access-Control-Allow-Origin"
	segments := func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, ".ts") }
	preflights := func(r *http.Request) bool { return r.Method == http.MethodOptions }
	from := func(origin string) func(*http.Request) bool {
		return func(r *http.Request) bool { return r.Header.Get("Origin") == origin }
	}
	for _, f := range []flawed{
		{"no origin is allowed", "vod.cors.each-origin", says(allow, "", always), "cors-missing"},
		{"every origin is allowed", "vod.cors.credentials", says(allow, "*", always), "cors-open"},
		{"credentials are not allowed", "vod.cors.credentials", says("Access-Control-Allow-Credentials", "", segments), "cors-credentials"},
		{"ranges are ignored", "vod.cors.range", flaw{answer: func(w http.ResponseWriter, r *http.Request) bool {
			r.Header.Del("Range")
			return false
		}}, ""},
		{"ranges have no CORS headers", "vod.cors.range", says(allow, "", func(r *http.Request) bool { return r.Header.Get("Range") != "" }), "cors-missing"},
		{"nothing is exposed", "vod.cors.expose", says("Access-Control-Expose-Headers", "", segments), "cors-expose"},
		{"preflights for segments fail", "vod.cors.preflight-parts", says(allow, "", func(r *http.Request) bool {
			return segments(r) && preflights(r)
		}), "cors-preflight"},
		{"preflights pass for everybody", "vod.cors.foreign-preflight", says(allow, "*", func(r *http.Request) bool {
			return preflights(r) && from(foreignOrigin)(r)
		}), "cors-open"},
		{"the first page's answer is cached for a foreign one", "vod.cors.second-origin", says(allow, "https://app.example.com", always), "cors-missing"},
		{"a page's answer is cached for none", "vod.cors.after-no-origin", says(allow, "https://app.example.com", always), "cors-missing"},
	} {
		f.seen(t)
	}
}

// A cache without Origin in its key is found out whatever warmed it: the first page,
// the second, a foreign one, or none.
func TestMixedUpOriginsWhateverCameFirst(t *testing.T) {
	for _, origins := range [][]string{{"https://app.example.com"}, {"https://app.example.com", "https://*.example.org"}} {
		for _, warm := range []string{"", "https://app.example.com", "https://smoketest-1.example.org", foreignOrigin} {
			w := deliver(t, flaw{alter: func(h http.Header, r *http.Request) {
				h.Del("Access-Control-Allow-Origin")
				if warm != "" && warm != foreignOrigin {
					h.Set("Access-Control-Allow-Origin", warm)
					h.Set("Vary", "Origin")
				}
			}})
			w.target.Stack.AllowedOrigins = origins
			if r := w.run(t, "vod.cors.second-origin"); r.Verdict != Fail || r.Failure.Cause != "cors-missing" {
				t.Errorf("vod.cors.second-origin for %q where %q came first = %s %s%v, want a failure for cors-missing", origins, warm, r.Verdict, r.Reason, r.Failure)
			}
		}
	}
}

func TestEachOrigin(t *testing.T) {
	w := deliver(t, flaw{})
	w.target.Stack.AllowedOrigins = append(w.target.Stack.AllowedOrigins, "https://second.example.com")
	r := w.run(t, "vod.cors.each-origin")
	if r.Verdict != Fail || !strings.Contains(r.Failure.Want, "https://second.example.com") {
		t.Errorf("vod.cors.each-origin where one of two is allowed = %s %v, want a failure that names it", r.Verdict, r.Failure)
	}
}

func TestEveryOriginIsAllowed(t *testing.T) {
	w := deliver(t, says("Access-Control-Allow-Origin", "*", always))
	w.target.Stack.AllowedOrigins = []string{"*"}
	for id, want := range map[string]Verdict{
		"vod.cors.each-origin": Pass, "vod.cors.second-origin": Pass, "vod.cors.range": Pass,
		"vod.cors.credentials": Skip, "vod.cors.foreign-preflight": Skip,
	} {
		if r := w.run(t, id); r.Verdict != want {
			t.Errorf(`%s where "*" is allowed = %s %s%v, want %s`, id, r.Verdict, r.Reason, r.Failure, want)
		}
	}
}
