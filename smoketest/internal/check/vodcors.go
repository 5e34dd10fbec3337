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
			run:    allowedOrigin},
		{ID: "vod.cors.second-origin", Rule: ruleCacheCORS,
			Proves: "A second origin, right after the first at the same URL, gets an answer of its own and not the cached one.",
			run:    secondOrigin},
		{ID: "vod.cors.after-no-origin", Rule: ruleCacheCORS,
			Proves: "An answer cached for a request without Origin does not take the CORS headers from a page.",
			run:    afterNoOrigin},
		{ID: "vod.cors.foreign-origin", Rule: ruleS3CORS,
			Proves: "A page of an origin that is not allowed cannot read the content.",
			run:    eachKind(foreignRefused)},
		{ID: "vod.cors.preflight", Rule: ruleS3CORS,
			Proves: "A preflight for a signed URL is answered, so that a player may ask with headers of its own.",
			run:    preflight},
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
	if allow != origin {
		return &Failure{Asked: x.asked, Want: "Access-Control-Allow-Origin: " + origin,
			Got: allowText(x), Cause: "cors-missing"}
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

func allowedOrigin(ctx context.Context, s *session) error {
	first, _, err := s.origins()
	if err != nil {
		return err
	}
	return s.readableAfter(ctx, nil, first)
}

// secondOrigin asks from two origins in turn. Where only one is allowed, a
// foreign page goes first: its answer without CORS headers must not stick.
func secondOrigin(ctx context.Context, s *session) error {
	first, second, err := s.origins()
	if err != nil {
		return err
	}
	if second == "" {
		first, second = foreignOrigin, first
	}
	return s.readableAfter(ctx, []string{first}, second)
}

func afterNoOrigin(ctx context.Context, s *session) error {
	first, _, err := s.origins()
	if err != nil {
		return err
	}
	return s.readableAfter(ctx, []string{""}, first)
}

// readableAfter asks for the same URL from each page in turn, and demands that
// the last one may read it, for each sort of file.
func (s *session) readableAfter(ctx context.Context, before []string, origin string) error {
	urls, err := s.kinds(ctx)
	if err != nil {
		return err
	}
	for _, u := range urls {
		for _, other := range before {
			if _, err := s.ask(ctx, u, other); err != nil {
				return err
			}
		}
		x, err := s.ask(ctx, u, origin)
		if err != nil {
			return err
		}
		if err := s.readable(x, origin); err != nil {
			return err
		}
	}
	return nil
}

// foreignRefused asks from a page that is not allowed, right after one that is.
// S3 serves it; it is the browser that refuses, for want of the header.
func foreignRefused(ctx context.Context, s *session, u *url.URL) error {
	if s.anyOrigin() {
		return skip("the stack allows every origin")
	}
	first, _, err := s.origins()
	if err != nil {
		return err
	}
	control, err := s.ask(ctx, u, first)
	if err != nil {
		return err
	}
	if err := s.readable(control, first); err != nil {
		return err
	}
	x, err := s.ask(ctx, u, foreignOrigin)
	if err != nil {
		return err
	}
	if allow := x.header.Get("Access-Control-Allow-Origin"); allow == "*" || allow == foreignOrigin {
		return &Failure{Asked: x.asked, Want: "no Access-Control-Allow-Origin that fits this page", Got: allowText(x),
			Cause: "cors-open"}
	}
	return nil
}

// preflight asks as a browser does before a GET with a Range that it does not
// hold safe.
func preflight(ctx context.Context, s *session) error {
	u, err := s.object()
	if err != nil {
		return err
	}
	origin, _, err := s.origins()
	if err != nil {
		return err
	}
	if _, err := s.ask(ctx, u, origin); err != nil {
		return err
	}
	signed, err := s.canned(ctx, u)
	if err != nil {
		return err
	}
	req, err := newRequest(ctx, http.MethodOptions, signed.URL.String())
	if err != nil {
		return err
	}
	req.Header.Set("Origin", origin)
	req.Header.Set("Access-Control-Request-Method", http.MethodGet)
	req.Header.Set("Access-Control-Request-Headers", "range")
	x, err := s.do(req)
	if err != nil {
		return err
	}
	return s.preflightAllows(x, origin)
}

func (s *session) preflightAllows(x *exchange, origin string) error {
	if x.status != http.StatusOK && x.status != http.StatusNoContent {
		return &Failure{Asked: x.asked, Want: "200 or 204", Got: x.got(), Cause: "cors-preflight"}
	}
	allow := x.header.Get("Access-Control-Allow-Origin")
	if allow != origin && !(allow == "*" && s.anyOrigin()) {
		return &Failure{Asked: x.asked, Want: "Access-Control-Allow-Origin: " + origin, Got: allowText(x), Cause: "cors-preflight"}
	}
	for _, want := range []struct{ header, item string }{
		{"Access-Control-Allow-Methods", http.MethodGet},
		{"Access-Control-Allow-Headers", "range"},
	} {
		if !headerLists(x.header, want.header, want.item) {
			return &Failure{Asked: x.asked, Want: want.header + " with " + want.item,
				Got: fmt.Sprintf("%s: %s", want.header, strings.Join(x.header.Values(want.header), ", ")), Cause: "cors-preflight"}
		}
	}
	return nil
}
