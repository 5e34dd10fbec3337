package main

import (
	"crypto"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ivs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"privateplayback/infra/outputs"
	"privateplayback/internal/local"
	"privateplayback/signer"
	"privateplayback/smoketest/internal/check"
)

// fault is one thing wrong in the declaration, and the check that must notice.
type fault struct {
	name   string
	mutate func(args pulumi.Input) // changes the arguments of the resource it means
	fails  string                  // id of the check
	spare  string                  // group that has nothing to do with it: "live" or "vod"
}

// faults are the ways in which such a stack goes wrong without an error.
func faults() []fault {
	return []fault{
		{"no key group", behavior(func(b *cloudfront.DistributionDefaultCacheBehaviorArgs) {
			b.TrustedKeyGroups = nil
		}), "vod.refuse.unsigned", "live"},
		{"a public behavior for segments", segmentBehavior(func(b *cloudfront.DistributionOrderedCacheBehaviorArgs) {
			b.TrustedKeyGroups = nil
		}), "vod.refuse.unsigned-parts", "live"},
		{"plain HTTP for segments", segmentBehavior(func(b *cloudfront.DistributionOrderedCacheBehaviorArgs) {
			b.ViewerProtocolPolicy = pulumi.String("allow-all")
		}), "vod.protocol.http", "live"},
		{"every method for segments", segmentBehavior(func(b *cloudfront.DistributionOrderedCacheBehaviorArgs) {
			b.AllowedMethods = pulumi.ToStringArray(everyMethod)
		}), "vod.protocol.method", "live"},
		{"Origin not in the cache key of segments", segmentBehavior(func(b *cloudfront.DistributionOrderedCacheBehaviorArgs) {
			b.CachePolicyId = pulumi.String(cachingOptimized)
		}), "vod.cors.second-origin", "live"},
		{"another signing key", func(args pulumi.Input) {
			if k, ok := args.(*cloudfront.PublicKeyArgs); ok {
				k.EncodedKey = pulumi.String(publicKey(signer.GenerateSigningKey))
			}
		}, "vod.grant.canned", "live"},
		{"identity missing from the bucket policy", policy(func(text string) string {
			return strings.Replace(text, `"Effect":"Allow"`, `"Effect":"Deny"`, 1)
		}), "vod.grant.canned", "live"},
		{"identity may list", policy(func(text string) string {
			allow, rest, _ := strings.Cut(text, `},{`)
			list := strings.NewReplacer("DistributionReads", "DistributionLists", "s3:GetObject", "s3:ListBucket", `/*"`, `"`).Replace(strings.TrimPrefix(allow, `{"Version":"2012-10-17","Statement":[`))
			return allow + `},` + list + `},{` + rest
		}), "vod.origin.list-edge", "live"},
		{"a public bucket", func(args pulumi.Input) {
			if b, ok := args.(*s3.BucketPublicAccessBlockArgs); ok {
				b.BlockPublicPolicy, b.RestrictPublicBuckets = pulumi.Bool(false), pulumi.Bool(false)
			}
			policy(func(text string) string {
				_, rest, _ := strings.Cut(text, `"Principal":{"AWS":`)
				_, rest, _ = strings.Cut(rest, `}`)
				return `{"Version":"2012-10-17","Statement":[{"Sid":"DistributionReads","Effect":"Allow","Principal":"*"` + rest
			})(args)
		}, "vod.origin.direct-virtual-hosted", "live"},
		{"no CORS for the players", cors(func(r *s3.BucketCorsConfigurationV2CorsRuleArgs) {
			r.AllowedOrigins = pulumi.ToStringArray([]string{"https://elsewhere.example.com"})
		}), "vod.cors.allowed", "live"},
		{"CORS for everybody", cors(func(r *s3.BucketCorsConfigurationV2CorsRuleArgs) {
			r.AllowedOrigins = pulumi.ToStringArray([]string{"https://*"})
		}), "vod.cors.foreign-origin", "live"},
		{"Origin not in the cache key", behavior(func(b *cloudfront.DistributionDefaultCacheBehaviorArgs) {
			b.CachePolicyId = pulumi.String(cachingOptimized)
		}), "vod.cors.second-origin", "live"},
		{"no OPTIONS", behavior(func(b *cloudfront.DistributionDefaultCacheBehaviorArgs) {
			b.AllowedMethods = pulumi.ToStringArray([]string{"GET", "HEAD"})
		}), "vod.cors.preflight", "live"},
		{"every method", behavior(func(b *cloudfront.DistributionDefaultCacheBehaviorArgs) {
			b.AllowedMethods = pulumi.ToStringArray(everyMethod)
		}), "vod.protocol.method", "live"},
		{"plain HTTP", behavior(func(b *cloudfront.DistributionDefaultCacheBehaviorArgs) {
			b.ViewerProtocolPolicy = pulumi.String("allow-all")
		}), "vod.protocol.http", "live"},
		{"origin in another bucket", distribution(func(d *cloudfront.DistributionArgs) {
			o := d.Origins.(cloudfront.DistributionOriginArray)[0].(*cloudfront.DistributionOriginArgs)
			o.DomainName = pulumi.String("somebody-elses.s3.us-west-2.amazonaws.com")
		}), "vod.grant.canned", "live"},
		{"content type", func(args pulumi.Input) {
			if o, ok := args.(*s3.BucketObjectv2Args); ok {
				o.ContentType = pulumi.String("binary/octet-stream")
			}
		}, "vod.grant.media-types", "live"},
		{"a public channel", func(args pulumi.Input) {
			if c, ok := args.(*ivs.ChannelArgs); ok {
				c.Authorized = pulumi.Bool(false)
			}
		}, "live.refuse.no-token", "vod"},
		{"another playback key", func(args pulumi.Input) {
			if k, ok := args.(*ivs.PlaybackKeyPairArgs); ok {
				k.PublicKey = pulumi.String(publicKey(signer.GeneratePlaybackKey))
			}
		}, "live.grant.play", "vod"},
	}
}

// cachingOptimized is a managed cache policy whose key lacks Origin.
const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6"

// everyMethod is the largest set of methods that a behavior may allow.
var everyMethod = []string{"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"}

// segmentBehavior puts a behavior for segments before the default one, like it but
// for one change.
func segmentBehavior(change func(*cloudfront.DistributionOrderedCacheBehaviorArgs)) func(pulumi.Input) {
	return distribution(func(d *cloudfront.DistributionArgs) {
		b := d.DefaultCacheBehavior.(*cloudfront.DistributionDefaultCacheBehaviorArgs)
		ordered := &cloudfront.DistributionOrderedCacheBehaviorArgs{
			PathPattern: pulumi.String("*.ts"), TargetOriginId: b.TargetOriginId, ViewerProtocolPolicy: b.ViewerProtocolPolicy.(pulumi.String),
			AllowedMethods: b.AllowedMethods.(pulumi.StringArray), CachedMethods: b.CachedMethods.(pulumi.StringArray),
			CachePolicyId: b.CachePolicyId, OriginRequestPolicyId: b.OriginRequestPolicyId, TrustedKeyGroups: b.TrustedKeyGroups,
		}
		change(ordered)
		d.OrderedCacheBehaviors = cloudfront.DistributionOrderedCacheBehaviorArray{ordered}
	})
}

func distribution(change func(*cloudfront.DistributionArgs)) func(pulumi.Input) {
	return func(args pulumi.Input) {
		if d, ok := args.(*cloudfront.DistributionArgs); ok {
			change(d)
		}
	}
}

func behavior(change func(*cloudfront.DistributionDefaultCacheBehaviorArgs)) func(pulumi.Input) {
	return distribution(func(d *cloudfront.DistributionArgs) {
		change(d.DefaultCacheBehavior.(*cloudfront.DistributionDefaultCacheBehaviorArgs))
	})
}

func cors(change func(*s3.BucketCorsConfigurationV2CorsRuleArgs)) func(pulumi.Input) {
	return func(args pulumi.Input) {
		if c, ok := args.(*s3.BucketCorsConfigurationV2Args); ok {
			change(c.CorsRules.(s3.BucketCorsConfigurationV2CorsRuleArray)[0].(*s3.BucketCorsConfigurationV2CorsRuleArgs))
		}
	}
}

func policy(change func(text string) string) func(pulumi.Input) {
	return func(args pulumi.Input) {
		if p, ok := args.(*s3.BucketPolicyArgs); ok {
			p.Policy = p.Policy.(pulumi.StringOutput).ApplyT(change).(pulumi.StringOutput)
		}
	}
}

func publicKey(generate func() (crypto.Signer, error)) string {
	key, err := generate()
	if err != nil {
		panic(err)
	}
	data, err := signer.MarshalPublicKey(key.Public())
	if err != nil {
		panic(err)
	}
	return string(data)
}

// breaking wraps a program so that every resource passes through change.
func breaking(change func(pulumi.Input)) func(pulumi.RunFunc) pulumi.RunFunc {
	return func(program pulumi.RunFunc) pulumi.RunFunc {
		return func(ctx *pulumi.Context) error {
			err := ctx.RegisterStackTransformation(func(args *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
				change(args.Props)
				return &pulumi.ResourceTransformationResult{Props: args.Props, Opts: args.Opts}
			})
			if err != nil {
				return err
			}
			return program(ctx)
		}
	}
}

// Each seeded fault deploys without an error, and the check that is named for it
// fails.
func TestSeededFaults(t *testing.T) {
	for _, f := range faults() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			d, err := local.Start(t.Context(), local.Options{Program: breaking(f.mutate)})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { d.Close() })
			failed := failedChecks(t, d)
			if !failed[f.fails] {
				t.Errorf("%s passed; failed: %v", f.fails, failed)
			}
			for id := range failed {
				if strings.HasPrefix(id, f.spare+".") || strings.HasPrefix(id, "contract.") {
					t.Errorf("%s failed, which has nothing to do with the fault", id)
				}
			}
		})
	}
}

func failedChecks(t *testing.T, d *local.Deployment) map[string]bool {
	t.Helper()
	stack, err := outputs.Parse(d.OutputsJSON)
	if err != nil {
		t.Fatal(err)
	}
	target := check.Target{Stack: stack, SigningKey: d.SigningKey, PlaybackKey: d.PlaybackKey, Client: d.Client()}
	results, err := check.Run(t.Context(), target, check.All(), check.Options{})
	if err != nil {
		t.Fatal(err)
	}
	failed := map[string]bool{}
	for _, r := range results {
		if r.Verdict == check.Fail {
			failed[r.Check.ID] = true
			t.Logf("%s: %v (%s)", r.Check.ID, r.Failure, r.Failure.Cause)
		}
	}
	return failed
}
