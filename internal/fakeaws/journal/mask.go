package journal

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// What is masked, however it is percent-encoded and in whatever case:
//
//   - the value of a parameter if anything about it mentions a word of secretWords:
//     Signature, Policy, token, X-Amz-Credential, …, and what people paste into
//     the wrong place, as in "?v=1?token=…"
//   - in a path, everything that mentions one of them before a "="
//   - the opaque part of the paths of an IVS session

const masked = "…"

// maxURL is how much of a URL is shown.
const maxURL = 2048

// secretWords make the parameter that mentions one secret. "dna" is the session of
// an IVS segment, "eyj" begins a JWT.
var secretWords = []string{"signature", "policy", "token", "credential", "accesskey", "dna", "eyj"}

// secretNames are the parameters whose names are worth showing.
var secretNames = []string{
	"Signature", "Policy", "token", "dna",
	"X-Amz-Signature", "X-Amz-Credential", "X-Amz-Security-Token", "AWSAccessKeyId",
}

// isSecret tells of text that mentions one of secretWords at any level of
// percent-encoding.
func isSecret(text string) bool {
	return atAnyLevel(text, func(text string) bool {
		return slices.ContainsFunc(secretWords, func(word string) bool { return strings.Contains(text, word) })
	})
}

// atAnyLevel tests text in lower case as it is, and with each level of
// percent-encoding taken off.
func atAnyLevel(text string, test func(string) bool) bool {
	for {
		if test(strings.ToLower(text)) {
			return true
		}
		decoded := decode(text)
		if decoded == text {
			return false
		}
		text = decoded // shorter each time
	}
}

// plain is text in lower case with every level of percent-encoding taken off.
func plain(text string) (last string) {
	atAnyLevel(text, func(text string) bool { last = text; return false })
	return last
}

// decode takes one level of percent-encoding off, as far as it is well-formed.
func decode(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if i+2 < len(text) && text[i] == '%' {
			if c, err := url.PathUnescape(text[i : i+3]); err == nil {
				b.WriteString(c)
				i += 2
				continue
			}
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// MaskURL returns a URL, or the pattern of one, without what is secret in it.
func MaskURL(text string) string {
	start, rest := "", text
	if m := authority.FindStringSubmatch(text); m != nil {
		start, rest = m[1]+m[2], text[len(m[0]):]
		if strings.Contains(m[2], "@") || atAnyLevel(m[2], assignment.MatchString) {
			start = m[1] + masked
		}
	}
	path, query, hasQuery := strings.Cut(rest, "?")
	out := start + maskPath(path, isIVS(start))
	if hasQuery {
		out += "?" + MaskQuery(query)
	}
	if len(out) > maxURL {
		out = strings.ToValidUTF8(out[:maxURL], "") + masked
	}
	return out
}

// MaskQuery does for a query.
func MaskQuery(query string) string {
	pairs := strings.Split(query, "&") // at ";" nothing is split: it may stand in a value
	for i, pair := range pairs {
		if !isSecret(pair) {
			continue
		}
		name, _, _ := strings.Cut(pair, "=")
		pairs[i] = masked
		if known, ok := secretName(name); ok {
			pairs[i] = known + "=" + masked
		}
	}
	return strings.Join(pairs, "&")
}

// secretName returns the usual spelling of a name.
func secretName(name string) (known string, ok bool) {
	name = plain(name)
	i := slices.IndexFunc(secretNames, func(known string) bool { return strings.ToLower(known) == name })
	if i < 0 {
		return "", false
	}
	return secretNames[i], true
}

var (
	authority    = regexp.MustCompile(`^([A-Za-z*]{1,5}://)([^/?]*)`)
	sessionPath  = regexp.MustCompile(`(^|/)v1/+(playlist|segment)/`)
	assignment   = regexp.MustCompile(`(` + strings.Join(secretWords, "|") + `)[^/]*=|eyj[\w-]+\.eyj`)
	playbackPath = regexp.MustCompile(`^/api/video/v1/[a-z0-9.-]+\.channel\.[A-Za-z0-9]+\.m3u8$`)
)

func isIVS(host string) bool { return strings.Contains(strings.ToLower(host), ".live-video.net") }

// maskPath shows nothing of a path of IVS but that of a playback URL.
func maskPath(path string, ivs bool) string {
	switch {
	case path == "" || path == "/" || ivs && playbackPath.MatchString(path):
		return path
	case ivs || atAnyLevel(path, sessionPath.MatchString):
		for _, kind := range []string{"playlist", "segment"} {
			if strings.HasPrefix(plain(path), "/v1/"+kind+"/") {
				return "/v1/" + kind + "/" + masked
			}
		}
		return "/" + masked
	case atAnyLevel(path, assignment.MatchString):
		return "/" + masked
	}
	return path
}

// maskOrigin keeps scheme, host and port of an Origin header.
func maskOrigin(origin string) string {
	if origin == "" || origin == "null" {
		return origin
	}
	scheme, rest, _ := strings.Cut(origin, "://")
	host, more, cut := strings.Cut(rest, "/")
	if cut && more != "" || isSecret(scheme+host) || strings.ContainsAny(host, "?#@") || len(origin) > 300 {
		return masked
	}
	return origin
}

func requestURL(r *http.Request) string {
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	text := scheme + r.Host + r.URL.EscapedPath()
	if r.URL.RawQuery != "" {
		text += "?" + r.URL.RawQuery
	}
	return MaskURL(text)
}
