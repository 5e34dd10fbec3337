package check

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
)

func vodOriginChecks() []Check {
	return slices.Concat(vodDirectChecks(), vodDisguiseChecks(), vodBucketChecks(), []Check{
		{ID: "vod.origin.list-edge", Rule: ruleRootObject,
			Proves: "The root of the distribution does not list the bucket, even for a signed URL.",
			run:    listEdge},
		{ID: "vod.origin.edge-versions", Rule: ruleRootObject,
			Proves: "The edge shows no list, no list of versions and no other version, whatever the query of a signed URL asks for.",
			run:    atObject(versionsAtEdge)},
	})
}

// vodDirectChecks go around CloudFront for an object, by each name that leads to
// the bucket.
func vodDirectChecks() []Check {
	return []Check{
		{ID: "vod.origin.missing-object", Rule: ruleS3Object,
			Proves: "A signed URL of an object that does not exist is refused by S3, which tells nobody what exists.",
			run:    refused(signedURL, missingObject, deniedByStorage())},
		{ID: "vod.origin.direct-virtual-hosted", Rule: ruleS3Hosts,
			Proves: "The bucket refuses a viewer who goes around CloudFront by the bucket's own host name.",
			run:    direct(func(s *session) string { return "https://" + s.Stack.BucketRegionalDomainName })},
		{ID: "vod.origin.direct-path-style", Rule: ruleS3Hosts,
			Proves: "The bucket refuses a viewer who goes around CloudFront by the region's endpoint.",
			run:    direct(func(s *session) string { return "https://" + pathStyleHost(s.Stack) + "/" + s.Stack.BucketName })},
		{ID: "vod.origin.direct-global", Rule: ruleS3Hosts,
			Proves: "The bucket's legacy name without a region serves no content either.",
			run:    directGlobal},
		{ID: "vod.origin.direct-http", Rule: ruleS3TLS,
			Proves: "The bucket refuses a viewer who goes around CloudFront without TLS.",
			run:    direct(func(s *session) string { return "http://" + s.Stack.BucketRegionalDomainName })},
		{ID: "vod.origin.direct-dualstack", Rule: ruleS3DualStack,
			Proves: "The bucket refuses a viewer who goes around CloudFront by the dual-stack endpoint.",
			run:    direct(func(s *session) string { return "https://" + dualStackHost(s.Stack) })},
		{ID: "vod.origin.direct-website", Rule: ruleS3Website,
			Proves: "No website endpoint of the bucket serves content.",
			run:    atObject(directWebsite)},
		{ID: "vod.origin.direct-accelerate", Rule: ruleS3Accelerate,
			Proves: "The bucket refuses a viewer who goes around CloudFront by the name for transfer acceleration.",
			run:    directAccelerate},
		{ID: "vod.origin.direct-signed", Rule: ruleS3Object,
			Proves: "The signature of a CloudFront URL opens nothing at the bucket itself.",
			run:    directSigned},
	}
}

// missingObject signs a URL beside u that nobody has uploaded.
func missingObject(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	return s.canned(ctx, beside(u, "smoketest-missing-object.ts"))
}

// beside is another name in u's folder.
func beside(u *url.URL, name string) *url.URL {
	other := *u
	other.RawPath = ""
	other.Path = path.Join(path.Dir(u.Path), name)
	return &other
}

// directRequest asks one of S3's endpoints for the first entry playlist.
func directRequest(ctx context.Context, s *session, u *url.URL, endpoint string) (*http.Request, error) {
	return newRequest(ctx, http.MethodGet, endpoint+u.EscapedPath())
}

// direct demands that S3 refuses the object at an endpoint.
func direct(endpoint func(*session) string) func(context.Context, *session) error {
	return func(ctx context.Context, s *session) error {
		if err := s.endpointServable(endpoint(s)); err != nil {
			return err
		}
		return refused(signedURL, func(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
			return directRequest(ctx, s, u, endpoint(s))
		}, deniedByStorage())(ctx, s)
	}
}

// endpointServable skips what S3's certificate does not cover: it is for
// *.s3.<region>.amazonaws.com, one label deep.
func (s *session) endpointServable(endpoint string) error {
	u, err := url.Parse(endpoint)
	if err != nil || u.Hostname() == "" {
		return skip("bucketRegionalDomainName %q has an unknown form", s.Stack.BucketRegionalDomainName)
	}
	if u.Scheme == "https" && strings.HasPrefix(u.Hostname(), s.Stack.BucketName+".") && strings.Contains(s.Stack.BucketName, ".") {
		return skip("the bucket name %q holds a dot, which S3's certificate does not cover", s.Stack.BucketName)
	}
	return nil
}

// directGlobal accepts, beside the refusal, what S3 answers at that name to
// buckets of other regions: 307 to the regional name, or 400.
func directGlobal(ctx context.Context, s *session) error {
	endpoint := "https://" + globalHost(s.Stack)
	if err := s.endpointServable(endpoint); err != nil {
		return err
	}
	return atObject(judgedAt(signedURL, func(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
		return directRequest(ctx, s, u, endpoint)
	}, func(x *exchange) error {
		switch x.status {
		case http.StatusTemporaryRedirect, http.StatusMovedPermanently, http.StatusBadRequest:
			if x.answer().layer == storage {
				return nil
			}
		}
		return deniedByStorage().check(x)
	}))(ctx, s)
}

// listDirect asks the bucket for its list.
func listDirect(ctx context.Context, s *session) error {
	endpoint := "https://" + s.Stack.BucketRegionalDomainName
	if err := s.endpointServable(endpoint); err != nil {
		return err
	}
	return refused(signedURL, func(ctx context.Context, s *session, _ *url.URL) (*http.Request, error) {
		return newRequest(ctx, http.MethodGet, endpoint+"/?list-type=2")
	}, deniedByStorage())(ctx, s)
}

// listEdge asks the distribution for "/". Where a default root object stands
// for it, that object may come.
func listEdge(ctx context.Context, s *session) error {
	return atObject(judgedAt(signedURL, signedRoot, s.judgeRoot))(ctx, s)
}

func signedRoot(ctx context.Context, s *session, _ *url.URL) (*http.Request, error) {
	root, err := url.Parse(s.base.String() + "/")
	if err != nil {
		return nil, err
	}
	return s.canned(ctx, root)
}

func (s *session) judgeRoot(x *exchange) error {
	if bytes.Contains(x.body, []byte("<ListBucketResult")) {
		return &Failure{Asked: x.asked, Want: "no list of the bucket", Got: fmt.Sprintf("%d and a list of the bucket", x.status),
			Cause: "bucket-lists"}
	}
	if x.status != http.StatusOK {
		return deniedByStorage().check(x)
	}
	if s.Stack.DefaultRootObject != "" {
		return nil
	}
	return &Failure{Asked: x.asked, Want: deniedByStorage().String() + ", since defaultRootObject is empty", Got: x.got(), Cause: "root-object"}
}
