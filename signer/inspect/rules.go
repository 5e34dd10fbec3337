package inspect

import "net/http"

// stage is one of the edge's checks, in the order in which they are made.
type stage int

const (
	stageNone stage = iota
	stageLength
	stageHeader
	stagePage
	stageMissingKey
	stageInvalidKey
	stageMalformedSignature
	stageMalformedPolicy
	stageAccessDenied
	stageChannel
	stageToken
)

// answer is the status and the code in the body of a refusal.
//
// https://repost.aws/knowledge-center/cloudfront-troubleshoot-signed-url-cookies
func (s stage) answer() (status int, code string) {
	switch s {
	case stageLength:
		return http.StatusRequestURITooLong, ""
	case stageHeader:
		return statusHeaderTooLarge, ""
	case stageMissingKey:
		return http.StatusForbidden, "MissingKey"
	case stageInvalidKey:
		return http.StatusForbidden, "InvalidKey"
	case stageMalformedSignature:
		return http.StatusForbidden, "MalformedSignature"
	case stageMalformedPolicy:
		return http.StatusForbidden, "MalformedPolicy"
	case stageAccessDenied:
		return http.StatusForbidden, "AccessDenied"
	case stageChannel:
		return http.StatusNotFound, ""
	case stageToken:
		return http.StatusForbidden, "invalid_playback_auth_token"
	}
	return http.StatusForbidden, ""
}

// statusHeaderTooLarge is CloudFront's own.
const statusHeaderTooLarge = 494

// rule is what is always said with a code.
type rule struct {
	code   Code
	stage  stage // where the edge refuses by it
	next   string
	source string
}

// The pages that the rules come from.
const (
	docCanned   = "documented: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-canned-policy.html"
	docCustom   = "documented: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html"
	docCookies  = "documented: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-setting-signed-cookie-custom-policy.html"
	docChoose   = "documented: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-choosing-signed-urls-cookies.html"
	docSigners  = "documented: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-trusted-signers.html"
	docOpenSSL  = "documented: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-linux-openssl.html"
	docExpiry   = "documented: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-signed-urls.html#private-content-check-expiration"
	docHTTPS    = "documented: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-viewers-to-cloudfront.html"
	docSHA256   = "documented: https://aws.amazon.com/about-aws/whats-new/2026/04/amazon-cloudfront-sha-256-signed-urls/"
	docToken    = "documented: https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/private-channels-generate-tokens.html"
	docTrouble  = "reported: https://repost.aws/knowledge-center/cloudfront-troubleshoot-signed-url-cookies"
	seenToken   = "reported: https://github.com/aws-samples/amazon-ivs-player-web-sample/issues/65"
	rfcCookies  = "documented: https://www.rfc-editor.org/rfc/rfc6265#section-5.4"
	urlStandard = "documented: https://url.spec.whatwg.org/#url-parsing"
)

// rules are in the order of likelihood within a stage.
var rules = []rule{
	{StrayParameter, stageMissingKey, "Rename that parameter, or leave it out: with it the cookies are not looked at.", docChoose},
	{HTMLEscaped, stageMissingKey, "Unescape the URL once where it leaves HTML or XML; do not escape it for a header or a JSON body.", docCanned},
	{InFragment, stageMissingKey, "Put the signature before the #, or sign the URL without its fragment.", "documented: https://www.rfc-editor.org/rfc/rfc9110#section-7.1"},
	{QueryDoubled, stageMissingKey, "Join the signature with & when the URL has a query already.", docCanned},
	{QueryMissing, stageMissingKey, "Join the signature with ? when the URL has no query.", docCanned},
	{QueryEncoded, stageMissingKey, "Do not percent-encode a URL that is signed; encode it once, as a whole, only as the value of another parameter.", docCanned},
	{ParameterCase, stageMissingKey, "Write Expires, Policy, Signature, Key-Pair-Id and Hash-Algorithm exactly so.", docCanned},
	{CookieCase, stageMissingKey, "Write the names exactly so: CloudFront-Policy or CloudFront-Expires, CloudFront-Signature, CloudFront-Key-Pair-Id, CloudFront-Hash-Algorithm.", docCookies},
	{ValueQuoted, stageMissingKey, "Send the values bare, without quotes and spaces.", "inferred: the values are documented without any quoting"},
	{ValuePercentEncoded, stageMalformedSignature, "Find what encodes the URL or cookie again (a proxy, a framework, a redirect) and hand it the signed form as it is; CloudFront's alphabet needs no encoding.", docOpenSSL},
	{ValueBase64Standard, stageMalformedSignature, "Replace + by -, = by _ and / by ~ after base64.", docOpenSSL},
	{ValueBase64URL, stageMalformedSignature, "Use standard base64 with padding and then replace + by -, = by _ and / by ~; base64url is another alphabet.", docOpenSSL},

	{URLUnreadable, stagePage, "Give the whole URL as it is requested: https://host/path.", "documented: https://www.rfc-editor.org/rfc/rfc3986#section-4.3"},
	{URLTooLong, stageLength, "Use an ECDSA key, a shorter policy, or cookies.", "documented: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html"},
	{CookiesTooLong, stageHeader, "Remove cookies of other paths and of other applications on the domain.", "documented: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html"},
	{HostIsBucket, stagePage, "Sign and request the URL under baseUrl of the outputs; the bucket answers nobody but the distribution.", docCustom},
	{HostUnknown, stagePage, "Use a host of this stack, or read the outputs of the stack that the URL is for.", "inferred: the outputs name the distribution's hosts; others are answered by another distribution or with 403"},
	{PlainHTTP, stagePage, "Request https://.", docHTTPS},

	{CookieNotSent, stageMissingKey, "Set the cookies with a Domain and Path that cover the URL, from a host within that domain, over HTTPS.", rfcCookies},
	{KeyIDMissing, stageMissingKey, "Add Key-Pair-Id (as a cookie CloudFront-Key-Pair-Id) with the id of the public key.", docTrouble},
	{Unsigned, stageMissingKey, "Sign the URL, or send the cookies; check that a proxy or player did not drop the query or the cookies.", docTrouble},

	{KeyIDIsGroup, stageInvalidKey, "Put the id of the public key (K…, signingKeys[].id in the outputs) in place of the key group's.", docSigners},
	{KeyOfOtherID, stageInvalidKey, "Send the id that belongs to the private key that signs.", docSigners},
	{KeyIDMangled, stageInvalidKey, "Send the id exactly as the outputs have it.", docSigners},
	{KeyIDTwice, stageInvalidKey, "Send one key id; when these are cookies, remove those of the other path or domain.", "inferred: AWS does not say which of two counts"},
	{KeyIDLegacy, stageInvalidKey, "Sign with a key of the key group; account key pairs (APKA…) are not in it.", docSigners},
	{KeyIDMalformed, stageInvalidKey, "Send the id of the public key (K…) as Key-Pair-Id.", docSigners},
	{KeyIDUnknown, stageInvalidKey, "Sign with the current key of the outputs; if the id is of a newer or an older key, read the outputs again or see whether a rotation took it out.", docTrouble},

	{SignatureMissing, stageMalformedSignature, "Sign again; check that the URL or the set of cookies was not cut.", "inferred: a signature that is not there cannot be decoded"},
	{SignatureTwice, stageMalformedSignature, "Sign a URL that is not signed yet, and send one set of cookies.", "inferred: AWS does not say which of two counts"},
	{SignatureCut, stageMalformedSignature, "Look where the URL or the cookie is cut: a column, a log line, a limit of a proxy.", docOpenSSL},
	{SignatureEncoding, stageMalformedSignature, "Send standard base64 with +, = and / replaced by -, _ and ~.", docOpenSSL},

	{EpochMilliseconds, stageMalformedPolicy, "Divide by 1000: CloudFront and IVS count seconds.", "reported: https://github.com/aws/aws-sdk-js/issues/2236"},
	{EpochString, stageMalformedPolicy, "Write the number without quotes.", "documented: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html; reported: https://github.com/videojs/video.js/issues/5247"},
	{PolicyAndExpires, stageMalformedPolicy, "Send Expires for a canned policy or Policy for a custom one, never both; when these are cookies, remove the old set.", "inferred: AWS documents one or the other"},
	{PolicyMissing, stageMalformedPolicy, "Send Expires for a canned policy or Policy for a custom one.", docCanned},
	{PolicyTwice, stageMalformedPolicy, "Send it once; when these are cookies, remove those of the other path or domain.", "inferred: AWS does not say which of two counts"},
	{PolicyEncoding, stageMalformedPolicy, "Send the policy in standard base64 with +, = and / replaced by -, _ and ~.", docOpenSSL},
	{PolicyWhiteSpace, stageMalformedPolicy, "Remove white space before signing and encoding.", docCustom},
	{PolicyJSON, stageMalformedPolicy, "Let a JSON library write the policy.", docCustom},
	{PolicyNoExpiry, stageMalformedPolicy, `Add "DateLessThan":{"AWS:EpochTime":SECONDS} to Condition.`, docCustom},
	{PolicyMember, stageMalformedPolicy, "Use the documented names, exactly as written: Statement, Resource, Condition, DateLessThan, DateGreaterThan, IpAddress, AWS:EpochTime, AWS:SourceIp.", docCustom},
	{PolicyStatements, stageMalformedPolicy, "Write one statement in a list; a second resource needs a second signature.", docCustom},
	{PolicyResourceForm, stageMalformedPolicy, "Write one non-empty string as Resource, or leave it out.", docCustom},
	{PolicyAddressForm, stageMalformedPolicy, "Write one IPv4 range in CIDR form without host bits; a single address as /32.", docCustom},
	{EpochForm, stageMalformedPolicy, "Write whole seconds since 1970 in plain digits.", docCanned},

	{TokenDoubled, stageToken, "Add the token once, to playbackUrl as the outputs have it; the IVS player adds it again by itself when it reloads.", seenToken},
	{TokenMissing, stageToken, "Add ?token= with the token to the playback URL.", seenToken},
	{TokenParts, stageToken, "Pass the token whole: header.payload.signature.", seenToken},
	{QueryMalformed, stageToken, "Percent-encode the other parameters of the URL, or leave them out.", "inferred: AWS does not say how it reads a query"},
	{TokenTooLong, stageToken, "Allow fewer origins and leave optional claims out.", "documented: https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/service-quotas.html"},
	{TokenEncoding, stageToken, "Use base64url without padding, and do not encode the token again; a + or = in it is of another alphabet.", "documented: https://www.rfc-editor.org/rfc/rfc7515#section-2"},
	{TokenHeader, stageToken, `Write the header {"alg":"ES384","typ":"JWT"}.`, docToken},
	{TokenAlgorithm, stageToken, "Sign with ES384 and a P-384 key that was imported as a playback key.", docToken},
	{TokenType, stageToken, `Write "typ":"JWT" in the header.`, docToken},
	{TokenHeaderMember, stageToken, "Leave all but alg and typ out of the header.", "inferred: AWS documents no other header and does not say that it ignores one"},
	{TokenSignatureDER, stageToken, "Turn the DER signature into r and s of 48 bytes each, one after the other; KMS and OpenSSL give DER.", "documented: https://www.rfc-editor.org/rfc/rfc7518#section-3.4"},
	{TokenSignatureSize, stageToken, "Sign with ES384: r and s of 48 bytes each. If it was that once, the token was cut.", "documented: https://www.rfc-editor.org/rfc/rfc7518#section-3.4"},
	{TokenPayload, stageToken, "Let a JSON library write the payload, one object in UTF-8 with every name once.", docToken},
	{ClaimPrefix, stageToken, "Write every claim but exp with the prefix aws:.", docToken},
	{ClaimMissing, stageToken, "Add aws:channel-arn and exp.", docToken},
	{ClaimString, stageToken, "Send numbers and booleans without quotes.", docToken},
	{ClaimType, stageToken, "Send the documented type.", docToken},
	{ClaimResolution, stageToken, "Write SD, HD or FULL_HD, or leave the claim out.", docToken},
	{ClaimUUID, stageToken, "Write a UUID: 8-4-4-4-12 hexadecimal digits.", docToken},
	{ViewerIDLength, stageToken, "Use an id of 1 to 40 characters, such as a hash of your own.", docToken},
	{SessionVersionAlone, stageToken, "Add aws:viewer-id, or leave the version out.", docToken},
	{TenMinutes, stageToken, "Let a token with aws:viewer-id or aws:single-use-uuid expire within ten minutes; it bounds only the start of playback.", docToken},
	{OriginForm, stageToken, "Write scheme://host[:port] in lower case, at most a leading *. in the host, no path, entries joined by a comma alone.", docToken},
	{OriginsTooMany, stageToken, "Name five origins at most, or do without strict enforcement.", docToken},
	{ClaimAds, stageToken, "Leave the claim out, or write it as the ad page has it; this stack has no ad configuration to name.", "documented: https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/server-side-ad-insertion.html"},
	{ClaimUnknown, stageToken, "Leave the claim out; a restriction that is spelt otherwise restricts nothing.", "inferred: AWS does not say that it ignores claims it does not know"},
	{ChannelForm, stageToken, "Write the channel's ARN, arn of the outputs' channels, as aws:channel-arn.", docToken},
	{ChannelRegion, stageToken, "Make the token for a channel of the region and account that the playback URL is of.", docToken},
	{ChannelOther, stageToken, "Make a token for this channel: one token opens one channel.", docToken},
	{OriginMissing, stageToken, "Let the client send an Origin header: crossorigin on the video element, setOrigin in the mobile players; or make the token without strict enforcement.", docToken},
	{OriginOther, stageToken, "Add the page's origin to aws:access-control-allow-origin, exactly as the browser sends it.", docToken},
	{TokenKeyUnknown, stageToken, "Sign with the private half of a playback key of this account and region (playbackKeys in the outputs).", docToken},

	{HashUndeclared, stageAccessDenied, "Add Hash-Algorithm=SHA256 (as a cookie CloudFront-Hash-Algorithm), or sign with SHA-1.", docSHA256},
	{HashOther, stageAccessDenied, "Declare the hash that signs.", docSHA256},
	{HashUnknown, stageAccessDenied, "Send SHA1 or SHA256, once, or nothing for SHA-1.", "inferred: AWS names two values and no error for others"},
	{SignatureRaw, stageAccessDenied, "Send the ASN.1 DER form that OpenSSL and KMS give; r‖s is the form of JWTs.", "inferred: the documented OpenSSL recipe makes DER"},
	{SignaturePSS, stageAccessDenied, "Sign with RSASSA-PKCS1-v1_5 (in KMS RSASSA_PKCS1_V1_5_SHA_256).", docOpenSSL},
	{CannedWildcard, stageAccessDenied, "Sign a custom policy for the pattern and send it as Policy.", docCanned},
	{CannedQuery, stageAccessDenied, "Sign the URL with exactly the query that is requested, or a custom policy whose Resource ends in *.", docCanned},
	{CannedScheme, stageAccessDenied, "Sign the URL with the scheme that is requested.", docCanned},
	{CannedHost, stageAccessDenied, "Sign the URL with the host that is requested.", docCanned},
	{CannedHostCase, stageAccessDenied, "Sign the host in lower case, as browsers request it.", urlStandard},
	{CannedSlash, stageAccessDenied, "Sign the path exactly as it is requested.", docCanned},
	{CannedEncoding, stageAccessDenied, "Sign the URL in the form in which the client requests it; a proxy or client that decodes or encodes the path again breaks the signature.", "inferred: AWS documents no normalising before the comparison"},
	{CannedPath, stageAccessDenied, "Sign the whole URL, with scheme and host.", docCanned},
	{CannedExpires, stageAccessDenied, "Sign the same plain count of seconds that is sent.", docCanned},
	{CannedJSON, stageAccessDenied, "Sign the text byte for byte as documented: no white space, no escapes, members in this order.", docCanned},
	{PolicyOtherText, stageAccessDenied, "Sign exactly the bytes that are then encoded and sent.", docCustom},
	{SignatureKind, stageAccessDenied, "Sign with the private key whose public half has this id.", docSigners},
	{WindowEmpty, stageAccessDenied, "Let DateGreaterThan be earlier than DateLessThan.", docCustom},
	{Expired, stageAccessDenied, "Make a new grant. For playback let it live as long as the asset lasts and a margin; a player that loads again needs a new one.", docExpiry},
	{NotYetValid, stageAccessDenied, "Wait, or sign with a start a minute or more in the past: no tolerance for clocks is documented.", docCustom},
	{ResourceHost, stageAccessDenied, "Request the host that the policy names, or sign for the one that is requested.", docCustom},
	{ResourceScheme, stageAccessDenied, "Sign for the scheme that is requested.", docCustom},
	{ResourcePath, stageAccessDenied, "Sign a Resource that covers the path; comparison is byte by byte, and a * does not reach into another section.", docCustom},
	{ResourceQuery, stageAccessDenied, "End the Resource in *, which covers any query, such as a player's own parameters.", docCustom},
	{ResourceCookies, stageAccessDenied, "Begin the Resource with https:// or http://, as documented for cookies.", docCookies},
	{AddressOutside, stageAccessDenied, "Sign for the address with which the viewer reaches the edge, and switch IPv6 off on a distribution with such policies.", docCustom},
	{SignatureMismatch, stageAccessDenied, "Sign again with the private key of this id, and compare the URL that was signed with the one requested.", docTrouble},

	{PlaybackURLUnknown, stageChannel, "Use playbackUrl of the outputs as it is.", "inferred: the answer for a wrong URL is reported as 404"},

	{NoKeys, stageNone, "Give the outputs of the stack or the public key.", docSigners},
	{NoTime, stageNone, "Give the time of the request.", docExpiry},
	{NoURL, stageNone, "Give the URL that is requested.", docCustom},
	{NoAddress, stageNone, "Give the viewer's address.", docCustom},
	{NoSHA1, stageNone, "Run where SHA-1 is allowed, or sign with SHA-256.", docSHA256},
	{NoChannels, stageNone, "Give the playback URL and the outputs of the stack.", docToken},

	{NoteRedirected, stageNone, "Use https:// at once.", docHTTPS},
	{NoteRepaired, stageNone, "See the reasons for what was undone.", "inferred: by this package"},
	{NoteCookies, stageNone, "Leave out one of the two.", docChoose},
	{NoteBrowserForm, stageNone, "Sign the URL in the form in which a browser requests it.", urlStandard},
	{NoteFragment, stageNone, "Nothing, unless the signature was meant to cover it.", "documented: https://www.rfc-editor.org/rfc/rfc9110#section-7.1"},
	{NoteRetiring, stageNone, "Sign with the current key.", docSigners},
	{NoteClock, stageNone, "Compare the clock of the machine that signs with UTC.", "inferred: no tolerance for clocks is documented"},
	{NoteWide, stageNone, "Name the host and the asset in Resource.", docCustom},
	{NoteSingleUse, stageNone, "Make a new token for every load of the player.", docToken},
	{NoteCookieSite, stageNone, "Serve media from a host under the application's own domain.", "reported: https://github.com/awslabs/amplify-video/issues/323"},
	{NoteAnyOrigin, stageNone, "Set aws:strict-origin-enforcement if other clients must be kept out.", docToken},
	{NoteUnknownKeyIDs, stageNone, "Give the outputs of the stack to check the id too.", docSigners},
}
