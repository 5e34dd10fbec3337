package check

import (
	"context"
	"crypto/md5"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
)

// vodDisguiseChecks look for a bucket that is open for some objects, or for whoever
// says something that anybody can say.
func vodDisguiseChecks() []Check {
	return []Check{
		{ID: "vod.origin.direct-parts", Rule: ruleS3Public,
			Proves: "The bucket refuses a viewer who goes around CloudFront for a segment, a key or an initialization section.",
			run:    eachKind(directPart)},
		{ID: "vod.origin.direct-disguised", Rule: ruleS3Public,
			Proves: "The bucket refuses a viewer who claims to come from an allowed page, or to be CloudFront.",
			run:    atObject(directDisguised)},
		{ID: "vod.origin.direct-upload", Rule: ruleS3PutObject,
			Proves: "The bucket refuses an upload by a viewer.",
			run:    atObject(uploadRefused)},
	}
}

func directPart(ctx context.Context, s *session, u *url.URL) error {
	return s.directRefused(ctx, u, http.Header{})
}

// directDisguised sends what bucket policies of old articles ask for: a Referer, by
// which nobody can be told from anybody, or CloudFront's user agent.
//
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html
func directDisguised(ctx context.Context, s *session, u *url.URL) error {
	disguises := []http.Header{{"User-Agent": {"Amazon CloudFront"}}, {"Referer": {s.base.String() + "/"}}}
	for _, pattern := range s.Stack.AllowedOrigins {
		disguises = append(disguises, http.Header{"Referer": {concrete(pattern, "smoketest-1") + "/"}})
	}
	for _, h := range disguises {
		if err := s.directRefused(ctx, u, h); err != nil {
			return err
		}
	}
	return nil
}

// directRefused demands that the edge serves u and the bucket itself does not, with
// these headers.
func (s *session) directRefused(ctx context.Context, u *url.URL, h http.Header) error {
	endpoint := "https://" + s.Stack.BucketRegionalDomainName
	if err := s.endpointServable(endpoint); err != nil {
		return err
	}
	return judgedAt(signedURL, func(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
		req, err := directRequest(ctx, s, u, endpoint)
		if err == nil {
			for name, values := range h {
				req.Header[name] = slices.Clone(values)
			}
		}
		return req, err
	}, deniedByStorage().check)(ctx, s, u)
}

// uploadRefused puts an object of no bytes that names the digest of others, so that
// nothing is stored where viewers may upload: S3 answers 400 BadDigest then.
func uploadRefused(ctx context.Context, s *session, u *url.URL) error {
	endpoint := "https://" + s.Stack.BucketRegionalDomainName
	if err := s.endpointServable(endpoint); err != nil {
		return err
	}
	digest := md5.Sum([]byte(userAgent))
	return judgedAt(signedURL, func(ctx context.Context, _ *session, _ *url.URL) (*http.Request, error) {
		req, err := newRequest(ctx, http.MethodPut, endpoint+"/smoketest-never-uploaded")
		if err == nil {
			req.Header.Set("Content-MD5", base64.StdEncoding.EncodeToString(digest[:]))
		}
		return req, err
	}, func(x *exchange) error {
		if x.status == http.StatusBadRequest && x.answer().code == "BadDigest" || x.answer().layer == content {
			return &Failure{Asked: x.asked, Want: deniedByStorage().String(), Got: x.got(), Cause: "bucket-writable"}
		}
		return deniedByStorage().check(x)
	})(ctx, s, u)
}
