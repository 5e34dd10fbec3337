package check

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
)

func assumedEdgeChecks() []Check {
	return []Check{
		{ID: "assume.edge.redirect-before-signature", Rule: ruleHTTPS,
			Proves: "Plain HTTP is redirected to https though nothing is signed.",
			run:    redirected(http.MethodGet, http.StatusMovedPermanently)},
		{ID: "assume.edge.redirect-before-method", Rule: ruleHTTPS,
			Proves: "Plain HTTP is redirected to https though the behavior does not take the method.",
			run:    redirected(http.MethodPost, http.StatusTemporaryRedirect)},
		{ID: "assume.edge.unsatisfiable-range", Rule: ruleRange,
			Proves: "A range beyond the object is 416, and an error to X-Cache.",
			run:    rangeAsked("bytes=999999999-", unsatisfiable)},
		{ID: "assume.edge.several-ranges", Rule: ruleRange,
			Proves: "Two ranges at once are answered with the whole object.",
			run:    rangeAsked("bytes=0-1,4-5", wholeObject)},
		{ID: "assume.edge.request-id", Rule: ruleResponseHeaders,
			Proves: "Via names the edge by 32 hexadecimal digits, and X-Amz-Cf-Id has 56 characters.",
			run:    requestID},
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

// rangeAsked asks for ranges of an object whose whole is at hand.
func rangeAsked(ranges string, want func(x, whole *exchange) error) func(context.Context, *session) error {
	return func(ctx context.Context, s *session) error {
		u, err := s.object()
		if err != nil {
			return err
		}
		whole, err := s.whole(ctx, u)
		if err != nil {
			return err
		}
		req, err := s.canned(ctx, u)
		if err != nil {
			return err
		}
		req.Header.Set("Accept-Encoding", "identity")
		req.Header.Set("Range", ranges)
		x, err := s.do(req)
		if err != nil {
			return err
		}
		return want(x, whole)
	}
}

func unsatisfiable(x, _ *exchange) error {
	if err := wantStatus(x, http.StatusRequestedRangeNotSatisfiable); err != nil {
		return err
	}
	return wantHeader(x, "X-Cache", "Error from cloudfront")
}

func wholeObject(x, whole *exchange) error {
	if err := wantStatus(x, http.StatusOK); err != nil {
		return err
	}
	if !bytes.Equal(x.body, whole.body) {
		return x.broken("the whole object", fmt.Errorf("%d bytes that are not it", len(x.body)))
	}
	return nil
}

var (
	viaForm       = regexp.MustCompile(`^[123]\.[01] [0-9a-f]{32}\.cloudfront\.net \(CloudFront\)$`)
	requestIDForm = regexp.MustCompile(`^[A-Za-z0-9_-]{54}==$`)
)

func requestID(ctx context.Context, s *session) error {
	u, err := s.object()
	if err != nil {
		return err
	}
	if _, err := s.control(ctx, u, s.canned); err != nil {
		return err
	}
	req, err := s.canned(ctx, u)
	if err != nil {
		return err
	}
	x, err := s.do(req)
	if err != nil {
		return err
	}
	if got := x.header.Get("Via"); !viaForm.MatchString(got) {
		return &Failure{Asked: x.asked, Want: "Via: VERSION, 32 hexadecimal digits .cloudfront.net (CloudFront)", Got: "Via: " + got}
	}
	if got := x.header.Get("X-Amz-Cf-Id"); !requestIDForm.MatchString(got) {
		return &Failure{Asked: x.asked, Want: `X-Amz-Cf-Id: 56 characters that end with "=="`, Got: fmt.Sprintf("X-Amz-Cf-Id: %d characters", len(got))}
	}
	return nil
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
		{ID: "assume.s3.preflight-refusal-names", Rule: ruleS3CORS,
			Proves: "The refusal of a preflight that no rule allows names the method that was asked for, and an OBJECT.",
			run:    preflightRefusalNames},
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

// preflightRefusalNames reads what the refusal says beside its code.
func preflightRefusalNames(ctx context.Context, s *session) error {
	if s.anyOrigin() {
		return skip("the stack allows every origin")
	}
	req, _, err := s.toBucket(ctx, http.MethodOptions)
	if err != nil {
		return err
	}
	req.Header.Set("Origin", foreignOrigin)
	req.Header.Set("Access-Control-Request-Method", http.MethodGet)
	x, err := s.do(req)
	if err != nil {
		return err
	}
	const want = "<Method>GET</Method><ResourceType>OBJECT</ResourceType>"
	if !bytes.Contains(x.body, []byte(want)) {
		return &Failure{Asked: x.asked, Want: want, Got: x.got()}
	}
	return nil
}
