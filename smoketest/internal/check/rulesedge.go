package check

// Where the rules stand that the checks of protocol, origin and CORS rest on.
const (
	ruleAliases      = cloudFrontGuide + "cnames-and-https-requirements.html"
	ruleViewerTLS    = cloudFrontGuide + "secure-connections-supported-viewer-protocols-ciphers.html"
	ruleRenewal      = "https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html"
	ruleHTTPVersions = cloudFrontGuide + "DownloadDistValuesGeneral.html"

	ruleS3DualStack  = s3API + "dual-stack-endpoints.html"
	ruleS3Website    = s3Guide + "WebsiteEndpoints.html"
	ruleS3Accelerate = s3Guide + "transfer-acceleration.html"
	ruleS3PutObject  = s3API + "API_PutObject.html"
	ruleS3Versions   = s3Guide + "Versioning.html"

	ruleFetchCORS = "https://fetch.spec.whatwg.org/#cors-check"
)
