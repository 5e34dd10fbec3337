package check

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// maxBody bounds what is read of one answer, in bytes: above any sensible
// segment, below what would exhaust a CI runner.
const maxBody = 256 << 20

// userAgent lets the owner of a deployment find these requests in the logs.
const userAgent = "private-playback-smoketest/1"

// exchange is a request and the whole answer to it.
type exchange struct {
	asked   string // masked
	service layer  // who should answer at this host: edge, storage, ivsLayer; unknown for others
	host    string
	url     *url.URL  // in clear
	at      time.Time // when the last attempt was sent, by the target's clock
	status  int
	proto   string // "HTTP/2.0"
	header  http.Header
	body    []byte

	certificateEnd time.Time // of the host; zero without TLS
}

// newRequest makes a request without a body; an error means a malformed URL.
func newRequest(ctx context.Context, method, rawURL string) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, rawURL, nil)
	if err != nil {
		return nil, errors.New(Mask(err.Error()))
	}
	req.Header.Set("User-Agent", userAgent)
	return req, nil
}

// do sends req and reads the answer. No answer at all is a [*Failure], except
// that a canceled run stays an error of the context.
func (s *session) do(req *http.Request) (*exchange, error) { return s.send(req, false) }

func (s *session) send(req *http.Request, control bool) (*exchange, error) {
	asked := describe(req)
	if !s.admitted(req.URL) {
		return nil, &Failure{Asked: asked, Want: "a host that the outputs or a playlist of the stack name",
			Got: fmt.Sprintf("%q, to which nothing was sent", req.URL.Hostname()), Cause: "strange-host"}
	}
	x := &exchange{asked: asked, service: s.serviceAt(req.URL.Hostname()), host: req.URL.Hostname(), url: req.URL}
	err := s.persist(req, x, control)
	switch {
	case err == nil:
		return x, nil
	case canceled(req.Context(), err):
		return nil, req.Context().Err()
	case errors.Is(err, errTooLarge):
		return nil, &Failure{Asked: asked, Want: "an answer that ends", Got: err.Error(), Cause: "too-large"}
	}
	return nil, &Failure{Asked: asked, Want: "an answer", Got: Mask(err.Error()), Cause: explainSilence(err)}
}

// location is where a redirect leads.
func (x *exchange) location() (*url.URL, error) {
	u, err := url.Parse(x.header.Get("Location"))
	if err != nil {
		return nil, errors.New(Mask(err.Error()))
	}
	return x.url.ResolveReference(u), nil
}

// describe renders a request for a report, without its secrets.
func describe(req *http.Request) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", req.Method, strings.Replace(maskURL(req.URL), overlong(), "xxx…", 1))
	if req.Host != "" && req.Host != req.URL.Host {
		fmt.Fprintf(&b, ", Host: %s", req.Host)
	}
	for _, name := range []string{"Origin", "Range", "Access-Control-Request-Method", "Access-Control-Request-Headers"} {
		if v := req.Header.Get(name); v != "" {
			fmt.Fprintf(&b, ", %s: %s", name, v)
		}
	}
	if v := req.Header.Get("Cookie"); v != "" {
		fmt.Fprintf(&b, ", Cookie: %s", maskCookies(v))
	}
	return b.String()
}

// mediaType is the answer's content type without parameters, in lower case.
func (x *exchange) mediaType() string {
	t, _, err := mime.ParseMediaType(x.header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return t
}

// headline is status, layer and code: "403 MissingKey from CloudFront's
// signature check".
func (x *exchange) headline() string {
	a := x.answer()
	if a.code == "" {
		return strings.TrimSpace(fmt.Sprintf("%d %s", x.status, a.layer.suffix()))
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s %s", x.status, strings.Join(strings.Fields(Mask(a.code)), " "), a.layer.suffix()))
}

// got renders the answer for a failure.
func (x *exchange) got() string {
	text := x.headline()
	if t := x.mediaType(); t != "" {
		text += ", " + t
	}
	if e := excerpt(x.body); e != "" {
		text += ": " + e
	}
	return text
}

// excerpt is the start of a body on one line, masked, or a word about bytes
// that are no text. Masking comes before cutting: half a token is not a token
// to the mask.
func excerpt(body []byte) string {
	const most = 160
	if len(body) == 0 {
		return ""
	}
	head := body[:min(len(body), 8192)]
	for len(head) > 0 && len(body) > len(head) && !utf8.RuneStart(body[len(head)]) {
		head = head[:len(head)-1]
	}
	if !utf8.Valid(head) || strings.ContainsFunc(string(head), func(r rune) bool { return unicode.IsControl(r) && !unicode.IsSpace(r) }) {
		return fmt.Sprintf("%d bytes that are no text", len(body))
	}
	text := strings.Join(strings.Fields(Mask(string(head))), " ")
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return text
}
