package inspect_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"testing/cryptotest"
	"time"

	"privateplayback/infra/outputs"
	"privateplayback/internal/fakeaws/edge"
	"privateplayback/internal/fakeaws/ivs"
	"privateplayback/signer/inspect"
)

const (
	assetPath = "/asset/a.ts"
	client    = "192.0.2.1"
	origin    = "https://app.example.com"
)

var start = time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)

// world is a distribution and a channel of the stand-in, the outputs that
// describe them, and the private keys.
type world struct {
	*inspect.Deployment
	t     testing.TB
	now   time.Time
	stack *outputs.Stack
	cdn   *edge.Service
	ivs   *ivs.Service
	host  string // of the distribution

	current, stranger *ecdsa.PrivateKey // P-256; the stranger's key is in the account, not in the group
	retiring          *rsa.PrivateKey
	strangerID        string
	playback, foreign *ecdsa.PrivateKey // P-384; foreign is imported nowhere
	spare             *ecdsa.PrivateKey // P-384, retiring
}

func newWorld(t testing.TB) *world {
	t.Helper()
	if t, ok := t.(*testing.T); ok {
		cryptotest.SetGlobalRandom(t, 3)
	}
	w := &world{t: t, now: start}
	w.current, w.stranger = ecKey(t, elliptic.P256()), ecKey(t, elliptic.P256())
	w.playback, w.foreign, w.spare = ecKey(t, elliptic.P384()), ecKey(t, elliptic.P384()), ecKey(t, elliptic.P384())
	var err error
	w.retiring, err = rsa.GenerateKey(rand.Reader, 2048)
	check(t, err)
	w.stack = &outputs.Stack{BucketRegionalDomainName: "media.s3.eu-west-1.amazonaws.com", ViewerProtocolPolicy: "redirect-to-https"}
	w.deployEdge()
	w.deployLive()
	w.Deployment, err = inspect.FromOutputs(w.stack)
	check(t, err)
	return w
}

func (w *world) deployEdge() {
	w.cdn = edge.New(edge.Options{
		Now: func() time.Time { return w.now },
		Fetch: func(*http.Request, string) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Cache-Control": {"no-store"}}, Body: io.NopCloser(strings.NewReader("media"))}, nil
		},
	})
	for i, key := range []crypto.Signer{w.current, w.retiring, w.stranger} {
		name := fmt.Sprint("key", i)
		k, err := w.cdn.CreatePublicKey(edge.PublicKeyConfig{CallerReference: name, Name: name, EncodedKey: spki(w.t, key)})
		check(w.t, err)
		if i == 2 {
			w.strangerID = k.ID
			continue
		}
		role := [2]outputs.Role{outputs.Current, outputs.Retiring}[i]
		w.stack.SigningKeys = append(w.stack.SigningKeys, outputs.SigningKey{ID: k.ID, Role: role, PublicKey: spki(w.t, key)})
	}
	group, err := w.cdn.CreateKeyGroup(edge.KeyGroupConfig{Name: "viewers", Items: []string{w.stack.SigningKeys[0].ID, w.stack.SigningKeys[1].ID}})
	check(w.t, err)
	dist, err := w.cdn.CreateDistribution(edge.DistributionConfig{
		CallerReference: "1",
		Enabled:         true,
		Origins:         []edge.Origin{{ID: "media", DomainName: w.stack.BucketRegionalDomainName}},
		DefaultBehavior: edge.Behavior{
			TargetOriginID: "media", ViewerProtocolPolicy: w.stack.ViewerProtocolPolicy,
			AllowedMethods: []string{"GET", "HEAD"}, CachedMethods: []string{"GET", "HEAD"},
			CachePolicyID: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", TrustedKeyGroups: []string{group.ID},
		},
		ViewerCertificate: edge.ViewerCertificate{CloudFrontDefault: true},
		GeoRestriction:    edge.GeoRestriction{Type: "none"},
	})
	check(w.t, err)
	w.host = dist.DomainName
	w.stack.KeyGroupID, w.stack.DistributionDomainName, w.stack.BaseURL = group.ID, w.host, "https://"+w.host
}

func (w *world) deployLive() {
	w.ivs = ivs.New(ivs.Options{Region: "eu-central-1", AccountID: "123456789012", Now: func() time.Time { return w.now }})
	for i, key := range []crypto.Signer{w.playback, w.spare} {
		pair, err := w.ivs.ImportPlaybackKeyPair("", spki(w.t, key))
		check(w.t, err)
		role := [2]outputs.Role{outputs.Current, outputs.Retiring}[i]
		w.stack.PlaybackKeys = append(w.stack.PlaybackKeys, outputs.PlaybackKey{ARN: pair.ARN, Role: role, PublicKey: spki(w.t, key)})
	}
	for _, name := range []string{"live", "backup"} {
		c, _, err := w.ivs.CreateChannel(ivs.ChannelConfig{Name: name, Authorized: true})
		check(w.t, err)
		w.stack.Channels = append(w.stack.Channels, outputs.Channel{Name: name, ARN: c.ARN, PlaybackURL: c.PlaybackURL})
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func ecKey(t testing.TB, curve elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	check(t, err)
	return key
}

func spki(t testing.TB, key crypto.Signer) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	check(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// request is what is known of a good request.
func (w *world) request() inspect.Request {
	return inspect.Request{At: w.now, Address: netip.MustParseAddr(client), Origin: origin}
}

func (w *world) id() string             { return w.stack.SigningKeys[0].ID }
func (w *world) retiringID() string     { return w.stack.SigningKeys[1].ID }
func (w *world) url(path string) string { return "https://" + w.host + path }
func (w *world) in(d time.Duration) int64 {
	return w.now.Add(d).Unix()
}

// encode is CloudFront's base64.
func encode(data []byte) string {
	return strings.NewReplacer("+", "-", "=", "_", "/", "~").Replace(base64.StdEncoding.EncodeToString(data))
}

// sign signs as the OpenSSL recipe does.
func sign(t testing.TB, key crypto.Signer, h crypto.Hash, text string) []byte {
	t.Helper()
	sig, err := crypto.SignMessage(key, rand.Reader, []byte(text), h)
	check(t, err)
	return sig
}

// signed appends the members of a signature over text. first is Expires=… or
// Policy=….
func (w *world) signed(rawURL, first, text string) string {
	separator := "?"
	if strings.Contains(rawURL, "?") {
		separator = "&"
	}
	return rawURL + separator + first + "&Signature=" + encode(sign(w.t, w.current, crypto.SHA1, text)) + "&Key-Pair-Id=" + w.id()
}

func cannedText(rawURL string, until any) string {
	return fmt.Sprintf(`{"Statement":[{"Resource":"%s","Condition":{"DateLessThan":{"AWS:EpochTime":%v}}}]}`, rawURL, until)
}

// canned signs a URL for an hour.
func (w *world) canned(rawURL string) string { return w.cannedFor(rawURL, rawURL) }

// cannedFor signs one URL and writes the signature behind another.
func (w *world) cannedFor(signedURL, rawURL string) string {
	until := w.in(time.Hour)
	return w.signed(rawURL, fmt.Sprint("Expires=", until), cannedText(signedURL, until))
}

// policy is a custom policy for an hour; conditions are further members.
func (w *world) policy(resource string, conditions ...string) string {
	all := append([]string{fmt.Sprintf(`"DateLessThan":{"AWS:EpochTime":%d}`, w.in(time.Hour))}, conditions...)
	return `{"Statement":[{"Resource":"` + resource + `","Condition":{` + strings.Join(all, ",") + `}}]}`
}

func (w *world) custom(rawURL, policy string) string {
	return w.signed(rawURL, "Policy="+encode([]byte(policy)), policy)
}

// cookies is the value of a Cookie header with the members of a signed URL.
func cookies(signedURL string) string {
	_, query, _ := strings.Cut(signedURL, "?")
	return "CloudFront-" + strings.ReplaceAll(query, "&", "; CloudFront-")
}

// claims are those of a good token, changed; nil removes one.
func (w *world) claims(changed map[string]any) map[string]any {
	c := map[string]any{"aws:channel-arn": w.stack.Channels[0].ARN, "exp": w.in(5 * time.Minute)}
	for name, v := range changed {
		c[name] = v
		if v == nil {
			delete(c, name)
		}
	}
	return c
}

func marshal(t testing.TB, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	check(t, err)
	return string(data)
}

// token signs header and payload with a key, in the raw form.
func token(t testing.TB, key *ecdsa.PrivateKey, h crypto.Hash, header, payload string) string {
	t.Helper()
	signed := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString([]byte(payload))
	digest := h.New()
	io.WriteString(digest, signed)
	r, s, err := ecdsa.Sign(rand.Reader, key, digest.Sum(nil))
	check(t, err)
	size := (key.Curve.Params().BitSize + 7) / 8
	raw := make([]byte, 2*size)
	r.FillBytes(raw[:size])
	s.FillBytes(raw[size:])
	return signed + "." + base64.RawURLEncoding.EncodeToString(raw)
}

const es384 = `{"alg":"ES384","typ":"JWT"}`

// token is a good token, but for the claims that are changed.
func (w *world) token(changed map[string]any) string {
	return token(w.t, w.playback, crypto.SHA384, es384, marshal(w.t, w.claims(changed)))
}

// playURL is the playback URL of the first channel with a token.
func (w *world) playURL(token string) string {
	return w.stack.Channels[0].PlaybackURL + "?token=" + token
}

// answer is what the stand-in says: the status, and the code of a refusal.
type answer struct {
	status int
	code   string
}

// ask sends a GET to a handler the way a client does that changes nothing. ok
// is false if no client could send it.
func ask(h http.Handler, rawURL, address string, header http.Header) (a answer, ok bool) {
	for range 2 {
		scheme, rest, found := strings.Cut(rawURL, "://")
		scheme = strings.ToLower(scheme)
		if !found || scheme != "https" && scheme != "http" {
			return a, false
		}
		rest, _, _ = strings.Cut(rest, "#")
		host := rest
		uri := ""
		if i := strings.IndexAny(rest, "/?"); i >= 0 {
			host, uri = rest[:i], rest[i:]
		}
		if !strings.HasPrefix(uri, "/") {
			uri = "/" + uri
		}
		if i := strings.LastIndex(host, "@"); i >= 0 {
			host = host[i+1:]
		}
		if host == "" {
			return a, false
		}
		u, err := url.ParseRequestURI(uri)
		if err != nil {
			u = &url.URL{Path: "/"} // the edge reads RequestURI alone
		}
		r := &http.Request{Method: "GET", Host: host, RequestURI: uri, URL: u, Header: header,
			Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, RemoteAddr: netip.AddrPortFrom(netip.MustParseAddr(address), 4711).String()}
		if scheme == "https" {
			r.TLS = &tls.ConnectionState{}
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if rawURL = w.Header().Get("Location"); rawURL == "" {
			return answer{w.Code, bodyCode(w.Body.String())}, true
		}
	}
	return a, false
}

// bodyCode is the code in a refusal of CloudFront or IVS.
func bodyCode(body string) string {
	if _, rest, ok := strings.Cut(body, "<Code>"); ok {
		code, _, _ := strings.Cut(rest, "</Code>")
		return code
	}
	var list []struct {
		Code string `json:"error_code"`
	}
	if json.Unmarshal([]byte(body), &list) == nil && len(list) == 1 {
		return list[0].Code
	}
	return ""
}

// foretold is the same of a report.
func foretold(r *inspect.Report) answer {
	if r.Verdict == inspect.Accepted {
		return answer{status: http.StatusOK}
	}
	return answer{r.Status, r.Code}
}

func codesOf(list []inspect.Finding) []inspect.Code {
	codes := []inspect.Code{}
	for _, f := range list {
		codes = append(codes, f.Code)
	}
	return codes
}
