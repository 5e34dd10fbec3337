package check

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
)

// wantStorage takes a refusal of S3 with one of the statuses, whatever its code.
func wantStorage(statuses ...int) func(*exchange) error {
	return func(x *exchange) error {
		if x.answer().layer == storage && slices.Contains(statuses, x.status) {
			return nil
		}
		return &Failure{Asked: x.asked, Want: "a refusal from S3", Got: x.got(), Cause: explain(storage, x)}
	}
}

// unresolved reports whether a name led nowhere.
func unresolved(err error) bool {
	var failure *Failure
	return errors.As(err, &failure) && failure.Cause == "dns"
}

// directAccelerate takes 400 too, which is S3's answer where acceleration is not
// configured.
func directAccelerate(ctx context.Context, s *session) error {
	endpoint := "https://" + accelerateHost(s.Stack)
	if err := s.endpointServable(endpoint); err != nil {
		return err
	}
	err := atObject(judgedAt(signedURL, func(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
		return directRequest(ctx, s, u, endpoint)
	}, wantStorage(http.StatusForbidden, http.StatusBadRequest)))(ctx, s)
	if unresolved(err) {
		return skip("%q does not resolve: this partition has no transfer acceleration", accelerateHost(s.Stack))
	}
	return err
}

// directWebsite takes anything but content from each form of the name that there
// is: a bucket without a website answers 404.
func directWebsite(ctx context.Context, s *session, u *url.URL) error {
	if _, err := s.control(ctx, u, s.canned); err != nil {
		return err
	}
	asked := 0
	for _, host := range websiteHosts(s.Stack) {
		if host == "" {
			continue
		}
		req, err := directRequest(ctx, s, u, "http://"+host)
		if err != nil {
			return err
		}
		x, err := s.do(req)
		if unresolved(err) {
			continue
		}
		if err != nil {
			return err
		}
		if asked++; x.answer().layer == content {
			return &Failure{Asked: x.asked, Want: "anything but content", Got: x.got(), Cause: "bucket-public"}
		}
	}
	if asked == 0 {
		return skip("no name of a website endpoint resolves for bucket %q in region %q", s.Stack.BucketName, s.Stack.Region)
	}
	return nil
}

// directSigned shows S3 what CloudFront would take: a canned and a custom policy.
// S3 answers 403 to a Signature without an access key, or 400.
func directSigned(ctx context.Context, s *session) error {
	endpoint := "https://" + s.Stack.BucketRegionalDomainName
	if err := s.endpointServable(endpoint); err != nil {
		return err
	}
	for _, way := range []forgery{signedURL, grantedURL} {
		err := atObject(judgedAt(way, func(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
			req, err := way(ctx, s, u)
			if err != nil {
				return nil, err
			}
			return newRequest(ctx, http.MethodGet, endpoint+req.URL.RequestURI())
		}, wantStorage(http.StatusForbidden, http.StatusBadRequest)))(ctx, s)
		if err != nil {
			return err
		}
	}
	return nil
}
