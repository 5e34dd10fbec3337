package provider

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"

	"privateplayback/internal/fakeaws"
)

func spki(t *testing.T, public any, kind string) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// What Check lets pass and the API refuses, as on AWS: in its words, with nothing
// made.
func TestAPIRefuses(t *testing.T) {
	e := newEngine(t, fakeaws.Options{})
	e.create(bucketKind, map[string]any{"bucket": "videos"})
	e.create(blockKind, map[string]any{"bucket": "videos", "blockPublicPolicy": true})
	good := publicPEM(t, elliptic.P256())
	key := e.create(keyKind, map[string]any{"encodedKey": good, "name": "taken"})
	playback := publicPEM(t, elliptic.P384())
	e.create(playbackKind, map[string]any{"publicKey": playback})
	access := e.create(accessKind, with(accessInputs(), "name", "taken"))
	identity := e.create(identityKind, nil)
	private, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sec1, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	pasted := string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: sec1}))
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	edwards, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	encoded := func(text string) map[string]any { return map[string]any{"encodedKey": text} }
	public := func(text string) map[string]any { return map[string]any{"publicKey": text} }
	policy := func(principal, action, rest string) map[string]any {
		return map[string]any{"bucket": "videos", "policy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":` + principal +
			`,"Action":"` + action + `","Resource":"arn:aws:s3:::videos/*"` + rest + `}]}`}
	}
	from := func(changes ...any) map[string]any {
		o := with(map[string]any{"originId": "o", "domainName": "videos.s3.us-west-2.amazonaws.com"}, changes...)
		return with(distributionWith("compress", false), "origins", []any{o})
	}
	identityPath := map[string]any{"originAccessIdentity": identity.text("cloudfrontAccessIdentityPath")}
	viewer := func(c map[string]any) map[string]any {
		return with(distributionWith("compress", false), "viewerCertificate", c)
	}
	errors := func(list ...any) map[string]any {
		return with(distributionWith("compress", false), "customErrorResponses", list)
	}
	const arn = "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"
	for _, tc := range []struct {
		name, kind string
		inputs     map[string]any
		code       string
	}{
		{"public key: no PEM", keyKind, encoded("key"), "InvalidArgument"},
		{"public key: private key pasted", keyKind, encoded(pasted), "InvalidArgument"},
		{"public key: RSA 1024", keyKind, encoded(spki(t, small.Public(), "PUBLIC KEY")), "InvalidArgument"},
		{"public key: P-384", keyKind, encoded(playback), "InvalidArgument"},
		{"public key: Ed25519", keyKind, encoded(spki(t, edwards, "PUBLIC KEY")), "InvalidArgument"},
		{"public key: wrong label", keyKind, encoded(spki(t, private.Public(), "RSA PUBLIC KEY")), "InvalidArgument"},
		{"public key: two", keyKind, encoded(good + good), "InvalidArgument"},
		{"public key: name taken", keyKind, with(encoded(publicPEM(t, elliptic.P256())), "name", "taken"), "PublicKeyAlreadyExists"},
		{"public key: long comment", keyKind, with(encoded(publicPEM(t, elliptic.P256())), "comment", strings.Repeat("c", 129)), "InvalidArgument"},
		{"playback key: P-256", playbackKind, public(good), "ValidationException"},
		{"playback key: private key pasted", playbackKind, public(pasted), "ValidationException"},
		{"playback key: twice", playbackKind, public(playback), "ConflictException"},
		{"key group: empty", groupKind, map[string]any{"items": []any{}}, "InvalidArgument"},
		{"key group: unknown key", groupKind, map[string]any{"items": []any{"K0"}}, "InvalidArgument"},
		{"key group: long name", groupKind, map[string]any{"name": strings.Repeat("n", 129), "items": []any{string(key.id)}}, "InvalidArgument"},
		{"identity: long comment", identityKind, map[string]any{"comment": strings.Repeat("c", 129)}, "InvalidArgument"},
		{"access control: name taken", accessKind, with(accessInputs(), "name", "taken"), "OriginAccessControlAlreadyExists"},
		{"access control: other origin", accessKind, with(accessInputs(), "originAccessControlOriginType", "lambda"), "InvalidArgument"},
		{"cache policy: none with headers", cacheKind, map[string]any{"parametersInCacheKeyAndForwardedToOrigin": map[string]any{
			"headersConfig": map[string]any{"headerBehavior": "none", "headers": map[string]any{"items": []any{"Origin"}}},
			"cookiesConfig": map[string]any{"cookieBehavior": "none"}, "queryStringsConfig": map[string]any{"queryStringBehavior": "none"},
		}}, "InvalidArgument"},
		{"cache policy: TTLs out of order", cacheKind, with(cacheInputs(), "minTtl", 10.0, "maxTtl", 5.0), "InvalidArgument"},
		{"cache policy: managed name", cacheKind, with(cacheInputs(), "name", "Managed-X"), "InvalidArgument"},
		{"origin request policy: Authorization", requestKind, with(requestInputs(), "headersConfig", map[string]any{"headerBehavior": "whitelist", "headers": map[string]any{"items": []any{"Authorization"}}}), "InvalidArgument"},
		{"response headers policy: empty", responseKind, map[string]any{"comment": "c"}, "InvalidArgument"},
		{"response headers policy: credentials and *", responseKind, with(responseInputs(), "corsConfig", with(responseInputs()["corsConfig"].(map[string]any), "accessControlAllowOrigins", map[string]any{"items": []any{"*"}})), "InvalidArgument"},
		{"origin: identity and access control", distributionKind, from("s3OriginConfig", identityPath, "originAccessControlId", string(access.id)), "IllegalOriginAccessConfiguration"},
		{"origin: unknown identity", distributionKind, from("s3OriginConfig", map[string]any{"originAccessIdentity": "origin-access-identity/cloudfront/E0"}), "InvalidOriginAccessIdentity"},
		{"origin: identity by ARN", distributionKind, from("s3OriginConfig", map[string]any{"originAccessIdentity": identity.text("iamArn")}), "InvalidOriginAccessIdentity"},
		{"origin: unknown access control", distributionKind, from("originAccessControlId", "E0"), "InvalidOriginAccessControl"},
		{"origin: website", distributionKind, from("domainName", "videos.s3-website-us-west-2.amazonaws.com"), "InvalidArgument"},
		{"origin: website, other form", distributionKind, from("domainName", "videos.s3-website.us-west-2.amazonaws.com"), "InvalidArgument"},
		{"origin: URL", distributionKind, from("domainName", "https://videos.s3.us-west-2.amazonaws.com"), "InvalidArgument"},
		{"origin: path with a slash at the end", distributionKind, from("originPath", "/a/"), "InvalidArgument"},
		{"behavior: unknown origin", distributionKind, distributionWith("targetOriginId", "none"), "NoSuchOrigin"},
		{"behavior: no cache policy", distributionKind, distributionWith("cachePolicyId", nil), "InvalidArgument"},
		{"behavior: unknown cache policy", distributionKind, distributionWith("cachePolicyId", "x"), "NoSuchCachePolicy"},
		{"behavior: unknown origin request policy", distributionKind, distributionWith("originRequestPolicyId", "x"), "NoSuchOriginRequestPolicy"},
		{"behavior: unknown response headers policy", distributionKind, distributionWith("responseHeadersPolicyId", "x"), "NoSuchResponseHeadersPolicy"},
		{"behavior: public key id for a group", distributionKind, distributionWith("trustedKeyGroups", []any{string(key.id)}), "TrustedKeyGroupDoesNotExist"},
		{"behavior: methods that are no set", distributionKind, distributionWith("allowedMethods", []any{"GET", "HEAD", "PUT"}), "InvalidArgument"},
		{"root object with a slash", distributionKind, with(distributionWith("compress", false), "defaultRootObject", "/index.html"), "InvalidDefaultRootObject"},
		{"certificate: none", distributionKind, viewer(map[string]any{}), "InvalidViewerCertificate"},
		{"certificate: two", distributionKind, viewer(map[string]any{"cloudfrontDefaultCertificate": true, "acmCertificateArn": arn, "sslSupportMethod": "sni-only"}), "InvalidViewerCertificate"},
		{"certificate: unknown", distributionKind, viewer(map[string]any{"acmCertificateArn": arn, "sslSupportMethod": "sni-only"}), "InvalidViewerCertificate"},
		{"certificate: other region", distributionKind, viewer(map[string]any{"acmCertificateArn": strings.Replace(arn, "us-east-1", "us-west-2", 1), "sslSupportMethod": "sni-only"}), "InvalidViewerCertificate"},
		{"alias without a certificate", distributionKind, with(distributionWith("compress", false), "aliases", []any{"a.example.com"}), "InvalidViewerCertificate"},
		{"error response: unknown code", distributionKind, errors(map[string]any{"errorCode": 401.0}), "InvalidErrorCode"},
		{"error response: page without a code", distributionKind, errors(map[string]any{"errorCode": 404.0, "responsePagePath": "/e.html"}), "InvalidArgument"},
		{"geo restriction without countries", distributionKind, with(distributionWith("compress", false), "restrictions", map[string]any{"geoRestriction": map[string]any{"restrictionType": "whitelist"}}), "InvalidGeoRestrictionParameter"},
		{"bucket policy: unknown identity", policyKind, policy(`{"AWS":"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E0"}`, "s3:GetObject", ""), "MalformedPolicy"},
		{"bucket policy: unknown canonical user", policyKind, policy(`{"CanonicalUser":"`+strings.Repeat("0", 96)+`"}`, "s3:GetObject", ""), "MalformedPolicy"},
		{"bucket policy: identity's id alone", policyKind, policy(`{"AWS":"`+string(identity.id)+`"}`, "s3:GetObject", ""), "MalformedPolicy"},
		{"bucket policy: bucket action on objects", policyKind, policy(`{"AWS":"`+identity.text("iamArn")+`"}`, "s3:ListBucket", ""), "MalformedPolicy"},
		{"bucket policy: public", policyKind, policy(`"*"`, "s3:GetObject", ""), "AccessDenied"},
		{"bucket policy: no JSON", policyKind, map[string]any{"bucket": "videos", "policy": "x"}, "MalformedPolicy"},
		{"setting of no bucket", blockKind, map[string]any{"bucket": "none"}, "NoSuchBucket"},
		{"bucket: name", bucketKind, map[string]any{"bucket": "Videos"}, "InvalidBucketName"},
		{"bucket: twice", bucketKind, map[string]any{"bucket": "videos"}, "BucketAlreadyOwnedByYou"},
		{"encryption: two rules", encryptionKind, map[string]any{"bucket": "videos", "rules": []any{}}, "MalformedXML"},
		{"CORS: method", corsKind, map[string]any{"bucket": "videos", "corsRules": []any{map[string]any{"allowedMethods": []any{"OPTIONS"}, "allowedOrigins": []any{"*"}}}}, "InvalidRequest"},
		{"CORS: no rules", corsKind, map[string]any{"bucket": "videos", "corsRules": []any{}}, "MalformedXML"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e.t = t
			before := len(e.cloud.Resources())
			s, err := e.try(tc.kind, tc.inputs)
			if codeOf(err) != tc.code {
				t.Errorf("create = %v, %v, want %s", s, err, tc.code)
			}
			if after := len(e.cloud.Resources()); after != before {
				t.Errorf("a refused creation left %d resources more", after-before)
			}
			if err != nil && strings.Contains(err.Error(), strings.Split(pasted, "\n")[1]) {
				t.Error("the error holds the private key")
			}
		})
	}
}

// What the real provider refuses before it calls the API, and so in a preview.
func TestCheckRefusesWithReason(t *testing.T) {
	e := newEngine(t, fakeaws.Options{})
	for _, tc := range []struct {
		name, kind string
		inputs     map[string]any
		property   string
	}{
		{"empty name", keyKind, map[string]any{"encodedKey": "k", "name": ""}, "name"},
		{"name with a blank", keyKind, map[string]any{"encodedKey": "k", "name": "a b"}, "name"},
		{"name of 129", keyKind, map[string]any{"encodedKey": "k", "name": strings.Repeat("n", 129)}, "name"},
		{"prefix of 103", keyKind, map[string]any{"encodedKey": "k", "namePrefix": strings.Repeat("n", 103)}, "namePrefix"},
		{"name and prefix", keyKind, map[string]any{"encodedKey": "k", "name": "n", "namePrefix": "n"}, "name"},
		{"bucket and prefix", bucketKind, map[string]any{"bucket": "videos", "bucketPrefix": "v"}, "bucket"},
		{"bucket prefix of 38", bucketKind, map[string]any{"bucketPrefix": strings.Repeat("v", 38)}, "bucketPrefix"},
		{"access control's name of 65", accessKind, with(accessInputs(), "name", strings.Repeat("n", 65)), "name"},
		{"signing behavior", accessKind, with(accessInputs(), "signingBehavior", "sometimes"), "signingBehavior"},
		{"channel's name", channelKind, map[string]any{"name": "a b"}, "name"},
		{"channel's name of 129", channelKind, map[string]any{"name": strings.Repeat("n", 129)}, "name"},
		{"channel's type", channelKind, map[string]any{"type": "PREMIUM"}, "type"},
		{"key pair's name", playbackKind, map[string]any{"publicKey": "k", "name": "a/b"}, "name"},
		{"comment of a distribution", distributionKind, with(distributionWith("compress", true), "comment", strings.Repeat("c", 129)), "comment"},
		{"price class", distributionKind, with(distributionWith("compress", true), "priceClass", "PriceClass_300"), "priceClass"},
		{"protocol policy", distributionKind, distributionWith("viewerProtocolPolicy", "https"), "defaultCacheBehavior.viewerProtocolPolicy"},
		{"support method", distributionKind, with(distributionWith("compress", true), "viewerCertificate", map[string]any{"sslSupportMethod": "sni"}), "viewerCertificate.sslSupportMethod"},
		{"versioning", versioningKind, map[string]any{"bucket": "b", "versioningConfiguration": map[string]any{"status": "On"}}, "versioningConfiguration.status"},
		{"source and content", objectKind, map[string]any{"bucket": "b", "content": "x", "source": "x"}, "source"},
		{"tag that is no text", bucketKind, map[string]any{"tags": map[string]any{"a": 1.0}}, "tags.a"},
		{"frame option", responseKind, map[string]any{"securityHeadersConfig": map[string]any{"frameOptions": map[string]any{"frameOption": "ALLOW", "override": true}}}, "securityHeadersConfig.frameOptions.frameOption"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e.t = t
			if got := e.check(tc.kind, tc.inputs, nil).Failures; len(got) != 1 || string(got[0].Property) != tc.property {
				t.Errorf("Check = %v, want one failure of %q", got, tc.property)
			}
		})
	}
}

func TestQuotas(t *testing.T) {
	e := newEngine(t, fakeaws.Options{})
	fill := func(kind string, n int, inputs func(i int) map[string]any) []any {
		t.Helper()
		ids := []any{}
		for i := range n {
			ids = append(ids, string(e.create(kind, inputs(i)).id))
		}
		return ids
	}
	key := func(int) map[string]any { return map[string]any{"encodedKey": publicPEM(t, elliptic.P256())} }
	keys := fill(keyKind, 10, key)
	group := func(i int) map[string]any { return map[string]any{"items": keys[:1+i%5]} }
	groups := fill(groupKind, 10, group)
	pair := func(int) map[string]any { return map[string]any{"publicKey": publicPEM(t, elliptic.P384())} }
	fill(playbackKind, 3, pair)
	fill(cacheKind, 20, func(int) map[string]any { return cacheInputs() })
	fill(requestKind, 20, func(int) map[string]any { return requestInputs() })
	fill(responseKind, 20, func(int) map[string]any { return responseInputs() })
	fill(identityKind, 100, func(int) map[string]any { return nil })
	fill(accessKind, 100, func(int) map[string]any { return accessInputs() })
	popular := func(int) map[string]any { return distributionWith("trustedKeyGroups", groups[:1]) }
	fill(distributionKind, 100, popular)
	origins, behaviors := []any{}, []any{}
	for i := range 101 {
		origins = append(origins, map[string]any{"originId": fmt.Sprint("o", i), "domainName": "videos.s3.us-west-2.amazonaws.com"})
	}
	for i := range 76 {
		behaviors = append(behaviors, with(distributionWith("compress", true)["defaultCacheBehavior"].(map[string]any), "pathPattern", fmt.Sprint("/", i)))
	}
	for _, tc := range []struct {
		kind   string
		inputs map[string]any
		code   string
	}{
		{keyKind, key(0), "TooManyPublicKeys"},
		{groupKind, group(0), "TooManyKeyGroups"},
		{groupKind, map[string]any{"items": keys[:6]}, "TooManyPublicKeysInKeyGroup"},
		{playbackKind, pair(0), "ServiceQuotaExceededException"},
		{cacheKind, cacheInputs(), "TooManyCachePolicies"},
		{requestKind, requestInputs(), "TooManyOriginRequestPolicies"},
		{responseKind, responseInputs(), "TooManyResponseHeadersPolicies"},
		{identityKind, nil, "TooManyCloudFrontOriginAccessIdentities"},
		{accessKind, accessInputs(), "TooManyOriginAccessControls"},
		{distributionKind, distributionWith("trustedKeyGroups", groups[:5]), "TooManyKeyGroupsAssociatedToDistribution"},
		{distributionKind, popular(0), "TooManyDistributionsAssociatedToKeyGroup"},
		{distributionKind, with(distributionWith("targetOriginId", "o1"), "origins", origins), "TooManyOrigins"},
		{distributionKind, with(distributionWith("compress", true), "orderedCacheBehaviors", behaviors), "TooManyCacheBehaviors"},
	} {
		if s, err := e.try(tc.kind, tc.inputs); codeOf(err) != tc.code {
			t.Errorf("one %s more = %v, %v, want %s", tc.kind, s, err, tc.code)
		}
	}
}
