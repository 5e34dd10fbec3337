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

func isSecret(text string) bool {
	text = plain(text)
	return slices.ContainsFunc(secretWords, func(word string) bool { return strings.Contains(text, word) })
}

// plain is text in lower case with every level of percent-encoding taken off.
func plain(text string) string {
	for range len(text) { // each level makes it shorter
		decoded := decode(text)
		if decoded == text {
			break
		}
		text = decoded
	}
	return strings.ToLower(text)
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
	if scheme, after, ok := strings.Cut(text, "://"); ok && !strings.ContainsAny(scheme, "/?") {
		host, _, _ := strings.Cut(after, "/")
		host, _, _ = strings.Cut(host, "?")
		start, rest = scheme+"://"+host, after[len(host):]
		if i := strings.LastIndex(host, "@"); i >= 0 {
			start = scheme + "://" + masked + host[i:]
		}
	}
	path, query, hasQuery := strings.Cut(rest, "?")
	out := start + maskPath(path, strings.Contains(strings.ToLower(start), ".live-video.net"))
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
	pairs := splitPairs(query)
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

// splitPairs takes a query apart, at ";" as well.
func splitPairs(query string) []string {
	return strings.FieldsFunc(query, func(c rune) bool { return c == '&' || c == ';' })
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
	sessionPath  = regexp.MustCompile(`(^|/)v1/+(playlist|segment)/`)
	assignment   = regexp.MustCompile(`(` + strings.Join(secretWords, "|") + `)[^/]*=|eyj[\w-]+\.eyj`)
	playbackPath = regexp.MustCompile(`^/api/video/v1/[a-z0-9.-]+\.channel\.[A-Za-z0-9]+\.m3u8$`)
)

// maskPath shows nothing of a path of IVS but that of a playback URL.
func maskPath(path string, ivs bool) string {
	clear := plain(path)
	switch {
	case path == "" || path == "/" || ivs && playbackPath.MatchString(path):
		return path
	case ivs || sessionPath.MatchString(clear):
		for _, kind := range []string{"playlist", "segment"} {
			if strings.HasPrefix(clear, "/v1/"+kind+"/") {
				return "/v1/" + kind + "/" + masked
			}
		}
		return "/" + masked
	case assignment.MatchString(clear):
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
