package ivs

import (
	"net/http"
	"regexp"
	"strings"

	"privateplayback/internal/fakeaws/journal"
)

// maxStrictOrigins is how many origins a token may list under strict
// enforcement; otherwise their number is not limited.
const maxStrictOrigins = 5

// originRules say who may play, by the Origin header of requests.
//
//   - Without strict enforcement, a request without Origin passes: other
//     players than browsers send none.
//   - With it, a request needs an Origin, and variant playlists and segments
//     are checked like the multivariant playlist.
//   - A wildcard stands for exactly one label. AWS says no more than that a
//     host name may begin with one.
type originRules struct {
	any     bool // no list, or a list with "*"
	entries int
	list    []originPattern
	strict  bool
}

// originPattern is one entry: "https://app.example.com",
// "https://*.example.com" or "http://localhost:8080".
type originPattern struct {
	scheme   string
	wildcard bool
	host     string // without the wildcard
	port     string // with its colon; "" for none
}

var originEntryPattern = regexp.MustCompile(`^(https?)://(\*\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)*)(:[0-9]{1,5})?$`)

// parseOrigins reads the comma-separated value of
// aws:access-control-allow-origin. One bad entry spoils the list.
func parseOrigins(list string) (originRules, bool) {
	var rules originRules
	for entry := range strings.SplitSeq(list, ",") {
		rules.entries++
		if entry == "*" {
			rules.any = true
			continue
		}
		p, ok := parseOriginPattern(entry)
		if !ok {
			return originRules{}, false
		}
		rules.list = append(rules.list, p)
	}
	return rules, true
}

func parseOriginPattern(entry string) (originPattern, bool) {
	m := originEntryPattern.FindStringSubmatch(entry)
	if m == nil {
		return originPattern{}, false
	}
	return originPattern{scheme: m[1], wildcard: m[2] != "", host: m[3], port: m[4]}, true
}

// allow refuses a request whose origin may not play, or says what
// Access-Control-Allow-Origin its answer carries: "*" or the request's origin.
func (o originRules) allow(r *http.Request) (allowOrigin string, refused *refusal) {
	values := r.Header.Values("Origin")
	switch {
	case o.any && !o.strict, len(values) == 0 && !o.strict:
		return "*", nil
	case len(values) == 0:
		return "", originRefusal("the token enforces origins strictly, and the request has no Origin")
	case len(values) > 1:
		return "", originRefusal("the request has %d Origin headers", len(values))
	}
	// "null" is the origin of a sandboxed page; like anything else that is no
	// origin with a host, it is not let in.
	origin, ok := parseOriginPattern(values[0])
	if !ok || origin.wildcard {
		return "", originRefusal("Origin %q is not scheme, host and port", journal.MaskURL(values[0]))
	}
	if o.any {
		return values[0], nil
	}
	for _, p := range o.list {
		if p.matches(origin) {
			return values[0], nil
		}
	}
	return "", originRefusal("Origin %q is none of %s", values[0], o)
}

func originRefusal(format string, args ...any) *refusal {
	return tokenRefusal("origin is not allowed by the token").because(format, args...)
}

// String lists the entries.
func (o originRules) String() string {
	if o.any {
		return "any origin"
	}
	var list []string
	for _, p := range o.list {
		wildcard := ""
		if p.wildcard {
			wildcard = "*."
		}
		list = append(list, p.scheme+"://"+wildcard+p.host+p.port)
	}
	return strings.Join(list, ", ")
}

// allowLater is allow for the requests after the multivariant playlist.
func (o originRules) allowLater(r *http.Request) (allowOrigin string, refused *refusal) {
	if !o.strict {
		return "*", nil
	}
	return o.allow(r)
}

func (p originPattern) matches(origin originPattern) bool {
	if p.scheme != origin.scheme || p.port != origin.port {
		return false
	}
	if !p.wildcard {
		return p.host == origin.host
	}
	label, ok := strings.CutSuffix(origin.host, "."+p.host)
	return ok && label != "" && !strings.Contains(label, ".")
}
