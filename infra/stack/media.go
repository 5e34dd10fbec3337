package stack

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// media is the bucket and the identity that reads it for viewers.
type media struct {
	bucket   *s3.BucketV2
	identity *cloudfront.OriginAccessIdentity
	policy   *s3.BucketPolicy
}

func newMedia(ctx *pulumi.Context, c Config) (*media, error) {
	bucket, err := s3.NewBucketV2(ctx, "media", &s3.BucketV2Args{
		ForceDestroy: pulumi.Bool(!c.DataProtection),
		Tags:         tags(ctx),
	}, pulumi.Protect(c.DataProtection))
	if err != nil {
		return nil, err
	}
	ownership, err := s3.NewBucketOwnershipControls(ctx, "media", &s3.BucketOwnershipControlsArgs{
		Bucket: bucket.ID(),
		Rule: &s3.BucketOwnershipControlsRuleArgs{
			ObjectOwnership: pulumi.String("BucketOwnerEnforced"),
		},
	})
	if err != nil {
		return nil, err
	}
	// S3 answers 409 OperationAborted to some parallel calls on one bucket, so
	// its settings follow one another.
	block, err := s3.NewBucketPublicAccessBlock(ctx, "media", &s3.BucketPublicAccessBlockArgs{
		Bucket:                bucket.ID(),
		BlockPublicAcls:       pulumi.Bool(true),
		BlockPublicPolicy:     pulumi.Bool(true),
		IgnorePublicAcls:      pulumi.Bool(true),
		RestrictPublicBuckets: pulumi.Bool(true),
	}, pulumi.DependsOn([]pulumi.Resource{ownership}))
	if err != nil {
		return nil, err
	}
	encryption, err := s3.NewBucketServerSideEncryptionConfigurationV2(ctx, "media", &s3.BucketServerSideEncryptionConfigurationV2Args{
		Bucket: bucket.ID(),
		Rules: s3.BucketServerSideEncryptionConfigurationV2RuleArray{
			&s3.BucketServerSideEncryptionConfigurationV2RuleArgs{
				// An origin access identity cannot use KMS keys.
				ApplyServerSideEncryptionByDefault: &s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs{
					SseAlgorithm: pulumi.String("AES256"),
				},
			},
		},
	}, pulumi.DependsOn([]pulumi.Resource{block}))
	if err != nil {
		return nil, err
	}
	cors, err := newCORS(ctx, bucket, c.PlayerOrigins, encryption)
	if err != nil {
		return nil, err
	}
	identity, err := cloudfront.NewOriginAccessIdentity(ctx, "media", &cloudfront.OriginAccessIdentityArgs{
		Comment: pulumi.String(c.Comment),
	})
	if err != nil {
		return nil, err
	}
	policy, err := s3.NewBucketPolicy(ctx, "media", &s3.BucketPolicyArgs{
		Bucket: bucket.ID(),
		Policy: bucketPolicy(bucket.Arn, identity.IamArn, c.Readers),
	}, pulumi.DependsOn([]pulumi.Resource{cors}))
	if err != nil {
		return nil, err
	}
	return &media{bucket, identity, policy}, nil
}

// newCORS lets the players' pages read what the bucket returns. The headers are
// S3's, one answer per origin; the distribution's cache keeps them apart, see
// newCachePolicy.
func newCORS(ctx *pulumi.Context, bucket *s3.BucketV2, origins []string, after pulumi.Resource) (*s3.BucketCorsConfigurationV2, error) {
	return s3.NewBucketCorsConfigurationV2(ctx, "media", &s3.BucketCorsConfigurationV2Args{
		Bucket: bucket.ID(),
		CorsRules: s3.BucketCorsConfigurationV2CorsRuleArray{
			&s3.BucketCorsConfigurationV2CorsRuleArgs{
				AllowedMethods: pulumi.ToStringArray([]string{"GET", "HEAD"}),
				AllowedOrigins: pulumi.ToStringArray(origins),
				AllowedHeaders: pulumi.ToStringArray([]string{"*"}),
				ExposeHeaders:  pulumi.ToStringArray([]string{"Content-Length", "Content-Range", "Date", "ETag"}),
				MaxAgeSeconds:  pulumi.Int(3600),
			},
		},
	}, pulumi.DependsOn([]pulumi.Resource{after}))
}
