package edge

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"privateplayback/internal/fakeaws/apierror"
	"privateplayback/internal/fakeaws/journal"
	"privateplayback/internal/fakeaws/journal/journaltest"
)

const (
	cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6"
	cachingDisabled  = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
	corsS3Origin     = "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf"
	allViewer        = "216adef6-5c7f-47e4-b989-5492eafa07d3"
	simpleCORS       = "60669652-455b-4ae9-85a4-c4c02393f86c"
	corsPreflight    = "5cc3b908-e619-4b99-88e5-2cf7f45965bd"
	securityHeaders  = "67f7725c-6f97-4210-82d7-5512b31e9d03"

	bucketHost = "media.s3.eu-west-1.amazonaws.com"
)

var (
	getHead        = []string{"GET", "HEAD"}
	getHeadOptions = []string{"GET", "HEAD", "OPTIONS"}
	start          = time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)
)

var rsaKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

func ecdsaKey(t testing.TB, curve elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func spki(t testing.TB, key crypto.Signer) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// A world is an edge with one bucket behind it and a clock that stands still.
type world struct {
	*Service
	t       testing.TB
	now     time.Time
	origin  http.HandlerFunc // the bucket; the default serves body under /a.ts
	fetched []*http.Request
	arns    []string // identities of the fetched requests
	country string   // of every viewer

	certificates map[string][]string // names by ARN

	identity OriginAccessIdentity
	signer   crypto.Signer
	keyID    string
	group    KeyGroup
	dist     Distribution
}

const originBody = "0123456789"

// newWorld deploys a private distribution, changed by the edits.
func newWorld(t testing.TB, edits ...func(*world, *DistributionConfig)) *world {
	t.Helper()
	w := &world{t: t, now: start, signer: ecdsaKey(t, elliptic.P256())}
	w.origin = func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("ETag", `"v1"`)
		rw.Header().Set("Last-Modified", "Fri, 01 Jan 2027 00:00:00 GMT")
		rw.Header().Set("Content-Type", "video/mp2t")
		rw.Header().Set("Server", "AmazonS3")
		rw.Header().Set("X-Amz-Request-Id", "R")
		rw.Header().Set("X-Amz-Id-2", "I")
		if r.Header.Get("If-None-Match") == `"v1"` {
			rw.WriteHeader(http.StatusNotModified)
			return
		}
		rw.Header().Set("Content-Length", strconv.Itoa(len(originBody)))
		io.WriteString(rw, originBody)
	}
	w.Service = New(Options{
		Now:              func() time.Time { return w.now },
		Country:          func(*http.Request) string { return w.country },
		CertificateNames: func(arn string) []string { return w.certificates[arn] },
		Fetch: func(r *http.Request, arn string) (*http.Response, error) {
			w.fetched = append(w.fetched, r)
			w.arns = append(w.arns, arn)
			if w.origin == nil {
				return nil, errors.New("connection refused")
			}
			rec := httptest.NewRecorder()
			w.origin(rec, r)
			if rec.Code >= 400 {
				journal.Note(r.Context(), "s3: refused: the bucket of the test answers ", rec.Code)
			}
			return rec.Result(), nil
		},
	})
	var err error
	if w.identity, err = w.CreateOriginAccessIdentity("oai", ""); err != nil {
		t.Fatal(err)
	}
	w.keyID = w.addKey("viewer", w.signer)
	if w.group, err = w.CreateKeyGroup(KeyGroupConfig{Name: "viewers", Items: []string{w.keyID}}); err != nil {
		t.Fatal(err)
	}
	c := w.config()
	for _, edit := range edits {
		edit(w, &c)
	}
	if w.dist, err = w.CreateDistribution(c); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) addKey(name string, key crypto.Signer) string {
	w.t.Helper()
	p, err := w.CreatePublicKey(PublicKeyConfig{CallerReference: name, Name: name, EncodedKey: spki(w.t, key)})
	if err != nil {
		w.t.Fatal(err)
	}
	return p.ID
}

func (w *world) config() DistributionConfig {
	return DistributionConfig{
		CallerReference: "dist",
		Enabled:         true,
		Origins: []Origin{{ID: "s3", DomainName: bucketHost,
			OriginAccessIdentity: identityPathPrefix + w.identity.ID}},
		DefaultBehavior: Behavior{
			TargetOriginID: "s3", ViewerProtocolPolicy: "redirect-to-https",
			AllowedMethods: getHeadOptions, CachedMethods: getHead,
			CachePolicyID: cachingOptimized, TrustedKeyGroups: []string{w.group.ID},
		},
		ViewerCertificate: ViewerCertificate{CloudFrontDefault: true},
		GeoRestriction:    GeoRestriction{Type: "none"},
	}
}

func public(_ *world, c *DistributionConfig) { c.DefaultBehavior.TrustedKeyGroups = nil }

func (w *world) update(edit func(*DistributionConfig)) {
	w.t.Helper()
	d, err := w.Distribution(w.dist.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	edit(&d.DistributionConfig)
	if w.dist, err = w.UpdateDistribution(d.ID, d.ETag, d.DistributionConfig); err != nil {
		w.t.Fatal(err)
	}
}

// request makes a viewer's request; target is a path with query, headers are
// "Name: value". It comes over HTTPS from 192.0.2.1.
func (w *world) request(method, target string, headers ...string) *http.Request {
	r := httptest.NewRequest(method, target, nil)
	r.Host = w.dist.DomainName
	r.TLS = &tls.ConnectionState{}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	return r
}

func (w *world) do(r *http.Request) *httptest.ResponseRecorder {
	rec, _ := w.judged(r)
	return rec
}

// judged is do, with what the journal has of it.
func (w *world) judged(r *http.Request) (*httptest.ResponseRecorder, journal.Entry) {
	w.t.Helper()
	rec := httptest.NewRecorder()
	return rec, journaltest.Serve(w.t, journal.CloudFront, w.Service, rec, r)
}

func (w *world) get(target string, headers ...string) *httptest.ResponseRecorder {
	return w.do(w.request("GET", target, headers...))
}

// verdict is the status and, for XML errors, the code of an answer.
func verdict(rec *httptest.ResponseRecorder) string {
	body := rec.Body.String()
	if _, rest, ok := strings.Cut(body, "<Code>"); ok {
		code, _, _ := strings.Cut(rest, "</Code>")
		return fmt.Sprint(rec.Code, " ", code)
	}
	return strconv.Itoa(rec.Code)
}

// signature signs message the way the OpenSSL recipe of AWS does.
func signature(t testing.TB, key crypto.Signer, hash crypto.Hash, message string) string {
	t.Helper()
	h := hash.New()
	io.WriteString(h, message)
	sig, err := key.Sign(rand.Reader, h.Sum(nil), hash)
	if err != nil {
		t.Fatal(err)
	}
	return encode(sig)
}

func encode(data []byte) string {
	return strings.NewReplacer("+", "-", "=", "_", "/", "~").Replace(base64.StdEncoding.EncodeToString(data))
}

func join(target, more string) string {
	if strings.Contains(target, "?") {
		return target + "&" + more
	}
	return target + "?" + more
}

// canned returns target with a canned signature that ends after d.
func (w *world) canned(target string, d time.Duration) string {
	expires := w.now.Add(d).Unix()
	text := fmt.Sprintf(`{"Statement":[{"Resource":"https://%s%s","Condition":{"DateLessThan":{"AWS:EpochTime":%d}}}]}`,
		w.dist.DomainName, target, expires)
	return join(target, fmt.Sprintf("Expires=%d&Signature=%s&Key-Pair-Id=%s",
		expires, signature(w.t, w.signer, crypto.SHA1, text), w.keyID))
}

// policy returns a custom policy; conditions are further members of Condition.
func (w *world) policy(resource string, conditions ...string) string {
	list := append([]string{fmt.Sprintf(`"DateLessThan":{"AWS:EpochTime":%d}`, w.now.Add(time.Hour).Unix())}, conditions...)
	return `{"Statement":[{"Resource":"` + resource + `","Condition":{` + strings.Join(list, ",") + `}}]}`
}

// custom returns target with a signature over the given policy.
func (w *world) custom(target, policy string) string {
	return join(target, "Policy="+encode([]byte(policy))+"&Signature="+signature(w.t, w.signer, crypto.SHA1, policy)+
		"&Key-Pair-Id="+w.keyID)
}

// cookies returns a Cookie header line with a signature over the policy.
func (w *world) cookies(policy string) string {
	return "Cookie: CloudFront-Policy=" + encode([]byte(policy)) +
		"; CloudFront-Signature=" + signature(w.t, w.signer, crypto.SHA1, policy) +
		"; CloudFront-Key-Pair-Id=" + w.keyID
}

func (w *world) url(path string) string { return "https://" + w.dist.DomainName + path }

// wantCode checks a control-plane refusal.
func wantCode(t *testing.T, call string, err error, status int, code string) {
	t.Helper()
	var e *apierror.Error
	if !errors.As(err, &e) || e.Status != status || e.Code != code || e.Service != "CloudFront" || e.Message == "" {
		t.Errorf("%s: got %v, want %d %s", call, err, status, code)
	}
}

func repeatBytes(n int) []byte { return bytes.Repeat([]byte("x"), n) }
