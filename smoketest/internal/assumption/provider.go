package assumption

func providerAssumptions() []Assumption {
	const source = provider + "blob/main/internal/service"
	return []Assumption{
		{"provider.etag-again", "After a 412 the provider asks for a distribution's ETag again, so that one run may change a key group and the distribution.", Reported, provider + "issues/24033", "deploy: rotate a signing key and change the comment in one pulumi up; it succeeds"},
		{"provider.trusted-key-groups", "trustedKeyGroups that the program leaves out stay in the default behavior, and go in ordered ones.", Reported, provider + "issues/35528", "deploy: leave the property out and preview; no change is assumed"},
		{"provider.channel-defaults", "A channel's name, type, latencyMode and authorized stay when they are left out.", Inferred, source + "/ivs/channel.go", "deploy: leave them out and preview; no change is assumed"},
		{"provider.error-ttl", "errorCachingMinTtl that is left out is sent as 0, not as CloudFront's 10 seconds.", Inferred, source + "/cloudfront/distribution.go", "api: get-distribution-config after pulumi up; ErrorCachingMinTTL 0 is assumed"},
		{"provider.cors-max-age", "An accessControlMaxAgeSec of 0 is not sent.", Inferred, source + "/cloudfront/response_headers_policy.go", "api: get-response-headers-policy after pulumi up; no AccessControlMaxAgeSec is assumed"},
		{"provider.minimum-protocol", "minimumProtocolVersion beside the default certificate shows a change in every run, since CloudFront forces TLSv1.", Inferred, source + "/cloudfront/distribution.go", "deploy: pulumi up, then preview; a change of viewerCertificate is assumed"},
		{"provider.tls-policies", "minimumProtocolVersion goes up to TLSv1.2_2021: the provider was built before TLSv1.2_2025 and TLSv1.3_2025.", Reported, "https://github.com/hashicorp/terraform-provider-aws/issues/43840", "deploy: set TLSv1.3_2025 beside a certificate of one's own and preview; an error is assumed"},
		{"provider.sets", "CORS rules and their lists, origins, methods, aliases and error responses are sets.", Inferred, source + "/s3/bucket_cors_configuration.go", "deploy: reorder them and preview; no change is assumed"},
		{"provider.content-type", "An object's contentType that is left out stays.", Inferred, source + "/s3/object.go", "deploy: leave it out and preview; no change is assumed"},
		{"provider.waits", "A distribution is waited for 90 minutes, and the deletion of one that is disabled already is retried for one.", Inferred, source + "/cloudfront/distribution.go", "deploy: disable the distribution by hand, pulumi destroy at once; it is retried, then DistributionNotDisabled after a minute"},
		{"provider.retain", "retainOnDelete disables, waits, and leaves the distribution.", Inferred, source + "/cloudfront/distribution.go", "deploy: pulumi destroy with retainOnDelete; get-distribution says Enabled false"},
		{"provider.versioning-back", "Versioning cannot go back to Disabled: the preview says so.", Inferred, source + "/s3/bucket_versioning.go", "deploy: set status from Enabled to Disabled and preview; an error is assumed"},
		{"provider.caller", "getCallerIdentity is the account's root, and getRegion has no description.", Chosen, "https://www.pulumi.com/registry/packages/aws/api-docs/getcalleridentity/", "deploy: nothing to settle"},
		{"provider.record-type", "Another type of a Route 53 record replaces it.", Inferred, source + "/route53/record.go", "deploy: change the type from A to AAAA and preview; a replacement is assumed"},
		{"program.s3-vary", "S3's Vary with an echoed origin passes CloudFront.", Documented, s3CORS, "vod.cors.allowed"},
		{"program.origin-in-key", "With Origin in the cache key and the managed CORS-S3Origin, S3's CORS answers survive caching.", Documented, developerGuide + "header-caching.html#header-caching-web-cors", "vod.cors.second-origin, vod.cors.after-no-origin"},
	}
}
