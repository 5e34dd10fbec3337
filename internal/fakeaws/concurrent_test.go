package fakeaws

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"privateplayback/internal/fakeaws/bucket"
	"privateplayback/internal/fakeaws/edge"
	"privateplayback/internal/fakeaws/ivs"
)

// private is a deployment that serves only who is signed for.
type private struct {
	*Cloud
	domain, keyID string
	channel       ivs.Channel
	viewing, live *ecdsa.PrivateKey
}

func newKey(t *testing.T, curve elliptic.Curve) (*ecdsa.PrivateKey, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	return key, string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

func deployPrivate(t *testing.T, cloud *Cloud) private {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	p := private{Cloud: cloud}
	var viewing, live string
	p.viewing, viewing = newKey(t, elliptic.P256())
	p.live, live = newKey(t, elliptic.P384())
	identity, err := cloud.Edge.CreateOriginAccessIdentity("ref", "")
	must(err)
	must(cloud.Bucket.CreateBucket("videos"))
	_, err = cloud.Bucket.PutObject("videos", "a.ts", bucket.Object{Body: []byte("moving picture")})
	must(err)
	must(cloud.Bucket.PutPolicy("videos", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"`+identity.IAMARN()+`"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::videos/*"}]}`))
	key, err := cloud.Edge.CreatePublicKey(edge.PublicKeyConfig{CallerReference: "1", Name: "viewing", EncodedKey: viewing})
	must(err)
	group, err := cloud.Edge.CreateKeyGroup(edge.KeyGroupConfig{Name: "viewers", Items: []string{key.ID}})
	must(err)
	methods := []string{"GET", "HEAD"}
	d, err := cloud.Edge.CreateDistribution(edge.DistributionConfig{
		CallerReference: "1", Enabled: true,
		Origins: []edge.Origin{{ID: "s3", DomainName: "videos.s3.us-west-2.amazonaws.com", OriginAccessIdentity: "origin-access-identity/cloudfront/" + identity.ID}},
		DefaultBehavior: edge.Behavior{
			TargetOriginID: "s3", ViewerProtocolPolicy: "https-only", AllowedMethods: methods, CachedMethods: methods,
			CachePolicyID: "658327ea-f89d-4fab-a63d-7e88639e58f6", TrustedKeyGroups: []string{group.ID},
		},
		ViewerCertificate: edge.ViewerCertificate{CloudFrontDefault: true},
		GeoRestriction:    edge.GeoRestriction{Type: "none"},
	})
	must(err)
	p.domain, p.keyID = d.DomainName, key.ID
	_, err = cloud.IVS.ImportPlaybackKeyPair("live", live)
	must(err)
	p.channel, _, err = cloud.IVS.CreateChannel(ivs.ChannelConfig{Name: "stage", Authorized: true})
	must(err)
	return p
}

// signed is a URL of the object with a canned policy for it.
func (p private) signed(t *testing.T) string {
	t.Helper()
	resource, expires := "https://"+p.domain+"/a.ts", time.Now().Add(time.Hour).Unix()
	sum := sha1.Sum(fmt.Appendf(nil, `{"Statement":[{"Resource":"%s","Condition":{"DateLessThan":{"AWS:EpochTime":%d}}}]}`, resource, expires))
	signature, err := p.viewing.Sign(rand.Reader, sum[:], crypto.SHA1)
	if err != nil {
		t.Fatal(err)
	}
	encoded := strings.NewReplacer("+", "-", "=", "_", "/", "~").Replace(base64.StdEncoding.EncodeToString(signature))
	return fmt.Sprintf("%s?Expires=%d&Signature=%s&Key-Pair-Id=%s", resource, expires, encoded, p.keyID)
}

func (p private) playback(t *testing.T) string {
	t.Helper()
	token, err := jwt.NewWithClaims(jwt.SigningMethodES384, jwt.MapClaims{
		"aws:channel-arn": p.channel.ARN, "aws:access-control-allow-origin": "*", "exp": time.Now().Add(time.Hour).Unix(),
	}).SignedString(p.live)
	if err != nil {
		t.Fatal(err)
	}
	return p.channel.PlaybackURL + "?token=" + url.QueryEscape(token)
}

// Two hundred viewers, each over TLS connections of its own and every other one by
// proxy, get what they are signed for and nothing else, while they all ask at once.
func TestConcurrentViewers(t *testing.T) {
	const viewers = 200
	cloud, endpoint := listen(t)
	p := deployPrivate(t, cloud)
	video, live := p.signed(t), p.playback(t)
	var all sync.WaitGroup
	for i := range viewers {
		all.Go(func() {
			client := endpoint.Client()
			if i%2 == 1 {
				client = proxied(t, endpoint)
			}
			defer client.CloseIdleConnections()
			for _, tc := range []struct {
				url, want string
				status    int
			}{
				{video, "moving picture", 200},
				{strings.Replace(video, "Signature=", "Signature=A", 1), "<Error>", 403},
				{live, "#EXT-X-STREAM-INF", 200},
				{p.channel.PlaybackURL, "error_code", 403},
				{"https://videos.s3.us-west-2.amazonaws.com/a.ts", "AccessDenied", 403},
			} {
				status, body, err := ask(client, tc.url)
				if err != nil || status != tc.status || !strings.Contains(body, tc.want) {
					t.Errorf("viewer %d: GET of host %s = %d, %d bytes, %v, want %d with %q", i, hostOf(tc.url), status, len(body), err, tc.status, tc.want)
					continue
				}
				if tc.url == live {
					playlist(t, client, body)
				}
			}
		})
	}
	all.Wait()
}

// playlist follows the first variant of a multivariant playlist.
func playlist(t *testing.T, client *http.Client, multivariant string) {
	for line := range strings.Lines(multivariant) {
		if !strings.HasPrefix(line, "https://") {
			continue
		}
		if status, body, err := ask(client, strings.TrimSpace(line)); err != nil || status != 200 || !strings.Contains(body, "#EXTINF") {
			t.Errorf("variant playlist = %d, %v, want 200 with segments", status, err)
		}
		return
	}
	t.Error("the multivariant playlist has no URL")
}

// ask is for goroutines, which may not end the test. Its error names no query, for
// there is the signature.
func ask(client *http.Client, target string) (status int, body string, err error) {
	response, err := client.Get(target)
	if err != nil {
		return 0, "", fmt.Errorf("no answer of %s", hostOf(target))
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	return response.StatusCode, string(data), err
}

func hostOf(target string) string {
	host, _, _ := strings.Cut(strings.TrimPrefix(target, "https://"), "/")
	return host
}
