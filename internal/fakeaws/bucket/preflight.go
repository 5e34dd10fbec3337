package bucket

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"privateplayback/internal/fakeaws/journal"
)

// The evaluation of CORS, after
// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTOPTIONSobject.html,
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html and, where
// the two are silent, answers of S3 recorded by
// https://github.com/localstack/localstack/blob/main/tests/aws/services/s3/test_s3_cors.py:
//
//   - Access-Control-Request-Method and -Headers, when sent, decide on actual
//     requests too.
//   - Access-Control-Allow-Methods lists all methods of the rule.
//   - Access-Control-Allow-Headers has the requested names in lower case.
//   - An actual request that no rule matches is served without CORS headers.

// corsMatch is the rule that a request uses.
type corsMatch struct {
	rule   CORSRule
	number int      // of the rule, from 1
	origin string   // for Access-Control-Allow-Origin: "*" or the request's
	asked  []string // requested headers, lower case
}

// matchCORS finds the first rule for the request.
func matchCORS(rules []CORSRule, r *http.Request) (corsMatch, bool) {
	origin := r.Header.Get("Origin")
	method := r.Header.Get("Access-Control-Request-Method")
	if method == "" {
		method = r.Method
	}
	m := corsMatch{asked: requestedHeaders(r)}
	if origin == "" {
		return m, false
	}
	for n, rule := range rules {
		i := slices.IndexFunc(rule.AllowedOrigins, func(p string) bool { return matchOne(p, origin) })
		if i < 0 || !slices.Contains(rule.AllowedMethods, method) || !rule.allowsHeaders(m.asked) {
			continue
		}
		m.rule, m.number, m.origin = rule, n+1, origin
		if rule.AllowedOrigins[i] == "*" {
			m.origin = "*"
		}
		return m, true
	}
	return m, false
}

func requestedHeaders(r *http.Request) []string {
	var out []string
	for _, line := range r.Header.Values("Access-Control-Request-Headers") {
		for name := range strings.SplitSeq(line, ",") {
			if name = strings.ToLower(strings.TrimSpace(name)); name != "" {
				out = append(out, name)
			}
		}
	}
	return out
}

func (c CORSRule) allowsHeaders(asked []string) bool {
	for _, name := range asked {
		if !slices.ContainsFunc(c.AllowedHeaders, func(p string) bool { return matchOne(strings.ToLower(p), name) }) {
			return false
		}
	}
	return true
}

// matchOne matches a pattern with at most one "*".
func matchOne(pattern, text string) bool {
	before, after, wild := strings.Cut(pattern, "*")
	if !wild {
		return pattern == text
	}
	return len(text) >= len(before)+len(after) && strings.HasPrefix(text, before) && strings.HasSuffix(text, after)
}

// write sets the CORS headers.
func (m corsMatch) write(h http.Header) {
	h.Set("Access-Control-Allow-Origin", m.origin)
	h.Set("Access-Control-Allow-Methods", strings.Join(m.rule.AllowedMethods, ", "))
	if len(m.asked) > 0 {
		h.Set("Access-Control-Allow-Headers", strings.Join(m.asked, ", "))
	}
	if len(m.rule.ExposeHeaders) > 0 {
		h.Set("Access-Control-Expose-Headers", strings.Join(m.rule.ExposeHeaders, ", "))
	}
	if m.rule.MaxAgeSeconds != nil {
		h.Set("Access-Control-Max-Age", strconv.Itoa(*m.rule.MaxAgeSeconds))
	}
	if m.origin != "*" {
		h.Set("Access-Control-Allow-Credentials", "true")
	}
	h.Set("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method")
}

// preflight answers OPTIONS, which needs no permission. The CORS headers of a
// match are already set.
func preflight(w http.ResponseWriter, r *http.Request, b settings, exists bool, key string, matched bool) {
	method := r.Header.Get("Access-Control-Request-Method")
	resource := "BUCKET"
	if key != "" {
		resource = "OBJECT"
	}
	switch {
	case r.Header.Get("Origin") == "":
		badPreflight("Insufficient information. Origin request header needed.").write(w, r)
	case !exists:
		forbiddenPreflight("CORSResponse: Bucket not found", method, "BUCKET").because("preflight: the bucket does not exist").write(w, r)
	case b.cors == nil:
		forbiddenPreflight("CORSResponse: CORS is not enabled for this bucket.", method, "BUCKET").because("preflight: the bucket has no CORS configuration").write(w, r)
	case !slices.Contains([]string{"GET", "PUT", "POST", "DELETE", "HEAD"}, method):
		if method == "" {
			method = "null"
		}
		badPreflight("Invalid Access-Control-Request-Method: "+method).write(w, r)
	case !matched:
		forbiddenPreflight("CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
			method, resource).because("preflight: none of %d CORS rules allows %s from origin %q with headers %q", len(b.cors), method, r.Header.Get("Origin"), r.Header.Get("Access-Control-Request-Headers")).write(w, r)
	default:
		journal.Note(r.Context(), "s3: a preflight needs no permission")
		w.Header().Set("Content-Length", "0")
		w.WriteHeader(http.StatusOK)
	}
}

func badPreflight(message string) refusal {
	return refusal{status: http.StatusBadRequest, code: "BadRequest", message: message}
}

func forbiddenPreflight(message, method, resource string) refusal {
	if method == "" {
		method = http.MethodOptions
	}
	return refusal{status: http.StatusForbidden, code: "AccessForbidden", message: message}.
		with("Method", method).with("ResourceType", resource)
}
