package edge

import "slices"

// AWS's managed policies: read-only, known by constant ids. The API shows
// their names with a prefix.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html

const (
	managedPrefix = "Managed-"
	managedETag   = "E23ZP02F085DFQ"

	day  = 24 * 60 * 60
	year = 365 * day
)

func none() KeySelection { return KeySelection{Behavior: "none"} }
func all() KeySelection  { return KeySelection{Behavior: "all"} }

// found returns the first of some policies that matches.
func found[P any](policies []P, matches func(P) bool) (p P, ok bool) {
	if i := slices.IndexFunc(policies, matches); i >= 0 {
		return policies[i], true
	}
	return p, false
}

func isManagedCachePolicy(id string) bool {
	_, ok := managedCachePolicy(id)
	return ok
}

// managedCachePolicies are all of them.
func managedCachePolicies() []CachePolicy {
	originHeaders := []string{"Host", "Origin", "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"}
	policies := []CachePolicy{
		{ID: "658327ea-f89d-4fab-a63d-7e88639e58f6", CachePolicyConfig: CachePolicyConfig{Name: "CachingOptimized", MinTTL: 1, DefaultTTL: day, MaxTTL: year,
			QueryStrings: none(), Cookies: none(), EnableGzip: true, EnableBrotli: true}},
		{ID: "b2884449-e4de-46a7-ac36-70bc7f1ddd6d", CachePolicyConfig: CachePolicyConfig{Name: "CachingOptimizedForUncompressedObjects", MinTTL: 1, DefaultTTL: day, MaxTTL: year,
			QueryStrings: none(), Cookies: none()}},
		{ID: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", CachePolicyConfig: CachePolicyConfig{Name: "CachingDisabled", QueryStrings: none(), Cookies: none()}},
		{ID: "83da9c7e-98b4-4e11-a168-04f0df8e2c65", CachePolicyConfig: CachePolicyConfig{Name: "UseOriginCacheControlHeaders", MaxTTL: year, Headers: originHeaders,
			QueryStrings: none(), Cookies: all(), EnableGzip: true, EnableBrotli: true}},
		{ID: "4cc15a8a-d715-48a4-82b8-cc0b614638fe", CachePolicyConfig: CachePolicyConfig{Name: "UseOriginCacheControlHeaders-QueryStrings", MaxTTL: year, Headers: originHeaders,
			QueryStrings: all(), Cookies: all(), EnableGzip: true, EnableBrotli: true}},
		{ID: "08627262-05a9-4f76-9ded-b50ca2e3a84f", CachePolicyConfig: CachePolicyConfig{Name: "Elemental-MediaPackage", DefaultTTL: day, MaxTTL: year, Headers: []string{"Origin"},
			QueryStrings: KeySelection{"whitelist", []string{"aws.manifestfilter", "start", "end"}},
			Cookies:      none(), EnableGzip: true}},
		{ID: "2e54312d-136d-493c-8eb9-b001f22f67d2", CachePolicyConfig: CachePolicyConfig{Name: "Amplify", MinTTL: 2, DefaultTTL: 2, MaxTTL: 600,
			Headers:      []string{"Authorization", "CloudFront-Viewer-Country", "Host"},
			QueryStrings: all(), Cookies: all(), EnableGzip: true, EnableBrotli: true}},
	}
	for i := range policies {
		policies[i].ETag, policies[i].Name = managedETag, managedPrefix+policies[i].Name
	}
	return policies
}

func managedCachePolicy(id string) (CachePolicy, bool) {
	return found(managedCachePolicies(), func(p CachePolicy) bool { return p.ID == id })
}

// managedOriginRequestPolicies are all of them.
func managedOriginRequestPolicies() []OriginRequestPolicy {
	named := func(headers ...string) KeySelection { return KeySelection{"whitelist", headers} }
	viewer := KeySelection{Behavior: "allViewer"}
	policies := []OriginRequestPolicy{
		{ID: "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf", OriginRequestPolicyConfig: OriginRequestPolicyConfig{"CORS-S3Origin", "",
			named("Origin", "Access-Control-Request-Headers", "Access-Control-Request-Method"), none(), none()}},
		{ID: "59781a5b-3903-41f3-afcb-af62929ccde1", OriginRequestPolicyConfig: OriginRequestPolicyConfig{"CORS-CustomOrigin", "", named("Origin"), none(), none()}},
		{ID: "216adef6-5c7f-47e4-b989-5492eafa07d3", OriginRequestPolicyConfig: OriginRequestPolicyConfig{"AllViewer", "", viewer, all(), all()}},
		{ID: "33f36d7e-f396-46d9-90e0-52428a34d9dc", OriginRequestPolicyConfig: OriginRequestPolicyConfig{"AllViewerAndCloudFrontHeaders-2022-06", "",
			KeySelection{"allViewerAndWhitelistCloudFront", []string{"CloudFront-Forwarded-Proto",
				"CloudFront-Viewer-Address", "CloudFront-Viewer-Country"}}, all(), all()}},
		{ID: "b689b0a8-53d0-40ab-baf2-68738e2966ac", OriginRequestPolicyConfig: OriginRequestPolicyConfig{"AllViewerExceptHostHeader", "", KeySelection{"allExcept", []string{"Host"}}, all(), all()}},
		{ID: "bf0718e1-ba1e-49d1-88b1-f726733018ae", OriginRequestPolicyConfig: OriginRequestPolicyConfig{"HostHeaderOnly", "", named("Host"), none(), none()}},
		{ID: "acba4595-bd28-49b8-b9fe-13317c0390fa", OriginRequestPolicyConfig: OriginRequestPolicyConfig{"UserAgentRefererHeaders", "", named("User-Agent", "Referer"), none(), none()}},
		{ID: "775133bc-15f2-49f9-abea-afb2e0bf67d2", OriginRequestPolicyConfig: OriginRequestPolicyConfig{"Elemental-MediaTailor-PersonalizedManifests", "",
			named("Origin", "Access-Control-Request-Headers", "Access-Control-Request-Method", "User-Agent", "X-Forwarded-For"),
			all(), none()}},
	}
	for i := range policies {
		policies[i].ETag, policies[i].Name = managedETag, managedPrefix+policies[i].Name
	}
	return policies
}

func managedOriginRequestPolicy(id string) (OriginRequestPolicy, bool) {
	return found(managedOriginRequestPolicies(), func(p OriginRequestPolicy) bool { return p.ID == id })
}

// Two of the managed response headers policies leave preflight requests alone.
const (
	managedSimpleCORS            = "60669652-455b-4ae9-85a4-c4c02393f86c"
	managedSimpleCORSAndSecurity = "e61eb60c-9c35-4d20-a928-2b84e02af89c"
)

func isSimpleCORS(id string) bool {
	return id == managedSimpleCORS || id == managedSimpleCORSAndSecurity
}

// managedResponseHeadersPolicies are all of them.
func managedResponseHeadersPolicies() []ResponseHeadersPolicy {
	simple := &CORSConfig{AllowOrigins: []string{"*"}}
	preflight := &CORSConfig{AllowOrigins: []string{"*"}, AllowMethods: []string{"ALL"}, ExposeHeaders: []string{"*"}}
	security := SecurityHeadersConfig{
		FrameOptions:            &SecurityHeader{Value: "SAMEORIGIN"},
		ReferrerPolicy:          &SecurityHeader{Value: "strict-origin-when-cross-origin"},
		ContentTypeOptions:      &ContentTypeOptions{Override: true},
		StrictTransportSecurity: &StrictTransportSecurity{MaxAge: year},
		XSSProtection:           &XSSProtection{Protection: true, ModeBlock: true},
	}
	policies := []ResponseHeadersPolicy{
		{ID: managedSimpleCORS, ResponseHeadersPolicyConfig: ResponseHeadersPolicyConfig{Name: "SimpleCORS", CORS: simple}},
		{ID: "5cc3b908-e619-4b99-88e5-2cf7f45965bd", ResponseHeadersPolicyConfig: ResponseHeadersPolicyConfig{Name: "CORS-With-Preflight", CORS: preflight}},
		{ID: managedSimpleCORSAndSecurity, ResponseHeadersPolicyConfig: ResponseHeadersPolicyConfig{Name: "CORS-and-SecurityHeadersPolicy", CORS: simple, Security: security}},
		{ID: "eaab4381-ed33-4a86-88ca-d9558dc6cd63", ResponseHeadersPolicyConfig: ResponseHeadersPolicyConfig{Name: "CORS-with-preflight-and-SecurityHeadersPolicy", CORS: preflight, Security: security}},
		{ID: "67f7725c-6f97-4210-82d7-5512b31e9d03", ResponseHeadersPolicyConfig: ResponseHeadersPolicyConfig{Name: "SecurityHeadersPolicy", Security: security}},
	}
	for i := range policies {
		policies[i].ETag, policies[i].Name = managedETag, managedPrefix+policies[i].Name
	}
	return policies
}

func managedResponseHeadersPolicy(id string) (ResponseHeadersPolicy, bool) {
	return found(managedResponseHeadersPolicies(), func(p ResponseHeadersPolicy) bool { return p.ID == id })
}
