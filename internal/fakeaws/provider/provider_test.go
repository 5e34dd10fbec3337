package provider

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"privateplayback/internal/fakeaws"
)

func urn(kind, name string) resource.URN {
	return resource.NewURN("test", "private-playback", "", tokens.Type(kind), name)
}

func properties(values map[string]any) resource.PropertyMap {
	return resource.NewPropertyMapFromMap(values)
}

func publicPEM(t *testing.T, curve elliptic.Curve) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

func check(t *testing.T, p *Provider, kind string, news, olds resource.PropertyMap) plugin.CheckResponse {
	t.Helper()
	response, err := p.Check(t.Context(), plugin.CheckRequest{URN: urn(kind, "Thing"), News: news, Olds: olds, RandomSeed: []byte("seed")})
	if err != nil {
		t.Fatal(err)
	}
	return response
}

const (
	distributionKind = "aws:cloudfront/distribution:Distribution"
	bucketKind       = "aws:s3/bucketV2:BucketV2"
	keyKind          = "aws:cloudfront/publicKey:PublicKey"
	groupKind        = "aws:cloudfront/keyGroup:KeyGroup"
	corsKind         = "aws:s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2"
	playbackKind     = "aws:ivs/playbackKeyPair:PlaybackKeyPair"
	objectKind       = "aws:s3/bucketObjectv2:BucketObjectv2"
	identityKind     = "aws:cloudfront/originAccessIdentity:OriginAccessIdentity"
	channelKind      = "aws:ivs/channel:Channel"
	blockKind        = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
	encryptionKind   = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"
	ownershipKind    = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
	versioningKind   = "aws:s3/bucketVersioningV2:BucketVersioningV2"
	policyKind       = "aws:s3/bucketPolicy:BucketPolicy"
	accessKind       = "aws:cloudfront/originAccessControl:OriginAccessControl"
	cacheKind        = "aws:cloudfront/cachePolicy:CachePolicy"
	requestKind      = "aws:cloudfront/originRequestPolicy:OriginRequestPolicy"
	responseKind     = "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"
)

func TestCheckRefusesWhatItDoesNotModel(t *testing.T) {
	p := New(fakeaws.New(fakeaws.Options{}))
	cors := func(rule map[string]any) map[string]any {
		return map[string]any{"bucket": "b", "corsRules": []any{rule}}
	}
	for _, tc := range []struct {
		name, kind string
		inputs     map[string]any
		property   string
		reason     string
	}{
		{"typo", bucketKind, map[string]any{"forceDestory": true}, "forceDestory", "misspelt"},
		{"typo inside", corsKind, cors(map[string]any{"allowedMethods": []any{"GET"}, "allowedOrigins": []any{"*"}, "maxAge": 1.0}), "corsRules[0].maxAge", "misspelt"},
		{"missing", keyKind, map[string]any{"comment": "x"}, "encodedKey", "missing required property"},
		{"missing inside", corsKind, cors(map[string]any{"allowedOrigins": []any{"*"}}), "corsRules[0].allowedMethods", "missing required property"},
		{"type", bucketKind, map[string]any{"forceDestroy": "yes"}, "forceDestroy", "expected a boolean"},
		{"not a list", groupKind, map[string]any{"items": "K1"}, "items", "expected a list"},
		{"fraction", corsKind, cors(map[string]any{"allowedMethods": []any{"GET"}, "allowedOrigins": []any{"*"}, "maxAgeSeconds": 1.5}), "corsRules[0].maxAgeSeconds", "expected an integer"},
		{"word", channelKind, map[string]any{"latencyMode": "ULTRA"}, "latencyMode", "one of"},
		{"word in a list", distributionKind, distributionWith("allowedMethods", []any{"GET", "HEAD", "TRACE"}), "defaultCacheBehavior.allowedMethods[2]", "one of"},
		{"length in bytes", keyKind, map[string]any{"encodedKey": "k", "name": strings.Repeat("x", 129)}, "name", "at most 128, got 129"},
		{"characters of a name", keyKind, map[string]any{"encodedKey": "k", "name": "my key"}, "name", "to match"},
		{"not an object", corsKind, map[string]any{"bucket": "b", "corsRules": []any{"GET"}}, "corsRules[0]", "expected an object"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			failures := check(t, p, tc.kind, properties(tc.inputs), nil).Failures
			if len(failures) != 1 || string(failures[0].Property) != tc.property || !strings.Contains(failures[0].Reason, tc.reason) {
				t.Errorf("Check = %v, want one failure of %q: %q", failures, tc.property, tc.reason)
			}
		})
	}
}

// cachingOptimized is a managed cache policy.
const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6"

// distributionWith is a whole distribution but for one property of its behavior.
func distributionWith(name string, value any) map[string]any {
	behavior := map[string]any{
		"targetOriginId": "o", "cachePolicyId": cachingOptimized, "viewerProtocolPolicy": "https-only", "allowedMethods": []any{"GET", "HEAD"}, "cachedMethods": []any{"GET", "HEAD"},
	}
	behavior[name] = value
	return map[string]any{
		"enabled": true, "origins": []any{map[string]any{"originId": "o", "domainName": "videos.s3.us-west-2.amazonaws.com"}},
		"defaultCacheBehavior": behavior, "restrictions": map[string]any{"geoRestriction": map[string]any{"restrictionType": "none"}},
		"viewerCertificate": map[string]any{"cloudfrontDefaultCertificate": true},
	}
}

func TestCheckAcceptsUnknownsAndSecrets(t *testing.T) {
	p := New(fakeaws.New(fakeaws.Options{}))
	unknown := resource.MakeComputed(resource.NewStringProperty(""))
	inputs := resource.PropertyMap{
		"items": resource.NewArrayProperty([]resource.PropertyValue{unknown, resource.MakeSecret(resource.NewStringProperty("K1"))}),
	}
	if failures := check(t, p, groupKind, inputs, nil).Failures; len(failures) > 0 {
		t.Errorf("Check = %v, want none", failures)
	}
}

func TestUnknownTokens(t *testing.T) {
	p := New(fakeaws.New(fakeaws.Options{}))
	_, err := p.Check(t.Context(), plugin.CheckRequest{URN: urn("aws:s3/bucket:Bucket", "x")})
	if err == nil || !strings.Contains(err.Error(), "aws:s3/bucket:Bucket") {
		t.Errorf("Check of an unknown type = %v, want an error with the token", err)
	}
	_, err = p.Invoke(t.Context(), plugin.InvokeRequest{Tok: "aws:ec2/getAmi:getAmi"})
	if err == nil || !strings.Contains(err.Error(), "getAmi") {
		t.Errorf("Invoke of an unknown function = %v, want an error with the token", err)
	}
}

func TestAutonaming(t *testing.T) {
	p := New(fakeaws.New(fakeaws.Options{}))
	first := check(t, p, bucketKind, properties(nil), nil).Properties
	name := first["bucket"].StringValue()
	if !strings.HasPrefix(name, "thing-") || len(name) != len("thing-")+7 {
		t.Errorf("automatic name = %q, want thing- and seven digits", name)
	}
	again, err := p.Check(t.Context(), plugin.CheckRequest{URN: urn(bucketKind, "Thing"), Olds: first, News: properties(nil), RandomSeed: []byte("another")})
	if err != nil || again.Properties["bucket"].StringValue() != name {
		t.Errorf("automatic name of the next run = %v, %v, want %q", again.Properties["bucket"], err, name)
	}
	own := check(t, p, bucketKind, properties(map[string]any{"bucket": "mine"}), first).Properties
	if own["bucket"].StringValue() != "mine" || own.HasValue(defaultsKey) {
		t.Errorf("name of the program's own = %v, want mine, not marked", own)
	}
}

func TestPreviewCreatesNothing(t *testing.T) {
	cloud := fakeaws.New(fakeaws.Options{})
	p := New(cloud)
	got, err := p.Create(t.Context(), plugin.CreateRequest{URN: urn(identityKind, "i"), Properties: properties(map[string]any{"comment": "x"}), Preview: true})
	if err != nil {
		t.Fatal(err)
	}
	if got.ID != "" || !got.Properties["iamArn"].IsComputed() || got.Properties["comment"].StringValue() != "x" {
		t.Errorf("Create in a preview = %q %v, want no id, an unknown iamArn and the comment", got.ID, got.Properties)
	}
	if left := cloud.Resources(); len(left) > 0 {
		t.Errorf("a preview created %q", left)
	}
}

func TestConfigure(t *testing.T) {
	p := New(fakeaws.New(fakeaws.Options{Region: "eu-west-1"}))
	for region, want := range map[string]string{"eu-west-1": "", "us-west-2": `aws:region is "us-west-2", the stand-in plays "eu-west-1"`, "": `aws:region is ""`} {
		_, err := p.Configure(t.Context(), plugin.ConfigureRequest{Inputs: properties(map[string]any{"region": region})})
		if (want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("Configure in %q = %v, want %q", region, err, want)
		}
	}
	response, err := p.CheckConfig(t.Context(), plugin.CheckConfigRequest{News: properties(map[string]any{"region": "eu-west-1", "profile": "prod"})})
	if err != nil || len(response.Failures) != 1 || response.Failures[0].Property != "profile" {
		t.Errorf("CheckConfig with a profile = %v, %v, want it refused", response.Failures, err)
	}
}

func TestStreamKey(t *testing.T) {
	ctx := t.Context()
	p := New(fakeaws.New(fakeaws.Options{}))
	inputs := check(t, p, channelKind, properties(map[string]any{"authorized": true}), nil).Properties
	created, err := p.Create(ctx, plugin.CreateRequest{URN: urn(channelKind, "c"), Properties: inputs})
	if err != nil {
		t.Fatal(err)
	}
	invoke := func(arn string) (plugin.InvokeResponse, error) {
		return p.Invoke(ctx, plugin.InvokeRequest{Tok: "aws:ivs/getStreamKey:getStreamKey", Args: properties(map[string]any{"channelArn": arn})})
	}
	got, err := invoke(string(created.ID))
	if err != nil || !strings.HasPrefix(got.Properties["value"].StringValue(), "sk_us-west-2_") {
		t.Errorf("getStreamKey = %d properties, %v, want a stream key", len(got.Properties), err)
	}
	if _, err := invoke(string(created.ID) + "x"); err == nil {
		t.Error("getStreamKey of an unknown channel succeeded")
	}
	for _, args := range []map[string]any{nil, {"channelArn": string(created.ID), "channelArm": "x"}, {"channelArn": 1.0}} {
		got, err := p.Invoke(ctx, plugin.InvokeRequest{Tok: "aws:ivs/getStreamKey:getStreamKey", Args: properties(args)})
		if err != nil || len(got.Failures) != 1 || len(got.Properties) > 0 {
			t.Errorf("getStreamKey of %v = %v, %v, want one failure", args, got.Failures, err)
		}
	}
}
