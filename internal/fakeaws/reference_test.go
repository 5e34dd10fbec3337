package fakeaws

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/cloudfront/sign"

	"privateplayback/internal/fakeaws/bucket"
	"privateplayback/internal/fakeaws/edge"
)

const player = "https://app.example.com"

// A delivery is a private bucket behind a private distribution, on the wire.
type delivery struct {
	t      *testing.T
	cloud  *Cloud
	client *http.Client
	signer *sign.URLSigner
	oai    string // ARN of the identity
	host   string // of the distribution
}

func deliver(t *testing.T) *delivery {
	t.Helper()
	cloud, endpoint := listen(t)
	d := &delivery{t: t, cloud: cloud, client: endpoint.Client()}
	d.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	identity, err := cloud.Edge.CreateOriginAccessIdentity("ref", "")
	d.must(err)
	d.oai = identity.IAMARN()
	d.must(cloud.Bucket.CreateBucket("videos"))
	d.must(cloud.Bucket.PutCORS("videos", []bucket.CORSRule{{AllowedOrigins: []string{player}, AllowedMethods: []string{"GET", "HEAD"}}}))
	d.policy(`"s3:GetObject"`)
	for name, kind := range map[string]string{"a.m3u8": "application/vnd.apple.mpegurl", "a.ts": "video/mp2t"} {
		_, err := cloud.Bucket.PutObject("videos", name, bucket.Object{Body: make([]byte, 500), ContentType: kind})
		d.must(err)
	}
	d.distribute(identity.ID)
	return d
}

func (d *delivery) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// policy lets the identity do the actions, over TLS alone.
func (d *delivery) policy(actions string) {
	d.t.Helper()
	const resources = `"Resource":["arn:aws:s3:::videos","arn:aws:s3:::videos/*"]`
	allow := `{"Effect":"Allow","Principal":{"AWS":"` + d.oai + `"},"Action":[` + actions + `],` + resources + `}`
	if !strings.Contains(actions, "ListBucket") { // S3 wants a resource that the action can have
		allow = strings.Replace(allow, `"arn:aws:s3:::videos",`, "", 1)
	}
	deny := `{"Effect":"Deny","Principal":"*","Action":"s3:*",` + resources + `,"Condition":{"Bool":{"aws:SecureTransport":"false"}}}`
	d.must(d.cloud.Bucket.PutPolicy("videos", `{"Version":"2012-10-17","Statement":[`+allow+","+deny+`]}`))
}

func (d *delivery) distribute(identity string) {
	d.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	d.must(err)
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	d.must(err)
	public, err := d.cloud.Edge.CreatePublicKey(edge.PublicKeyConfig{CallerReference: "key", Name: "key",
		EncodedKey: string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))})
	d.must(err)
	group, err := d.cloud.Edge.CreateKeyGroup(edge.KeyGroupConfig{Name: "viewers", Items: []string{public.ID}})
	d.must(err)
	getHead := []string{"GET", "HEAD"}
	dist, err := d.cloud.Edge.CreateDistribution(edge.DistributionConfig{
		CallerReference: "distribution", Enabled: true,
		Origins: []edge.Origin{{ID: "s3", DomainName: "videos.s3.us-west-2.amazonaws.com",
			OriginAccessIdentity: "origin-access-identity/cloudfront/" + identity}},
		DefaultBehavior: edge.Behavior{
			TargetOriginID: "s3", ViewerProtocolPolicy: "redirect-to-https", AllowedMethods: getHead, CachedMethods: getHead,
			CachePolicyID:    "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", // CachingDisabled
			TrustedKeyGroups: []string{group.ID},
		},
		ViewerCertificate: edge.ViewerCertificate{CloudFrontDefault: true},
		GeoRestriction:    edge.GeoRestriction{Type: "none"},
	})
	d.must(err)
	d.host, d.signer = dist.DomainName, sign.NewURLSigner(public.ID, key)
}

// signed returns the URL of a path at the distribution with a signature.
func (d *delivery) signed(path string) string {
	d.t.Helper()
	url, err := d.signer.Sign("https://"+d.host+path, time.Now().Add(time.Hour))
	d.must(err)
	return url
}

// A question is one request and what must come of it.
type question struct {
	row    string
	method string // "": GET
	url    string
	header map[string]string
	status int
	body   string            // a part of it
	want   map[string]string // headers; "*" is any value and "" none
}

func (d *delivery) ask(q question) {
	d.t.Helper()
	if q.method == "" {
		q.method = http.MethodGet
	}
	r, err := http.NewRequestWithContext(context.Background(), q.method, q.url, nil)
	d.must(err)
	for name, value := range q.header {
		r.Header.Set(name, value)
	}
	response, err := d.client.Do(r)
	d.must(err)
	body := readBody(d.t, response)
	if response.StatusCode != q.status || !strings.Contains(body, q.body) {
		d.t.Errorf("%s: got %d %.300q, want %d with %q", q.row, response.StatusCode, body, q.status, q.body)
	}
	for name, want := range q.want {
		if got := response.Header.Get(name); got != want && (want != "*" || got == "") {
			d.t.Errorf("%s: %s = %q, want %q", q.row, name, got, want)
		}
	}
}

// Rows of the two lists of checks that need both services, over the network;
// the packages' own tests have the rest.
func TestChecksOfTheReference(t *testing.T) {
	d := deliver(t)
	const direct, s3Error = "https://videos.s3.us-west-2.amazonaws.com/a.ts", "<Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>"
	ids := map[string]string{"X-Amz-Request-Id": "*", "X-Amz-Id-2": "*", "Server": "AmazonS3", "Content-Type": "application/xml"}
	throughEdge := map[string]string{"X-Amz-Request-Id": "", "X-Amz-Id-2": "", "Server": "AmazonS3", "X-Cache": "Error from cloudfront", "Content-Type": "application/xml"}
	preflight := func(origin string) map[string]string {
		return map[string]string{"Origin": origin, "Access-Control-Request-Method": "GET"}
	}
	missing := d.signed("/none.ts")
	for _, q := range []question{
		{row: "cloudfront.md 14.1", url: "https://" + d.host + "/a.ts", status: 403, body: "<Code>MissingKey</Code>", want: map[string]string{"Server": "CloudFront"}},
		{row: "cloudfront.md 14.8", url: missing, status: 403, body: s3Error, want: throughEdge},
		{row: "cloudfront.md 14.9", url: direct, status: 403, body: s3Error, want: ids},
		{row: "cloudfront.md 14.10", url: strings.Replace(d.signed("/a.ts"), "https:", "http:", 1), status: 301, want: map[string]string{"X-Cache": "Redirect from cloudfront", "Location": "*"}},
		{row: "cloudfront.md 14.11", method: "POST", url: d.signed("/a.ts"), status: 403, body: "supports only cachable requests", want: map[string]string{"Content-Type": "text/html"}},
		{row: "cloudfront.md 7, URL over 8,192 bytes", url: d.signed("/" + strings.Repeat("a", 8192)), status: 414, body: "ERROR: The request could not be satisfied"},
		{row: "cloudfront.md 7, headers over 32,768 bytes", url: d.signed("/a.ts"), header: map[string]string{"X-Long": strings.Repeat("a", 32768)}, status: 494, body: "ERROR: The request could not be satisfied"},
		{row: "s3.md 12.1", url: direct, status: 403, body: s3Error, want: ids},
		{row: "s3.md 12.2", url: "https://s3.us-west-2.amazonaws.com/videos/a.ts", status: 403, body: s3Error, want: ids},
		{row: "s3.md 12.3", url: strings.Replace(direct, "https:", "http:", 1), status: 403, body: s3Error, want: ids},
		{row: "s3.md 12.4", method: "OPTIONS", url: direct, header: preflight(player), status: 200, want: map[string]string{"Access-Control-Allow-Origin": player, "Access-Control-Allow-Methods": "GET, HEAD", "Content-Length": "0"}},
		{row: "s3.md 12.5", method: "OPTIONS", url: direct, header: preflight("https://other.example"), status: 403, body: "<Code>AccessForbidden</Code>"},
		{row: "s3.md 12.6", url: d.signed("/a.ts"), header: map[string]string{"Range": "bytes=0-99"}, status: 206, want: map[string]string{"Content-Range": "bytes 0-99/500", "Content-Length": "100"}},
		{row: "s3.md 12.7", url: missing, status: 403, body: s3Error, want: throughEdge},
		{row: "s3.md 12.8, playlist", url: d.signed("/a.m3u8"), status: 200, want: map[string]string{"Content-Type": "application/vnd.apple.mpegurl"}},
		{row: "s3.md 12.8, segment", url: d.signed("/a.ts"), status: 200, want: map[string]string{"Content-Type": "video/mp2t"}},
		{row: "cloudfront.md 11, the root without s3:ListBucket", url: d.signed("/"), status: 403, body: s3Error, want: throughEdge},
	} {
		d.ask(q)
	}
	if block, err := d.cloud.Bucket.PublicAccessBlock("videos"); err != nil || block != (bucket.PublicAccessBlock{
		BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true}) {
		t.Errorf("s3.md 12.9: PublicAccessBlock = %+v, %v, want four times true", block, err)
	}

	d.policy(`"s3:GetObject","s3:ListBucket"`)
	for _, q := range []question{
		{row: "s3.md 12.7 with s3:ListBucket", url: missing, status: 404, body: "<Code>NoSuchKey</Code>", want: throughEdge},
		{row: "cloudfront.md 11, the root of a bucket that may be listed", url: d.signed("/"), status: 200, body: "<Key>a.m3u8</Key>"},
	} {
		d.ask(q)
	}
}
