package explain

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Subject is what somebody shows, recognized. Make it with [Recognize].
type Subject struct {
	kind   kind
	text   string
	url    *url.URL // of the request; nil if it is not known
	named  string   // host of the URL that was given apart
	origin string   // of the page; empty for none
}

// kind is what was shown.
type kind string

const (
	edgeURL     kind = "a URL of CloudFront"
	bucketURL   kind = "a URL of S3 itself"
	playbackURL kind = "a playback URL of Amazon IVS"
	sessionURL  kind = "a URL of a running session of Amazon IVS"
	cookies     kind = "cookies for CloudFront"
	token       kind = "a playback token of Amazon IVS"
)

// MaxLength bounds what is recognized, in bytes.
const MaxLength = 1 << 20

var (
	cookieName = regexp.MustCompile(`(?i)(^|[\s;:"'])CloudFront-[A-Za-z-]+=`)
	tokenStart = regexp.MustCompile(`^eyJ[A-Za-z0-9_-]+`)
	curlOption = regexp.MustCompile(`^cookie\s*=\s*"`) // of signer cookies --format curl
	pageForm   = regexp.MustCompile(`^https?://[^/\s?#@]+$`)
)

// Recognize says what text is: a URL, a playback token, the value of a Cookie header or
// lines of Set-Cookie. requested is the URL that cookies or a token are for; beside a
// URL it repeats the host, which may then be asked whatever its name is. Both it and the
// page's origin may be empty. The errors are mistakes of whoever asks, and hold
// nothing of text.
func Recognize(text, requested, origin string) (Subject, error) {
	s := Subject{text: strings.Trim(text, " \t\r\n\"'"), origin: origin}
	if origin != "" && !pageForm.MatchString(origin) {
		return s, errors.New("the origin of a page looks like https://app.example.com, without a path")
	}
	if requested != "" {
		u, err := parseURL(requested)
		if err != nil {
			return s, fmt.Errorf("--url: %w", err)
		}
		s.url, s.named = u, u.Hostname()
	}
	switch {
	case s.text == "":
		return s, errors.New("there is nothing to explain: give a URL, a token or cookies")
	case len(s.text) > MaxLength:
		return s, fmt.Errorf("that is more than %d bytes, and neither a URL nor a token nor cookies", MaxLength)
	case hasScheme(s.text):
		return s.asURL()
	case cookieName.MatchString(s.text):
		s.kind, s.text = cookies, curlOption.ReplaceAllString(s.text, "")
		if s.url == nil {
			return s, errors.New("cookies open one URL and not another: give the URL that they were for with --url")
		}
		return s, nil
	case isToken(s.text):
		s.kind = token
		return s, nil
	}
	return s, errors.New("that is neither a URL (https://…) nor a playback token (eyJ….….…) nor CloudFront's cookies (CloudFront-Key-Pair-Id=…); put it in quotes, or hand it over by standard input: smoketest explain - < FILE")
}

// asURL tells the services by the host.
func (s Subject) asURL() (Subject, error) {
	u, err := parseURL(s.text)
	if err != nil { // no client could send it, and the inspection says more
		s.kind, s.url = edgeURL, nil
		return s, nil
	}
	if s.named != "" && !strings.EqualFold(u.Hostname(), s.named) {
		return s, errors.New("--url names another host than the URL: beside a URL it only says that its host may be asked")
	}
	s.url, s.kind = u, edgeURL
	switch host := strings.ToLower(u.Hostname()); {
	case storageHost.MatchString(host):
		s.kind = bucketURL
	case strings.HasSuffix(host, ".playback.live-video.net"):
		s.kind = playbackURL
	case strings.HasSuffix(host, ".live-video.net"):
		s.kind = sessionURL
	}
	return s, nil
}

func hasScheme(text string) bool {
	scheme, _, found := strings.Cut(text, "://")
	return found && slices.Contains([]string{"http", "https"}, strings.ToLower(scheme))
}

// isToken also takes one that lost its beginning, but neither host nor file names.
func isToken(text string) bool {
	return tokenStart.MatchString(text) || len(text) > 80 && strings.Count(text, ".") == 2 && !strings.ContainsAny(text, " /\\")
}

// parseURL reads an absolute URL as a client does; its errors say nothing of it.
func parseURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || !hasScheme(text) || u.Hostname() == "" {
		return nil, errors.New("want a whole URL, https://HOST/PATH")
	}
	u.User, u.Host = nil, strings.ToLower(u.Host)
	u.RawQuery = strings.ReplaceAll(u.RawQuery, " ", "%20")
	return u, nil
}
