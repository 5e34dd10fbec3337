package recording

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"mime"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"privateplayback/infra/outputs"
	"privateplayback/smoketest/internal/check"
)

// Recorder listens to the checks of one run, which come one after another.
type Recorder struct {
	names  *names
	checks []Check
}

// NewRecorder returns a Recorder for the deployment that stack describes.
func NewRecorder(stack *outputs.Stack) *Recorder {
	return &Recorder{names: newNames(stack)}
}

// Hear keeps what may be published of x; it is for [check.Target].Heard.
func (r *Recorder) Hear(x check.Exchange) {
	where := r.names.place(x.Request.URL)
	kept := Exchange{Request: r.names.request(x.Request, where), Answer: r.answer(x, where)}
	if n := len(r.checks); n == 0 || r.checks[n-1].ID != x.Check {
		r.checks = append(r.checks, Check{ID: x.Check})
	}
	last := &r.checks[len(r.checks)-1]
	last.Exchanges = append(last.Exchanges, kept)
}

// Recording is what has been heard so far.
func (r *Recorder) Recording(now time.Time) *Recording {
	return &Recording{Version: Version, Recorded: now.UTC().Format(time.DateOnly), Checks: append([]Check{}, r.checks...)}
}

func (r *Recorder) answer(x check.Exchange, where place) Answer {
	if x.Err != nil {
		return Answer{Error: ipv6.ReplaceAllString(r.names.text(x.Err.Error(), where), "{address}")}
	}
	return Answer{Status: x.Status, Header: r.names.header(x.Header, where), Body: r.body(x, where)}
}

// keySize is more than any content key has, in bytes. A key must not even be
// recognised by its digest.
const keySize = 64

func (r *Recorder) body(x check.Exchange, where place) Body {
	b := Body{Length: len(x.Body)}
	served := x.Status >= 200 && x.Status < 300
	b.Live = where == inSession && served && b.Length > 0
	switch {
	case isPlaylist(x):
		b.Text, b.Cut = cut(r.names.playlist(string(x.Body), where))
	case isText(x):
		b.Text, b.Cut = cut(r.names.refusal(string(x.Body), where))
	case !b.Live && len(x.Body) >= keySize && x.Status != http.StatusPartialContent:
		sum := sha256.Sum256(x.Body)
		b.SHA256 = hex.EncodeToString(sum[:])
	}
	return b
}

// isPlaylist and isText leave out parts of a text: half a token is not a token to
// the mask.

func isPlaylist(x check.Exchange) bool {
	return x.Status != http.StatusPartialContent && utf8.Valid(x.Body) &&
		(strings.HasSuffix(mediaType(x), "mpegurl") || bytes.HasPrefix(x.Body, []byte("#EXTM3U")))
}

// isText accepts any text that refuses or redirects, but of what was served only
// the types that services speak in: captions are content, and so are keys that
// happen to be letters.
func isText(x check.Exchange) bool {
	if x.Status == http.StatusPartialContent || !utf8.Valid(x.Body) || bytes.ContainsFunc(x.Body, isControl) {
		return false
	}
	if x.Status >= 300 {
		return true
	}
	switch t := mediaType(x); t {
	case "text/html", "text/xml", "application/xml", "application/json":
		return true
	default:
		return strings.HasSuffix(t, "+xml") || strings.HasSuffix(t, "+json")
	}
}

func isControl(r rune) bool { return unicode.IsControl(r) && !unicode.IsSpace(r) }

func mediaType(x check.Exchange) string {
	t, _, err := mime.ParseMediaType(x.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return t
}

// cut bounds a text that is masked already.
func cut(text string) (string, bool) {
	if len(text) <= MaxText {
		return text, false
	}
	end := MaxText
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end], true
}
