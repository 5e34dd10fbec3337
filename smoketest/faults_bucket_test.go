package main

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// everybody is the principal of a public statement.
const everybody = "*"

// direct is every way around the distribution to an object.
const direct = "vod.origin.direct-*"

// bucketFaults are those of who may do what at the bucket.
func bucketFaults() []fault {
	return []fault{
		{name: "the identity is denied", change: onPolicy(func(p *bucketPolicy) { p.reads()["Effect"] = "Deny" }),
			fails: "vod.grant.canned", cause: "origin-refused", also: allVOD},
		{name: "the identity may read elsewhere", change: onPolicy(func(p *bucketPolicy) { p.reads()["Resource"] = p.bucket() + "/public/*" }),
			fails: "vod.grant.canned", cause: "origin-refused", also: allVOD},
		{name: "the identity may read one video", change: onPolicy(func(p *bucketPolicy) { p.reads()["Resource"] = p.bucket() + "/content/aes/*" }),
			fails: "vod.grant.canned", cause: "origin-refused", also: parts},
		{name: "the identity may read the attributes only", change: onPolicy(func(p *bucketPolicy) { p.reads()["Action"] = "s3:GetObjectAttributes" }),
			fails: "vod.grant.canned", cause: "origin-refused", also: allVOD},
		{name: "another identity may read", change: with(grantOther), fails: "vod.grant.canned", cause: "origin-refused", also: allVOD},
		{name: "everybody is denied", change: onPolicy(func(p *bucketPolicy) { delete(p.tlsOnly(), "Condition") }),
			fails: "vod.grant.canned", cause: "origin-refused", also: allVOD},
		{name: "whoever comes with TLS is denied", change: onPolicy(func(p *bucketPolicy) {
			p.tlsOnly()["Condition"] = map[string]any{"Bool": map[string]any{"aws:SecureTransport": "true"}}
		}), fails: "vod.grant.canned", cause: "origin-refused", also: allVOD},
		{name: "the identity may list", change: onPolicy(func(p *bucketPolicy) { p.allow(p.identity(), "s3:ListBucket", p.bucket()) }),
			fails: "vod.origin.list-edge", cause: "bucket-lists", also: "vod.origin.missing-object vod.origin.edge-versions"},
		{name: "encrypted under KMS", change: underKMS(), fails: "vod.grant.canned", cause: "origin-refused", also: allVOD},

		{name: "a public bucket", change: open(func(p *bucketPolicy) { p.reads()["Principal"] = everybody }),
			fails: "vod.origin.direct-virtual-hosted", cause: "bucket-public", also: direct},
		{name: "a public bucket beside the identity", change: open(func(p *bucketPolicy) { p.allow(everybody, "s3:GetObject", p.objects()) }),
			fails: "vod.origin.direct-virtual-hosted", cause: "bucket-public", also: direct},
		{name: "a public bucket without TLS", change: open(func(p *bucketPolicy) {
			p.reads()["Principal"] = everybody
			p.Statement = p.Statement[:1]
		}), fails: "vod.origin.direct-http", cause: "bucket-public", also: direct},
		{name: "public segments", change: open(func(p *bucketPolicy) { p.allow(everybody, "s3:GetObject", p.bucket()+"/*.ts") }),
			fails: "vod.origin.direct-parts", cause: "bucket-public"},
		{name: "public keys", change: open(func(p *bucketPolicy) { p.allow(everybody, "s3:GetObject", p.bucket()+"/*.bin") }),
			fails: "vod.origin.direct-parts", cause: "bucket-public"},
		{name: "public for whoever names the page", change: open(func(p *bucketPolicy) {
			p.allow(everybody, "s3:GetObject", p.objects())["Condition"] = map[string]any{"StringLike": map[string]any{"aws:Referer": "https://app.example.com/*"}}
		}), fails: "vod.origin.direct-disguised", cause: "bucket-public"},
		{name: "public for whoever calls himself CloudFront", change: open(func(p *bucketPolicy) {
			p.allow(everybody, "s3:GetObject", p.objects())["Condition"] = map[string]any{"StringEquals": map[string]any{"aws:UserAgent": "Amazon CloudFront"}}
		}), fails: "vod.origin.direct-disguised", cause: "bucket-public"},
		{name: "public, and blocked only for others", change: both(
			onPolicy(func(p *bucketPolicy) { p.reads()["Principal"] = everybody }),
			on(func(b *publicBlock) { b.BlockPublicPolicy = pulumi.Bool(false) }),
		), fails: "vod.grant.canned", cause: "origin-refused", also: allVOD},
		{name: "everybody may list", change: open(func(p *bucketPolicy) { p.allow(everybody, "s3:ListBucket", p.bucket()) }),
			fails: "vod.origin.list-direct", cause: "bucket-lists", also: "vod.origin.list-edge vod.origin.edge-versions vod.origin.missing-object"},
		{name: "everybody may read versions", change: open(func(p *bucketPolicy) { p.allow(everybody, "s3:GetObjectVersion", p.objects()) }),
			fails: "vod.origin.versions", cause: "bucket-public"},
		{name: "everybody may list versions", change: open(func(p *bucketPolicy) { p.allow(everybody, "s3:ListBucketVersions", p.bucket()) }),
			fails: "vod.origin.versions", cause: "bucket-lists"},
		{name: "everybody may delete", change: open(func(p *bucketPolicy) { p.allow(everybody, "s3:DeleteObject", p.objects()) }),
			fails: "vod.origin.direct-write", cause: "bucket-public"},
		{name: "everybody may upload", change: open(func(p *bucketPolicy) { p.allow(everybody, "s3:PutObject", p.objects()) }),
			fails: "vod.origin.direct-upload", cause: "bucket-writable"},
		{name: "every principal of AWS may read", change: open(func(p *bucketPolicy) { p.allow(map[string]any{"AWS": everybody}, "s3:GetObject", p.objects()) }),
			fails: "vod.origin.direct-virtual-hosted", cause: "bucket-public", also: direct},
		{name: "everybody may look at the settings", change: open(func(p *bucketPolicy) { p.allow(everybody, "s3:GetBucketLocation", p.bucket()) }),
			fails: "vod.origin.subresources", cause: "bucket-public"},
	}
}

// grantOther lets another identity than the distribution's read.
func grantOther(ctx *pulumi.Context, args *s3.BucketPolicyArgs) error {
	other, err := cloudfront.NewOriginAccessIdentity(ctx, "other", nil)
	if err != nil {
		return err
	}
	args.Policy = pulumi.All(args.Policy, other.IamArn).ApplyT(func(values []any) (string, error) {
		return edited(values[0].(string), func(p *bucketPolicy) { p.reads()["Principal"] = map[string]any{"AWS": values[1]} })
	}).(pulumi.StringOutput)
	return nil
}

// underKMS encrypts what is uploaded under a KMS key, once the bucket is told to.
func underKMS() change {
	var told pulumi.Resource
	return func(_ *pulumi.Context, r *declared) error {
		switch args := r.Props.(type) {
		case *s3.BucketServerSideEncryptionConfigurationV2Args:
			args.Rules = s3.BucketServerSideEncryptionConfigurationV2RuleArray{&s3.BucketServerSideEncryptionConfigurationV2RuleArgs{
				ApplyServerSideEncryptionByDefault: &s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs{
					SseAlgorithm: pulumi.String("aws:kms"),
				},
			}}
			told = r.Resource
		case *object:
			r.Opts = append(r.Opts, pulumi.DependsOn([]pulumi.Resource{told}))
		}
		return nil
	}
}
