package explain

import (
	"privateplayback/signer/inspect"
	"privateplayback/smoketest/internal/cause"
)

// rows lead from what package inspect finds to the cause table.
var rows = map[inspect.Code]cause.ID{
	// Damage on the way.
	inspect.HTMLEscaped:         "url-damaged",
	inspect.QueryEncoded:        "url-damaged",
	inspect.QueryDoubled:        "url-damaged",
	inspect.QueryMissing:        "url-damaged",
	inspect.InFragment:          "url-damaged",
	inspect.ParameterCase:       "url-damaged",
	inspect.ValueQuoted:         "url-damaged",
	inspect.ValuePercentEncoded: "url-damaged",
	inspect.CookieCase:          "cookies-damaged",
	inspect.StrayParameter:      "query-signs",
	inspect.ValueBase64Standard: "signature-malformed",
	inspect.ValueBase64URL:      "signature-malformed",

	// Before the signature.
	inspect.URLUnreadable:  "url-unreadable",
	inspect.URLTooLong:     "url-long",
	inspect.CookiesTooLong: "cookies-large",
	inspect.HostIsBucket:   "host-is-bucket",
	inspect.HostUnknown:    "host-other",
	inspect.PlainHTTP:      "http-refused",

	// MissingKey.
	inspect.CookieNotSent: "cookies-unsent",
	inspect.KeyIDMissing:  "signature-missing",
	inspect.Unsigned:      "unsigned",

	// InvalidKey.
	inspect.KeyIDIsGroup:   "key-id-wrong",
	inspect.KeyOfOtherID:   "key-id-wrong",
	inspect.KeyIDMangled:   "key-id-wrong",
	inspect.KeyIDLegacy:    "key-id-wrong",
	inspect.KeyIDMalformed: "key-id-wrong",
	inspect.KeyIDTwice:     "cookies-twice",
	inspect.KeyIDUnknown:   "key-not-in-group",

	// MalformedSignature.
	inspect.SignatureMissing:  "signature-malformed",
	inspect.SignatureTwice:    "cookies-twice",
	inspect.SignatureCut:      "url-damaged",
	inspect.SignatureEncoding: "signature-malformed",

	// MalformedPolicy.
	inspect.PolicyMissing:      "policy-malformed",
	inspect.PolicyAndExpires:   "cookies-twice",
	inspect.PolicyTwice:        "cookies-twice",
	inspect.EpochMilliseconds:  "policy-malformed",
	inspect.EpochString:        "policy-malformed",
	inspect.EpochForm:          "policy-malformed",
	inspect.PolicyEncoding:     "policy-malformed",
	inspect.PolicyWhiteSpace:   "policy-malformed",
	inspect.PolicyJSON:         "policy-malformed",
	inspect.PolicyStatements:   "policy-malformed",
	inspect.PolicyMember:       "policy-malformed",
	inspect.PolicyNoExpiry:     "policy-malformed",
	inspect.PolicyResourceForm: "policy-malformed",
	inspect.PolicyAddressForm:  "policy-malformed",

	// AccessDenied.
	inspect.HashUndeclared:    "hash-undeclared",
	inspect.HashOther:         "hash-undeclared",
	inspect.HashUnknown:       "hash-undeclared",
	inspect.SignatureRaw:      "signature-form",
	inspect.SignaturePSS:      "signature-form",
	inspect.SignatureKind:     "signature-form",
	inspect.CannedWildcard:    "wildcard-canned",
	inspect.CannedQuery:       "resource-other",
	inspect.CannedScheme:      "resource-other",
	inspect.CannedHost:        "resource-other",
	inspect.CannedPath:        "resource-other",
	inspect.CannedHostCase:    "url-reencoded",
	inspect.CannedSlash:       "url-reencoded",
	inspect.CannedEncoding:    "url-reencoded",
	inspect.CannedExpires:     "signed-text-other",
	inspect.CannedJSON:        "signed-text-other",
	inspect.PolicyOtherText:   "signed-text-other",
	inspect.Expired:           "grant-expired",
	inspect.NotYetValid:       "grant-early",
	inspect.WindowEmpty:       "grant-early",
	inspect.ResourceScheme:    "resource-other",
	inspect.ResourceHost:      "resource-other",
	inspect.ResourcePath:      "resource-other",
	inspect.ResourceQuery:     "resource-other",
	inspect.ResourceCookies:   "resource-other",
	inspect.AddressOutside:    "address-outside",
	inspect.SignatureMismatch: "signature-mismatch",

	// IVS.
	inspect.PlaybackURLUnknown:  "playback-url-other",
	inspect.QueryMalformed:      "token-damaged",
	inspect.TokenMissing:        "token-missing",
	inspect.TokenDoubled:        "token-damaged",
	inspect.TokenParts:          "token-damaged",
	inspect.TokenEncoding:       "token-damaged",
	inspect.TokenTooLong:        "claims-malformed",
	inspect.TokenHeader:         "token-form",
	inspect.TokenAlgorithm:      "token-form",
	inspect.TokenType:           "token-form",
	inspect.TokenHeaderMember:   "token-form",
	inspect.TokenSignatureDER:   "token-form",
	inspect.TokenSignatureSize:  "token-form",
	inspect.TokenPayload:        "claims-malformed",
	inspect.ClaimPrefix:         "claims-malformed",
	inspect.ClaimMissing:        "claims-malformed",
	inspect.ClaimString:         "claims-malformed",
	inspect.ClaimType:           "claims-malformed",
	inspect.ClaimUnknown:        "claims-malformed",
	inspect.ClaimResolution:     "claims-malformed",
	inspect.ClaimUUID:           "claims-malformed",
	inspect.ClaimAds:            "claims-malformed",
	inspect.ViewerIDLength:      "claims-malformed",
	inspect.SessionVersionAlone: "claims-malformed",
	inspect.TenMinutes:          "claims-malformed",
	inspect.OriginForm:          "claims-malformed",
	inspect.OriginsTooMany:      "claims-malformed",
	inspect.ChannelForm:         "claims-malformed",
	inspect.ChannelRegion:       "channel-other",
	inspect.ChannelOther:        "channel-other",
	inspect.OriginMissing:       "strict-origin",
	inspect.OriginOther:         "origin-other",
	inspect.TokenKeyUnknown:     "playback-key-other",

	// What could not be checked.
	inspect.NoKeys:     "not-checked",
	inspect.NoTime:     "not-checked",
	inspect.NoURL:      "not-checked",
	inspect.NoAddress:  "address-outside",
	inspect.NoSHA1:     "key-kind",
	inspect.NoChannels: "not-checked",

	// What refuses nothing.
	inspect.NoteRedirected:    "http-refused",
	inspect.NoteRepaired:      "url-damaged",
	inspect.NoteCookies:       "query-signs",
	inspect.NoteBrowserForm:   "url-reencoded",
	inspect.NoteFragment:      "url-damaged",
	inspect.NoteRetiring:      "key-retiring",
	inspect.NoteClock:         "clock",
	inspect.NoteWide:          "grant-wide",
	inspect.NoteSingleUse:     "token-spent",
	inspect.NoteCookieSite:    "cookies-unsent",
	inspect.NoteAnyOrigin:     "strict-origin",
	inspect.NoteUnknownKeyIDs: "not-checked",
}

// ofTokens are the findings that mean something else of a token.
var ofTokens = map[inspect.Code]cause.ID{
	inspect.Expired:           "token-expired",
	inspect.EpochMilliseconds: "claims-malformed",
	inspect.EpochString:       "claims-malformed",
	inspect.EpochForm:         "claims-malformed",
	inspect.HTMLEscaped:       "token-damaged",
	inspect.QueryEncoded:      "token-damaged",
	inspect.URLTooLong:        "token-damaged",
}

// rowOf is the row of a finding.
func rowOf(what inspect.Kind, code inspect.Code) cause.ID {
	if id, ok := ofTokens[code]; ok && what == inspect.PlaybackToken {
		return id
	}
	return rows[code]
}
