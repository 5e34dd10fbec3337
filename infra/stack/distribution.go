package stack

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// corsS3Origin is the id of the managed origin request policy that hands the
// three CORS request headers to S3, by
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html.
const corsS3Origin = "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf"

// corsHeaders is what S3's CORS answer depends on.
var corsHeaders = []string{"Origin", "Access-Control-Request-Headers", "Access-Control-Request-Method"}

// newCachePolicy keys the cache on what S3's CORS answer depends on, as
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/header-caching.html#header-caching-web-cors
// asks. No managed cache policy does: with CachingOptimized the first page to
// ask decides what every other page is told.
// What an uploader did not mark stays for a minute only, so that a growing
// playlist is never stale for a day.
func newCachePolicy(ctx *pulumi.Context) (*cloudfront.CachePolicy, error) {
	return cloudfront.NewCachePolicy(ctx, "media", &cloudfront.CachePolicyArgs{
		Comment:    pulumi.String("private playback: a CORS answer of its own for each origin"),
		MinTtl:     pulumi.Int(0),
		DefaultTtl: pulumi.Int(60),
		MaxTtl:     pulumi.Int(31536000),
		ParametersInCacheKeyAndForwardedToOrigin: &cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginArgs{
			EnableAcceptEncodingGzip:   pulumi.Bool(true),
			EnableAcceptEncodingBrotli: pulumi.Bool(true),
			HeadersConfig: &cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginHeadersConfigArgs{
				HeaderBehavior: pulumi.String("whitelist"),
				Headers: &cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginHeadersConfigHeadersArgs{
					Items: pulumi.ToStringArray(corsHeaders),
				},
			},
			CookiesConfig: &cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginCookiesConfigArgs{
				CookieBehavior: pulumi.String("none"),
			},
			QueryStringsConfig: &cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginQueryStringsConfigArgs{
				QueryStringBehavior: pulumi.String("none"),
			},
		},
	})
}

func newDistribution(ctx *pulumi.Context, c Config, m *media, group *cloudfront.KeyGroup, domain *domain) (*cloudfront.Distribution, error) {
	cache, err := newCachePolicy(ctx)
	if err != nil {
		return nil, err
	}
	const origin = "media"
	return cloudfront.NewDistribution(ctx, "media", &cloudfront.DistributionArgs{
		Enabled:           pulumi.Bool(c.Enabled),
		Comment:           pulumi.String(c.Comment),
		DefaultRootObject: pulumi.String(c.DefaultRootObject),
		PriceClass:        pulumi.String(c.PriceClass),
		HttpVersion:       pulumi.String("http2and3"),
		IsIpv6Enabled:     pulumi.Bool(c.IPv6),
		Aliases:           domain.aliases(),
		Origins: cloudfront.DistributionOriginArray{
			&cloudfront.DistributionOriginArgs{
				OriginId:   pulumi.String(origin),
				DomainName: m.bucket.BucketRegionalDomainName,
				S3OriginConfig: &cloudfront.DistributionOriginS3OriginConfigArgs{
					OriginAccessIdentity: m.identity.CloudfrontAccessIdentityPath,
				},
			},
		},
		DefaultCacheBehavior: &cloudfront.DistributionDefaultCacheBehaviorArgs{
			TargetOriginId:        pulumi.String(origin),
			ViewerProtocolPolicy:  pulumi.String(c.ViewerProtocolPolicy),
			AllowedMethods:        pulumi.ToStringArray([]string{"GET", "HEAD", "OPTIONS"}),
			CachedMethods:         pulumi.ToStringArray([]string{"GET", "HEAD"}),
			Compress:              pulumi.Bool(true),
			CachePolicyId:         cache.ID(),
			OriginRequestPolicyId: pulumi.String(corsS3Origin),
			TrustedKeyGroups:      pulumi.StringArray{group.ID()},
		},
		Restrictions: &cloudfront.DistributionRestrictionsArgs{
			GeoRestriction: &cloudfront.DistributionRestrictionsGeoRestrictionArgs{
				RestrictionType: pulumi.String("none"),
			},
		},
		ViewerCertificate: domain.viewerCertificate(),
		Tags:              tags(ctx),
	}, pulumi.Protect(c.DataProtection), pulumi.DependsOn([]pulumi.Resource{m.policy}))
}
