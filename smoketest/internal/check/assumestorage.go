package check

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
)

func assumedStorageChecks() []Check {
	return []Check{
		{ID: "assume.s3.preflight-without-origin", Rule: ruleS3CORS,
			Proves: "S3 answers 400 BadRequest to a preflight without Origin.",
			run:    directPreflight(func(http.Header, string) {}, refusal{storage, http.StatusBadRequest, []string{"BadRequest"}}.check)},
		{ID: "assume.s3.preflight-without-method", Rule: ruleS3CORS,
			Proves: "S3 answers 400 BadRequest to a preflight that names no method.",
			run: directPreflight(func(h http.Header, origin string) {
				h.Set("Origin", origin)
			}, refusal{storage, http.StatusBadRequest, []string{"BadRequest"}}.check)},
		{ID: "assume.s3.preflight-foreign-origin", Rule: ruleS3CORS,
			Proves: "S3 answers 403 AccessForbidden to a preflight from a page that no rule allows.",
			run:    foreignPreflight(refusal{storage, http.StatusForbidden, []string{"AccessForbidden"}}.check)},
		{ID: "assume.s3.error-with-cors", Rule: ruleS3CORS,
			Proves: "A refusal of S3 has CORS headers where a rule allows the page.",
			run:    directErrorCORS},
		{ID: "assume.s3.preflight-refusal-names", Rule: ruleS3CORS,
			Proves: "The refusal of a preflight that no rule allows names the method that was asked for, and an OBJECT.",
			run:    foreignPreflight(namesWhatWasAsked)},
		{ID: "assume.s3.cloudfront-query", Rule: ruleS3Object,
			Proves: "The signing parameters of CloudFront at the bucket itself are access denied.",
			run: refused(signedURL, func(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
				req, _, err := s.toBucket(ctx, http.MethodGet)
				if err != nil {
					return nil, err
				}
				signed, err := s.canned(ctx, u)
				if err != nil {
					return nil, err
				}
				return plain(ctx, withQueryOf(req.URL, signed.URL))
			}, deniedByStorage())},
	}
}

// directPreflight sends S3 an OPTIONS request, which needs no right to read, and
// judges the answer.
func directPreflight(headers func(h http.Header, origin string), judge func(*exchange) error) func(context.Context, *session) error {
	return func(ctx context.Context, s *session) error {
		req, origin, err := s.toBucket(ctx, http.MethodOptions)
		if err != nil {
			return err
		}
		headers(req.Header, origin)
		x, err := s.do(req)
		if err != nil {
			return err
		}
		return judge(x)
	}
}

// foreignPreflight sends one from a page that the stack does not allow.
func foreignPreflight(judge func(*exchange) error) func(context.Context, *session) error {
	return func(ctx context.Context, s *session) error {
		if s.anyOrigin() {
			return skip("the stack allows every origin")
		}
		return directPreflight(func(h http.Header, _ string) {
			h.Set("Origin", foreignOrigin)
			h.Set("Access-Control-Request-Method", http.MethodGet)
		}, judge)(ctx, s)
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

// namesWhatWasAsked reads what the refusal of a preflight says beside its code.
func namesWhatWasAsked(x *exchange) error {
	const want = "<Method>GET</Method><ResourceType>OBJECT</ResourceType>"
	if !bytes.Contains(x.body, []byte(want)) {
		return &Failure{Asked: x.asked, Want: want, Got: x.got()}
	}
	return nil
}
