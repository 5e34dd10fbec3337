package provider

import (
	"crypto/tls"
	"net/http/httptest"
	"strings"
	"testing"

	"privateplayback/internal/fakeaws"
)

// view asks the data plane for a path as a viewer does.
func (e *engine) view(d *stored, path string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", "https://"+d.text("domainName")+path, nil)
	r.TLS = &tls.ConnectionState{}
	w := httptest.NewRecorder()
	e.cloud.ServeHTTP(w, r)
	return w
}

func reading(originChanges ...any) map[string]any {
	o := with(map[string]any{"originId": "o", "domainName": "videos.s3.us-west-2.amazonaws.com"}, originChanges...)
	return with(distributionWith("compress", false), "origins", []any{o})
}

func allow(principal, condition string) map[string]any {
	if condition != "" {
		condition = `,"Condition":` + condition
	}
	return map[string]any{"bucket": "videos", "policy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":` + principal +
		`,"Action":"s3:GetObject","Resource":"arn:aws:s3:::videos/*"` + condition + `}]}`}
}

const cloudFront = `{"Service":"cloudfront.amazonaws.com"}`

// A bucket policy with AWS:SourceArn opens a bucket to one distribution.
func TestAccessControlPlays(t *testing.T) {
	e := newEngine(t, fakeaws.Options{})
	e.create(bucketKind, map[string]any{"bucket": "videos"})
	e.create(objectKind, map[string]any{"bucket": "videos", "key": "a", "content": "moving picture"})
	access := string(e.create(accessKind, accessInputs()).id)
	never := string(e.create(accessKind, with(accessInputs(), "signingBehavior", "never")).id)
	identity := e.create(identityKind, nil)
	path := map[string]any{"originAccessIdentity": identity.text("cloudfrontAccessIdentityPath")}
	ours := e.create(distributionKind, reading("originAccessControlId", access))
	other := e.create(distributionKind, reading("originAccessControlId", access))
	unsigned := e.create(distributionKind, reading("originAccessControlId", never))
	anonymous := e.create(distributionKind, reading())
	byIdentity := e.create(distributionKind, reading("s3OriginConfig", path))
	arn := ours.text("arn")
	policy := e.create(policyKind, allow(cloudFront, `{"StringEquals":{"AWS:SourceArn":"`+arn+`"}}`))
	want := func(when string, d *stored, status int) {
		t.Helper()
		if got := e.view(d, "/a"); got.Code != status {
			t.Errorf("%s: GET = %d %q, want %d", when, got.Code, got.Body, status)
		}
	}
	for _, d := range []*stored{other, unsigned, anonymous, byIdentity} {
		want("source ARN of another", d, 403)
	}
	want("source ARN", ours, 200)
	if got := e.view(ours, "/none"); got.Code != 403 || !strings.Contains(got.Body.String(), "<RequestId>") {
		t.Errorf("GET of a missing object = %d %q, want 403 of S3", got.Code, got.Body)
	}
	for _, tc := range []struct {
		name, principal, condition string
		status                     int
	}{
		{"mistyped ARN", cloudFront, `{"StringEquals":{"AWS:SourceArn":"` + arn[:len(arn)-1] + `"}}`, 403},
		{"account", cloudFront, `{"StringEquals":{"aws:SourceAccount":"123456789012"}}`, 200},
		{"any distribution", cloudFront, `{"ArnLike":{"AWS:SourceArn":"arn:aws:cloudfront::123456789012:distribution/*"}}`, 200},
		{"identity", `{"AWS":"` + identity.text("iamArn") + `"}`, "", 403},
	} {
		if err := e.update(policy, allow(tc.principal, tc.condition)); err != nil {
			t.Fatalf("%s: %v", tc.name, err)
		}
		// New distributions have an empty cache.
		want(tc.name+", new", e.create(distributionKind, reading("originAccessControlId", access)), tc.status)
		want(tc.name+", without an access control", e.create(distributionKind, reading()), 403)
	}
}

// Objects under KMS: an identity has no way to the key, and the stand-in has no
// key policies by which an access control would.
func TestKMS(t *testing.T) {
	e := newEngine(t, fakeaws.Options{})
	e.create(bucketKind, map[string]any{"bucket": "videos"})
	e.create(encryptionKind, map[string]any{"bucket": "videos", "rules": []any{map[string]any{"applyServerSideEncryptionByDefault": map[string]any{"sseAlgorithm": "aws:kms"}}}})
	e.create(objectKind, map[string]any{"bucket": "videos", "key": "a", "content": "moving picture"})
	identity := e.create(identityKind, nil)
	access := e.create(accessKind, accessInputs())
	e.create(policyKind, allow(`{"AWS":"`+identity.text("iamArn")+`","Service":"cloudfront.amazonaws.com"}`, ""))
	byIdentity := e.create(distributionKind, reading("s3OriginConfig", map[string]any{"originAccessIdentity": identity.text("cloudfrontAccessIdentityPath")}))
	byControl := e.create(distributionKind, reading("originAccessControlId", string(access.id)))
	for name, d := range map[string]*stored{"identity": byIdentity, "access control": byControl} {
		if got := e.view(d, "/a"); got.Code != 403 || !strings.Contains(got.Body.String(), "AccessDenied") {
			t.Errorf("GET by the %s of an object under KMS = %d %q, want 403 AccessDenied", name, got.Code, got.Body)
		}
	}
	e.create(objectKind, map[string]any{"bucket": "videos", "key": "b", "content": "x"})
	if err := e.cloud.Bucket.PutEncryption("videos", "AES256"); err != nil {
		t.Fatal(err)
	}
	e.create(objectKind, map[string]any{"bucket": "videos", "key": "c", "content": "x"})
	for name, d := range map[string]*stored{"identity": byIdentity, "access control": byControl} {
		if got := e.view(d, "/c"); got.Code != 200 {
			t.Errorf("GET by the %s of an object under AES256 = %d %q, want 200", name, got.Code, got.Body)
		}
	}
}

// A distribution whose origin names another region is made, and viewers get
// S3's redirect.
func TestOriginOfAnotherRegion(t *testing.T) {
	e := newEngine(t, fakeaws.Options{})
	e.create(bucketKind, map[string]any{"bucket": "videos"})
	d := e.create(distributionKind, reading("domainName", "videos.s3.eu-west-1.amazonaws.com"))
	if got := e.view(d, "/a"); got.Code != 301 || !strings.Contains(got.Body.String(), "PermanentRedirect") {
		t.Errorf("GET = %d %q, want 301 PermanentRedirect", got.Code, got.Body)
	}
}
