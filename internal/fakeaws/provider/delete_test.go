package provider

import (
	"crypto/elliptic"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"privateplayback/internal/fakeaws"
)

// Deletions of what is in use are refused with the code of each API, and those
// with an old ETag as well.
func TestDeleteRefuses(t *testing.T) {
	e := newEngine(t, fakeaws.Options{})
	d := e.create(distributionKind, e.wholeDistribution())
	in := plainMap(d.outputs)
	first := func(v any) map[string]any { return v.([]any)[0].(map[string]any) }
	ordered := first(in["orderedCacheBehaviors"])
	group := e.importAs(groupKind, in["defaultCacheBehavior"].(map[string]any)["trustedKeyGroups"].([]any)[0].(string))
	key := e.importAs(keyKind, plainMap(group.outputs)["items"].([]any)[0].(string))
	used := map[string]*stored{
		"PublicKeyInUse": key, "ResourceInUse": group,
		"CachePolicyInUse":           e.importAs(cacheKind, ordered["cachePolicyId"].(string)),
		"OriginRequestPolicyInUse":   e.importAs(requestKind, ordered["originRequestPolicyId"].(string)),
		"ResponseHeadersPolicyInUse": e.importAs(responseKind, ordered["responseHeadersPolicyId"].(string)),
	}
	for _, o := range in["origins"].([]any) {
		origin := o.(map[string]any)
		if id, ok := origin["originAccessControlId"].(string); ok {
			used["OriginAccessControlInUse"] = e.importAs(accessKind, id)
		} else {
			path := origin["s3OriginConfig"].(map[string]any)["originAccessIdentity"].(string)
			used["CloudFrontOriginAccessIdentityInUse"] = e.importAs(identityKind, strings.TrimPrefix(path, "origin-access-identity/cloudfront/"))
		}
	}
	if len(used) != 7 {
		t.Fatalf("found %d resources that a distribution uses, want 7", len(used))
	}
	for code, s := range used {
		if err := e.remove(s); codeOf(err) != code {
			t.Errorf("Delete of a used %s = %v, want %s", s.kind, err, code)
		}
	}
	if err := e.remove(d); err != nil {
		t.Fatalf("Delete of the distribution: %v", err)
	}
	for _, s := range []*stored{group, key, used["CachePolicyInUse"], used["OriginRequestPolicyInUse"], used["ResponseHeadersPolicyInUse"], used["OriginAccessControlInUse"], used["CloudFrontOriginAccessIdentityInUse"]} {
		current := s.outputs["etag"]
		s.outputs["etag"] = resource.NewStringProperty("EOLD")
		if err := e.remove(s); codeOf(err) != "PreconditionFailed" {
			t.Errorf("Delete of %s with an old ETag = %v, want PreconditionFailed", s.kind, err)
		}
		inputs := with(plainMap(s.inputs), "comment", "other")
		if s.kind == accessKind {
			inputs = with(plainMap(s.inputs), "description", "other")
		}
		if err := e.update(s, inputs); codeOf(err) != "PreconditionFailed" {
			t.Errorf("Update of %s with an old ETag = %v, want PreconditionFailed", s.kind, err)
		}
		delete(s.outputs, "etag")
		if err := e.remove(s); codeOf(err) != "InvalidIfMatchVersion" {
			t.Errorf("Delete of %s without an ETag = %v, want InvalidIfMatchVersion", s.kind, err)
		}
		s.outputs["etag"] = current
		if err := e.remove(s); err != nil {
			t.Errorf("Delete of an unused %s: %v", s.kind, err)
		}
	}
	if left := e.cloud.Edge.Resources(); len(left) > 0 {
		t.Errorf("left %q", left)
	}
}

// A bucket with objects is kept, unless an earlier run stored forceDestroy.
func TestBucketWithObjectsIsKept(t *testing.T) {
	e := newEngine(t, fakeaws.Options{})
	inputs := map[string]any{"bucket": "videos"}
	s := e.create(bucketKind, inputs)
	e.create(versioningKind, map[string]any{"bucket": "videos", "versioningConfiguration": map[string]any{"status": "Enabled"}})
	o := e.create(objectKind, map[string]any{"bucket": "videos", "content": "text"})
	if o.id != "Thing" {
		t.Errorf("key of an object without one = %q, want the resource's name", o.id)
	}
	if err := e.remove(o); err != nil {
		t.Fatal(err)
	}
	late := *s
	late.inputs = properties(with(inputs, "forceDestroy", true))
	if err := e.remove(&late); codeOf(err) != "BucketNotEmpty" {
		t.Errorf("Delete with forceDestroy in the same run = %v, want BucketNotEmpty: a version and a delete marker are left", err)
	}
	if err := e.update(s, with(inputs, "forceDestroy", true)); err != nil {
		t.Fatal(err)
	}
	if err := e.remove(s); err != nil || e.cloud.Bucket.BucketExists("videos") {
		t.Errorf("Delete with forceDestroy in the state = %v, bucket exists %t", err, e.cloud.Bucket.BucketExists("videos"))
	}
}

// A changed key group changes the ETag of the distributions that trust it; the
// provider asks for the new one.
func TestKeyGroupChangesETag(t *testing.T) {
	e := newEngine(t, fakeaws.Options{})
	keys := []any{}
	for range 2 {
		keys = append(keys, string(e.create(keyKind, map[string]any{"encodedKey": publicPEM(t, elliptic.P256())}).id))
	}
	group := e.create(groupKind, map[string]any{"items": keys[:1]})
	inputs := distributionWith("trustedKeyGroups", []any{string(group.id)})
	d := e.create(distributionKind, inputs)
	before := d.text("etag")
	if err := e.update(group, map[string]any{"items": keys}); err != nil {
		t.Fatal(err)
	}
	now, err := e.cloud.Edge.Distribution(string(d.id))
	if err != nil || now.ETag == before {
		t.Errorf("ETag after a change of the key group = %q, %v, want another", now.ETag, err)
	}
	if err := e.update(d, with(inputs, "comment", "x")); err != nil {
		t.Errorf("Update with the ETag from before: %v", err)
	}
	shown := plainMap(d.outputs)["trustedKeyGroups"].([]any)[0].(map[string]any)
	if items := shown["items"].([]any); shown["enabled"] != true || len(items) != 1 || len(items[0].(map[string]any)["keyPairIds"].([]any)) != 2 {
		t.Errorf("trustedKeyGroups = %v, want one group with two keys", shown)
	}
}
