package main

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// preflights is every check that sends one.
const preflights = "vod.cors.preflight-parts vod.cors.foreign-preflight"

// corsFaults are those of the bucket's CORS rules.
func corsFaults() []fault {
	origins := func(origins ...string) change {
		return onCORS(func(r *corsRule) { r.AllowedOrigins = pulumi.ToStringArray(origins) })
	}
	return []fault{
		{name: "CORS for another page", change: origins("https://elsewhere.example.com"),
			fails: "vod.cors.allowed", cause: "cors-missing", also: "vod.cors.*"},
		{name: "CORS for the first page only", change: origins("https://app.example.com"),
			fails: "vod.cors.second-origin", cause: "cors-missing", also: "vod.cors.*"},
		{name: "CORS for pages without TLS", change: origins("http://app.example.com", "http://admin.example.com"),
			fails: "vod.cors.allowed", cause: "cors-missing", also: "vod.cors.*"},
		{name: "CORS for addresses in place of origins", change: origins("https://app.example.com/", "https://admin.example.com/"),
			fails: "vod.cors.allowed", cause: "cors-missing", also: "vod.cors.*"},
		{name: "CORS for every https page", change: origins("https://*"),
			fails: "vod.cors.foreign-origin", cause: "cors-open", also: "vod.cors.*"},
		{name: "CORS for everybody", change: origins("*"),
			fails: "vod.cors.foreign-origin", cause: "cors-open", also: "vod.cors.*"},
		{name: "a second rule for everybody", change: on(func(c *s3.BucketCorsConfigurationV2Args) {
			rules := c.CorsRules.(s3.BucketCorsConfigurationV2CorsRuleArray)
			c.CorsRules = append(rules, &corsRule{AllowedMethods: pulumi.ToStringArray([]string{"GET"}), AllowedOrigins: pulumi.ToStringArray([]string{"*"})})
		}), fails: "vod.cors.foreign-origin", cause: "cors-open"},
		{name: "CORS for HEAD only", change: onCORS(func(r *corsRule) { r.AllowedMethods = pulumi.ToStringArray([]string{"HEAD"}) }),
			fails: "vod.cors.allowed", cause: "cors-missing", also: "vod.cors.*"},
		{name: "no request headers", change: onCORS(func(r *corsRule) { r.AllowedHeaders = nil }),
			fails: "vod.cors.preflight", cause: "cors-preflight", also: preflights},
		{name: "no Range among the request headers", change: onCORS(func(r *corsRule) { r.AllowedHeaders = pulumi.ToStringArray([]string{"authorization"}) }),
			fails: "vod.cors.preflight", cause: "cors-preflight", also: preflights},
		{name: "nothing exposed", change: onCORS(func(r *corsRule) { r.ExposeHeaders = nil }),
			fails: "vod.cors.expose", cause: "cors-expose"},
	}
}
