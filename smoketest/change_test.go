package main

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// A change makes something wrong of what the program declares: it is shown every
// resource before the engine is.
type change func(ctx *pulumi.Context, r *declared) error

// declared is a resource with its arguments and options.
type declared = pulumi.ResourceTransformationArgs

// on changes the resources whose arguments are of type A.
func on[A any](edit func(A)) change {
	return with(func(_ *pulumi.Context, args A) error { edit(args); return nil })
}

// with is on for a change that declares resources of its own.
func with[A any](edit func(*pulumi.Context, A) error) change {
	return func(ctx *pulumi.Context, r *declared) error {
		if args, ok := any(r.Props).(A); ok {
			return edit(ctx, args)
		}
		return nil
	}
}

// both makes several changes.
func both(changes ...change) change {
	return func(ctx *pulumi.Context, r *declared) error {
		var err error
		for _, c := range changes {
			err = errors.Join(err, c(ctx, r))
		}
		return err
	}
}

// wrap runs a program with the change. An error of the change is one of the program.
func (c change) wrap(program pulumi.RunFunc) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		var failed error
		err := ctx.RegisterStackTransformation(func(r *declared) *pulumi.ResourceTransformationResult {
			failed = errors.Join(failed, c(ctx, r))
			return &pulumi.ResourceTransformationResult{Props: r.Props, Opts: r.Opts}
		})
		if err != nil {
			return err
		}
		return errors.Join(program(ctx), failed)
	}
}

type (
	distribution    = cloudfront.DistributionArgs
	defaultBehavior = cloudfront.DistributionDefaultCacheBehaviorArgs
	orderedBehavior = cloudfront.DistributionOrderedCacheBehaviorArgs
	origin          = cloudfront.DistributionOriginArgs
	cachePolicy     = cloudfront.CachePolicyArgs
	cacheKey        = cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginArgs
	publicBlock     = s3.BucketPublicAccessBlockArgs
	corsRule        = s3.BucketCorsConfigurationV2CorsRuleArgs
	object          = s3.BucketObjectv2Args
)

func onBehavior(edit func(*defaultBehavior)) change {
	return on(func(d *distribution) { edit(d.DefaultCacheBehavior.(*defaultBehavior)) })
}

func onOrigin(edit func(*origin)) change {
	return on(func(d *distribution) { edit(firstOrigin(d)) })
}

func firstOrigin(d *distribution) *origin {
	return d.Origins.(cloudfront.DistributionOriginArray)[0].(*origin)
}

// before puts a behavior for some paths before the default one, like it but for one
// change.
func before(pattern string, edit func(*orderedBehavior)) change {
	return on(func(d *distribution) { prepend(d, pattern, edit) })
}

func prepend(d *distribution, pattern string, edit func(*orderedBehavior)) {
	b := d.DefaultCacheBehavior.(*defaultBehavior)
	ordered := &orderedBehavior{
		PathPattern: pulumi.String(pattern), TargetOriginId: b.TargetOriginId, ViewerProtocolPolicy: b.ViewerProtocolPolicy.(pulumi.String),
		AllowedMethods: b.AllowedMethods.(pulumi.StringArray), CachedMethods: b.CachedMethods.(pulumi.StringArray), Compress: b.Compress,
		CachePolicyId: b.CachePolicyId, OriginRequestPolicyId: b.OriginRequestPolicyId, TrustedKeyGroups: b.TrustedKeyGroups,
	}
	edit(ordered)
	earlier, _ := d.OrderedCacheBehaviors.(cloudfront.DistributionOrderedCacheBehaviorArray)
	d.OrderedCacheBehaviors = append(earlier, ordered)
}

func public(b *orderedBehavior) { b.TrustedKeyGroups = nil }

func onCacheKey(edit func(*cacheKey)) change {
	return on(func(p *cachePolicy) { edit(p.ParametersInCacheKeyAndForwardedToOrigin.(*cacheKey)) })
}

func onCORS(edit func(*corsRule)) change {
	return on(func(c *s3.BucketCorsConfigurationV2Args) {
		edit(c.CorsRules.(s3.BucketCorsConfigurationV2CorsRuleArray)[0].(*corsRule))
	})
}

// onObjects changes what is uploaded under keys that end in suffix.
func onObjects(suffix string, edit func(*object)) change {
	return on(func(o *object) {
		if key, ok := o.Key.(pulumi.String); ok && strings.HasSuffix(string(key), suffix) {
			edit(o)
		}
	})
}

// lost uploads them under another name.
func lost(o *object) { o.Key = o.Key.(pulumi.String) + ".lost" }

// bucketPolicy is a bucket policy taken apart.
type bucketPolicy struct {
	Version   string
	Statement []statement
}

type statement map[string]any

// reads is the statement of the distribution's identity.
func (p *bucketPolicy) reads() statement { return p.Statement[0] }

// tlsOnly is the statement that denies whoever comes without TLS.
func (p *bucketPolicy) tlsOnly() statement { return p.Statement[1] }

// objects is the ARN of every object, bucket that of the bucket itself.
func (p *bucketPolicy) objects() string { return p.Statement[0]["Resource"].(string) }
func (p *bucketPolicy) bucket() string  { return strings.TrimSuffix(p.objects(), "/*") }

func (p *bucketPolicy) identity() any { return p.Statement[0]["Principal"] }

func (p *bucketPolicy) allow(principal any, action, resource string) statement {
	s := statement{"Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource}
	p.Statement = append(p.Statement, s)
	return s
}

func onPolicy(edit func(*bucketPolicy)) change {
	return on(func(args *s3.BucketPolicyArgs) {
		args.Policy = args.Policy.(pulumi.StringOutput).ApplyT(func(text string) (string, error) {
			return edited(text, edit)
		}).(pulumi.StringOutput)
	})
}

func edited(text string, edit func(*bucketPolicy)) (string, error) {
	var p bucketPolicy
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return "", err
	}
	edit(&p)
	changed, err := json.Marshal(p)
	return string(changed), err
}

// open is a bucket policy that the public access block does not hold back.
func open(edit func(*bucketPolicy)) change {
	return both(onPolicy(edit), on(func(b *publicBlock) {
		b.BlockPublicPolicy, b.RestrictPublicBuckets = pulumi.Bool(false), pulumi.Bool(false)
	}))
}
