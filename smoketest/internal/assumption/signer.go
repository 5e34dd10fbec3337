package assumption

func signerAssumptions() []Assumption {
	return []Assumption{
		{"signer.request-form", "A browser asks for the WHATWG form of a URL, and CloudFront compares that; other forms are refused, and RequestURL gives the form.", Inferred, "https://url.spec.whatwg.org/", "assume.signature.as-requested, vod.grant.custom"},
		{"signer.malformed-url", `A % without two digits, a backslash in a query, and a last "?" or "&" are refused.`, Inferred, cannedURL, "assume.signature.stray-ampersand"},
		{"signer.empty-resource", "An empty Resource is refused, though AWS allows leaving it out.", Chosen, customURL, "api: nothing to settle"},
		{"signer.year", "Times after the year 9999 are refused as milliseconds.", Reported, "https://github.com/aws/aws-sdk-js/issues/2236", "assume.signature.milliseconds"},
		{"signer.cookie-limits", "A cookie whose Domain is a public suffix, or of over 4,096 bytes, is refused.", Documented, "https://www.rfc-editor.org/rfc/rfc6265#section-6.1", "api: nothing to settle, browsers decide"},
		{"signer.remote-key", "A key outside the process signs SHA-256 unless told otherwise.", Documented, "https://docs.aws.amazon.com/kms/latest/developerguide/asymmetric-key-specs.html", "vod.grant.sha256"},
		{"signer.one-use", "One single-use UUID for several channels is refused.", Inferred, tokens, "api: ask two channels with tokens of one UUID; 403 is assumed for the second"},
		{"signer.playlist-syntax", "A broken attribute list in a tag with a URI, a lone CR and a stray % in a playlist are refused, with the line.", Reported, "https://www.rfc-editor.org/rfc/rfc8216#section-4.2", "api: nothing to settle, players differ"},
		{"signer.resigned", "A signature that a playlist's URI has already is replaced.", Chosen, precedence, "api: nothing to settle"},
	}
}
