package recording

import (
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"

	"privateplayback/smoketest/internal/check"
)

// masked stands where a secret was, as in the reports.
const masked = "***"

// place is where a text was found, which decides how much of it may be a secret.
type place int

const (
	anywhere   place = iota
	inPlaylist       // of a video
	inSession        // anything that a live session answered: Amazon IVS, or a host that a playlist names
)

var (
	absoluteURL = regexp.MustCompile(`https?://[A-Za-z0-9.-]+(?::\d+)?(?:/[^\s"'<>]*)?`)
	inlineData  = regexp.MustCompile(`\bdata:[^"\s]+`)
	// A playlist of IVS tells the session's id, node and the viewer's address in
	// EXT-X-SESSION-DATA and tags of its own.
	sessionData = regexp.MustCompile(`\b(VALUE=")[^"]*"`)
	uriValue    = regexp.MustCompile(`\b(URI=")([^"]*)"`)
	opaqueRun   = regexp.MustCompile(`[A-Za-z0-9_+/=~-]{24,}`)
	ipv4        = regexp.MustCompile(`\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b`)
	ipv6        = regexp.MustCompile(`\[[0-9a-fA-F:.%]+\](?::\d+)?`)
	quotedPath  = regexp.MustCompile(`"/[^"?\s]+`)
	extension   = regexp.MustCompile(`^\.[a-z0-9]{1,5}$`)
)

// text is what may be published of s.
func (n *names) text(s string, where place) string {
	s = absoluteURL.ReplaceAllStringFunc(s, func(u string) string { return n.address(u, where != anywhere) })
	s = ipv4.ReplaceAllString(n.replace(s), "{address}")
	if where != inSession {
		// The pages that tokens name are the checks' own.
		return check.Mask(n.replaceOrigins(s))
	}
	return check.Mask(s)
}

// refusal masks the addresses that a live session quotes without a host, but for
// the channel's own, and whatever else looks like one.
func (n *names) refusal(s string, where place) string {
	if where != inSession {
		return n.text(s, where)
	}
	s = quotedPath.ReplaceAllStringFunc(s, func(quoted string) string {
		for _, paths := range n.live {
			if paths[quoted[1:]] {
				return quoted
			}
		}
		return `"/` + opaque(quoted)
	})
	return maskOpaque(n.text(s, where))
}

// place tells whose answer it is by the host that was asked.
func (n *names) place(u *url.URL) place {
	if n.live[u.Hostname()] != nil || !n.named(u.Hostname()) {
		return inSession
	}
	return anywhere
}

// named reports whether the outputs, or S3, own a host.
func (n *names) named(host string) bool {
	return n.hosts[host] || n.live[host] != nil || strings.HasSuffix(host, ".amazonaws.com")
}

// address masks a URL of a live session, which is opened by its path alone. On a
// host that is nobody's a URL is masked where it may be part of the content.
func (n *names) address(raw string, content bool) string {
	u, err := url.Parse(raw)
	if err != nil {
		return masked
	}
	host := u.Hostname()
	ivs := strings.HasSuffix(host, ".live-video.net")
	switch {
	case n.live[host][u.EscapedPath()], n.named(host) && n.live[host] == nil, !ivs && !content, u.Path == "" && u.RawQuery == "":
		return raw
	case n.live[host] != nil:
		return u.Scheme + "://" + host + "/" + opaque(u.Path)
	case ivs:
		labels := strings.Split(host, ".")
		domain := strings.Join(labels[max(1, len(labels)-3):], ".")
		return u.Scheme + "://{edge}." + domain + "/" + opaque(u.Path)
	}
	return u.Scheme + "://{elsewhere}/" + opaque(u.Path)
}

// opaque keeps of a path what sort of file it is.
func opaque(p string) string {
	if ext := path.Ext(p); extension.MatchString(ext) {
		return masked + ext
	}
	return masked
}

// playlist masks what no other text has. An address relative to a session's is as
// secret as an absolute one.
func (n *names) playlist(s string, where place) string {
	s = inlineData.ReplaceAllString(s, "data:"+masked)
	if where != inSession {
		return n.text(s, inPlaylist)
	}
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = n.sessionLine(line)
	}
	return n.text(strings.Join(lines, "\n"), inSession)
}

func (n *names) sessionLine(line string) string {
	trimmed := strings.TrimSpace(line)
	switch {
	case trimmed == "" || absoluteURL.FindString(trimmed) == trimmed:
		return line
	case !strings.HasPrefix(trimmed, "#"):
		p, _, _ := strings.Cut(trimmed, "?")
		return opaque(p)
	}
	line = sessionData.ReplaceAllString(line, "${1}"+masked+`"`)
	line = uriValue.ReplaceAllStringFunc(line, func(attribute string) string {
		value := uriValue.FindStringSubmatch(attribute)[2]
		if !strings.HasPrefix(value, "http") {
			p, _, _ := strings.Cut(value, "?")
			value = opaque(p)
		}
		return `URI="` + value + `"`
	})
	urls := absoluteURL.FindAllString(line, -1)
	parts := absoluteURL.Split(line, -1)
	for i := range parts {
		parts[i] = maskOpaque(parts[i])
		if i < len(urls) {
			parts[i] += urls[i]
		}
	}
	return strings.Join(parts, "")
}

// maskOpaque masks long runs that mix letters and digits. The names of headers and
// error codes have no digits.
func maskOpaque(s string) string {
	return opaqueRun.ReplaceAllStringFunc(s, func(run string) string {
		if strings.ContainsAny(run, "0123456789") {
			return masked
		}
		return run
	})
}

// header is what may be published of an answer's header.
func (n *names) header(h http.Header, where place) Header {
	return newHeader(h, func(name, value string) string {
		if name == "Set-Cookie" {
			value = maskSetCookie(value)
		}
		value = n.text(value, where)
		if where == inSession {
			value = maskOpaque(value)
		}
		return value
	})
}

// maskSetCookie keeps a cookie's name and attributes.
func maskSetCookie(v string) string {
	pair, attributes, found := strings.Cut(v, ";")
	pair, _, _ = strings.Cut(pair, "=")
	pair += "=" + masked
	if found {
		return pair + ";" + attributes
	}
	return pair
}

// request is what may be published of what was asked.
func (n *names) request(req *http.Request, where place) Request {
	header := newHeader(req.Header, func(name, value string) string {
		switch name {
		case "User-Agent":
			return ""
		case "Cookie":
			return maskCookies(value)
		case "Authorization", "X-Amz-Security-Token":
			return masked
		}
		return n.text(value, where)
	})
	return Request{Method: req.Method, URL: check.Mask(n.replace(n.address(req.URL.String(), true))), Header: header}
}

// maskCookies keeps the names of the cookies that were sent.
func maskCookies(v string) string {
	parts := strings.Split(v, ";")
	for i, part := range parts {
		key, _, _ := strings.Cut(strings.TrimSpace(part), "=")
		parts[i] = key + "=" + masked
	}
	return strings.Join(parts, "; ")
}
