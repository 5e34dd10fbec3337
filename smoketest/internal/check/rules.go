package check

// Where the rules stand that the checks rest on.
const (
	cloudFrontGuide = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/"
	s3Guide         = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"
	s3API           = "https://docs.aws.amazon.com/AmazonS3/latest/API/"
	ivsGuide        = "https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/"

	ruleTrustedKeys     = cloudFrontGuide + "private-content-trusted-signers.html"
	ruleRotation        = ruleTrustedKeys + "#private-content-rotating-key-pairs"
	ruleCannedURL       = cloudFrontGuide + "private-content-creating-signed-url-canned-policy.html"
	ruleCustomURL       = cloudFrontGuide + "private-content-creating-signed-url-custom-policy.html"
	ruleCannedCookie    = cloudFrontGuide + "private-content-setting-signed-cookie-canned-policy.html"
	ruleCustomCookie    = cloudFrontGuide + "private-content-setting-signed-cookie-custom-policy.html"
	rulePrecedence      = cloudFrontGuide + "private-content-choosing-signed-urls-cookies.html"
	ruleExpiry          = cloudFrontGuide + "private-content-signed-urls.html#private-content-check-expiration"
	ruleSignatureCode   = "https://repost.aws/knowledge-center/cloudfront-troubleshoot-signed-url-cookies"
	ruleHash            = "https://aws.amazon.com/about-aws/whats-new/2026/04/amazon-cloudfront-sha-256-signed-urls/"
	ruleRange           = cloudFrontGuide + "RangeGETs.html"
	ruleMethods         = cloudFrontGuide + "http-403-invalid-method.html"
	ruleHTTPS           = cloudFrontGuide + "using-https-viewers-to-cloudfront.html"
	ruleResponseHeaders = cloudFrontGuide + "RequestAndResponseBehaviorS3Origin.html"
	ruleRootObject      = cloudFrontGuide + "DefaultRootObject.html"
	ruleCacheCORS       = cloudFrontGuide + "header-caching.html#header-caching-web-cors"

	ruleS3Object   = s3API + "API_GetObject.html"
	ruleS3Hosts    = s3Guide + "VirtualHosting.html"
	ruleS3Public   = s3Guide + "access-control-block-public-access.html"
	ruleS3TLS      = s3Guide + "example-bucket-policies.html"
	ruleS3CORS     = s3Guide + "cors.html"
	ruleDate       = "https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1"
	ruleMediaTypes = "https://www.rfc-editor.org/rfc/rfc8216#section-4"

	ruleDeleteKey = "https://docs.aws.amazon.com/ivs/latest/LowLatencyAPIReference/API_DeletePlaybackKeyPair.html"
	ruleToken     = ivsGuide + "private-channels-generate-tokens.html"
	ruleQuotas    = ivsGuide + "service-quotas.html"
	ruleSession   = ivsGuide + "private-channels-session-protection.html"
	ruleChannels  = ivsGuide + "private-channels.html"
	ruleJWT       = "https://www.rfc-editor.org/rfc/rfc8725#section-2.1"
	ruleLive      = "https://www.rfc-editor.org/rfc/rfc8216#section-6.2.2"
)
