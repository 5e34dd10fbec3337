package explain

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"

	"privateplayback/signer"
)

// request is the viewer's, or else why none is sent.
func (e *Explanation) request() (req *http.Request, why string) {
	if e.inquiry.Offline {
		return nil, "--offline was given"
	}
	u, why := e.address()
	if why != "" {
		return nil, why
	}
	if !e.inquiry.mayAsk(u.Hostname()) {
		return nil, "its host is neither AWS's nor named in outputs that were given; if it is an alias of your distribution give --outputs or --stack, or repeat the URL with --url"
	}
	if e.Offline != nil && e.Offline.Grants.SingleUse {
		return nil, "the token is for a single use, and a request would spend it"
	}
	secure := *u
	if u.Scheme == "http" && e.inquiry.Subject.kind != bucketURL {
		secure.Scheme, secure.Host = "https", strings.TrimSuffix(u.Host, ":80")
		e.note("It was asked for over https: no grant is sent in clear.")
	}
	req, err := http.NewRequest(http.MethodGet, secure.String(), nil)
	if err != nil {
		return nil, "no request can be made of it"
	}
	e.addHeaders(req)
	return req, ""
}

// address is where the grant is for.
func (e *Explanation) address() (u *url.URL, why string) {
	s := e.inquiry.Subject
	switch {
	case s.kind != token && s.url == nil:
		return nil, "no request can be made of it"
	case s.kind != token:
		return s.url, ""
	}
	to := ""
	if s.url != nil {
		to = s.url.String()
	}
	if e.inquiry.Stack != nil && to == "" {
		for _, c := range e.inquiry.Stack.Channels {
			if c.ARN == e.Offline.Grants.Channel {
				to = c.PlaybackURL
			}
		}
	}
	if to == "" {
		return nil, "the playback URL of its channel is not known: give the outputs of its stack, or --url PLAYBACKURL"
	}
	with, err := signer.PlaybackURL(to, s.text)
	if err == nil {
		u, err = parseURL(with)
	}
	if err != nil {
		return nil, "the token cannot be put behind that playback URL"
	}
	return u, ""
}

func (e *Explanation) addHeaders(req *http.Request) {
	s := e.inquiry.Subject
	if s.origin != "" {
		req.Header.Set("Origin", s.origin)
	}
	if s.kind == edgeURL || s.kind == bucketURL || s.kind == cookies {
		req.Header.Set("Range", "bytes=0-1023") // films are long
	}
	if s.kind == cookies {
		if sent := sentCookies(s.text, req.URL); sent != "" {
			req.Header.Set("Cookie", sent)
		}
	}
}

var (
	setCookie    = regexp.MustCompile(`(?i)^\W*Set-Cookie2?:\s*`)
	cookieHeader = regexp.MustCompile(`(?i)^.*?\bCookie:\s*`)
)

// sentCookies is the Cookie header that a browser sends to u: CloudFront's cookies as
// they are, and of Set-Cookie lines those that are for u.
func sentCookies(text string, u *url.URL) string {
	pairs := []string{}
	for line := range strings.Lines(text) {
		line = strings.Trim(line, "\r\n\"")
		if at := setCookie.FindString(line); at != "" {
			line = line[len(at):]
			pair, _, _ := strings.Cut(line, ";")
			if isFor(line, u) {
				pairs = append(pairs, strings.TrimSpace(pair))
			}
			continue
		}
		line = strings.TrimPrefix(line, cookieHeader.FindString(line))
		for pair := range strings.SplitSeq(line, ";") {
			pairs = append(pairs, strings.TrimSpace(pair))
		}
	}
	own := pairs[:0]
	for _, pair := range pairs {
		if strings.HasPrefix(strings.ToLower(pair), "cloudfront-") {
			own = append(own, pair)
		}
	}
	return strings.Join(own, "; ")
}

// isFor reports whether a browser that was given a Set-Cookie line sends the cookie to u.
func isFor(line string, u *url.URL) bool {
	c, err := http.ParseSetCookie(line)
	if err != nil {
		return true // as little as a browser would read it; the edge shall say
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return true
	}
	jar.SetCookies(u, []*http.Cookie{c})
	return len(jar.Cookies(u)) > 0
}
