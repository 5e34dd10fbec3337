package provider

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"

	"privateplayback/internal/fakeaws"
	"privateplayback/internal/fakeaws/apierror"
)

// engine calls a provider in the order in which the real engine does.
type engine struct {
	t     *testing.T
	cloud *fakeaws.Cloud
	*Provider
}

func newEngine(t *testing.T, o fakeaws.Options) *engine {
	cloud := fakeaws.New(o)
	return &engine{t, cloud, New(cloud)}
}

// stored is a resource in the state of an engine.
type stored struct {
	kind            string
	id              resource.ID
	inputs, outputs resource.PropertyMap
}

func (s *stored) text(name string) string { return s.outputs[resource.PropertyKey(name)].StringValue() }

// check differs from the check of other tests in that automatic names differ.
func (e *engine) check(kind string, inputs map[string]any, olds resource.PropertyMap) plugin.CheckResponse {
	e.t.Helper()
	response, err := e.Check(e.t.Context(), plugin.CheckRequest{URN: urn(kind, "Thing"), News: properties(inputs), Olds: olds})
	if err != nil {
		e.t.Fatal(err)
	}
	return response
}

// try creates a resource, or tells why Check or the API refuses it.
func (e *engine) try(kind string, inputs map[string]any) (*stored, error) {
	e.t.Helper()
	checked := e.check(kind, inputs, nil)
	if len(checked.Failures) > 0 {
		return nil, fmt.Errorf("check: %v", checked.Failures)
	}
	created, err := e.Create(e.t.Context(), plugin.CreateRequest{URN: urn(kind, "Thing"), Properties: checked.Properties})
	return &stored{kind, created.ID, checked.Properties, created.Properties}, err
}

func (e *engine) create(kind string, inputs map[string]any) *stored {
	e.t.Helper()
	s, err := e.try(kind, inputs)
	if err != nil {
		e.t.Fatalf("creating %s: %v", kind, err)
	}
	return s
}

// plan is the inputs of the next run and how they differ.
func (e *engine) plan(s *stored, inputs map[string]any) (resource.PropertyMap, plugin.DiffResult, error) {
	e.t.Helper()
	checked := e.check(s.kind, inputs, s.inputs)
	if len(checked.Failures) > 0 {
		e.t.Fatalf("Check of %s = %v", s.kind, checked.Failures)
	}
	diff, err := e.Diff(e.t.Context(), plugin.DiffRequest{
		URN: urn(s.kind, "Thing"), ID: s.id, OldInputs: s.inputs, OldOutputs: s.outputs, NewInputs: checked.Properties,
	})
	return checked.Properties, diff, err
}

func (e *engine) diff(s *stored, inputs map[string]any) plugin.DiffResult {
	e.t.Helper()
	_, diff, err := e.plan(s, inputs)
	if err != nil {
		e.t.Fatalf("Diff of %s: %v", s.kind, err)
	}
	return diff
}

func (e *engine) update(s *stored, inputs map[string]any) error {
	e.t.Helper()
	checked, _, err := e.plan(s, inputs)
	if err != nil {
		return err
	}
	updated, err := e.Update(e.t.Context(), plugin.UpdateRequest{
		URN: urn(s.kind, "Thing"), ID: s.id, OldInputs: s.inputs, OldOutputs: s.outputs, NewInputs: checked,
	})
	if err == nil {
		s.inputs, s.outputs = checked, updated.Properties
	}
	return err
}

// refresh reads a resource into the state; false: it is gone.
func (e *engine) refresh(s *stored) bool {
	e.t.Helper()
	got, err := e.Read(e.t.Context(), plugin.ReadRequest{URN: urn(s.kind, "Thing"), ID: s.id, Inputs: s.inputs, State: s.outputs})
	if err != nil {
		e.t.Fatalf("Read of %s: %v", s.kind, err)
	}
	s.inputs, s.outputs = got.Inputs, got.Outputs
	return got.ID != ""
}

func (e *engine) importAs(kind, id string) *stored {
	e.t.Helper()
	got, err := e.Read(e.t.Context(), plugin.ReadRequest{URN: urn(kind, "Thing"), ID: resource.ID(id)})
	if err != nil || got.ID == "" {
		e.t.Fatalf("importing %s %q = %q, %v", kind, id, got.ID, err)
	}
	return &stored{kind, got.ID, got.Inputs, got.Outputs}
}

func (e *engine) remove(s *stored) error {
	_, err := e.Delete(e.t.Context(), plugin.DeleteRequest{URN: urn(s.kind, "Thing"), ID: s.id, Inputs: s.inputs, Outputs: s.outputs})
	return err
}

// codeOf is the API's code of an error, "" without one.
func codeOf(err error) string {
	var refused *apierror.Error
	if errors.As(err, &refused) {
		return refused.Code
	}
	return ""
}

// with is inputs with some of them changed; nil leaves one out.
func with(inputs map[string]any, changes ...any) map[string]any {
	inputs = maps.Clone(inputs)
	for i := 0; i < len(changes); i += 2 {
		if name := changes[i].(string); changes[i+1] == nil {
			delete(inputs, name)
		} else {
			inputs[name] = changes[i+1]
		}
	}
	return inputs
}

// Whole inputs of some resources, each of which stands alone.
func cacheInputs() map[string]any {
	return map[string]any{"parametersInCacheKeyAndForwardedToOrigin": map[string]any{
		"headersConfig": map[string]any{"headerBehavior": "whitelist", "headers": map[string]any{"items": []any{"Origin"}}},
		"cookiesConfig": map[string]any{"cookieBehavior": "none"}, "queryStringsConfig": map[string]any{"queryStringBehavior": "none"},
	}}
}

func requestInputs() map[string]any {
	return map[string]any{
		"headersConfig": map[string]any{"headerBehavior": "whitelist", "headers": map[string]any{"items": []any{"Origin", "Referer"}}},
		"cookiesConfig": map[string]any{"cookieBehavior": "none"}, "queryStringsConfig": map[string]any{"queryStringBehavior": "all"},
	}
}

func responseInputs() map[string]any {
	list := func(names ...any) map[string]any { return map[string]any{"items": names} }
	return map[string]any{
		"comment": "c",
		"corsConfig": map[string]any{
			"accessControlAllowOrigins": list("https://app.example.com"), "accessControlAllowMethods": list("GET", "HEAD"),
			"accessControlAllowHeaders": list("Range"), "accessControlExposeHeaders": list("ETag"),
			"accessControlAllowCredentials": true, "accessControlMaxAgeSec": 60.0, "originOverride": true,
		},
		"securityHeadersConfig": map[string]any{
			"contentSecurityPolicy":   map[string]any{"contentSecurityPolicy": "default-src 'none'", "override": true},
			"frameOptions":            map[string]any{"frameOption": "DENY", "override": true},
			"referrerPolicy":          map[string]any{"referrerPolicy": "no-referrer", "override": false},
			"contentTypeOptions":      map[string]any{"override": true},
			"strictTransportSecurity": map[string]any{"accessControlMaxAgeSec": 100.0, "includeSubdomains": true, "override": true},
			"xssProtection":           map[string]any{"protection": true, "modeBlock": true, "override": true},
		},
		"customHeadersConfig": map[string]any{"items": []any{map[string]any{"header": "X-A", "value": "1", "override": true}}},
		"removeHeadersConfig": map[string]any{"items": []any{map[string]any{"header": "Server"}}},
	}
}

func accessInputs() map[string]any {
	return map[string]any{"signingProtocol": "sigv4", "signingBehavior": "always", "originAccessControlOriginType": "s3"}
}

// disableByHand does what somebody does in the console.
func (e *engine) disableByHand(d *stored) {
	e.t.Helper()
	now, err := e.cloud.Edge.Distribution(string(d.id))
	if err != nil {
		e.t.Fatal(err)
	}
	now.Enabled = false
	if _, err := e.cloud.Edge.UpdateDistribution(now.ID, now.ETag, now.DistributionConfig); err != nil {
		e.t.Fatal(err)
	}
}

// at makes the engine's provider one of another region.
func (e *engine) at(region string) {
	e.t.Helper()
	if _, err := e.Configure(e.t.Context(), plugin.ConfigureRequest{Inputs: properties(map[string]any{"region": region})}); err != nil {
		e.t.Fatal(err)
	}
}

// regionOf is where resources of a kind are.
func (e *engine) regionOf(kind string) string {
	if strings.HasPrefix(kind, "aws:acm/") {
		return certificateRegion
	}
	return e.cloud.Region
}

// certify gets a certificate for a name below example.com.
func (e *engine) certify(name string) *stored {
	e.t.Helper()
	defer e.at(e.cloud.Region)
	zone := e.create(zoneKind, map[string]any{"name": "example.com"})
	e.at(certificateRegion)
	certificate := e.create(certificateKind, map[string]any{"domainName": name, "validationMethod": "DNS"})
	option := plainMap(certificate.outputs)["domainValidationOptions"].([]any)[0].(map[string]any)
	e.at(e.cloud.Region)
	e.create(recordKind, map[string]any{
		"zoneId": string(zone.id), "name": option["resourceRecordName"], "type": "CNAME", "ttl": 60.0, "records": []any{option["resourceRecordValue"]},
	})
	return certificate
}
