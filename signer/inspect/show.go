package inspect

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// shortest is the length from which a value counts as a secret. Shorter ones
// are no signature, and replacing them would spoil ordinary words.
const shortest = 8

// maxSecrets bounds what is remembered of hostile input.
const maxSecrets = 64

// secret remembers values that no text may hold.
func (in *inspection) secret(values ...string) {
	for _, v := range values {
		if len(v) >= shortest && len(in.secrets) < maxSecrets && !slices.Contains(in.secrets, v) {
			in.secrets = append(in.secrets, v)
		}
	}
	// The longest first, lest a part of one leaves the rest standing.
	slices.SortFunc(in.secrets, func(a, b string) int { return len(b) - len(a) })
}

// carrier matches the name of a parameter or cookie that carries a secret,
// with its equals sign, in all the ways in which a URL gets mangled.
var carrier = regexp.MustCompile(`(?i)(Signature|Policy|Key[-_]?Pair[-_]?Id|Hash[-_]?Algorithm|Expires|token)(=|%(25)*3D)`)

// secretValue matches the value behind a carrier.
var secretValue = regexp.MustCompile(`(?i)(?:Signature|Policy|token)(?:=|%(?:25)*3D)([^&;?#\s"']*)`)

// secretsIn remembers every value of text that looks like a secret, however
// mangled the text is.
func (in *inspection) secretsIn(text string) {
	for _, m := range secretValue.FindAllStringSubmatch(text, maxSecrets) {
		in.secret(m[1])
	}
}

// show quotes text of the input for a sentence: without what follows a carrier
// of secrets, and not too long.
func show(text string) string {
	return strconv.Quote(visible(text))
}

// visible is show without quotes, for a value on a line of its own.
func visible(text string) string {
	const most = 200
	cut := ""
	if at := carrier.FindStringIndex(text); at != nil {
		text, cut = strings.TrimRight(text[:at[0]], "?&;"), "…"
	}
	if len(text) > most {
		n := most
		for n > 0 && !utf8.RuneStart(text[n]) {
			n--
		}
		text, cut = text[:n], "…"
	}
	quoted := strconv.Quote(text)
	return strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`) + cut
}

// showID quotes an id of a key; what cannot be one is not shown, since it may
// be a signature in the wrong place.
func showID(id string) string {
	if !isID(id) {
		return "(not an id)"
	}
	return strconv.Quote(id)
}

func isID(id string) bool {
	return id != "" && len(id) <= 40 && strings.Trim(id, alphanumeric+"-") == ""
}

const (
	digits       = "0123456789"
	lower        = "abcdefghijklmnopqrstuvwxyz"
	upper        = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	alphanumeric = digits + lower + upper
)

// showURL quotes a URL without its query.
func showURL(t target) string {
	text := t.scheme + "://" + t.host + t.path
	if t.query != "" {
		return show(text + "?…")
	}
	return show(text)
}

// showWord quotes a short value; a long one is only measured.
func showWord(word string) string {
	if len(word) > 24 {
		return "a value of " + strconv.Itoa(len(word)) + " bytes"
	}
	return show(word)
}

func showTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// showSpan writes a length of time for people.
func showSpan(d time.Duration) string {
	if d < 0 {
		d = -d
	}
	if days := d / (24 * time.Hour); days >= 2 {
		return strconv.FormatInt(int64(days), 10) + " days"
	}
	return d.Truncate(time.Second).String()
}
