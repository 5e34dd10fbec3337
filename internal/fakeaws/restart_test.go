package fakeaws

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/cloudfront/sign"
	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

	"privateplayback/internal/fakeaws/bucket"
	"privateplayback/internal/fakeaws/edge"
	"privateplayback/internal/fakeaws/ivs"
)

// deployed is a private distribution before a private bucket, and a private
// channel, with what a viewer needs for them.
type deployed struct {
	distribution edge.Distribution
	channel      ivs.Channel
	url, token   string
}

const application = "https://app.example.com"

func deploy(t *testing.T, c *Cloud) deployed {
	t.Helper()
	var d deployed
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	identity, err := c.Edge.CreateOriginAccessIdentity("oai", "")
	check(err)
	check(c.Bucket.CreateBucket("videos"))
	check(c.Bucket.PutVersioning("videos", bucket.VersioningEnabled))
	check(c.Bucket.PutCORS("videos", []bucket.CORSRule{{AllowedOrigins: []string{application}, AllowedMethods: []string{"GET"}}}))
	check(c.Bucket.PutPolicy("videos", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"`+identity.IAMARN()+
		`"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::videos/*"}}`))
	putObject(t, c, "a.ts", "first")
	putObject(t, c, "a.ts", "second")
	check(c.Bucket.DeleteObject("videos", "gone.ts"))

	viewers, err := rsa.GenerateKey(rand.Reader, 2048)
	check(err)
	key, err := c.Edge.CreatePublicKey(edge.PublicKeyConfig{CallerReference: "k", Name: "viewers", EncodedKey: publicPEM(t, viewers)})
	check(err)
	group, err := c.Edge.CreateKeyGroup(edge.KeyGroupConfig{Name: "viewers", Items: []string{key.ID}})
	check(err)
	d.distribution, err = c.Edge.CreateDistribution(edge.DistributionConfig{
		CallerReference: "d", Enabled: true,
		Origins: []edge.Origin{{ID: "s3", DomainName: "videos.s3." + c.Region + ".amazonaws.com",
			OriginAccessIdentity: "origin-access-identity/cloudfront/" + identity.ID}},
		DefaultBehavior: edge.Behavior{
			TargetOriginID: "s3", ViewerProtocolPolicy: "https-only", AllowedMethods: []string{"GET", "HEAD"}, CachedMethods: []string{"GET", "HEAD"},
			CachePolicyID:         "658327ea-f89d-4fab-a63d-7e88639e58f6", // CachingOptimized
			OriginRequestPolicyID: "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf", // CORS-S3Origin
			TrustedKeyGroups:      []string{group.ID},
		},
		ViewerCertificate: edge.ViewerCertificate{CloudFrontDefault: true}, GeoRestriction: edge.GeoRestriction{Type: "none"},
	})
	check(err)
	d.url, err = sign.NewURLSigner(key.ID, viewers).Sign("https://"+d.distribution.DomainName+"/a.ts", time.Now().Add(time.Hour))
	check(err)

	players, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	check(err)
	_, err = c.IVS.ImportPlaybackKeyPair("players", publicPEM(t, players))
	check(err)
	d.channel, _, err = c.IVS.CreateChannel(ivs.ChannelConfig{Name: "stage", Authorized: true})
	check(err)
	d.token, err = jwt.NewWithClaims(jwt.SigningMethodES384, jwt.MapClaims{
		"aws:channel-arn": d.channel.ARN, "exp": time.Now().Add(time.Hour).Unix()}).SignedString(players)
	check(err)
	return d
}

func publicPEM(t *testing.T, key crypto.Signer) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

func request(c *Cloud, url string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, url, nil)
	r.Header.Set("Origin", application)
	r.TLS = &tls.ConnectionState{Version: tls.VersionTLS13}
	w := httptest.NewRecorder()
	c.ServeHTTP(w, r)
	return w
}

// check plays both, and what must be refused.
func (d deployed) check(t *testing.T, c *Cloud) {
	t.Helper()
	if w := request(c, d.url); w.Code != 200 || w.Body.String() != "second" || w.Header().Get("Access-Control-Allow-Origin") != application {
		t.Errorf("signed URL: %d %q with CORS for %q, want 200 with CORS for %s", w.Code, w.Body, w.Header().Get("Access-Control-Allow-Origin"), application)
	}
	if w := request(c, "https://"+d.distribution.DomainName+"/a.ts"); w.Code != 403 || !strings.Contains(w.Body.String(), "MissingKey") {
		t.Errorf("URL without signature: %d %q, want 403 MissingKey", w.Code, w.Body)
	}
	if w := request(c, d.channel.PlaybackURL+"?token="+d.token); w.Code != 200 || !strings.HasPrefix(w.Body.String(), "#EXTM3U") {
		t.Errorf("channel with a token: %d, want 200 with a playlist", w.Code)
	}
	if w := request(c, d.channel.PlaybackURL); w.Code != 403 {
		t.Errorf("channel without a token: %d, want 403", w.Code)
	}
}

// A viewer notices nothing of a restart, nor does who lists what is there.
func TestRestart(t *testing.T) {
	cloud, store := openStore(t, t.TempDir())
	d := deploy(t, cloud)
	d.check(t, cloud)
	resources := cloud.Resources()
	versions, err := cloud.Bucket.Versions("videos")
	if err != nil || len(versions) != 3 {
		t.Fatalf("Versions = %v, %v, want 3", versions, err)
	}
	save(t, store)
	before, err := os.ReadFile(store.path(stateName))
	if err != nil {
		t.Fatal(err)
	}
	again, reopened := reopen(t, store)
	d.check(t, again)
	if diff := cmp.Diff(resources, again.Resources()); diff != "" {
		t.Errorf("Resources (-before +after):\n%s", diff)
	}
	if got, err := again.Bucket.Versions("videos"); err != nil || !cmp.Equal(versions, got) {
		t.Errorf("Versions = %v, %v, want %v", got, err, versions)
	}
	save(t, reopened)
	if after, err := os.ReadFile(store.path(stateName)); err != nil || !cmp.Equal(before, after) {
		t.Errorf("state.json has changed with nothing done (%v):\n%s", err, cmp.Diff(string(before), string(after)))
	}
}

// The engine knows ids and ETags from before the restart: it updates, disables
// and deletes with them.
func TestRestartOfProvider(t *testing.T) {
	cloud, store := openStore(t, t.TempDir())
	d := deploy(t, cloud)
	id, etag, config := d.distribution.ID, d.distribution.ETag, d.distribution.DistributionConfig
	cloud, store = reopen(t, store)
	config.Comment = "changed"
	if _, err := cloud.Edge.UpdateDistribution(id, "E0000000000000", config); err == nil || !strings.Contains(err.Error(), "PreconditionFailed") {
		t.Errorf("UpdateDistribution with another ETag = %v, want PreconditionFailed", err)
	}
	config.Enabled = false
	updated, err := cloud.Edge.UpdateDistribution(id, etag, config)
	if err != nil {
		t.Fatalf("UpdateDistribution with the ETag from before = %v", err)
	}
	cloud, store = reopen(t, store)
	if got, err := cloud.Edge.Distribution(id); err != nil || !cmp.Equal(got, updated) {
		t.Errorf("Distribution: %v (-before +after):\n%s", err, cmp.Diff(updated, got))
	}
	if err := cloud.Edge.DeleteDistribution(id, updated.ETag); err != nil {
		t.Errorf("DeleteDistribution = %v", err)
	}
	if err := cloud.IVS.DeleteChannel(d.channel.ARN); err != nil {
		t.Errorf("DeleteChannel = %v", err)
	}
	cloud, _ = reopen(t, store)
	for _, name := range cloud.Resources() {
		if strings.HasPrefix(name, "distribution/") || name == d.channel.ARN {
			t.Errorf("%s is back after a restart", name)
		}
	}
}

// What was done before a call of Save is kept by it, whoever else saves.
func TestConcurrentSaves(t *testing.T) {
	cloud, store := openStore(t, t.TempDir())
	d := deploy(t, cloud)
	var all sync.WaitGroup
	for worker := range 4 {
		all.Go(func() {
			for i := range 10 {
				key := strings.Repeat(string(rune('a'+worker)), i+1)
				if _, err := cloud.Bucket.PutObject("videos", key, bucket.Object{Body: []byte(key)}); err != nil {
					t.Error(err)
				}
				if w := request(cloud, d.url); w.Code != 200 {
					t.Errorf("request while saving: %d, want 200", w.Code)
				}
				if err := store.Save(); err != nil {
					t.Errorf("Save = %v", err)
				}
				data, err := os.ReadFile(store.path(stateName))
				if err != nil || !strings.Contains(string(data), `"`+key+`"`) {
					t.Errorf("after Save state.json does not hold %q (%v)", key, err)
				}
			}
		})
	}
	all.Wait()
	cloud, _ = reopen(t, store)
	if keys, err := cloud.Bucket.Keys("videos"); err != nil || len(keys) != 41 {
		t.Errorf("%d keys after a restart, %v, want 41", len(keys), err)
	}
	d.check(t, cloud)
}
