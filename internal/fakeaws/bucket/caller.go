package bucket

import (
	"context"
	"regexp"
	"strings"
)

type callerKind int

const (
	anonymous      callerKind = iota
	originIdentity            // CloudFront's origin access identity
	accountCaller             // root, user or role of an account
	serviceCaller             // an AWS service by its own principal
	otherCaller               // no principal that a policy can name
)

// caller is who sends a request.
type caller struct {
	kind    callerKind
	arn     string // of a service: its name
	account string // of an accountCaller
	root    bool

	// source is the ARN of the resource on whose behalf a serviceCaller sends.
	source string

	// owner is set for a principal of the bucket's account who signs: its
	// identity policy is taken to allow everything.
	owner bool
}

var (
	originIdentityARN = regexp.MustCompile(`^arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity [A-Z0-9]+$`)
	identityARN       = regexp.MustCompile(`^arn:aws:iam::(\d{12}):(root|(?:user|role)/(?:[\x21-\x7e]+/)?[\w+=,.@-]{1,64})$`)
	accountID         = regexp.MustCompile(`^\d{12}$`)
	serviceName       = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com$`)
)

type (
	principalKey struct{}
	sourceKey    struct{}
)

// WithPrincipal gives a context under which ServeHTTP takes the request as
// sent by a principal: the ARN of an origin access identity, of an IAM root,
// user or role ("arn:aws:iam::123456789012:role/reader"), or the name of an AWS
// service. Without it, or with "", the request is anonymous. The caller vouches
// for the principal; nothing is checked, and the principal has no identity
// policy: the bucket policy alone decides.
func WithPrincipal(ctx context.Context, arn string) context.Context {
	return context.WithValue(ctx, principalKey{}, arn)
}

// String names the caller in rules.
func (c caller) String() string {
	switch c.kind {
	case anonymous:
		return "anonymous callers"
	case originIdentity:
		return "origin access identity " + c.arn[strings.LastIndexByte(c.arn, ' ')+1:]
	}
	return c.arn
}

// WithSource gives a context under which ServeHTTP takes the request of an AWS
// service as sent on behalf of the resource with this ARN:
// "arn:aws:cloudfront::123456789012:distribution/E…". Its conditions
// aws:SourceArn and aws:SourceAccount come from it.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcearn
func WithSource(ctx context.Context, arn string) context.Context {
	return context.WithValue(ctx, sourceKey{}, arn)
}

func callerOf(ctx context.Context) caller {
	arn, _ := ctx.Value(principalKey{}).(string)
	c := callerNamed(arn)
	if c.kind == serviceCaller {
		c.source, _ = ctx.Value(sourceKey{}).(string)
	}
	return c
}

func callerNamed(arn string) caller {
	switch m := identityARN.FindStringSubmatch(arn); {
	case arn == "":
		return caller{}
	case m != nil:
		return caller{kind: accountCaller, arn: arn, account: m[1], root: m[2] == "root"}
	case originIdentityARN.MatchString(arn):
		return caller{kind: originIdentity, arn: arn}
	case serviceName.MatchString(arn):
		return caller{kind: serviceCaller, arn: arn}
	}
	return caller{kind: otherCaller, arn: arn}
}
