package provider

import (
	"crypto/elliptic"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"

	"privateplayback/internal/fakeaws"
)

// The replacement table: what no update can change.
func TestReplacements(t *testing.T) {
	want := map[string]string{
		bucketKind: "bucket bucketPrefix", ownershipKind: "bucket", blockKind: "bucket", encryptionKind: "bucket", corsKind: "bucket",
		versioningKind: "bucket", policyKind: "bucket", objectKind: "bucket key",
		identityKind: "", accessKind: "", keyKind: "name namePrefix encodedKey", groupKind: "", cacheKind: "", requestKind: "",
		responseKind: "", distributionKind: "", playbackKind: "name publicKey tags", channelKind: "",
		certificateKind: "domainName subjectAlternativeNames validationMethod keyAlgorithm", validationKind: "certificateArn validationRecordFqdns",
		zoneKind: "name", recordKind: "zoneId name type",
	}
	for token, kind := range types() {
		got := []string{}
		for _, f := range fields(kind.schema()) {
			if f.is("forcenew") {
				got = append(got, string(f.name))
			}
		}
		if text := strings.Join(got, " "); text != want[string(token)] {
			t.Errorf("%s is replaced for %q, want %q", token, text, want[string(token)])
		}
	}
}

func TestDiff(t *testing.T) {
	e := newEngine(t, fakeaws.Options{})
	keys := []string{}
	for range 3 {
		keys = append(keys, string(e.create(keyKind, map[string]any{"encodedKey": publicPEM(t, elliptic.P256())}).id))
	}
	groups := []any{}
	for _, key := range keys {
		groups = append(groups, string(e.create(groupKind, map[string]any{"items": []any{key}}).id))
	}
	e.create(bucketKind, map[string]any{"bucket": "videos"})
	one, two := publicPEM(t, elliptic.P256()), publicPEM(t, elliptic.P256())
	playback := publicPEM(t, elliptic.P384())
	none := []resource.PropertyKey(nil)
	trusting := func(list []any) map[string]any { return distributionWith("trustedKeyGroups", list) }
	ordered := func(list []any) map[string]any {
		inputs := distributionWith("compress", false)
		b := with(inputs["defaultCacheBehavior"].(map[string]any), "pathPattern", "/p/*")
		if list != nil {
			b["trustedKeyGroups"] = list
		}
		return with(inputs, "orderedCacheBehaviors", []any{b})
	}
	for _, tc := range []struct {
		name, kind string
		old, new   map[string]any
		replace    []resource.PropertyKey
		changes    plugin.DiffChanges
		deleteOld  bool
	}{
		{"comment of a key", keyKind, map[string]any{"encodedKey": one}, map[string]any{"encodedKey": one, "comment": "x"}, none, plugin.DiffSome, false},
		{"key, automatic name", keyKind, map[string]any{"encodedKey": one}, map[string]any{"encodedKey": two}, []resource.PropertyKey{"encodedKey"}, plugin.DiffSome, false},
		{"key, fixed name", keyKind, map[string]any{"name": "n", "encodedKey": one}, map[string]any{"name": "n", "encodedKey": two}, []resource.PropertyKey{"encodedKey"}, plugin.DiffSome, true},
		{"key, prefix", keyKind, map[string]any{"namePrefix": "n-", "encodedKey": one}, map[string]any{"namePrefix": "n-", "encodedKey": two}, []resource.PropertyKey{"encodedKey"}, plugin.DiffSome, false},
		{"key without final newline, in every run", keyKind, map[string]any{"encodedKey": strings.TrimSpace(one)}, map[string]any{"encodedKey": strings.TrimSpace(one)}, []resource.PropertyKey{"encodedKey"}, plugin.DiffSome, false},
		{"key with CRLF, in every run", keyKind, map[string]any{"encodedKey": strings.ReplaceAll(one, "\n", "\r\n")}, map[string]any{"encodedKey": strings.ReplaceAll(one, "\n", "\r\n")}, []resource.PropertyKey{"encodedKey"}, plugin.DiffSome, false},
		{"tags of a key pair", playbackKind, map[string]any{"publicKey": playback}, map[string]any{"publicKey": playback, "tags": map[string]any{"a": "b"}}, []resource.PropertyKey{"tags"}, plugin.DiffSome, false},
		{"bucket of a setting", blockKind, map[string]any{"bucket": "videos"}, map[string]any{"bucket": "b"}, []resource.PropertyKey{"bucket"}, plugin.DiffSome, false},
		{"false for nothing", blockKind, map[string]any{"bucket": "videos"}, map[string]any{"bucket": "videos", "blockPublicAcls": false}, none, plugin.DiffNone, false},
		{"order of a set", groupKind, map[string]any{"items": []any{keys[0], keys[1]}}, map[string]any{"items": []any{keys[1], keys[0]}}, none, plugin.DiffNone, false},
		{"member of a set", groupKind, map[string]any{"items": []any{keys[0], keys[1]}}, map[string]any{"items": []any{keys[1], keys[2]}}, none, plugin.DiffSome, false},
		{"name of a group", groupKind, map[string]any{"name": "a", "items": []any{keys[0]}}, map[string]any{"name": "b", "items": []any{keys[0]}}, none, plugin.DiffSome, false},
		{"channel", channelKind, map[string]any{"authorized": false}, map[string]any{"authorized": true}, none, plugin.DiffSome, false},
		{"authorized left out", channelKind, map[string]any{"authorized": true}, map[string]any{}, none, plugin.DiffNone, false},
		{"default said", distributionKind, distributionWith("compress", false), with(distributionWith("compress", false), "priceClass", "PriceClass_All", "waitForDeployment", true), none, plugin.DiffNone, false},
		{"default denied", distributionKind, distributionWith("compress", false), with(distributionWith("compress", false), "waitForDeployment", false), none, plugin.DiffSome, false},
		{"order of methods", distributionKind, distributionWith("compress", false), distributionWith("allowedMethods", []any{"HEAD", "GET"}), none, plugin.DiffNone, false},
		{"order of key groups", distributionKind, trusting(groups[:2]), trusting([]any{groups[1], groups[0]}), none, plugin.DiffSome, false},
		{"key groups left out", distributionKind, trusting(groups[:1]), distributionWith("compress", false), none, plugin.DiffNone, false},
		{"no key groups", distributionKind, trusting(groups[:1]), trusting([]any{}), none, plugin.DiffSome, false},
		{"key groups of an ordered behavior left out", distributionKind, ordered(groups[:1]), ordered(nil), none, plugin.DiffSome, false},
		{"protocol version of the default certificate, in every run", distributionKind,
			with(distributionWith("compress", false), "viewerCertificate", map[string]any{"cloudfrontDefaultCertificate": true, "minimumProtocolVersion": "TLSv1.2_2021"}),
			with(distributionWith("compress", false), "viewerCertificate", map[string]any{"cloudfrontDefaultCertificate": true, "minimumProtocolVersion": "TLSv1.2_2021"}),
			none, plugin.DiffSome, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e.t = t
			s := e.create(tc.kind, tc.old)
			defer e.remove(s)
			got := e.diff(s, tc.new)
			if got.Changes != tc.changes || got.DeleteBeforeReplace != tc.deleteOld {
				t.Errorf("Diff = %v %v, delete first %t; want %v, %t", got.Changes, got.DetailedDiff, got.DeleteBeforeReplace, tc.changes, tc.deleteOld)
			}
			if diff := cmp.Diff(tc.replace, got.ReplaceKeys); diff != "" {
				t.Errorf("ReplaceKeys (-want +got):\n%s", diff)
			}
		})
	}
}

// An update for another reason leaves what the program does not mention any more.
func TestUpdateKeepsTrustedKeyGroups(t *testing.T) {
	e := newEngine(t, fakeaws.Options{})
	key := e.create(keyKind, map[string]any{"encodedKey": publicPEM(t, elliptic.P256())})
	group := e.create(groupKind, map[string]any{"items": []any{string(key.id)}})
	d := e.create(distributionKind, distributionWith("trustedKeyGroups", []any{string(group.id)}))
	trusted := func() []string {
		got, err := e.cloud.Edge.Distribution(string(d.id))
		if err != nil {
			t.Fatal(err)
		}
		return got.DefaultBehavior.TrustedKeyGroups
	}
	if err := e.update(d, with(distributionWith("compress", true), "comment", "x")); err != nil || !slices.Equal(trusted(), []string{string(group.id)}) {
		t.Errorf("key groups after an update without them = %q, %v, want them kept", trusted(), err)
	}
	if err := e.update(d, distributionWith("trustedKeyGroups", []any{})); err != nil || len(trusted()) > 0 {
		t.Errorf("key groups after an update with an empty list = %q, %v, want none", trusted(), err)
	}
}

// S3 stores the ARN for a CanonicalUser, and so each run shows a change; policies
// that mean the same do not.
func TestPolicyDrift(t *testing.T) {
	e := newEngine(t, fakeaws.Options{})
	e.create(bucketKind, map[string]any{"bucket": "videos"})
	identity := e.create(identityKind, nil)
	policy := func(principal map[string]any, action any) map[string]any {
		return map[string]any{"bucket": "videos", "policy": map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
			"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "arn:aws:s3:::videos/*",
		}}}}
	}
	byARN := map[string]any{"AWS": identity.text("iamArn")}
	byUser := map[string]any{"CanonicalUser": identity.text("s3CanonicalUserId")}
	s := e.create(policyKind, policy(byUser, "s3:GetObject"))
	for _, when := range []string{"after creation", "after a refresh"} {
		if e.diff(s, policy(byUser, "s3:GetObject")).Changes != plugin.DiffSome {
			t.Errorf("a CanonicalUser is no change %s", when)
		}
		if e.diff(s, policy(byARN, []any{"s3:GetObject"})).Changes != plugin.DiffNone {
			t.Errorf("a policy that means the same is a change %s", when)
		}
		e.refresh(s)
	}
	if err := e.remove(identity); err != nil {
		t.Fatal(err)
	}
	if e.refresh(s); e.diff(s, policy(byARN, "s3:GetObject")).Changes != plugin.DiffSome {
		t.Error("a policy whose identity is gone is no change")
	}
}

func TestIgnoreChanges(t *testing.T) {
	e := newEngine(t, fakeaws.Options{})
	d := e.create(distributionKind, distributionWith("compress", false))
	changed := properties(with(distributionWith("compress", true), "comment", "x"))
	for path, want := range map[string]string{"comment": "defaultCacheBehavior", "defaultCacheBehavior.compress": "comment"} {
		got, err := e.Diff(t.Context(), plugin.DiffRequest{
			URN: urn(distributionKind, "Thing"), OldInputs: d.inputs, OldOutputs: d.outputs, NewInputs: changed, IgnoreChanges: []string{path},
		})
		if err != nil || len(got.ChangedKeys) != 1 || string(got.ChangedKeys[0]) != want {
			t.Errorf("Diff that ignores %q = %v, %v, want %q", path, got.ChangedKeys, err, want)
		}
	}
}

// Secrets stay secret in the state, and are no change.
func TestSecretInputs(t *testing.T) {
	e := newEngine(t, fakeaws.Options{})
	inputs := resource.PropertyMap{"comment": resource.MakeSecret(resource.NewStringProperty("x"))}
	created, err := e.Create(t.Context(), plugin.CreateRequest{URN: urn(identityKind, "i"), Properties: inputs})
	if err != nil {
		t.Fatal(err)
	}
	read, err := e.Read(t.Context(), plugin.ReadRequest{URN: urn(identityKind, "i"), ID: created.ID, Inputs: inputs, State: created.Properties})
	if err != nil {
		t.Fatal(err)
	}
	for where, properties := range map[string]resource.PropertyMap{"state": created.Properties, "inputs read": read.Inputs, "state read": read.Outputs} {
		if !properties["comment"].IsSecret() {
			t.Errorf("the comment in the %s is not secret", where)
		}
	}
	got, err := e.Diff(t.Context(), plugin.DiffRequest{URN: urn(identityKind, "i"), OldInputs: inputs, OldOutputs: read.Outputs, NewInputs: inputs})
	if err != nil || got.Changes != plugin.DiffNone {
		t.Errorf("Diff of an unchanged secret = %v, %v, want none", got.Changes, err)
	}
}
