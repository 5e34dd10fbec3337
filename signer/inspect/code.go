package inspect

// Code names a finding. Codes are stable: scripts may branch on them.
type Code string

// Damage on the way: what happened to a grant that may have been good.
const (
	HTMLEscaped         Code = "html-escaped"          // "&amp;" for "&"
	QueryEncoded        Code = "query-encoded"         // "%3F", "%26" or "%3D" for "?", "&" or "="
	QueryDoubled        Code = "query-doubled"         // a second "?" where "&" belongs
	QueryMissing        Code = "question-mark-missing" // "&Expires=" without a "?" before
	InFragment          Code = "signature-in-fragment" // behind "#", which is never sent
	ParameterCase       Code = "parameter-name"        // "key-pair-id" for "Key-Pair-Id"
	CookieCase          Code = "cookie-name"           // "cloudfront-policy" for "CloudFront-Policy"
	StrayParameter      Code = "stray-parameter"       // a reserved parameter that defeats the cookies
	ValueQuoted         Code = "value-quoted"          // quotes or spaces around a value
	ValuePercentEncoded Code = "value-percent-encoded" // "%5F" for "_", "%7E" for "~"
	ValueBase64Standard Code = "value-base64-standard" // "+", "=" and "/" not replaced
	ValueBase64URL      Code = "value-base64-url"      // the alphabet of RFC 4648, section 5
)

// Answers from before the signature.
const (
	URLUnreadable  Code = "url-unreadable" // not an absolute http or https URL
	URLTooLong     Code = "url-too-long"
	CookiesTooLong Code = "cookies-too-long"
	HostIsBucket   Code = "host-is-bucket"
	HostUnknown    Code = "host-unknown" // not a host of the outputs
	PlainHTTP      Code = "plain-http"   // where the distribution takes HTTPS only
)

// Answered with MissingKey.
const (
	CookieNotSent Code = "cookie-not-sent" // attributes keep the browser from sending it
	KeyIDMissing  Code = "key-id-missing"
	Unsigned      Code = "unsigned"
)

// Answered with InvalidKey.
const (
	KeyIDIsGroup   Code = "key-group-id" // the key group's id for the key's
	KeyOfOtherID   Code = "key-of-other-id"
	KeyIDTwice     Code = "key-id-twice"
	KeyIDMangled   Code = "key-id-mangled" // other case, or characters around it
	KeyIDLegacy    Code = "key-id-legacy"  // an account key pair's
	KeyIDUnknown   Code = "key-id-unknown"
	KeyIDMalformed Code = "key-id-malformed" // cannot be an id
)

// Answered with MalformedSignature.
const (
	SignatureMissing  Code = "signature-missing"
	SignatureTwice    Code = "signature-twice"
	SignatureCut      Code = "signature-cut" // not a multiple of four characters
	SignatureEncoding Code = "signature-encoding"
)

// Answered with MalformedPolicy.
const (
	PolicyMissing      Code = "policy-missing" // neither Policy nor Expires
	PolicyAndExpires   Code = "policy-and-expires"
	PolicyTwice        Code = "policy-twice" // Policy or Expires comes twice
	EpochMilliseconds  Code = "epoch-milliseconds"
	EpochString        Code = "epoch-string" // a number in quotes
	EpochForm          Code = "epoch-form"   // no plain count of seconds
	PolicyEncoding     Code = "policy-encoding"
	PolicyWhiteSpace   Code = "policy-white-space"
	PolicyJSON         Code = "policy-json"
	PolicyStatements   Code = "policy-statements" // not exactly one
	PolicyMember       Code = "policy-member"     // a member that CloudFront does not know
	PolicyNoExpiry     Code = "policy-no-expiry"
	PolicyResourceForm Code = "policy-resource"
	PolicyAddressForm  Code = "policy-address"
)

// Answered with AccessDenied.
const (
	HashUndeclared    Code = "hash-undeclared" // SHA-256 without a word of it
	HashOther         Code = "hash-other"      // declared one, signed with the other
	HashUnknown       Code = "hash-unknown"
	SignatureRaw      Code = "signature-raw"    // ECDSA as r‖s in place of DER
	SignaturePSS      Code = "signature-pss"    // RSA-PSS in place of PKCS #1 v1.5
	CannedWildcard    Code = "canned-wildcard"  // "*" under a canned policy
	CannedQuery       Code = "canned-query"     // made for another query
	CannedScheme      Code = "canned-scheme"    // made for http or https
	CannedHost        Code = "canned-host"      // made for another host name
	CannedHostCase    Code = "canned-host-case" // made for the host in other letters
	CannedSlash       Code = "canned-slash"     // made with or without the final slash
	CannedEncoding    Code = "canned-encoding"  // made for the path in another encoding
	CannedPath        Code = "canned-path"      // made for a part of the URL
	CannedExpires     Code = "canned-expires"   // the signed expiry is written otherwise
	CannedJSON        Code = "canned-json"      // the signed text is written otherwise
	PolicyOtherText   Code = "policy-other-text"
	SignatureKind     Code = "signature-kind" // of RSA for an ECDSA key or the reverse
	Expired           Code = "expired"
	NotYetValid       Code = "not-yet-valid"
	WindowEmpty       Code = "window-empty" // ends before it begins
	ResourceScheme    Code = "resource-scheme"
	ResourceHost      Code = "resource-host"
	ResourcePath      Code = "resource-path"
	ResourceQuery     Code = "resource-query"
	ResourceCookies   Code = "resource-cookies" // a pattern that is for URLs only
	AddressOutside    Code = "address-outside"
	SignatureMismatch Code = "signature-mismatch"
)

// Answered by IVS.
const (
	PlaybackURLUnknown  Code = "playback-url-unknown" // no channel's
	QueryMalformed      Code = "query-malformed"
	TokenMissing        Code = "token-missing"
	TokenDoubled        Code = "token-doubled"
	TokenParts          Code = "token-parts" // not three
	TokenEncoding       Code = "token-encoding"
	TokenTooLong        Code = "token-too-long"
	TokenHeader         Code = "token-header"
	TokenAlgorithm      Code = "token-algorithm" // not ES384
	TokenType           Code = "token-type"
	TokenHeaderMember   Code = "token-header-member"
	TokenSignatureDER   Code = "token-signature-der" // ASN.1 in place of r‖s
	TokenSignatureSize  Code = "token-signature-size"
	TokenPayload        Code = "token-payload"
	ClaimPrefix         Code = "claim-prefix" // "channel-arn" for "aws:channel-arn"
	ClaimMissing        Code = "claim-missing"
	ClaimString         Code = "claim-string" // a number or boolean in quotes
	ClaimType           Code = "claim-type"
	ClaimUnknown        Code = "claim-unknown"
	ClaimResolution     Code = "claim-resolution"
	ClaimUUID           Code = "claim-uuid"
	ClaimAds            Code = "claim-ads"
	ViewerIDLength      Code = "viewer-id-length"
	SessionVersionAlone Code = "session-version-alone"
	TenMinutes          Code = "ten-minutes"
	OriginForm          Code = "origin-form"
	OriginsTooMany      Code = "origins-too-many"
	ChannelForm         Code = "channel-form"
	ChannelRegion       Code = "channel-region"
	ChannelOther        Code = "channel-other"
	OriginMissing       Code = "origin-missing"
	OriginOther         Code = "origin-other"
	TokenKeyUnknown     Code = "token-key-unknown"
)

// What could not be checked.
const (
	NoKeys     Code = "no-keys"
	NoTime     Code = "no-time"
	NoURL      Code = "no-url"
	NoAddress  Code = "no-address"
	NoSHA1     Code = "no-sha1"
	NoChannels Code = "no-channels"
)

// What refuses nothing.
const (
	NoteRedirected    Code = "redirected"
	NoteRepaired      Code = "repaired"
	NoteCookies       Code = "cookies-ignored"
	NoteBrowserForm   Code = "browser-form"
	NoteFragment      Code = "fragment"
	NoteRetiring      Code = "key-retiring"
	NoteClock         Code = "clock"
	NoteWide          Code = "resource-wide"
	NoteSingleUse     Code = "single-use"
	NoteCookieSite    Code = "cookie-site"
	NoteAnyOrigin     Code = "origin-browsers-only"
	NoteUnknownKeyIDs Code = "key-id-unchecked"
)
