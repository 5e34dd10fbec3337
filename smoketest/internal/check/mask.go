package check

import (
	"net/url"
	"regexp"
	"strings"
)

// masked stands where a secret was.
const masked = "***"

// What is masked, and why it is a secret:
//   - Signature and Policy, in a query or a cookie: together with the key id
//     they open the content for whoever holds them;
//   - token, and anything in the form of a JWT or of an encoded policy, which
//     are base64 of '{"': starts an IVS session;
//   - addresses on *.hls.live-video.net and *.playlist.live-video.net: variant
//     playlists and segments of IVS are opened by their opaque path alone;
//   - stream keys and private keys, which should never get this far.
var secrets = []struct {
	pattern *regexp.Regexp
	replace string
}{
	{regexp.MustCompile(`(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)`), masked},
	{regexp.MustCompile(`(https?://[A-Za-z0-9.-]+\.(?:hls|playlist)\.live-video\.net(?::\d+)?/)[^\s"'<>]+`), "${1}" + masked},
	{regexp.MustCompile(`(?i)\b((?:CloudFront-)?(?:Signature|Policy)|token)(=|%3D)[^&;\s"'<>]+`), "${1}${2}" + masked},
	{regexp.MustCompile(`\beyJ[A-Za-z0-9_~-]{8,}(?:\.[A-Za-z0-9_-]*){0,2}`), masked},
	{regexp.MustCompile(`\bsk_[a-z0-9-]+_[A-Za-z0-9_]+`), masked},
}

// Mask returns text with every signature, policy, token, session address and
// key replaced by "***". Key ids, expiry times and host names stay: they are
// public and explain a refusal. Masking twice changes nothing more.
func Mask(text string) string {
	for _, s := range secrets {
		text = s.pattern.ReplaceAllString(text, s.replace)
	}
	return text
}

// maskURL renders u for a report.
func maskURL(u *url.URL) string {
	return Mask(u.Redacted())
}

// maskCookies renders a Cookie header: the names, and the values of those that
// hold no secret.
func maskCookies(header string) string {
	parts := strings.Split(header, ";")
	for i, part := range parts {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "CloudFront-Key-Pair-Id", "CloudFront-Expires", "CloudFront-Hash-Algorithm":
		default:
			value = masked
		}
		parts[i] = name + "=" + value
	}
	return strings.Join(parts, "; ")
}
