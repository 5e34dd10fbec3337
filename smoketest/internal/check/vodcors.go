package check

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// foreignOrigin is a page that no stack allows: its name cannot exist
// (RFC 6761, section 6.4).
const foreignOrigin = "https://smoketest-foreign.invalid"

func vodCORSChecks() []Check {
	return []Check{
		{ID: "vod.cors.allowed", Rule: ruleS3CORS,
			Proves: "A page of an allowed origin may read the content.",
			run:    eachKind(allowedOrigin)},
		{ID: "vod.cors.second-origin", Rule: ruleCacheCORS,
			Proves: "A second origin, right after the first at the same URL, gets an answer of its own and not the cached one.",
			run:    eachKind(secondOrigin)},
		{ID: "vod.cors.each-origin", Rule: ruleCacheCORS,
			Proves: "Each allowed origin, one after the other at the same URL, gets an answer of its own.",
			run:    atObject(eachOrigin)},
		{ID: "vod.cors.after-no-origin", Rule: ruleCacheCORS,
			Proves: "An answer cached for a request without Origin does not take the CORS headers from a page.",
			run:    eachKind(afterNoOrigin)},
		{ID: "vod.cors.credentials", Rule: ruleFetchCORS,
			Proves: "A page may send its viewer's cookies: the answer names the page's own origin and allows credentials.",
			run:    eachKind(credentialsAllowed)},
		{ID: "vod.cors.range", Rule: ruleRange,
			Proves: "A page may read a byte range: 206 with CORS headers of its own.",
			run:    eachKind(rangeReadable)},
		{ID: "vod.cors.expose", Rule: ruleS3CORS, Harm: Weakens,
			Proves: "A page may read the headers that players look at: Content-Range, Date, ETag.",
			run:    eachKind(headersExposed)},
		{ID: "vod.cors.foreign-origin", Rule: ruleS3CORS, Harm: Exposes,
			Proves: "A page of an origin that is not allowed cannot read the content.",
			run:    eachKind(foreignRefused)},
		{ID: "vod.cors.preflight", Rule: ruleS3CORS,
			Proves: "A preflight for a signed URL is answered, so that a player may ask with headers of its own.",
			run:    atObject(preflightAllowed)},
		{ID: "vod.cors.preflight-parts", Rule: ruleS3CORS,
			Proves: "A preflight is answered for each sort of file.",
			run:    eachKind(preflightAllowed)},
		{ID: "vod.cors.foreign-preflight", Rule: ruleS3CORS, Harm: Exposes,
			Proves: "A preflight from a page that is not allowed gets no header that would let it ask.",
			run:    atObject(foreignPreflightRefused)},
	}
}

// origins are two concrete origins that the stack allows; the second is empty
// if it allows only one.
func (s *session) origins() (first, second string, err error) {
	allowed := []string{}
	if s.Origin != "" {
		allowed = append(allowed, s.Origin)
	}
	for _, pattern := range s.Stack.AllowedOrigins {
		for _, label := range []string{"smoketest-1", "smoketest-2"} {
			if o := concrete(pattern, label); !slices.Contains(allowed, o) {
				allowed = append(allowed, o)
			}
		}
	}
	switch len(allowed) {
	case 0:
		return "", "", skip("the stack allows no origins")
	case 1:
		return allowed[0], "", nil
	}
	return allowed[0], allowed[1], nil
}

// concrete fills the wildcard of an allowed origin.
func concrete(pattern, label string) string {
	if pattern == "*" {
		return "https://" + label + ".example.com"
	}
	return strings.Replace(pattern, "*", label, 1)
}

// anyOrigin reports whether the stack says that every page may read.
func (s *session) anyOrigin() bool {
	return slices.Contains(s.Stack.AllowedOrigins, "*")
}

// ask requests u with a signature, from a page of origin unless that is empty.
func (s *session) ask(ctx context.Context, u *url.URL, origin string) (*exchange, error) {
	return s.control(ctx, u, func(ctx context.Context, u *url.URL) (*http.Request, error) {
		req, err := s.canned(ctx, u)
		if err == nil && origin != "" {
			req.Header.Set("Origin", origin)
		}
		return req, err
	})
}

// readable demands that a browser lets a page of origin read x, and that no
// cache hands it to another page.
func (s *session) readable(x *exchange, origin string) error {
	allow := x.header.Get("Access-Control-Allow-Origin")
	if allow == "*" && s.anyOrigin() {
		return nil
	}
	failure := &Failure{Asked: x.asked, Want: "Access-Control-Allow-Origin: " + origin, Got: allowText(x), Cause: "cors-missing"}
	switch {
	case allow == "*":
		failure.Cause = "cors-open"
		return failure
	case allow != origin:
		return failure
	}
	if !headerLists(x.header, "Vary", "Origin") {
		return &Failure{Asked: x.asked, Want: "Vary: Origin beside an answer for one origin",
			Got:   fmt.Sprintf("Vary: %s", strings.Join(x.header.Values("Vary"), ", ")),
			Cause: "cors-vary"}
	}
	return nil
}

func allowText(x *exchange) string {
	if v := x.header.Get("Access-Control-Allow-Origin"); v != "" {
		return fmt.Sprintf("%d and Access-Control-Allow-Origin: %s", x.status, v)
	}
	return fmt.Sprintf("%d and no Access-Control-Allow-Origin", x.status)
}

// headerLists reports whether a comma-separated header names item, or "*".
func headerLists(h http.Header, name, item string) bool {
	for _, line := range h.Values(name) {
		for _, part := range strings.Split(line, ",") {
			if part = strings.TrimSpace(part); part == "*" || strings.EqualFold(part, item) {
				return true
			}
		}
	}
	return false
}
