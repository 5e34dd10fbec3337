package check

// Where the rules stand that the checks of the cache rest on.
const (
	ruleCacheKey     = cloudFrontGuide + "QueryStringParameters.html"
	ruleCookieCache  = cloudFrontGuide + "private-content-signed-cookies.html"
	ruleErrorCaching = cloudFrontGuide + "HTTPStatusCodes.html"
	ruleErrorPages   = cloudFrontGuide + "GeneratingCustomErrorResponses.html"
	ruleExpiration   = cloudFrontGuide + "Expiration.html"
	ruleReload       = "https://www.rfc-editor.org/rfc/rfc8216#section-6.3.4"
)
