package inspect

import (
	"errors"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"
)

// ErrUnrecognized: the text is neither a URL nor cookies nor a token.
var ErrUnrecognized = errors.New("neither a URL nor CloudFront cookies nor a playback token")

// A Request is what is known of the request that carries the grant. What is
// left out leaves the verdict [Undecided] where it matters.
type Request struct {
	// At is when the request arrives. Zero: not known.
	At time.Time

	// Address is the viewer's, as the edge sees it. Zero: not known.
	Address netip.Addr

	// Origin is the Origin header, "https://app.example.com". "" means that
	// the request has none, like those of native players and curl.
	Origin string

	// URL is what is requested, for cookies and for a token that comes without
	// its playback URL. "" means not known.
	URL string
}

// Any inspects text for what it is: an http or https URL, the value of a
// Cookie header or lines of Set-Cookie, or a playback token. The only error is
// [ErrUnrecognized].
func (d *Deployment) Any(text string, r Request) (*Report, error) {
	text = strings.Trim(text, " \t\r\n\"'")
	scheme, rest, isURL := strings.Cut(text, "://")
	switch {
	case isURL && (strings.EqualFold(scheme, "https") || strings.EqualFold(scheme, "http")):
		if d.isPlayback(text, rest) {
			return d.Token(text, r), nil
		}
		return d.URL(text, r), nil
	case cookieText.MatchString(text):
		return d.Cookies(text, r), nil
	case strings.Count(text, ".") > 0 && !strings.ContainsAny(text, " /") || strings.HasPrefix(text, "eyJ"):
		return d.Token(text, r), nil
	}
	return nil, ErrUnrecognized
}

// cookieText matches the name of one of CloudFront's cookies at a place where
// a cookie may begin.
var cookieText = regexp.MustCompile(`(?i)(^|[\s;:"'])CloudFront-[A-Za-z-]+=`)

// isPlayback tells a playback URL of IVS from a URL of CloudFront.
func (d *Deployment) isPlayback(raw, rest string) bool {
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	host := strings.ToLower(rest[:end])
	if strings.HasSuffix(host, ".live-video.net") {
		return true
	}
	t, ok := cutTarget(raw)
	if !ok || d == nil {
		return false
	}
	for _, c := range d.channels {
		if p, ok := cutTarget(c.PlaybackURL); ok && p.hostname() == t.hostname() {
			return true
		}
	}
	return false
}

// settle makes the report of a grant that was tried as it came and, if that
// was refused and something could be mended, once more. damage is what was
// mended.
func settle(first, second *inspection, damage []fault) *Report {
	if len(first.reasons) == 0 || len(damage) == 0 {
		return first.report(first.answer())
	}
	answer := first.answer()
	left := len(second.reasons)
	for _, f := range damage {
		if slices.ContainsFunc(second.reasons, func(r reason) bool { return r.Code == f.code && r.Text == f.text }) {
			continue
		}
		second.refuseAt(answer, f.code, "%s", f.text)
	}
	if left == 0 {
		second.note(NoteRepaired, "With that undone, nothing else is wrong.")
	} else {
		second.note(NoteRepaired, "The other reasons are those that are left with that undone.")
	}
	second.secret(first.secrets...)
	return second.report(answer)
}
