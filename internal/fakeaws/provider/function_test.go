package provider

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"privateplayback/internal/fakeaws"
)

func (e *engine) invoke(token string, args map[string]any) (map[string]any, []plugin.CheckFailure, error) {
	got, err := e.Invoke(e.t.Context(), plugin.InvokeRequest{Tok: tokens.ModuleMember(token), Args: properties(args)})
	return plainMap(got.Properties), got.Failures, err
}

// Managed policies are found by name under their constant ids, own ones too.
func TestLookups(t *testing.T) {
	e := newEngine(t, fakeaws.Options{})
	cache := e.create(cacheKind, with(cacheInputs(), "name", "mine"))
	request := e.create(requestKind, with(requestInputs(), "name", "mine"))
	response := e.create(responseKind, with(responseInputs(), "name", "mine"))
	for _, tc := range []struct{ token, name, id string }{
		{"aws:cloudfront/getCachePolicy:getCachePolicy", "Managed-CachingOptimized", cachingOptimized},
		{"aws:cloudfront/getCachePolicy:getCachePolicy", "mine", string(cache.id)},
		{"aws:cloudfront/getOriginRequestPolicy:getOriginRequestPolicy", "Managed-CORS-S3Origin", "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf"},
		{"aws:cloudfront/getOriginRequestPolicy:getOriginRequestPolicy", "mine", string(request.id)},
		{"aws:cloudfront/getResponseHeadersPolicy:getResponseHeadersPolicy", "Managed-SimpleCORS", "60669652-455b-4ae9-85a4-c4c02393f86c"},
		{"aws:cloudfront/getResponseHeadersPolicy:getResponseHeadersPolicy", "mine", string(response.id)},
	} {
		byName, failures, err := e.invoke(tc.token, map[string]any{"name": tc.name})
		if err != nil || len(failures) > 0 || byName["id"] != tc.id {
			t.Errorf("%s of %q = %v %v %v, want id %q", tc.token, tc.name, byName["id"], failures, err, tc.id)
		}
		byID, _, err := e.invoke(tc.token, map[string]any{"id": tc.id})
		if diff := cmp.Diff(byName, byID); diff != "" || err != nil {
			t.Errorf("%s by id differs, %v (-name +id):\n%s", tc.token, err, diff)
		}
		for _, args := range []map[string]any{{"name": "CachingOptimized"}, {"id": "none"}, {}} {
			if got, _, err := e.invoke(tc.token, args); err == nil {
				t.Errorf("%s of %v = %v, want an error", tc.token, args, got)
			}
		}
		if _, failures, _ := e.invoke(tc.token, map[string]any{"name": tc.name, "nmae": "x"}); len(failures) != 1 {
			t.Errorf("%s with a misspelt argument = %v, want one failure", tc.token, failures)
		}
	}
	got, _, err := e.invoke("aws:cloudfront/getCachePolicy:getCachePolicy", map[string]any{"name": "mine"})
	want := map[string]any{
		"id": string(cache.id), "arn": cache.text("arn"), "etag": cache.text("etag"), "name": "mine", "comment": "",
		"defaultTtl": 86400.0, "maxTtl": 31536000.0, "parametersInCacheKeyAndForwardedToOrigins": []any{map[string]any{
			"headersConfigs":      []any{map[string]any{"headerBehavior": "whitelist", "headers": []any{map[string]any{"items": []any{"Origin"}}}}},
			"cookiesConfigs":      []any{map[string]any{"cookieBehavior": "none"}},
			"queryStringsConfigs": []any{map[string]any{"queryStringBehavior": "none"}},
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("getCachePolicy, %v (-want +got):\n%s", err, diff)
	}
}

func TestAccountFunctions(t *testing.T) {
	e := newEngine(t, fakeaws.Options{Region: "eu-west-1"})
	for token, want := range map[string]map[string]any{
		"aws:index/getCallerIdentity:getCallerIdentity": {"accountId": "123456789012"},
		"aws:index/getRegion:getRegion":                 {"name": "eu-west-1", "id": "eu-west-1"},
		"aws:index/getPartition:getPartition":           {"partition": "aws", "dnsSuffix": "amazonaws.com"},
	} {
		got, failures, err := e.invoke(token, nil)
		for name, value := range want {
			if err != nil || len(failures) > 0 || got[name] != value {
				t.Errorf("%s = %v %v %v, want %s %v", token, got, failures, err, name, value)
			}
		}
		if _, failures, _ := e.invoke(token, map[string]any{"regoin": "x"}); len(failures) != 1 {
			t.Errorf("%s with an unknown argument = %v, want one failure", token, failures)
		}
	}
	if got, _, err := e.invoke("aws:index/getRegion:getRegion", map[string]any{"name": "us-east-1"}); err == nil {
		t.Errorf("getRegion of another region = %v, want an error", got)
	}
}

// The document is one that S3 takes, and means what it says.
func TestPolicyDocument(t *testing.T) {
	e := newEngine(t, fakeaws.Options{})
	const token = "aws:iam/getPolicyDocument:getPolicyDocument"
	e.create(bucketKind, map[string]any{"bucket": "videos"})
	access := e.create(accessKind, accessInputs())
	e.create(objectKind, map[string]any{"bucket": "videos", "key": "a", "content": "x"})
	d := e.create(distributionKind, reading("originAccessControlId", string(access.id)))
	args := map[string]any{"statements": []any{
		map[string]any{
			"sid": "Reads", "actions": []any{"s3:GetObject"}, "resources": []any{"arn:aws:s3:::videos/*"},
			"principals": []any{map[string]any{"type": "Service", "identifiers": []any{"cloudfront.amazonaws.com"}}},
			"conditions": []any{map[string]any{"test": "StringEquals", "variable": "AWS:SourceArn", "values": []any{d.text("arn")}}},
		},
		map[string]any{
			"effect": "Deny", "actions": []any{"s3:*"}, "resources": []any{"arn:aws:s3:::videos/*", "arn:aws:s3:::videos"},
			"principals": []any{map[string]any{"type": "*", "identifiers": []any{"*"}}},
			"conditions": []any{map[string]any{"test": "Bool", "variable": "aws:SecureTransport", "values": []any{"false"}}},
		},
	}}
	got, failures, err := e.invoke(token, args)
	if err != nil || len(failures) > 0 {
		t.Fatalf("getPolicyDocument = %v, %v", failures, err)
	}
	want := `{"Statement":[{"Action":"s3:GetObject","Condition":{"StringEquals":{"AWS:SourceArn":"` + d.text("arn") + `"}},` +
		`"Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},"Resource":"arn:aws:s3:::videos/*","Sid":"Reads"},` +
		`{"Action":"s3:*","Condition":{"Bool":{"aws:SecureTransport":"false"}},"Effect":"Deny","Principal":"*",` +
		`"Resource":["arn:aws:s3:::videos","arn:aws:s3:::videos/*"]}],"Version":"2012-10-17"}`
	if got["minifiedJson"] != want {
		t.Errorf("minifiedJson = %v, want %v", got["minifiedJson"], want)
	}
	e.create(policyKind, map[string]any{"bucket": "videos", "policy": got["json"]})
	if answer := e.view(d, "/a"); answer.Code != 200 {
		t.Errorf("GET under the policy = %d %q, want 200", answer.Code, answer.Body)
	}
	for _, bad := range []map[string]any{
		{"sourcePolicyDocuments": []any{"{}"}},
		{"statements": []any{map[string]any{"action": []any{"s3:*"}}}},
		{"statements": []any{map[string]any{"effect": "allow"}}},
		{"statements": []any{map[string]any{"principals": []any{map[string]any{"type": "AWS"}}}}},
	} {
		if got, failures, _ := e.invoke(token, bad); len(failures) != 1 {
			t.Errorf("getPolicyDocument of %v = %v %v, want one failure", bad, got, failures)
		}
	}
}
