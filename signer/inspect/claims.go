package inspect

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"privateplayback/infra/outputs"
)

// maxShortLife is how far ahead a token for one viewer or one use may expire.
const maxShortLife = 10 * time.Minute

// prefixed are the claims that bear "aws:".
//
// https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/private-channels-generate-tokens.html
func prefixed() []string {
	return []string{
		"channel-arn", "access-control-allow-origin", "strict-origin-enforcement", "single-use-uuid",
		"viewer-id", "viewer-session-version", "maximum-resolution",
		"ads-opt-out", "ads-player-params", "ads-playback-config-name", "ads-reporting-mode",
	}
}

// payload is the object of a token's claims.
type payload struct {
	node
	*ticket
}

// checkPayload applies the rules of each claim, then those of several, of the
// channel, the time and the origin. iat and nbf, which AWS does not mention,
// are taken because JWT libraries write them; nbf is enforced.
func (k *ticket) checkPayload(data []byte) {
	n, ok := parseJSON(data)
	if !ok || n.kind != object {
		k.refuse(TokenPayload, "Its payload is not a JSON object in UTF-8.")
		return
	}
	p := payload{n, k}
	if name, twice := n.doubled(); twice {
		k.refuse(TokenPayload, "Its payload has %s twice.", showWord(name))
	}
	p.checkNames()
	p.checkChannel()
	p.checkTimes()
	p.checkViewer()
	p.checkOrigins()
	p.checkResolution()
	p.checkAds()
}

// checkNames finds claims that IVS does not know, among them those without
// their prefix.
func (p payload) checkNames() {
	for _, name := range p.names {
		bare, has := strings.CutPrefix(name, "aws:")
		switch {
		case name == "exp" || name == "nbf" || name == "iat":
		case has && slices.Contains(prefixed(), bare):
		case slices.Contains(prefixed(), name):
			p.refuse(ClaimPrefix, "The claim %s lacks its prefix; aws:%s is meant.", name, name)
		case bare == "exp":
			p.refuse(ClaimPrefix, "The claim exp has a prefix, and is the one that has none.")
		default:
			p.refuse(ClaimUnknown, "IVS does not know the claim %s.", showClaim(name))
		}
	}
}

func showClaim(name string) string {
	if len(name) > 60 {
		return fmt.Sprintf("with a name of %d bytes", len(name))
	}
	return show(name)
}

// claim returns a claim, with or without its prefix.
func (p payload) claim(name string) (node, bool) {
	if n, ok := p.member("aws:" + name); ok {
		return n, true
	}
	return p.member(name)
}

// str reads a claim that is a string.
func (p payload) str(name string) (string, bool) {
	n, ok := p.claim(name)
	if !ok {
		return "", false
	}
	if n.kind != text {
		p.refuse(ClaimType, "aws:%s is %s, want a string.", name, n.kindName())
		return "", false
	}
	return n.text, true
}

// truth reads a claim that is a boolean.
func (p payload) truth(name string) bool {
	n, ok := p.claim(name)
	switch {
	case !ok:
	case n.kind == text:
		p.refuse(ClaimString, "aws:%s is a string, want true or false without quotes.", name)
	case n.kind != boolean:
		p.refuse(ClaimType, "aws:%s is %s, want true or false.", name, n.kindName())
	}
	return n.kind == boolean && n.text == "true"
}

func (p payload) checkChannel() {
	n, ok := p.claim("channel-arn")
	if !ok {
		p.refuse(ClaimMissing, "It has no claim aws:channel-arn.")
		return
	}
	if n.kind != text {
		p.refuse(ClaimType, "aws:channel-arn is %s, want a string: a token opens one channel.", n.kindName())
		return
	}
	p.grants.Channel = visible(n.text)
	p.compareChannel(n.text)
	if p.d != nil {
		for _, c := range p.d.channels {
			if c.ARN == n.text {
				p.grants.ChannelName = c.Name
			}
		}
	}
}

func (p payload) compareChannel(arn string) {
	want := p.channel
	if want == "" && p.bare && p.d != nil && len(p.d.channels) > 0 {
		// Any channel of the stack will do; the first stands for the region.
		if slices.ContainsFunc(p.d.channels, func(c outputs.Channel) bool { return c.ARN == arn }) {
			return
		}
		want = p.d.channels[0].ARN
	}
	switch {
	case want == arn:
	case !isChannelARN(arn):
		p.refuse(ChannelForm, "aws:channel-arn is %s, which is not the ARN of a channel.", show(arn))
	case want == "":
		if !slices.ContainsFunc(p.reasons, func(r reason) bool { return r.stage == stageChannel }) {
			p.leaveOpen(NoChannels, "Whether the token is for the channel asked for was not checked.")
		}
	case arnPlace(want) != arnPlace(arn):
		p.refuse(ChannelRegion, "The token is for a channel of %s, and the one asked for is of %s.", show(arnPlace(arn)), show(arnPlace(want)))
	default:
		p.refuse(ChannelOther, "The token is for the channel %s, and the one asked for is %s.", show(arn), show(want))
	}
}

// isChannelARN applies the pattern of the API.
//
// https://docs.aws.amazon.com/ivs/latest/LowLatencyAPIReference/API_Channel.html
func isChannelARN(s string) bool {
	parts := strings.Split(s, ":")
	if len(parts) != 6 || parts[0] != "arn" || parts[1] != "aws" || parts[2] != "ivs" {
		return false
	}
	id, ok := strings.CutPrefix(parts[5], "channel/")
	return ok && only(parts[3], lower+digits+"-") && only(parts[4], digits) && only(id, alphanumeric+"-")
}

func only(s, characters string) bool { return s != "" && strings.Trim(s, characters) == "" }

// arnPlace is region and account of an ARN, "us-west-2:123456789012".
func arnPlace(arn string) string {
	parts := strings.Split(arn, ":")
	if len(parts) < 5 {
		return ""
	}
	return parts[3] + ":" + parts[4]
}

// seconds reads a claim that is a Unix time.
func (p payload) seconds(name string) (time.Time, bool) {
	n, ok := p.member(name)
	if !ok {
		return time.Time{}, false
	}
	switch n.kind {
	case text:
		p.refuse(ClaimString, "%s is a string, want a number without quotes.", name)
	case number:
	default:
		p.refuse(ClaimType, "%s is %s, want a number of seconds.", name, n.kindName())
		return time.Time{}, false
	}
	seconds, f := readEpoch(name, n.text)
	if f.code != "" && n.kind == number {
		p.refuse(f.code, "%s", f.text)
	}
	if seconds == nil {
		return time.Time{}, false
	}
	return time.Unix(*seconds, 0).UTC(), true
}

func (p payload) checkTimes() {
	if _, ok := p.member("exp"); !ok {
		p.refuse(ClaimMissing, "It has no claim exp.")
	}
	expires, hasExpires := p.seconds("exp")
	from, hasFrom := p.seconds("nbf")
	p.seconds("iat")
	if hasExpires {
		p.grants.Until = expires
	}
	if hasFrom {
		p.grants.From = from
	}
	if p.at.IsZero() {
		p.leaveOpen(NoTime, "Whether the token holds depends on the time of the request.")
		return
	}
	if hasExpires && !p.at.Before(expires) {
		p.refuse(Expired, "It expired at %s, %s before the given time.", showTime(expires), showSpan(p.at.Sub(expires)))
	}
	if hasFrom && p.at.Before(from) {
		p.refuse(NotYetValid, "It is valid only from %s, %s after the given time.", showTime(from), showSpan(from.Sub(p.at)))
		if from.Sub(p.at) < near {
			p.note(NoteClock, "It begins so soon that the clock of the machine that signs is likely fast.")
		}
	}
	_, viewer := p.claim("viewer-id")
	_, single := p.claim("single-use-uuid")
	if limit := p.at.Add(maxShortLife); hasExpires && (viewer || single) && expires.After(limit) {
		p.refuse(TenMinutes, "It expires %s from the given time, and one with a viewer id or for single use may live for ten minutes.", showSpan(expires.Sub(p.at)))
	}
}

func (p payload) checkViewer() {
	id, ok := p.str("viewer-id")
	if ok {
		p.grants.ViewerID = visible(id)
		if n := utf8.RuneCountInString(id); n < 1 || n > 40 {
			p.refuse(ViewerIDLength, "aws:viewer-id has %d characters, want 1 to 40.", n)
		}
	}
	if uuid, ok := p.str("single-use-uuid"); ok {
		p.grants.SingleUse = true
		if !isUUID(uuid) {
			p.refuse(ClaimUUID, "aws:single-use-uuid is not a UUID.")
		}
		p.note(NoteSingleUse, "It dies with the first fetch of the playlist, a test by hand included; whether that has happened cannot be seen.")
	}
	version, has := p.claim("viewer-session-version")
	if !has {
		return
	}
	v, isInteger := version.integer()
	switch {
	case isInteger:
		p.grants.SessionVersion = v
	case version.kind == text:
		p.refuse(ClaimString, "aws:viewer-session-version is a string, want a number without quotes; AWS's sample has the quotes, its text has not.")
	default:
		p.refuse(ClaimType, "aws:viewer-session-version is no whole number of 64 bits from 0.")
	}
	if _, ok := p.claim("viewer-id"); !ok {
		p.refuse(SessionVersionAlone, "It has a viewer session version and no viewer id.")
	}
}

func (p payload) checkResolution() {
	resolution, ok := p.str("maximum-resolution")
	if !ok {
		return
	}
	if !slices.Contains([]string{"SD", "HD", "FULL_HD"}, resolution) {
		p.refuse(ClaimResolution, "aws:maximum-resolution is %s.", showWord(resolution))
		return
	}
	p.grants.MaxResolution = resolution
}

// checkAds applies the rules of server-side ad insertion.
//
// https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/server-side-ad-insertion.html
func (p payload) checkAds() {
	p.truth("ads-opt-out")
	if mode, ok := p.str("ads-reporting-mode"); ok && mode != "CLIENT" && mode != "SERVER" {
		p.refuse(ClaimAds, "aws:ads-reporting-mode is %s, want CLIENT or SERVER.", showWord(mode))
	}
	if _, ok := p.claim("ads-playback-config-name"); ok {
		p.refuse(ClaimAds, "aws:ads-playback-config-name names an ad configuration, and the channels of this stack have none.")
	}
	params, ok := p.claim("ads-player-params")
	if !ok {
		return
	}
	_, twice := params.doubled()
	size, good := 0, params.kind == object && !twice
	for i, value := range params.items {
		good = good && value.kind == text
		if params.kind == object {
			size += len(params.names[i]) + len(value.text)
		}
	}
	if !good || size > 1000 {
		p.refuse(ClaimAds, "aws:ads-player-params is not an object of strings of at most 1000 bytes.")
	}
}
