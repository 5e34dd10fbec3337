package bucket

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sort"
	"strings"
	"testing"
	"time"

	"privateplayback/internal/fakeaws/journal"
	"privateplayback/internal/fakeaws/journal/journaltest"
)

// A signer of its own, from the text of the SigV4 specification.

const (
	ownerKey, ownerSecret       = "AKIDOWNER", "owner+secret/"
	strangerKey, strangerSecret = "AKIDSTRANGER", "stranger secret"
	emptyHash                   = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
)

type testSigner struct {
	id, secret, region, service string
	at                          time.Time
	hash                        string // "": of the body
	unsigned                    []string
	expires                     int // over 0: presign
}

func digest(b []byte) string { return fmt.Sprintf("%x", sha256.Sum256(b)) }

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	fmt.Fprint(h, text)
	return h.Sum(nil)
}

func (g testSigner) date() string { return g.at.UTC().Format("20060102T150405Z") }
func (g testSigner) scope() string {
	return g.date()[:8] + "/" + g.region + "/" + g.service + "/aws4_request"
}

func (g testSigner) signature(parts ...string) string {
	k := mac(mac(mac(mac([]byte("AWS4"+g.secret), g.date()[:8]), g.region), g.service), "aws4_request")
	return fmt.Sprintf("%x", mac(k, strings.Join(parts, "\n")))
}

// sign signs r, whose path is encoded as AWS wants it, and gives the signature.
func (g testSigner) sign(r *http.Request, body []byte) string {
	hash := g.hash
	if hash == "" {
		hash = digest(body)
	}
	query := r.URL.Query()
	if g.expires > 0 {
		hash = "UNSIGNED-PAYLOAD"
	} else {
		if r.Header.Get("Date") == "" {
			r.Header.Set("X-Amz-Date", g.date())
		}
		r.Header.Set("X-Amz-Content-Sha256", hash)
	}
	lines := map[string]string{"host": r.Host}
	for name := range r.Header {
		lines[strings.ToLower(name)] = strings.TrimSpace(r.Header.Get(name))
	}
	for _, name := range g.unsigned {
		delete(lines, name)
	}
	names := []string{}
	for name := range lines {
		names = append(names, name)
	}
	sort.Strings(names)
	signedNames := strings.Join(names, ";")
	if g.expires > 0 {
		query.Set("X-Amz-Algorithm", "AWS4-HMAC-SHA256")
		query.Set("X-Amz-Credential", g.id+"/"+g.scope())
		query.Set("X-Amz-Date", g.date())
		query.Set("X-Amz-Expires", fmt.Sprint(g.expires))
		query.Set("X-Amz-SignedHeaders", signedNames)
	}
	parts := strings.Split(strings.ReplaceAll(query.Encode(), "+", "%20"), "&")
	sort.Strings(parts)
	encoded := strings.Join(parts, "&")
	text := r.Method + "\n" + r.URL.EscapedPath() + "\n" + encoded + "\n"
	for _, name := range names {
		text += name + ":" + lines[name] + "\n"
	}
	text += "\n" + signedNames + "\n" + hash
	signature := g.signature("AWS4-HMAC-SHA256", g.date(), g.scope(), digest([]byte(text)))
	if g.expires > 0 {
		r.URL.RawQuery = encoded + "&X-Amz-Signature=" + signature
	} else {
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+g.id+"/"+g.scope()+", SignedHeaders="+signedNames+", Signature="+signature)
	}
	return signature
}

// chunks encodes data after the seed signature; trailer is "name:value" or "".
func (g testSigner) chunks(seed string, trailer string, data ...[]byte) []byte {
	var b bytes.Buffer
	for _, d := range append(data, nil) {
		seed = g.signature("AWS4-HMAC-SHA256-PAYLOAD", g.date(), g.scope(), seed, emptyHash, digest(d))
		fmt.Fprintf(&b, "%x;chunk-signature=%s\r\n", len(d), seed)
		if len(d) > 0 {
			b.Write(d)
			b.WriteString("\r\n")
		}
	}
	if trailer != "" {
		fmt.Fprintf(&b, "%s\r\nx-amz-trailer-signature:%s\r\n", trailer,
			g.signature("AWS4-HMAC-SHA256-TRAILER", g.date(), g.scope(), seed, digest([]byte(trailer+"\n"))))
	}
	b.WriteString("\r\n")
	return b.Bytes()
}

// signed is a request of a test by the owner's user.
type signed struct {
	method, host, path string // "GET", host
	header             map[string]string
	body               string
	by                 string // "": ownerKey; "-": nobody
	change             func(*testSigner)
	alter              func(*http.Request) // after signing
	encode             func(g testSigner, seed string) []byte
}

func ownersSigner() testSigner {
	return testSigner{id: ownerKey, secret: ownerSecret, region: region, service: "s3", at: start}
}

func send(t *testing.T, s *Service, c signed) answer {
	t.Helper()
	if c.method == "" {
		c.method = "GET"
	}
	if c.host == "" {
		c.host = host
	}
	r := httptest.NewRequest(c.method, "https://"+c.host+c.path, strings.NewReader(c.body))
	for name, v := range c.header {
		r.Header.Set(name, v)
	}
	g := ownersSigner()
	if c.by == strangerKey {
		g.id, g.secret = strangerKey, strangerSecret
	}
	if c.change != nil {
		c.change(&g)
	}
	if c.by != "-" {
		seed := g.sign(r, []byte(c.body))
		if c.encode != nil {
			r = withBody(r, c.encode(g, seed))
		}
	}
	if c.alter != nil {
		c.alter(r)
	}
	return record(t, s, r)
}

func withBody(r *http.Request, body []byte) *http.Request {
	next := httptest.NewRequest(r.Method, r.URL.String(), bytes.NewReader(body))
	next.Header, next.Host, next.TLS = r.Header, r.Host, r.TLS
	return next
}

func record(t *testing.T, s *Service, r *http.Request) answer {
	t.Helper()
	w := httptest.NewRecorder()
	journaltest.Serve(t, journal.S3, s, w, r)
	a := answer{status: w.Code, header: w.Result().Header, body: w.Body.String()}
	if _, after, ok := strings.Cut(a.body, "<Error><Code>"); ok && a.status >= 300 {
		a.code, _, _ = strings.Cut(after, "<")
	}
	return a
}

func want(t *testing.T, s *Service, name string, c signed, status int, code string) answer {
	t.Helper()
	a := send(t, s, c)
	if a.status != status || a.code != code {
		t.Errorf("%s: %s %s = %d %q, want %d %q\n%s", name, c.method, c.path, a.status, a.code, status, code, a.body)
	}
	return a
}

// newKeyed is newMedia with access keys.
func newKeyed(t *testing.T) *Service {
	t.Helper()
	s := newMedia(t)
	s.options.Credentials = func(id string) (string, string, bool) {
		switch id {
		case ownerKey:
			return ownerSecret, "arn:aws:iam::" + owner + ":user/uploader", true
		case strangerKey:
			return strangerSecret, stranger, true
		}
		return "", "", false
	}
	return s
}

func escaped(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
