package provider

import (
	"crypto/elliptic"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"

	"privateplayback/internal/fakeaws"
)

// wholeDistribution has every property that the stand-in models; it needs the
// rest of a distribution to refer to.
func (e *engine) wholeDistribution() map[string]any {
	e.t.Helper()
	arn := string(e.certify("*.example.com").id)
	key := e.create(keyKind, map[string]any{"encodedKey": publicPEM(e.t, elliptic.P256())})
	group := e.create(groupKind, map[string]any{"items": []any{string(key.id)}})
	identity := e.create(identityKind, map[string]any{"comment": "c"})
	access := e.create(accessKind, accessInputs())
	domain := "videos.s3.us-west-2.amazonaws.com"
	inputs := distributionWith("trustedKeyGroups", []any{string(group.id)})
	ordered := with(inputs["defaultCacheBehavior"].(map[string]any),
		"pathPattern", "/p/*", "compress", true,
		"originRequestPolicyId", string(e.create(requestKind, requestInputs()).id),
		"responseHeadersPolicyId", string(e.create(responseKind, responseInputs()).id),
		"cachePolicyId", string(e.create(cacheKind, cacheInputs()).id))
	return with(inputs,
		"aliases", []any{"b.example.com", "a.example.com"}, "comment", "c", "defaultRootObject", "index.html", "httpVersion", "http2and3",
		"isIpv6Enabled", true, "priceClass", "PriceClass_100", "tags", map[string]any{"a": "b"},
		"orderedCacheBehaviors", []any{ordered},
		"origins", []any{
			map[string]any{"originId": "o", "domainName": domain, "originPath": "/x", "s3OriginConfig": map[string]any{"originAccessIdentity": identity.text("cloudfrontAccessIdentityPath")}},
			map[string]any{"originId": "a", "domainName": domain, "originAccessControlId": string(access.id)},
		},
		"customErrorResponses", []any{map[string]any{"errorCode": 403.0, "responseCode": 404.0, "responsePagePath": "/404.html"}, map[string]any{"errorCode": 500.0, "errorCachingMinTtl": 5.0}},
		"restrictions", map[string]any{"geoRestriction": map[string]any{"restrictionType": "whitelist", "locations": []any{"JP", "DE"}}},
		"viewerCertificate", map[string]any{"acmCertificateArn": arn, "sslSupportMethod": "sni-only", "minimumProtocolVersion": "TLSv1.2_2021"})
}

// Every type lives: what was created is not a change, nor is it after a refresh
// or an import; it can be deleted twice, and is then gone.
func TestEveryTypeLives(t *testing.T) {
	e := newEngine(t, fakeaws.Options{})
	e.create(bucketKind, map[string]any{"bucket": "videos"})
	key := e.create(keyKind, map[string]any{"encodedKey": publicPEM(t, elliptic.P256())})
	zone := e.create(zoneKind, map[string]any{"name": "example.org"})
	distribution := e.wholeDistribution()
	issued := distribution["viewerCertificate"].(map[string]any)["acmCertificateArn"]
	inputs := map[string]map[string]any{
		bucketKind:       {"bucket": "others", "forceDestroy": true, "tags": map[string]any{"a": "b"}},
		ownershipKind:    {"bucket": "videos", "rule": map[string]any{"objectOwnership": "BucketOwnerPreferred"}},
		blockKind:        {"bucket": "videos", "blockPublicAcls": true, "restrictPublicBuckets": false},
		encryptionKind:   {"bucket": "videos", "rules": []any{map[string]any{"applyServerSideEncryptionByDefault": map[string]any{"sseAlgorithm": "AES256"}}}},
		corsKind:         {"bucket": "videos", "corsRules": []any{map[string]any{"allowedMethods": []any{"GET", "HEAD"}, "allowedOrigins": []any{"*"}, "maxAgeSeconds": 5.0}}},
		versioningKind:   {"bucket": "videos", "versioningConfiguration": map[string]any{"status": "Enabled"}},
		policyKind:       {"bucket": "videos", "policy": map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{"Effect": "Deny", "Principal": "*", "Action": []any{"s3:*"}, "Resource": []any{"arn:aws:s3:::videos/*", "arn:aws:s3:::videos"}, "Condition": map[string]any{"Bool": map[string]any{"aws:SecureTransport": "false"}}}}}},
		objectKind:       {"bucket": "videos", "key": "a/b", "content": "text", "cacheControl": "max-age=1", "metadata": map[string]any{"a": "b"}},
		identityKind:     {"comment": "c"},
		accessKind:       accessInputs(),
		keyKind:          {"encodedKey": publicPEM(t, elliptic.P256()), "comment": "c"},
		groupKind:        {"items": []any{string(key.id)}, "comment": "c"},
		cacheKind:        with(cacheInputs(), "minTtl", 1.0, "maxTtl", 100.0, "defaultTtl", 10.0),
		requestKind:      requestInputs(),
		responseKind:     responseInputs(),
		distributionKind: distribution,
		playbackKind:     {"publicKey": publicPEM(t, elliptic.P384()), "tags": map[string]any{"a": "b"}},
		certificateKind:  {"domainName": "a.example.org", "validationMethod": "DNS", "subjectAlternativeNames": []any{"c.example.org", "b.example.org"}},
		validationKind:   {"certificateArn": issued},
		zoneKind:         {"name": "example.net", "forceDestroy": true},
		recordKind:       {"zoneId": string(zone.id), "name": "a", "type": "TXT", "ttl": 60.0, "records": []any{"x", "y"}},
		channelKind:      {"authorized": true, "type": "BASIC", "latencyMode": "NORMAL"},
	}
	for kind := range types() {
		if inputs[string(kind)] == nil {
			t.Errorf("the test knows no inputs of %s", kind)
		}
	}
	for kind, in := range inputs {
		t.Run(kind, func(t *testing.T) {
			e.t = t
			e.at(e.regionOf(kind))
			s := e.create(kind, in)
			same := func(when string, s *stored) {
				if got := e.diff(s, in); got.Changes != plugin.DiffNone {
					t.Errorf("Diff %s = %v, want none", when, got.DetailedDiff)
				}
			}
			same("after creation", s)
			before := s.outputs
			if !e.refresh(s) {
				t.Fatal("gone after creation")
			}
			if diff := cmp.Diff(plainMap(before), plainMap(s.outputs)); diff != "" {
				t.Errorf("a refresh changes the state (-created +read):\n%s", diff)
			}
			same("after a refresh", s)
			id := string(s.id)
			if kind == objectKind {
				id = "videos/" + id
			}
			imported := s
			if kind != validationKind { // which the real provider cannot import
				imported = e.importAs(kind, id)
			}
			if imported.id != s.id {
				t.Errorf("imported as %q, want %q", imported.id, s.id)
			}
			switch got := e.diff(imported, in); kind {
			case playbackKind: // never read back
				if diff := cmp.Diff([]resource.PropertyKey{"name", "publicKey", "tags"}, got.ReplaceKeys); diff != "" {
					t.Errorf("an imported key pair is replaced for (-want +got):\n%s", diff)
				}
			default:
				for _, key := range got.ChangedKeys { // what only the provider knows, and names that the test leaves out
					if key != "name" && key != "tags" && key != "forceDestroy" && key != "content" && !(kind == recordKind && (key == "name" || key == "records")) {
						t.Errorf("an imported resource differs in %q: %v", key, got.DetailedDiff)
					}
				}
			}
			for _, when := range []string{"once", "when it is gone"} {
				if err := e.remove(s); err != nil {
					t.Errorf("Delete %s: %v", when, err)
				}
			}
			// A bucket always has these, and a validation is its certificate's.
			keeps := kind == encryptionKind || kind == versioningKind || kind == validationKind
			if e.refresh(s) != keeps {
				t.Errorf("Read after the deletion finds it: %t, want %t", !keeps, keeps)
			}
		})
	}
}

// What somebody changes by hand is seen at the next refresh.
func TestRefreshSeesChangesByHand(t *testing.T) {
	e := newEngine(t, fakeaws.Options{})
	e.create(bucketKind, map[string]any{"bucket": "videos"})
	versioning := map[string]any{"bucket": "videos", "versioningConfiguration": map[string]any{"status": "Enabled"}}
	s := e.create(versioningKind, versioning)
	if err := e.cloud.Bucket.PutVersioning("videos", "Suspended"); err != nil {
		t.Fatal(err)
	}
	if e.refresh(s); e.diff(s, versioning).Changes != plugin.DiffSome {
		t.Error("suspended versioning is no change")
	}
	d := e.create(distributionKind, distributionWith("compress", false))
	e.disableByHand(d)
	e.refresh(d)
	if got := e.diff(d, distributionWith("compress", false)); len(got.ChangedKeys) != 1 || got.ChangedKeys[0] != "enabled" {
		t.Errorf("Diff of a distribution disabled by hand = %v, want enabled", got.ChangedKeys)
	}
}

// A deletion of versioning suspends it, and there is no way back to none.
func TestVersioning(t *testing.T) {
	e := newEngine(t, fakeaws.Options{})
	e.create(bucketKind, map[string]any{"bucket": "videos"})
	status := func(word string) map[string]any {
		return map[string]any{"bucket": "videos", "versioningConfiguration": map[string]any{"status": word}}
	}
	s := e.create(versioningKind, status("Disabled"))
	if err := e.update(s, status("Enabled")); err != nil {
		t.Fatal(err)
	}
	if _, _, err := e.plan(s, status("Disabled")); err == nil {
		t.Error("a plan from Enabled to Disabled is accepted")
	}
	if err := e.remove(s); err != nil {
		t.Fatal(err)
	}
	if got, err := e.cloud.Bucket.Versioning("videos"); got != "Suspended" || err != nil {
		t.Errorf("versioning after the deletion = %q, %v, want Suspended", got, err)
	}
}

// An import goes by the id form of the real provider, and by no other.
func TestImportIDs(t *testing.T) {
	e := newEngine(t, fakeaws.Options{})
	e.create(bucketKind, map[string]any{"bucket": "videos"})
	e.create(objectKind, map[string]any{"bucket": "videos", "key": "a/b", "content": "x"})
	channel := e.create(channelKind, map[string]any{"name": "n"})
	d := e.create(distributionKind, distributionWith("compress", false))
	for _, id := range []string{"videos/a/b", "s3://videos/a/b"} {
		if got := e.importAs(objectKind, id); got.id != "a/b" || got.inputs["bucket"].StringValue() != "videos" {
			t.Errorf("object imported as %q = %q in %v", id, got.id, got.inputs["bucket"])
		}
	}
	if got := e.importAs(distributionKind, string(d.id)); !got.inputs["waitForDeployment"].BoolValue() {
		t.Error("an imported distribution is not waited for")
	}
	arn := string(channel.id)
	for _, tc := range []struct {
		kind, id string
		fails    bool // else there is nothing to import
	}{
		{channelKind, arn[len(arn)-12:], true},
		{channelKind, "n", true},
		{channelKind, arn + "x", false},
		{playbackKind, arn, true},
		{objectKind, "a", true},
		{objectKind, "videos/none", false},
		{bucketKind, "arn:aws:s3:::videos", false},
		{policyKind, "videos", false},
		{corsKind, "videos,123456789012", false},
		{distributionKind, d.text("arn"), false},
		{keyKind, "K0", false},
		{groupKind, "none", false},
		{accessKind, "E0", false},
	} {
		got, err := e.Read(t.Context(), plugin.ReadRequest{URN: urn(tc.kind, "Thing"), ID: resource.ID(tc.id)})
		if got.ID != "" || (err != nil) != tc.fails {
			t.Errorf("importing %s %q = %q, %v; want nothing, an error %t", tc.kind, tc.id, got.ID, err, tc.fails)
		}
	}
}

// A prefix asks for a name of the provider's own, which stays.
func TestPrefixes(t *testing.T) {
	e := newEngine(t, fakeaws.Options{})
	for _, tc := range []struct {
		kind, property string
		inputs         map[string]any
	}{
		{bucketKind, "bucket", map[string]any{"bucketPrefix": "videos-"}},
		{keyKind, "name", map[string]any{"namePrefix": "videos-", "encodedKey": publicPEM(t, elliptic.P256())}},
	} {
		s := e.create(tc.kind, tc.inputs)
		name := s.text(tc.property)
		if len(name) != len("videos-")+uniqueSuffix || name[:7] != "videos-" {
			t.Errorf("name of %s = %q, want videos- and %d digits", tc.kind, name, uniqueSuffix)
		}
		if got := e.diff(s, tc.inputs); got.Changes != plugin.DiffNone {
			t.Errorf("Diff of %s with a prefix = %v, want none", tc.kind, got.DetailedDiff)
		}
	}
}

// The real provider refuses names that S3 would change.
func TestMetadataInCapitals(t *testing.T) {
	e := newEngine(t, fakeaws.Options{})
	e.create(bucketKind, map[string]any{"bucket": "videos"})
	s, err := e.try(objectKind, map[string]any{"bucket": "videos", "key": "a", "content": "x", "metadata": map[string]any{"Title": "b"}})
	if err == nil || !strings.Contains(err.Error(), `"Title"`) {
		t.Errorf("create with metadata in capitals = %v, %v, want an error that names it", s, err)
	}
}
