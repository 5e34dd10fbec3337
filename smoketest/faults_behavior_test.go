package main

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Managed policies, by
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
// and its neighbours for origin requests and response headers.
const (
	cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6"
	cachingDisabled  = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
	allViewer        = "216adef6-5c7f-47e4-b989-5492eafa07d3"
	allButHost       = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
	simpleCORS       = "60669652-455b-4ae9-85a4-c4c02393f86c"
)

// everyMethod is the largest set of methods that a behavior may allow.
var everyMethod = pulumi.ToStringArray([]string{"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"})

// behaviorFaults are those of a behavior: of the default one, or of another that
// stands before it.
func behaviorFaults() []fault {
	allowAll := pulumi.String("allow-all")
	return []fault{
		{name: "public playlists", change: before("*.m3u8", public),
			fails: "vod.refuse.unsigned", cause: "behavior-public", also: unprotected},
		{name: "public transport streams", change: before("*.ts", public),
			fails: "vod.refuse.unsigned-parts", cause: "behavior-public"},
		{name: "public MP4 segments", change: before("*.m4s", public),
			fails: "vod.refuse.unsigned-parts", cause: "behavior-public"},
		{name: "public initialization sections", change: before("*/init.mp4", public),
			fails: "vod.refuse.unsigned-parts", cause: "behavior-public"},
		{name: "public content keys", change: before("*.bin", public),
			fails: "vod.refuse.unsigned-parts", cause: "behavior-public"},
		{name: "public rendition", change: before("content/ts/180p/*", public),
			fails: "vod.refuse.unsigned-parts", cause: "behavior-public"},
		{name: "public folder", change: before("/content/*", public),
			fails: "vod.refuse.unsigned", cause: "behavior-public", also: unprotected},
		{name: "another key group for segments", change: with(func(ctx *pulumi.Context, d *distribution) error {
			mine := d.DefaultCacheBehavior.(*defaultBehavior).TrustedKeyGroups
			err := trustOthers(ctx, d)
			theirs := d.DefaultCacheBehavior.(*defaultBehavior).TrustedKeyGroups
			d.DefaultCacheBehavior.(*defaultBehavior).TrustedKeyGroups = mine
			prepend(d, "*.m4s", func(b *orderedBehavior) { b.TrustedKeyGroups = theirs })
			return err
		}), fails: "vod.grant.canned", cause: "key-not-in-group", also: parts},

		{name: "plain HTTP", change: onBehavior(func(b *defaultBehavior) { b.ViewerProtocolPolicy = allowAll }),
			fails: "vod.protocol.http", cause: "http-open"},
		{name: "plain HTTP for segments", change: before("*.ts", func(b *orderedBehavior) { b.ViewerProtocolPolicy = allowAll }),
			fails: "vod.protocol.http", cause: "http-open"},
		{name: "plain HTTP for keys", change: before("*.bin", func(b *orderedBehavior) { b.ViewerProtocolPolicy = allowAll }),
			fails: "vod.protocol.http", cause: "http-open"},
		{name: "no redirect to https", change: onBehavior(func(b *defaultBehavior) { b.ViewerProtocolPolicy = pulumi.String("https-only") }),
			fails: "vod.protocol.http", cause: "http-open"},
		{name: "redirect in place of https only", settings: map[string]any{"viewerProtocolPolicy": "https-only"},
			change: onBehavior(func(b *defaultBehavior) { b.ViewerProtocolPolicy = pulumi.String("redirect-to-https") }),
			fails:  "vod.protocol.http", cause: "http-open"},

		{name: "every method", change: onBehavior(func(b *defaultBehavior) { b.AllowedMethods = everyMethod }),
			fails: "vod.protocol.method", cause: "origin-reached", also: "vod.protocol.put vod.protocol.delete"},
		{name: "every method for segments", change: before("*.ts", func(b *orderedBehavior) { b.AllowedMethods = everyMethod }),
			fails: "vod.protocol.method", cause: "origin-reached"},
		{name: "no OPTIONS", change: onBehavior(func(b *defaultBehavior) {
			b.AllowedMethods = pulumi.ToStringArray([]string{"GET", "HEAD"})
		}), fails: "vod.cors.preflight", cause: "cors-preflight", also: preflights},
		{name: "no OPTIONS for segments", change: before("*.m4s", func(b *orderedBehavior) {
			b.AllowedMethods = pulumi.ToStringArray([]string{"GET", "HEAD"})
		}), fails: "vod.cors.preflight-parts", cause: "cors-preflight"},

		{name: "segments from an origin without identity", change: on(func(d *distribution) {
			open := *firstOrigin(d)
			open.OriginId, open.S3OriginConfig = pulumi.String("open"), nil
			d.Origins = append(d.Origins.(cloudfront.DistributionOriginArray), &open)
			prepend(d, "*.ts", func(b *orderedBehavior) { b.TargetOriginId = pulumi.String("open") })
		}), fails: "vod.grant.canned", cause: "origin-refused", also: parts},

		{name: "CORS for everybody at the edge", change: onHeaders(&headersPolicy{CorsConfig: corsAtEdge("*", true)}),
			fails: "vod.cors.foreign-origin", cause: "cors-open", also: "vod.cors.*"},
		{name: "CORS for another page at the edge", change: onHeaders(&headersPolicy{CorsConfig: corsAtEdge("https://elsewhere.example.com", true)}),
			fails: "vod.cors.allowed", cause: "cors-missing", also: "vod.cors.*"},
		{name: "managed CORS at the edge", change: onBehavior(func(b *defaultBehavior) { b.ResponseHeadersPolicyId = pulumi.String(simpleCORS) }),
			fails: "vod.cors.foreign-origin", cause: "cors-open"},
		{name: "no Vary", change: onHeaders(&headersPolicy{RemoveHeadersConfig: &cloudfront.ResponseHeadersPolicyRemoveHeadersConfigArgs{
			Items: cloudfront.ResponseHeadersPolicyRemoveHeadersConfigItemArray{
				&cloudfront.ResponseHeadersPolicyRemoveHeadersConfigItemArgs{Header: pulumi.String("Vary")}},
		}}), fails: "vod.cors.allowed", cause: "cors-vary", also: "vod.cors.*"},

		{name: "the viewer's Host for the origin", change: onBehavior(func(b *defaultBehavior) { b.OriginRequestPolicyId = pulumi.String(allViewer) }),
			fails: "vod.grant.canned", cause: "origin-gone", also: allVOD},
		{name: "query strings for the origin", change: onBehavior(func(b *defaultBehavior) { b.OriginRequestPolicyId = pulumi.String(allButHost) }),
			fails: "vod.origin.edge-versions", cause: "query-forwarded"},
	}
}

type headersPolicy = cloudfront.ResponseHeadersPolicyArgs

// onHeaders gives the default behavior a response headers policy.
func onHeaders(p *headersPolicy) change {
	return with(func(ctx *pulumi.Context, d *distribution) error {
		policy, err := cloudfront.NewResponseHeadersPolicy(ctx, "seeded", p)
		if err == nil {
			d.DefaultCacheBehavior.(*defaultBehavior).ResponseHeadersPolicyId = policy.ID()
		}
		return err
	})
}

func corsAtEdge(origin string, override bool) *cloudfront.ResponseHeadersPolicyCorsConfigArgs {
	return &cloudfront.ResponseHeadersPolicyCorsConfigArgs{
		AccessControlAllowCredentials: pulumi.Bool(false),
		AccessControlAllowHeaders:     &cloudfront.ResponseHeadersPolicyCorsConfigAccessControlAllowHeadersArgs{Items: pulumi.ToStringArray([]string{"*"})},
		AccessControlAllowMethods:     &cloudfront.ResponseHeadersPolicyCorsConfigAccessControlAllowMethodsArgs{Items: pulumi.ToStringArray([]string{"GET", "HEAD"})},
		AccessControlAllowOrigins:     &cloudfront.ResponseHeadersPolicyCorsConfigAccessControlAllowOriginsArgs{Items: pulumi.ToStringArray([]string{origin})},
		OriginOverride:                pulumi.Bool(override),
	}
}
