package bucket

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// The host names of the REST endpoint, after
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html and
// https://docs.aws.amazon.com/AmazonS3/latest/API/dual-stack-endpoints.html:
//
//	[bucket.]s3.<region>.amazonaws.com
//	[bucket.]s3-<region>.amazonaws.com            older form
//	[bucket.]s3.dualstack.<region>.amazonaws.com
//	[bucket.]s3.amazonaws.com                     legacy global name
//
// Beside it stand the website's endpoint and the one for transfer acceleration
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/transfer-acceleration.html),
// neither of which any bucket has here:
//
//	bucket.s3-website-<region>.amazonaws.com, bucket.s3-website.<region>.amazonaws.com
//	bucket.s3-accelerate.amazonaws.com, bucket.s3-accelerate.dualstack.amazonaws.com
//
// Without a bucket in the name, the path begins with it. Any other host is
// taken as the bucket's name itself, as S3 does for a CNAME.
//
// For clients that are told of an endpoint of their own, "localhost" and an IP
// address stand for s3.<region>.amazonaws.com of the one region there is, and
// "bucket.localhost" for the bucket.

var (
	restHost       = regexp.MustCompile(`^(?:(.+)\.)?s3(?:(?:\.dualstack)?\.([a-z]{2}(?:-[a-z]+)+-\d)|-([a-z]{2}(?:-[a-z]+)+-\d))?\.amazonaws\.com$`)
	accelerateHost = regexp.MustCompile(`^(.+)\.s3-accelerate(?:\.dualstack)?\.amazonaws\.com$`)
	websiteHost    = regexp.MustCompile(`^(.+)\.s3-website[.-][a-z0-9-]+\.amazonaws\.com$`)
)

// olderRegions launched before 2019-03-20. A request that reaches the wrong
// place is redirected for their buckets and refused for all others, see
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html.
var olderRegions = strings.Fields(`us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 sa-east-1
	eu-west-1 eu-west-2 eu-west-3 eu-central-1 eu-north-1 ap-south-1 ap-southeast-1 ap-southeast-2
	ap-northeast-1 ap-northeast-2 ap-northeast-3`)

// address is what the URL of a request names.
type address struct {
	bucket  string // "" for the service itself
	key     string // "" for the bucket itself
	region  string // "" for the legacy global name
	path    bool   // the bucket came from the path
	cname   bool   // the host is the bucket's name
	local   bool   // the host is none of AWS's, for whatever region
	website bool

	accelerate bool // by the name for transfer acceleration
}

// parseAddress reads host and path; the key is percent-decoded once. S3 reads a
// "+" in a path as a space, as in a form; a key with a plus needs %2B
// (assumption s3.plus-in-path).
func parseAddress(r *http.Request) (address, *refusal) {
	host := strings.ToLower(r.Host)
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	var a address
	rest := strings.TrimPrefix(r.URL.EscapedPath(), "/")
	if m := restHost.FindStringSubmatch(host); m != nil {
		a.bucket, a.region, a.path = m[1], m[2]+m[3], m[1] == ""
	} else if m := websiteHost.FindStringSubmatch(host); m != nil {
		a.bucket, a.website = m[1], true
	} else if m := accelerateHost.FindStringSubmatch(host); m != nil {
		a.bucket, a.accelerate = m[1], true
	} else if name, ok := localHost(host); ok {
		a.bucket, a.local, a.path = name, true, name == ""
	} else {
		a.bucket, a.cname = host, true
	}
	if a.path {
		name, object, _ := strings.Cut(rest, "/")
		bucket, err := url.QueryUnescape(name)
		if err != nil {
			return a, &errInvalidURI
		}
		a.bucket, rest = bucket, object
	}
	key, err := url.QueryUnescape(rest)
	if err != nil || !utf8.ValidString(key) {
		return a, &errInvalidURI
	}
	a.key = key
	return a, nil
}

// localHost takes the names of this machine apart. No bucket can be named like
// an address.
func localHost(host string) (bucket string, ok bool) {
	if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil || host == "localhost" {
		return "", true
	}
	return strings.CutSuffix(host, ".localhost")
}

// misdirected gives the refusal of a request that did not come to the region
// of its bucket, or nil. The legacy global name of a bucket answers with a
// temporary redirect for good, since no DNS change ever follows here.
func (s *Service) misdirected(a address) *refusal {
	region := s.options.Region
	global := a.region == ""
	switch {
	case a.cname, a.local, a.region == region, global && region == "us-east-1":
		return nil
	case !slices.Contains(olderRegions, region):
		return refusal{status: http.StatusBadRequest, code: "IllegalLocationConstraintException",
			message: "The " + region + " location constraint is incompatible for the region specific endpoint this request was sent to."}.
			because("the bucket is in %s, and the request came to another region's endpoint", region)
	}
	f := errWrongEndpoint
	if global && !a.path {
		f = errTemporary
	}
	return f.with("Endpoint", s.endpoint(a.bucket)).with("Bucket", a.bucket).
		because("the bucket is in %s, and the request came elsewhere: redirected to %s", region, s.endpoint(a.bucket))
}

// endpoint is the regional virtual-hosted name of a bucket.
func (s *Service) endpoint(bucket string) string {
	return bucket + ".s3." + s.options.Region + ".amazonaws.com"
}
