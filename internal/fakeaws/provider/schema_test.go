package provider

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"

	"privateplayback/internal/fakeaws"
)

// sample is a value of the shape of t with every property; with a misspelt one in
// the struct at path.
func sample(t reflect.Type, path, at string) any {
	switch {
	case reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()):
		return "text"
	case t.Kind() == reflect.Struct:
		members := map[string]any{}
		for _, f := range fields(t) {
			members[string(f.name)] = sample(f.kind, join(path, string(f.name)), at)
			if words := strings.Fields(f.tag.Get("oneof")); len(words) > 0 {
				members[string(f.name)] = words[0]
				if f.kind.Kind() == reflect.Slice {
					members[string(f.name)] = []any{words[0]}
				}
			}
		}
		if path == at {
			members["mispelt"] = "x"
		}
		return members
	case t.Kind() == reflect.Slice:
		return []any{sample(t.Elem(), path+"[0]", at)}
	case t.Kind() == reflect.Map:
		return map[string]any{"key": sample(t.Elem(), path+".key", at)}
	case t.Kind() == reflect.Bool:
		return true
	case t.Kind() == reflect.Int, t.Kind() == reflect.Int64:
		return 1.0
	}
	return "text"
}

// levels lists the paths of a struct and of all structs in it.
func levels(t reflect.Type, path string) []string {
	switch {
	case reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()):
	case t.Kind() == reflect.Struct:
		paths := []string{path}
		for _, f := range fields(t) {
			paths = append(paths, levels(f.kind, join(path, string(f.name)))...)
		}
		return paths
	case t.Kind() == reflect.Slice:
		return levels(t.Elem(), path+"[0]")
	}
	return nil
}

// No level of any type ignores a property that it does not know.
func TestMisspeltPropertyAtEveryLevel(t *testing.T) {
	e := newEngine(t, fakeaws.Options{})
	seen := 0
	for token, kind := range types() {
		e.at(e.regionOf(string(token)))
		for _, path := range levels(kind.schema(), "") {
			seen++
			inputs := sample(kind.schema(), "", path).(map[string]any)
			want := fmt.Sprintf("%s: there is no such property; is it misspelt?", join(path, "mispelt"))
			found := false
			for _, f := range e.check(string(token), inputs, nil).Failures {
				found = found || string(f.Property)+": "+f.Reason == want
			}
			if !found {
				t.Errorf("Check of %s with a misspelt property in %q does not say %q", token, path, want)
			}
			// The same without the typing error: nothing is called misspelt.
			for _, f := range e.check(string(token), sample(kind.schema(), "", "-").(map[string]any), nil).Failures {
				if strings.Contains(f.Reason, "misspelt") || strings.Contains(f.Reason, "missing") {
					t.Errorf("Check of a whole %s = %v", token, f)
				}
			}
		}
	}
	if seen < 50 {
		t.Errorf("the walk saw %d levels; does it still descend?", seen)
	}
}

// A property that the real resource has and the stand-in has not is refused for
// what it is, and none of them is modelled after all.
func TestLimits(t *testing.T) {
	e := newEngine(t, fakeaws.Options{})
	for token, kind := range types() {
		walkLimits(kind.schema(), "", func(path, name, reason string) {
			if strings.Contains(reason, "misspelt") || reason == "" {
				t.Errorf("%s: %s is refused with %q", token, join(path, name), reason)
			}
		}, func(path, name string) { t.Errorf("%s: %s is both modelled and not", token, join(path, name)) })
	}
	for _, tc := range []struct {
		name, kind string
		inputs     map[string]any
		property   string
		reason     string
	}{
		{"minTtl beside a cache policy", distributionKind, distributionWith("minTtl", 0.0), "defaultCacheBehavior.minTtl", "CloudFront refuses it beside cachePolicyId"},
		{"defaultTtl beside a cache policy", distributionKind, distributionWith("defaultTtl", 1.0), "defaultCacheBehavior.defaultTtl", "CloudFront refuses it beside cachePolicyId"},
		{"maxTtl beside a cache policy", distributionKind, distributionWith("maxTtl", 1.0), "defaultCacheBehavior.maxTtl", "CloudFront refuses it beside cachePolicyId"},
		{"forwardedValues beside a cache policy", distributionKind, distributionWith("forwardedValues", map[string]any{}), "defaultCacheBehavior.forwardedValues", "CloudFront refuses it beside cachePolicyId"},
		{"origin of one's own", distributionKind, with(distributionWith("compress", true), "origins", []any{map[string]any{"originId": "o", "domainName": "a.example.com", "customOriginConfig": map[string]any{}}}), "origins[0].customOriginConfig", "S3 only"},
		{"inline policy", bucketKind, map[string]any{"policy": "{}"}, "policy", "declare that in its place"},
		{"web ACL", distributionKind, with(distributionWith("compress", true), "webAclId", "x"), "webAclId", "does not model"},
		{"path pattern of the default behavior", distributionKind, distributionWith("pathPattern", "*"), "defaultCacheBehavior.pathPattern", "misspelt"},
		{"recording", channelKind, map[string]any{"recordingConfigurationArn": "x"}, "recordingConfigurationArn", "does not model"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e.t = t
			got := e.check(tc.kind, tc.inputs, nil).Failures
			if len(got) != 1 || string(got[0].Property) != tc.property || !strings.Contains(got[0].Reason, tc.reason) {
				t.Errorf("Check = %v, want one failure of %q: %q", got, tc.property, tc.reason)
			}
		})
	}
}

func walkLimits(t reflect.Type, path string, limit func(path, name, reason string), both func(path, name string)) {
	switch t.Kind() {
	case reflect.Slice:
		walkLimits(t.Elem(), path+"[0]", limit, both)
	case reflect.Struct:
		known := map[string]bool{}
		for _, f := range fields(t) {
			known[string(f.name)] = true
			walkLimits(f.kind, join(path, string(f.name)), limit, both)
		}
		if l, ok := reflect.Zero(t).Interface().(limited); ok {
			for name, reason := range l.limits() {
				limit(path, name, reason)
				if known[name] {
					both(path, name)
				}
			}
		}
	}
}

// Provider settings are checked like inputs.
func TestSettings(t *testing.T) {
	e := newEngine(t, fakeaws.Options{})
	check := func(settings map[string]any) []plugin.CheckFailure {
		response, err := e.CheckConfig(t.Context(), plugin.CheckConfigRequest{News: properties(settings)})
		if err != nil {
			t.Fatal(err)
		}
		return response.Failures
	}
	if got := check(map[string]any{"region": "us-west-2", "version": "6.83.0", "skipRegionValidation": "true", "skipMetadataApiCheck": false}); len(got) > 0 {
		t.Errorf("CheckConfig = %v, want none", got)
	}
	for name, value := range map[string]any{
		"profile": "prod", "endpoints": []any{}, "accessKey": "AKIA", "defaultTags": map[string]any{}, "regoin": "us-west-2",
		"region": 1.0, "skipRegionValidation": "yes", "skipMetadataApiCheck": 1.0,
	} {
		if got := check(map[string]any{name: value}); len(got) != 1 || string(got[0].Property) != name {
			t.Errorf("CheckConfig with %s %v = %v, want it refused", name, value, got)
		}
	}
}
