package check

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
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
			run:    atObject(judgedAt(signedURL, signedURL, requestID))},
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

// rangeAsked asks for ranges of an object.
func rangeAsked(ranges string, want func(x, whole *exchange) error) func(context.Context, *session) error {
	return func(ctx context.Context, s *session) error {
		x, whole, err := s.ranged(ctx, ranges)
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

func requestID(x *exchange) error {
	if got := x.header.Get("Via"); !viaForm.MatchString(got) {
		return &Failure{Asked: x.asked, Want: "Via: VERSION, 32 hexadecimal digits .cloudfront.net (CloudFront)", Got: "Via: " + got}
	}
	if got := x.header.Get("X-Amz-Cf-Id"); !requestIDForm.MatchString(got) {
		return &Failure{Asked: x.asked, Want: `X-Amz-Cf-Id: 56 characters that end with "=="`, Got: fmt.Sprintf("X-Amz-Cf-Id: %d characters", len(got))}
	}
	return nil
}
