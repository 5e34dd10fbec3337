package ivs

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

	"privateplayback/internal/fakeaws/apierror"
	"privateplayback/internal/fakeaws/journal"
	"privateplayback/internal/fakeaws/journal/journaltest"
)

// fixture is a service with one playback key and one authorized channel that
// is on air.
type fixture struct {
	*Service
	t       testing.TB
	now     time.Time
	offline bool
	key     *ecdsa.PrivateKey
	pair    PlaybackKeyPair
	channel Channel
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{t: t, now: time.Date(2026, 11, 21, 12, 0, 0, 500_000_000, time.UTC)}
	f.Service = New(Options{
		Region:    "eu-central-1",
		AccountID: "123456789012",
		Now:       func() time.Time { return f.now },
		OnAir:     func(string) bool { return !f.offline },
	})
	f.key = generateKey(t, elliptic.P384())
	var err error
	if f.pair, err = f.ImportPlaybackKeyPair("first", publicPEM(t, &f.key.PublicKey)); err != nil {
		t.Fatal(err)
	}
	f.channel = f.createChannel(t, true)
	return f
}

func (f *fixture) createChannel(t *testing.T, authorized bool) Channel {
	t.Helper()
	ch, _, err := f.CreateChannel(ChannelConfig{Name: "stage", Authorized: authorized})
	if err != nil {
		t.Fatal(err)
	}
	return ch
}

// in returns exp for a token that expires d from now.
func (f *fixture) in(d time.Duration) int64 { return f.now.Add(d).Unix() }

// claims returns the claims of a good token, changed: a nil value removes one.
func (f *fixture) claims(changed map[string]any) jwt.MapClaims {
	c := jwt.MapClaims{"aws:channel-arn": f.channel.ARN, "exp": f.in(5 * time.Minute)}
	maps.Copy(c, changed)
	maps.DeleteFunc(c, func(_ string, v any) bool { return v == nil })
	return c
}

// token signs claims with the fixture's key.
func (f *fixture) token(t *testing.T, changed map[string]any) string {
	t.Helper()
	return signToken(t, jwt.SigningMethodES384, f.key, f.claims(changed))
}

func signToken(t *testing.T, method jwt.SigningMethod, key any, c jwt.MapClaims) string {
	t.Helper()
	text, err := jwt.NewWithClaims(method, c).SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// answer is a response, read.
type answer struct {
	status int
	header http.Header
	body   string
}

// do sends a request with the given Origin headers.
func (f *fixture) do(method, target string, origins ...string) answer {
	return f.doFrom("192.0.2.1:1234", method, target, origins...)
}

// doFrom sends a request from an address and port.
func (f *fixture) doFrom(addr, method, target string, origins ...string) answer {
	r := httptest.NewRequest(method, target, nil)
	r.RemoteAddr = addr
	for _, o := range origins {
		r.Header.Add("Origin", o)
	}
	w := httptest.NewRecorder()
	journaltest.Serve(f.t, journal.IVS, f.Service, w, r)
	return answer{w.Code, w.Header(), w.Body.String()}
}

// play asks for the fixture's multivariant playlist.
func (f *fixture) play(token string, origins ...string) answer {
	return f.do("GET", f.channel.PlaybackURL+"?token="+url.QueryEscape(token), origins...)
}

// start plays and returns the URL of the variant playlist.
func (f *fixture) start(t *testing.T, token string, origins ...string) string {
	t.Helper()
	return variantURL(t, f.play(token, origins...))
}

// variantURL returns the first URL in a multivariant playlist: that of the best
// rendition.
func variantURL(t *testing.T, a answer) string {
	t.Helper()
	urls := playlistURLs(a.body)
	if a.status != 200 || len(urls) == 0 {
		t.Fatalf("multivariant playlist: status %d with %d URLs, want 200 with some:\n%s", a.status, len(urls), a.body)
	}
	return urls[0]
}

func playlistURLs(playlist string) []string {
	var urls []string
	for line := range strings.Lines(playlist) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			urls = append(urls, line)
		}
	}
	return urls
}

// wantRefusal checks status, code and shape of a refused playback request.
func wantRefusal(t *testing.T, a answer, status int, code string) {
	t.Helper()
	var got []map[string]string
	if err := json.Unmarshal([]byte(a.body), &got); err != nil || len(got) != 1 {
		t.Fatalf("body %q is no JSON array of one object (%v)", a.body, err)
	}
	if a.status != status || got[0]["error_code"] != code {
		t.Errorf("got status %d with error_code %q, want %d with %q:\n%s", a.status, got[0]["error_code"], status, code, a.body)
	}
	if got[0]["type"] != "error" || got[0]["error"] == "" || got[0]["url"] == "" || len(got[0]) != 4 {
		t.Errorf("refusal has another shape: %s", a.body)
	}
	if allow := a.header.Get("Access-Control-Allow-Origin"); allow != "*" {
		t.Errorf("refusal has Access-Control-Allow-Origin %q, want *", allow)
	}
}

// wantAPIError checks status and code of a refused API call.
func wantAPIError(t *testing.T, err error, operation string, status int, code string) {
	t.Helper()
	got, ok := errors.AsType[*apierror.Error](err)
	if !ok {
		t.Fatalf("got error %v, want %s", err, code)
	}
	want := apierror.Error{Service: "ivs", Operation: operation, Status: status, Code: code, Message: got.Message}
	if diff := cmp.Diff(want, *got); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
}

func generateKey(t *testing.T, curve elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func publicPEM(t *testing.T, public any) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

func readAll(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
