package check

import (
	"context"
	"net/http"
)

func assumedEdgeChecks() []Check {
	return []Check{
		{ID: "assume.edge.redirect-before-signature", Rule: ruleHTTPS,
			Proves: "Plain HTTP is redirected to https though nothing is signed.",
			run:    redirected(http.MethodGet, http.StatusMovedPermanently)},
		{ID: "assume.edge.redirect-before-method", Rule: ruleHTTPS,
			Proves: "Plain HTTP is redirected to https though the behavior does not take the method.",
			run:    redirected(http.MethodPost, http.StatusTemporaryRedirect)},
	}
}

// redirected demands a status for an unsigned request over plain HTTP.
func redirected(method string, status int) func(context.Context, *session) error {
	return func(ctx context.Context, s *session) error {
		if s.Stack.ViewerProtocolPolicy != "redirect-to-https" {
			return skip("the stack's viewerProtocolPolicy is %s", s.Stack.ViewerProtocolPolicy)
		}
		u, err := s.object()
		if err != nil {
			return err
		}
		if _, err := s.control(ctx, u, s.canned); err != nil {
			return err
		}
		insecure := *u
		insecure.Scheme = "http"
		req, err := newRequest(ctx, method, insecure.String())
		if err != nil {
			return err
		}
		x, err := s.do(req)
		if err != nil {
			return err
		}
		return wantStatus(x, status)
	}
}

func assumedStorageChecks() []Check {
	return []Check{
		{ID: "assume.s3.preflight-without-origin", Rule: ruleS3CORS,
			Proves: "S3 answers 400 BadRequest to a preflight without Origin.",
			run:    directPreflight(nil, refusal{storage, http.StatusBadRequest, []string{"BadRequest"}})},
		{ID: "assume.s3.preflight-without-method", Rule: ruleS3CORS,
			Proves: "S3 answers 400 BadRequest to a preflight that names no method.",
			run: directPreflight(func(h http.Header, origin string) {
				h.Set("Origin", origin)
			}, refusal{storage, http.StatusBadRequest, []string{"BadRequest"}})},
		{ID: "assume.s3.preflight-foreign-origin", Rule: ruleS3CORS,
			Proves: "S3 answers 403 AccessForbidden to a preflight from a page that no rule allows.",
			run: directPreflight(func(h http.Header, _ string) {
				h.Set("Origin", foreignOrigin)
				h.Set("Access-Control-Request-Method", http.MethodGet)
			}, refusal{storage, http.StatusForbidden, []string{"AccessForbidden"}})},
		{ID: "assume.s3.error-with-cors", Rule: ruleS3CORS,
			Proves: "A refusal of S3 has CORS headers where a rule allows the page.",
			run:    directErrorCORS},
	}
}

// directPreflight sends S3 an OPTIONS request, which needs no right to read, and
// demands a refusal.
func directPreflight(headers func(h http.Header, origin string), want refusal) func(context.Context, *session) error {
	return func(ctx context.Context, s *session) error {
		req, origin, err := s.toBucket(ctx, http.MethodOptions)
		if err != nil {
			return err
		}
		if s.anyOrigin() && want.status == http.StatusForbidden {
			return skip("the stack allows every origin")
		}
		if headers != nil {
			headers(req.Header, origin)
		}
		x, err := s.do(req)
		if err != nil {
			return err
		}
		return want.check(x)
	}
}

// toBucket makes a request to the bucket's own host, and gives an origin that it
// allows.
func (s *session) toBucket(ctx context.Context, method string) (*http.Request, string, error) {
	endpoint := "https://" + s.Stack.BucketRegionalDomainName
	if err := s.endpointServable(endpoint); err != nil {
		return nil, "", err
	}
	u, err := s.object()
	if err != nil {
		return nil, "", err
	}
	origin, _, err := s.origins()
	if err != nil {
		return nil, "", err
	}
	req, err := newRequest(ctx, method, endpoint+u.EscapedPath())
	return req, origin, err
}

func directErrorCORS(ctx context.Context, s *session) error {
	req, origin, err := s.toBucket(ctx, http.MethodGet)
	if err != nil {
		return err
	}
	req.Header.Set("Origin", origin)
	x, err := s.do(req)
	if err != nil {
		return err
	}
	if err := deniedByStorage().check(x); err != nil {
		return err
	}
	return wantHeader(x, "Access-Control-Allow-Origin", origin, "*")
}
