package ivs

import (
	"encoding/json"
	"regexp"
	"strconv"
	"time"
	"unicode/utf8"
)

// Rules of the payload, from AWS's schema
// (https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/private-channels-generate-tokens.html
// and, for the names with "ads",
// https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/server-side-ad-insertion.html):
//
//   - aws:channel-arn and exp are required.
//   - exp is an integer of seconds. Milliseconds are refused.
//   - iat and nbf, which AWS does not mention, are taken because JWT libraries
//     write them unasked; nbf is enforced (RFC 7519, section 4.1.5).
//   - Every other name is refused: AWS does not say that it ignores them, and a
//     claim without its prefix is a restriction that silently does nothing.
//   - A value of another type than the documented one is refused, and so is
//     the number in quotes that AWS's own sample shows.

// maxExpires bounds exp: the last second of eleven digits, in the year 5138.
// Every time of this era in milliseconds is beyond it.
const maxExpires = 99_999_999_999

// maxShortLife is how far ahead exp may be in a token for one viewer or for
// one use.
const maxShortLife = 10 * time.Minute

// maxViewerID is how many characters a viewer id may have.
const maxViewerID = 40

// claims is a payload whose members each have the right type and form.
type claims struct {
	channelARN string
	expires    int64 // seconds since 1970
	notBefore  int64 // seconds since 1970; 0 for none
	origins    originRules
	singleUse  string // UUID; "" for none
	viewerID   string // "" for none
	versioned  bool   // has a viewer session version
	version    int64  // of the viewer session
	maxHeight  int    // of a rendition; 0 for no bound
}

// claimRule reads one member. read reports whether the value is acceptable.
type claimRule struct {
	name string
	read func(raw json.RawMessage, c *claims) bool
}

// claimRules are read in this order: the list of origins before what is set on
// it.
var claimRules = []claimRule{
	{"aws:channel-arn", readChannelARN},
	{"exp", readExpires},
	{"nbf", readNotBefore},
	{"iat", readIssuedAt},
	{"aws:access-control-allow-origin", readAllowOrigin},
	{"aws:strict-origin-enforcement", readStrictOrigin},
	{"aws:single-use-uuid", readSingleUse},
	{"aws:viewer-id", readViewerID},
	{"aws:viewer-session-version", readViewerSessionVersion},
	{"aws:maximum-resolution", readMaximumResolution},
	{"aws:ads-opt-out", readAdsOptOut},
	{"aws:ads-player-params", readAdsPlayerParams},
	{"aws:ads-playback-config-name", readAdsPlaybackConfigName},
	{"aws:ads-reporting-mode", readAdsReportingMode},
}

// parseClaims reads a payload, member by member.
func parseClaims(payload []byte) (claims, *refusal) {
	members, ok := strictObject(payload)
	if !ok {
		return claims{}, tokenRefusal("token payload is not a JSON object")
	}
	for _, required := range []string{"aws:channel-arn", "exp"} {
		if _, ok := members[required]; !ok {
			return claims{}, tokenRefusal("token lacks the claim " + required)
		}
	}
	c := claims{origins: originRules{any: true}}
	known := 0
	for _, rule := range claimRules {
		raw, ok := members[rule.name]
		if !ok {
			continue
		}
		known++
		if !rule.read(raw, &c) {
			return claims{}, tokenRefusal("token has an invalid claim " + rule.name)
		}
	}
	if known != len(members) {
		return claims{}, tokenRefusal("token has an unknown claim")
	}
	return c, nil
}

// check applies the rules that take more than one member, the channel or the
// time. There is no leeway.
func (c claims) check(channelARN string, now time.Time) *refusal {
	expires := time.Unix(c.expires, 0)
	switch {
	case c.channelARN != channelARN:
		return tokenRefusal("token is for another channel")
	case !now.Before(expires):
		return tokenRefusal("token is expired")
	case now.Before(time.Unix(c.notBefore, 0)):
		return tokenRefusal("token is not valid yet")
	case c.versioned && c.viewerID == "":
		return tokenRefusal("token has a viewer session version without a viewer id")
	case (c.singleUse != "" || c.viewerID != "") && expires.After(now.Add(maxShortLife)):
		return tokenRefusal("token expires more than 10 minutes ahead")
	case c.origins.strict && c.origins.entries > maxStrictOrigins:
		return tokenRefusal("token has more than 5 origins under strict enforcement")
	}
	return nil
}

func readChannelARN(raw json.RawMessage, c *claims) (ok bool) {
	c.channelARN, ok = jsonString(raw)
	return ok
}

func readExpires(raw json.RawMessage, c *claims) (ok bool) {
	c.expires, ok = jsonInteger(raw)
	return ok && c.expires <= maxExpires
}

func readNotBefore(raw json.RawMessage, c *claims) (ok bool) {
	c.notBefore, ok = jsonInteger(raw)
	return ok && c.notBefore <= maxExpires
}

func readIssuedAt(raw json.RawMessage, _ *claims) bool {
	at, ok := jsonInteger(raw)
	return ok && at <= maxExpires
}

func readAllowOrigin(raw json.RawMessage, c *claims) bool {
	list, ok := jsonString(raw)
	if !ok {
		return false
	}
	c.origins, ok = parseOrigins(list)
	return ok
}

func readStrictOrigin(raw json.RawMessage, c *claims) (ok bool) {
	c.origins.strict, ok = jsonBool(raw)
	return ok
}

var uuidPattern = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

func readSingleUse(raw json.RawMessage, c *claims) (ok bool) {
	c.singleUse, ok = jsonString(raw)
	return ok && uuidPattern.MatchString(c.singleUse)
}

func readViewerID(raw json.RawMessage, c *claims) (ok bool) {
	c.viewerID, ok = jsonString(raw)
	return ok && c.viewerID != "" && utf8.RuneCountInString(c.viewerID) <= maxViewerID
}

func readViewerSessionVersion(raw json.RawMessage, c *claims) (ok bool) {
	c.version, ok = jsonInteger(raw)
	c.versioned = true
	return ok
}

func readMaximumResolution(raw json.RawMessage, c *claims) bool {
	resolution, isString := jsonString(raw)
	height, ok := resolutionHeight(resolution)
	c.maxHeight = height
	return isString && ok
}

func readAdsOptOut(raw json.RawMessage, _ *claims) bool {
	_, ok := jsonBool(raw)
	return ok
}

func readAdsPlayerParams(raw json.RawMessage, _ *claims) bool {
	params, ok := strictObject(raw)
	size := 0
	for name, raw := range params {
		value, isString := jsonString(raw)
		ok = ok && isString
		size += len(name) + len(value)
	}
	return ok && size <= 1000
}

// readAdsPlaybackConfigName refuses every name: it has to be that of a
// configuration, and there is none.
func readAdsPlaybackConfigName(json.RawMessage, *claims) bool {
	return false
}

func readAdsReportingMode(raw json.RawMessage, _ *claims) bool {
	mode, ok := jsonString(raw)
	return ok && (mode == "CLIENT" || mode == "SERVER")
}

// jsonInteger reads a JSON number without sign, fraction and exponent.
func jsonInteger(raw json.RawMessage) (int64, bool) {
	for _, b := range raw {
		if b < '0' || b > '9' {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(string(raw), 10, 64)
	return n, err == nil
}

func jsonBool(raw json.RawMessage) (value, ok bool) {
	return string(raw) == "true", string(raw) == "true" || string(raw) == "false"
}
