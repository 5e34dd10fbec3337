package check

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// preflight asks as a browser does before a GET with a Range that it does not
// hold safe.
func (s *session) preflight(ctx context.Context, u *url.URL, origin string) (*exchange, error) {
	signed, err := s.canned(ctx, u)
	if err != nil {
		return nil, err
	}
	req, err := newRequest(ctx, http.MethodOptions, signed.URL.String())
	if err != nil {
		return nil, err
	}
	req.Header.Set("Origin", origin)
	req.Header.Set("Access-Control-Request-Method", http.MethodGet)
	req.Header.Set("Access-Control-Request-Headers", "range")
	return s.do(req)
}

func preflightAllowed(ctx context.Context, s *session, u *url.URL) error {
	origin, _, err := s.origins()
	if err != nil {
		return err
	}
	if _, err := s.ask(ctx, u, origin); err != nil {
		return err
	}
	x, err := s.preflight(ctx, u, origin)
	if err != nil {
		return err
	}
	return s.preflightAllows(x, origin)
}

// foreignPreflightRefused asks right after an allowed page, whose preflight must
// pass.
func foreignPreflightRefused(ctx context.Context, s *session, u *url.URL) error {
	if s.anyOrigin() {
		return skip("the stack allows every origin")
	}
	if err := preflightAllowed(ctx, s, u); err != nil {
		return err
	}
	x, err := s.preflight(ctx, u, foreignOrigin)
	if err != nil {
		return err
	}
	return notFor(foreignOrigin, x)
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
