package check

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// vodBucketChecks ask the bucket for more than an object: lists, versions,
// settings, a deletion.
func vodBucketChecks() []Check {
	return []Check{
		{ID: "vod.origin.list-direct", Rule: ruleS3Public,
			Proves: "The bucket does not list its objects for a viewer.",
			run:    listDirect},
		{ID: "vod.origin.versions", Rule: ruleS3Versions,
			Proves: "The bucket shows a viewer neither its versions nor one of them.",
			run:    eachDirect("GET /?versions", "GET {object}?versionId=null")},
		{ID: "vod.origin.subresources", Rule: ruleS3Public,
			Proves: "The bucket tells a viewer nothing of its settings: access lists, policy, region, CORS.",
			run:    eachDirect("GET /?acl", "GET /?policy", "GET /?location", "GET /?cors", "GET {object}?acl")},
		{ID: "vod.origin.direct-write", Rule: ruleS3Public,
			Proves: "The bucket refuses to delete an object for a viewer.",
			// Nobody uploads an object of this name, so none is lost where it is allowed.
			run: eachDirect("DELETE /smoketest-never-uploaded")},
	}
}

// eachDirect demands that S3 denies each request, "METHOD /path", to somebody
// without a signature. "{object}" stands for the path of an object.
func eachDirect(requests ...string) func(context.Context, *session) error {
	return func(ctx context.Context, s *session) error {
		endpoint := "https://" + s.Stack.BucketRegionalDomainName
		if err := s.endpointServable(endpoint); err != nil {
			return err
		}
		u, err := s.object()
		if err != nil {
			return err
		}
		if _, err := s.control(ctx, u, s.canned); err != nil {
			return err
		}
		for _, request := range requests {
			method, target, _ := strings.Cut(strings.Replace(request, "{object}", u.EscapedPath(), 1), " ")
			req, err := newRequest(ctx, method, endpoint+target)
			if err != nil {
				return err
			}
			x, err := s.do(req)
			if err != nil {
				return err
			}
			if err := deniedByStorage().check(x); err != nil {
				return err
			}
		}
		return nil
	}
}

// edgeQueries are what would list or show more at S3, if the edge handed them on.
var edgeQueries = []string{"/?list-type=2", "/?versions", "{object}?versionId=null"}

// versionsAtEdge asks with a custom policy, which leaves the query to the viewer.
func versionsAtEdge(ctx context.Context, s *session, u *url.URL) error {
	whole, err := s.whole(ctx, u)
	if err != nil {
		return err
	}
	for _, target := range edgeQueries {
		odd, err := url.Parse(s.base.String() + strings.Replace(target, "{object}", u.EscapedPath(), 1))
		if err != nil {
			return err
		}
		req, err := grantedURL(ctx, s, odd)
		if err != nil {
			return err
		}
		req.Header.Set("Accept-Encoding", "identity")
		// A page that nobody has asked from, so that the cache does not answer.
		req.Header.Set("Origin", "https://"+strings.ToLower(rand.Text())+".smoketest-foreign.invalid")
		x, err := s.do(req)
		if err != nil {
			return err
		}
		if err := hidesVersions(x, whole); err != nil {
			return err
		}
	}
	return nil
}

// hidesVersions takes what there would be without the query: the object, S3's
// refusal, and at the root whatever is no list. Where the signature opens nothing, or
// the service fails, that shows nothing.
func hidesVersions(x, whole *exchange) error {
	for _, list := range []string{"<ListBucketResult", "<ListVersionsResult"} {
		if bytes.Contains(x.body, []byte(list)) {
			return &Failure{Asked: x.asked, Want: "no list", Got: fmt.Sprintf("%d and %s>", x.status, list), Cause: "bucket-lists"}
		}
	}
	switch {
	case x.answer().layer == signature || x.status >= 500:
		return &Failure{Asked: x.asked, Want: "an answer from behind the signature", Got: x.got(), Cause: explain(storage, x)}
	case x.url.Path == "/", x.status == http.StatusOK && bytes.Equal(x.body, whole.body):
		return nil
	}
	return &Failure{Asked: x.asked, Want: "the object as it is now", Got: x.got(), Cause: "query-forwarded"}
}
