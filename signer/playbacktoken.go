package signer

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Resolution bounds the renditions that a token shows.
type Resolution string

// The resolutions that IVS knows.
const (
	SD     Resolution = "SD"
	HD     Resolution = "HD"
	FullHD Resolution = "FULL_HD"
)

// AdsReporting says who reports that an ad was seen.
type AdsReporting string

// The ways of reporting that IVS knows.
const (
	ClientReporting AdsReporting = "CLIENT"
	ServerReporting AdsReporting = "SERVER"
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
	// AdsOptOut spares the viewer the ads that the service inserts.
	AdsOptOut bool
	// AdsPlayerParams are passed to the ad server, at most 1,000 bytes of names
	// and values.
	AdsPlayerParams map[string]string
	// AdsPlaybackConfig names one of the channel's MediaTailor playback
	// configurations; "" is the first.
	AdsPlaybackConfig string
	// AdsReporting is who reports; "" is IVS's default, the server.
	AdsReporting AdsReporting
}

// shortLife is the longest life of a token that can be used once or revoked.
const shortLife = 10 * time.Minute

// Check applies every rule that IVS will apply to the token if it is used at
// now: those of [IVS.Token], that it has not expired, and that one with
// SingleUseID or ViewerID expires within ten minutes. The error is an
// [ErrInvalidToken], with a [*TokenError] behind it that lists all that is
// wrong.
func (t PlaybackToken) Check(now time.Time) error {
	if err := problems(t.problemsAt(now)); err != nil {
		return fmt.Errorf("checking token: %w", err)
	}
	return nil
}

// TokenError lists what is wrong with a playback token, in the order of its
// claims. It is an [ErrInvalidToken].
type TokenError struct {
	// Problems are for people, one each, without the token's signature.
	Problems []string
}

// Error returns all problems in one line.
func (e *TokenError) Error() string {
	return ErrInvalidToken.Error() + ": " + strings.Join(e.Problems, "; ")
}

// Unwrap returns [ErrInvalidToken].
func (e *TokenError) Unwrap() error { return ErrInvalidToken }

// problems returns list as an error, nil for none.
func problems(list []string) error {
	if len(list) == 0 {
		return nil
	}
	return &TokenError{Problems: list}
}

// problemsAt are problems and those that need a clock.
func (t PlaybackToken) problemsAt(now time.Time) []string {
	list := t.problems()
	switch {
	case checkEpoch("Expires", t.Expires) != nil: // said already
	case t.Expires.Unix() <= now.Unix():
		list = append(list, fmt.Sprintf("it expired at %s", t.Expires.UTC().Format(time.RFC3339)))
	case (t.SingleUseID != "" || t.ViewerID != "") && t.Expires.Unix() > now.Add(shortLife).Unix():
		list = append(list, "with SingleUseID or ViewerID a token may live for ten minutes at most")
	}
	return list
}

// problems applies the rules that need no clock.
//
// https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/private-channels-generate-tokens.html
// https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/server-side-ad-insertion.html
func (t PlaybackToken) problems() []string {
	var list []string
	rule := func(broken bool, format string, args ...any) {
		if broken {
			list = append(list, fmt.Sprintf(format, args...))
		}
	}
	rule(!isChannelARN(t.ChannelARN), "ChannelARN %q, want arn:aws:ivs:REGION:ACCOUNT:channel/ID", t.ChannelARN)
	if err := checkEpoch("Expires", t.Expires); err != nil {
		list = append(list, err.Error())
	}
	for _, o := range t.AllowOrigins {
		if err := checkOrigin(o); err != nil {
			list = append(list, err.Error())
		}
	}
	rule(t.StrictOrigin && len(t.AllowOrigins) == 0, "StrictOrigin without AllowOrigins enforces nothing; name the origins")
	rule(t.StrictOrigin && len(t.AllowOrigins) > 5, "%d AllowOrigins, StrictOrigin takes at most 5", len(t.AllowOrigins))
	rule(t.SingleUseID != "" && !isUUID(t.SingleUseID), "SingleUseID is not a UUID")
	rule(!utf8.ValidString(t.ViewerID), "ViewerID is not UTF-8")
	viewer := utf8.RuneCountInString(t.ViewerID)
	rule(viewer > 40, "ViewerID of %d characters, IVS takes at most 40", viewer)
	rule(t.ViewerSessionVersion != 0 && t.ViewerID == "", "ViewerSessionVersion without ViewerID")
	rule(t.ViewerSessionVersion < 0, "ViewerSessionVersion is negative")
	rule(!slices.Contains([]Resolution{"", SD, HD, FullHD}, t.MaxResolution), "MaxResolution %q, want SD, HD or FULL_HD", string(t.MaxResolution))
	params, ok := 0, utf8.ValidString(t.AdsPlaybackConfig)
	for name, value := range t.AdsPlayerParams {
		params += len(name) + len(value)
		ok = ok && utf8.ValidString(name) && utf8.ValidString(value)
	}
	rule(params > 1000, "AdsPlayerParams of %d bytes, IVS takes at most 1000", params)
	rule(!ok, "AdsPlayerParams or AdsPlaybackConfig is not UTF-8")
	rule(!slices.Contains([]AdsReporting{"", ClientReporting, ServerReporting}, t.AdsReporting), "AdsReporting %q, want CLIENT or SERVER", string(t.AdsReporting))
	return list
}

// claims is the payload of a token. The page's sample quotes the session
// version, its text calls it an integer; it is sent as a number.
type claims struct {
	ChannelARN           string            `json:"aws:channel-arn"`
	Expires              int64             `json:"exp"` // seconds since 1970
	AllowOrigins         string            `json:"aws:access-control-allow-origin,omitempty"`
	StrictOrigin         bool              `json:"aws:strict-origin-enforcement,omitempty"`
	SingleUseID          string            `json:"aws:single-use-uuid,omitempty"`
	ViewerID             string            `json:"aws:viewer-id,omitempty"`
	ViewerSessionVersion int64             `json:"aws:viewer-session-version,omitempty"`
	MaxResolution        Resolution        `json:"aws:maximum-resolution,omitempty"`
	AdsOptOut            bool              `json:"aws:ads-opt-out,omitempty"`
	AdsPlayerParams      map[string]string `json:"aws:ads-player-params,omitempty"`
	AdsPlaybackConfig    string            `json:"aws:ads-playback-config-name,omitempty"`
	AdsReporting         AdsReporting      `json:"aws:ads-reporting-mode,omitempty"`
}

func (t PlaybackToken) claims() claims {
	return claims{
		ChannelARN:           t.ChannelARN,
		Expires:              t.Expires.Unix(),
		AllowOrigins:         strings.Join(t.AllowOrigins, ","),
		StrictOrigin:         t.StrictOrigin,
		SingleUseID:          t.SingleUseID,
		ViewerID:             t.ViewerID,
		ViewerSessionVersion: t.ViewerSessionVersion,
		MaxResolution:        t.MaxResolution,
		AdsOptOut:            t.AdsOptOut,
		AdsPlayerParams:      t.AdsPlayerParams,
		AdsPlaybackConfig:    t.AdsPlaybackConfig,
		AdsReporting:         t.AdsReporting,
	}
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
