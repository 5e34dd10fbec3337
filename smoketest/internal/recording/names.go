package recording

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"privateplayback/infra/outputs"
)

// names turns what identifies one deployment into placeholders.
type names struct {
	fixed   []name // longest value first, since a domain name holds a bucket's
	hosts   map[string]bool
	live    map[string]map[string]bool // paths of the channels by playback host
	allowed *regexp.Regexp             // nil where no page is allowed
	origins []string                   // allowed origins in the order in which they came up
}

// name is a value of the outputs and the word for it.
type name struct{ value, placeholder string }

func newNames(stack *outputs.Stack) *names {
	n := &names{hosts: map[string]bool{}, live: map[string]map[string]bool{}}
	n.nameVideo(stack)
	n.nameLive(stack)
	n.nameOrigins(stack.AllowedOrigins)
	n.fixed = slices.DeleteFunc(n.fixed, func(f name) bool { return f.value == "" })
	slices.SortStableFunc(n.fixed, func(a, b name) int { return cmp.Compare(len(b.value), len(a.value)) })
	return n
}

// nameVideo gives keys and hosts one name each, whichever of them a run uses: a
// second key or an alias is no difference.
func (n *names) nameVideo(stack *outputs.Stack) {
	base := strings.TrimPrefix(stack.BaseURL, "https://")
	n.fixed = append(n.fixed,
		name{base, "{distribution}"},
		name{stack.DistributionDomainName, "{distribution}"},
		name{stack.DistributionID, "{distribution-id}"},
		name{stack.OriginAccessIdentityID, "{oai}"},
		name{stack.KeyGroupID, "{key-group}"},
		name{stack.BucketName, "{bucket}"},
		name{stack.Region, "{region}"},
		name{"s3-website-" + stack.Region, "s3-website-{region}"},
	)
	for _, k := range stack.SigningKeys {
		n.fixed = append(n.fixed, name{k.ID, "{key-id}"})
	}
	n.hosts[base], n.hosts[stack.DistributionDomainName] = true, true
}

// nameLive does the same for channels.
func (n *names) nameLive(stack *outputs.Stack) {
	for _, k := range stack.PlaybackKeys {
		n.nameARN(k.ARN, "{playback-key}")
	}
	for _, c := range stack.Channels {
		n.nameARN(c.ARN, "{channel}")
		ingest, _, _ := strings.Cut(c.IngestEndpoint, ".")
		if u, err := url.Parse(c.PlaybackURL); err == nil {
			account, _, _ := strings.Cut(u.Hostname(), ".")
			n.fixed = append(n.fixed, name{account, "{playback}"})
			if n.live[u.Hostname()] == nil {
				n.live[u.Hostname()] = map[string]bool{}
			}
			n.live[u.Hostname()][u.EscapedPath()] = true
		}
		n.fixed = append(n.fixed, name{ingest, "{ingest}"})
	}
}

// nameARN takes "arn:aws:ivs:us-west-2:123456789012:channel/abcd" apart.
func (n *names) nameARN(arn, placeholder string) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) == 6 {
		_, id, _ := strings.Cut(parts[5], "/")
		n.fixed = append(n.fixed, name{parts[4], "{account}"}, name{id, placeholder})
	}
}

// nameOrigins reads the patterns of allowed pages: a scheme and a host with at
// most one wildcard. Where every page is allowed none names the deployment, but
// the checks' own are replaced so that they compare with somebody's real ones.
func (n *names) nameOrigins(patterns []string) {
	if len(patterns) == 0 {
		return
	}
	alternatives := []string{}
	for _, pattern := range patterns {
		if pattern == "*" {
			pattern = "https://smoketest-*.example.com"
		}
		alternatives = append(alternatives, strings.Replace(regexp.QuoteMeta(pattern), `\*`, `[A-Za-z0-9.-]+`, 1))
	}
	n.allowed = regexp.MustCompile(strings.Join(alternatives, "|"))
	n.allowed.Longest()
}

// accountInARN is the one place where an account may be named that the outputs do
// not: "arn:aws:kms:us-west-2:123456789012:key/…".
var accountInARN = regexp.MustCompile(`\b(arn:aws[a-z-]*:[a-z0-9-]*:[a-z0-9{}-]*:)\d{12}\b`)

// replace puts the placeholders into text.
func (n *names) replace(text string) string {
	for _, f := range n.fixed {
		text = replaceWord(text, f.value, f.placeholder)
	}
	text = freshPage.ReplaceAllString(text, "{random}${1}")
	return accountInARN.ReplaceAllString(text, "${1}{account}")
}

// freshPage is the origin that a check makes up to get past the cache.
var freshPage = regexp.MustCompile(`\b[a-z2-7]{26}(\.smoketest-foreign\.invalid)\b`)

// replaceOrigins names pages in the order in which they come up.
func (n *names) replaceOrigins(text string) string {
	if n.allowed == nil {
		return text
	}
	return n.allowed.ReplaceAllStringFunc(text, n.origin)
}

func (n *names) origin(value string) string {
	i := slices.Index(n.origins, value)
	if i < 0 {
		i, n.origins = len(n.origins), append(n.origins, value)
	}
	if i == 0 {
		return "{origin}"
	}
	return fmt.Sprintf("{origin-%d}", i+1)
}

// replaceWord replaces value where it is not part of a longer word: a bucket may
// be called "media".
func replaceWord(text, value, placeholder string) string {
	var b strings.Builder
	for {
		i := strings.Index(text, value)
		if i < 0 {
			return b.String() + text
		}
		end := i + len(value)
		if wordEnds(text[:i]) && (end == len(text) || !inWord(text[end])) {
			b.WriteString(text[:i] + placeholder)
		} else {
			b.WriteString(text[:end])
		}
		text = text[end:]
	}
}

// wordEnds reports whether a new word may follow: after "/", and after "%2F" too.
func wordEnds(text string) bool {
	n := len(text)
	return n == 0 || !inWord(text[n-1]) || n >= 3 && text[n-3] == '%'
}

func inWord(c byte) bool {
	return c == '-' || c == '_' || '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}
