package signer

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/golang-jwt/jwt/v5"
)

// Resolution bounds the renditions that a token shows.
type Resolution string

// The resolutions that IVS knows.
const (
	SD     Resolution = "SD"
	HD     Resolution = "HD"
	FullHD Resolution = "FULL_HD"
)

// PlaybackToken is what an IVS token grants. ChannelARN and Expires are
// required; the zero value of everything else leaves its claim out.
type PlaybackToken struct {
	// ChannelARN is the one channel that the token opens, such as
	// "arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh".
	ChannelARN string
	// Expires is the moment until which playback may start. It does not end
	// one that runs. Fractions of a second are dropped. With SingleUseID or
	// ViewerID it is at most ten minutes ahead.
	Expires time.Time
	// AllowOrigins are the pages that may play, each "scheme://host[:port]",
	// "scheme://*.domain[:port]" or "*"; empty means any. Only browsers heed
	// it, unless StrictOrigin is set.
	AllowOrigins []string
	// StrictOrigin makes IVS check AllowOrigins, at most five of them, on
	// every request. Every client must then send an Origin header, which
	// native players do not do unasked.
	StrictOrigin bool
	// SingleUseID, a UUID, makes the token die with its first use. A player
	// that reloads the playlist then fails: use it only where each load
	// fetches a new token.
	SingleUseID string
	// ViewerID, at most 40 characters, names the viewer for revocation. Put no
	// personal data into it.
	ViewerID string
	// ViewerSessionVersion orders the sessions of ViewerID for revocation;
	// zero is IVS's default.
	ViewerSessionVersion int64
	// MaxResolution hides the renditions above it.
	MaxResolution Resolution
}

// shortLife is the longest life of a token that can be used once or revoked.
const shortLife = 10 * time.Minute

// Check applies every rule that IVS will apply to the token if it is used at
// now: those of [IVS.Token], that it has not expired, and that one with
// SingleUseID or ViewerID expires within ten minutes. The error is an
// [ErrInvalidToken].
func (t PlaybackToken) Check(now time.Time) error {
	err := t.check()
	switch {
	case err != nil:
	case t.Expires.Unix() <= now.Unix():
		err = fmt.Errorf("it expired at %s", t.Expires.UTC().Format(time.RFC3339))
	case (t.SingleUseID != "" || t.ViewerID != "") && t.Expires.Unix() > now.Add(shortLife).Unix():
		err = errors.New("with SingleUseID or ViewerID a token may live for ten minutes at most")
	}
	if err != nil {
		return fmt.Errorf("checking token: %w: %w", ErrInvalidToken, err)
	}
	return nil
}

// check applies the rules that need no clock.
//
// https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/private-channels-generate-tokens.html
func (t PlaybackToken) check() error {
	if err := checkEpoch("Expires", t.Expires); err != nil {
		return err
	}
	for _, o := range t.AllowOrigins {
		if err := checkOrigin(o); err != nil {
			return err
		}
	}
	switch {
	case !isChannelARN(t.ChannelARN):
		return fmt.Errorf("ChannelARN %q, want arn:aws:ivs:REGION:ACCOUNT:channel/ID", t.ChannelARN)
	case t.StrictOrigin && len(t.AllowOrigins) == 0:
		return errors.New("StrictOrigin without AllowOrigins enforces nothing; name the origins")
	case t.StrictOrigin && len(t.AllowOrigins) > 5:
		return fmt.Errorf("%d AllowOrigins, StrictOrigin takes at most 5", len(t.AllowOrigins))
	case t.SingleUseID != "" && !isUUID(t.SingleUseID):
		return errors.New("SingleUseID is not a UUID")
	case !utf8.ValidString(t.ViewerID):
		return errors.New("ViewerID is not UTF-8")
	case utf8.RuneCountInString(t.ViewerID) > 40:
		return fmt.Errorf("ViewerID of %d characters, IVS takes at most 40", utf8.RuneCountInString(t.ViewerID))
	case t.ViewerSessionVersion != 0 && t.ViewerID == "":
		return errors.New("ViewerSessionVersion without ViewerID")
	case t.ViewerSessionVersion < 0:
		return errors.New("ViewerSessionVersion is negative")
	}
	switch t.MaxResolution {
	case "", SD, HD, FullHD:
		return nil
	default:
		return fmt.Errorf("MaxResolution %q, want SD, HD or FULL_HD", string(t.MaxResolution))
	}
}

// claims returns the payload of the token:
//
//	{"aws:channel-arn":"ARN","exp":1767290400,
//	 "aws:access-control-allow-origin":"ORIGIN,ORIGIN","aws:strict-origin-enforcement":true,
//	 "aws:single-use-uuid":"UUID","aws:viewer-id":"ID","aws:viewer-session-version":1,
//	 "aws:maximum-resolution":"HD"}
//
// The page's sample quotes the session version, its text calls it an integer;
// it is sent as a number.
func (t PlaybackToken) claims() jwt.MapClaims {
	c := jwt.MapClaims{"aws:channel-arn": t.ChannelARN, "exp": t.Expires.Unix()}
	if len(t.AllowOrigins) > 0 {
		c["aws:access-control-allow-origin"] = strings.Join(t.AllowOrigins, ",")
	}
	if t.StrictOrigin {
		c["aws:strict-origin-enforcement"] = true
	}
	if t.SingleUseID != "" {
		c["aws:single-use-uuid"] = t.SingleUseID
	}
	if t.ViewerID != "" {
		c["aws:viewer-id"] = t.ViewerID
	}
	if t.ViewerSessionVersion != 0 {
		c["aws:viewer-session-version"] = t.ViewerSessionVersion
	}
	if t.MaxResolution != "" {
		c["aws:maximum-resolution"] = string(t.MaxResolution)
	}
	return c
}

const (
	digits = "0123456789"
	lower  = "abcdefghijklmnopqrstuvwxyz"
	upper  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// only reports whether s is not empty and made of the given characters.
func only(s, characters string) bool {
	return s != "" && strings.Trim(s, characters) == ""
}

// isChannelARN applies the pattern of the API reference, which knows the
// partition aws alone.
//
// https://docs.aws.amazon.com/ivs/latest/LowLatencyAPIReference/API_Channel.html
func isChannelARN(s string) bool {
	parts := strings.Split(s, ":")
	if len(parts) != 6 {
		return false
	}
	id, ok := strings.CutPrefix(parts[5], "channel/")
	return ok && strings.HasPrefix(s, "arn:aws:ivs:") &&
		only(parts[3], lower+digits+"-") && only(parts[4], digits) && only(id, lower+upper+digits+"-")
}

// isUUID reports whether s has the text form of RFC 9562 section 4.
func isUUID(s string) bool {
	groups := strings.Split(s, "-")
	if len(groups) != 5 {
		return false
	}
	for i, n := range [5]int{8, 4, 4, 4, 12} {
		if len(groups[i]) != n || !only(groups[i], digits+"abcdefABCDEF") {
			return false
		}
	}
	return true
}
