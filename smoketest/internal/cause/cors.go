package cause

func corsCauses() []Cause {
	return []Cause{
		{ID: "cors-missing", Spreads: true,
			Seen:   "No Access-Control-Allow-Origin, or one for another page",
			Why:    "the bucket has no CORS rule for this origin, Origin does not reach S3, or a cached answer for another page was served",
			Next:   "compare playerOrigins with corsRules (infra/stack/media.go), forward Origin to S3 and keep it in the cache key (newCachePolicy in infra/stack/distribution.go), then invalidate what is cached",
			Source: corsArticle},
		{ID: "cors-vary",
			Seen:   "An answer for one origin without Vary: Origin",
			Why:    "browsers and proxies will hand it to pages of other origins",
			Next:   "let S3 answer CORS, which sets Vary, or set it in the response headers policy",
			Source: corsArticle},
		{ID: "cors-open", Spreads: true,
			Seen:   "A page of an origin that is not allowed may read",
			Why:    "a CORS rule or a response headers policy allows more origins than the outputs say",
			Next:   "narrow playerOrigins in the config, and look for a response headers policy that allows every origin",
			Source: s3Guide + "cors.html"},
		{ID: "cors-credentials", Spreads: true,
			Seen:   "A player with credentials is not let in",
			Why:    `browsers want the page's own origin and Access-Control-Allow-Credentials: true when cookies are sent; "*" is refused`,
			Next:   "list the origins one by one in playerOrigins; S3 then allows credentials",
			Source: "https://fetch.spec.whatwg.org/#cors-check"},
		{ID: "cors-preflight", Spreads: true,
			Seen:   "The preflight is refused",
			Why:    "the behavior does not allow OPTIONS, the CORS request headers do not reach S3, or no rule allows method or header",
			Next:   "allow OPTIONS and forward the three CORS request headers (infra/stack/distribution.go), and allow the headers in corsRules (infra/stack/media.go)",
			Source: s3Guide + "ManageCorsUsing.html"},
	}
}
