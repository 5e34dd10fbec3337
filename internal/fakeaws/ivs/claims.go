package ivs

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"privateplayback/internal/fakeaws/journal"
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
	want string // what is acceptable
}

const epochSeconds = "a whole number of seconds since 1970, without quotes; one in milliseconds is refused"

// claimRules are read in this order: the list of origins before what is set on
// it.
var claimRules = []claimRule{
	{"aws:channel-arn", readChannelARN, "a string"},
	{"exp", readExpires, epochSeconds},
	{"nbf", readNotBefore, epochSeconds},
	{"iat", readIssuedAt, epochSeconds},
	{"aws:access-control-allow-origin", readAllowOrigin, "a string of origins with commas between them, or \"*\"; each is scheme, host and port, and the host may begin with \"*.\""},
	{"aws:strict-origin-enforcement", readStrictOrigin, "true or false"},
	{"aws:single-use-uuid", readSingleUse, "a UUID"},
	{"aws:viewer-id", readViewerID, "a string of 1 to 40 characters"},
	{"aws:viewer-session-version", readViewerSessionVersion, "a whole number"},
	{"aws:maximum-resolution", readMaximumResolution, "SD, HD or FULL_HD"},
	{"aws:ads-opt-out", readAdsOptOut, "true or false"},
	{"aws:ads-player-params", readAdsPlayerParams, "an object of strings, at most 1000 bytes"},
	{"aws:ads-playback-config-name", readAdsPlaybackConfigName, "the name of a configuration, and there is none"},
	{"aws:ads-reporting-mode", readAdsReportingMode, "CLIENT or SERVER"},
}

// parseClaims reads a payload, member by member.
func parseClaims(payload []byte) (claims, *refusal) {
	members, ok := strictObject(payload)
	if !ok {
		return claims{}, tokenRefusal("token payload is not a JSON object").because("or it has a member twice, or is not UTF-8")
	}
	for _, required := range []string{"aws:channel-arn", "exp"} {
		if _, ok := members[required]; !ok {
			return claims{}, tokenRefusal("token lacks the claim " + required).because("aws:channel-arn and exp are required")
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
			return claims{}, tokenRefusal("token has an invalid claim "+rule.name).because("it must be %s", rule.want)
		}
	}
	if known != len(members) {
		return claims{}, tokenRefusal("token has an unknown claim").because("%s", unknownClaims(members))
	}
	return c, nil
}

// unknownClaims lists the members that no rule reads.
func unknownClaims(members map[string]json.RawMessage) string {
	var names []string
	for name := range members {
		if !slices.ContainsFunc(claimRules, func(rule claimRule) bool { return rule.name == name }) {
			names = append(names, fmt.Sprintf("%.40q", name))
		}
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// String says what a token allows.
func (c claims) String() string {
	text := "channel " + c.channelARN + ", expires " + journal.Time(time.Unix(c.expires, 0)) + ", for " + c.origins.String()
	if c.origins.strict {
		text += ", strict origin"
	}
	if c.singleUse != "" {
		text += ", single use"
	}
	if c.viewerID != "" {
		text += fmt.Sprintf(", a viewer's session version %d", c.version)
	}
	if c.maxHeight > 0 {
		text += fmt.Sprintf(", up to %d lines", c.maxHeight)
	}
	return text
}

// check applies the rules that take more than one member, the channel or the
// time. There is no leeway.
func (c claims) check(channelARN string, now time.Time) *refusal {
	expires := time.Unix(c.expires, 0)
	switch {
	case c.channelARN != channelARN:
		return tokenRefusal("token is for another channel").because("aws:channel-arn is %.80q, and the URL is that of %s", c.channelARN, channelARN)
	case !now.Before(expires):
		return tokenRefusal("token is expired").because("exp was %s, and it is %s", journal.Time(expires), journal.Time(now))
	case now.Before(time.Unix(c.notBefore, 0)):
		return tokenRefusal("token is not valid yet").because("nbf is %s, and it is %s", journal.Time(time.Unix(c.notBefore, 0)), journal.Time(now))
	case c.versioned && c.viewerID == "":
		return tokenRefusal("token has a viewer session version without a viewer id").because("aws:viewer-session-version needs aws:viewer-id")
	case (c.singleUse != "" || c.viewerID != "") && expires.After(now.Add(maxShortLife)):
		return tokenRefusal("token expires more than 10 minutes ahead").because("it has a viewer id or is for single use, exp is %s, and it is %s", journal.Time(expires), journal.Time(now))
	case c.origins.strict && c.origins.entries > maxStrictOrigins:
		return tokenRefusal("token has more than 5 origins under strict enforcement").because("it lists %d", c.origins.entries)
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
