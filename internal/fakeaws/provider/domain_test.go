package provider

import (
	"context"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"privateplayback/internal/fakeaws"
	"privateplayback/internal/fakeaws/acm"
)

const (
	certificateKind = "aws:acm/certificate:Certificate"
	validationKind  = "aws:acm/certificateValidation:CertificateValidation"
	zoneKind        = "aws:route53/zone:Zone"
	recordKind      = "aws:route53/record:Record"
)

// inRegion is a configured instance.
func inRegion(t *testing.T, cloud *fakeaws.Cloud, region string) *Provider {
	t.Helper()
	p := New(cloud)
	if _, err := p.Configure(t.Context(), plugin.ConfigureRequest{Inputs: properties(map[string]any{"region": region})}); err != nil {
		t.Fatal(err)
	}
	return p
}

// create checks and creates.
func create(t *testing.T, p *Provider, kind string, inputs map[string]any) (plugin.CreateResponse, error) {
	t.Helper()
	checked := check(t, p, kind, properties(inputs), nil)
	if len(checked.Failures) > 0 {
		t.Fatalf("Check of %s = %v", kind, checked.Failures)
	}
	return p.Create(t.Context(), plugin.CreateRequest{URN: urn(kind, "x"), Properties: checked.Properties})
}

func mustCreate(t *testing.T, p *Provider, kind string, inputs map[string]any) plugin.CreateResponse {
	t.Helper()
	created, err := create(t, p, kind, inputs)
	if err != nil {
		t.Fatal(err)
	}
	return created
}

// A domain of one's own is declared in the order of its parts, read back without
// a difference, and removed.
func TestOwnDomain(t *testing.T) {
	ctx := t.Context()
	cloud := fakeaws.New(fakeaws.Options{})
	home, east := inRegion(t, cloud, cloud.Region), inRegion(t, cloud, "us-east-1")
	zone := mustCreate(t, home, zoneKind, map[string]any{"name": "example.com"})
	certificate := mustCreate(t, east, certificateKind, map[string]any{"domainName": "video.example.com", "validationMethod": "DNS"})
	validation := map[string]any{"certificateArn": string(certificate.ID)}
	if _, err := create(t, east, validationKind, validation); err == nil || !strings.Contains(err.Error(), "PENDING_VALIDATION; declare the CNAME records") {
		t.Errorf("validation without records = %v, want what to declare", err)
	}
	option := certificate.Properties["domainValidationOptions"].ArrayValue()[0].ObjectValue()
	inputs := map[string]any{
		"zoneId": string(zone.ID), "name": option["resourceRecordName"].StringValue(), "type": "CNAME", "ttl": 60.0,
		"records": []any{option["resourceRecordValue"].StringValue()},
	}
	record := mustCreate(t, home, recordKind, inputs)
	validation["validationRecordFqdns"] = []any{"other.example.com"}
	if _, err := create(t, east, validationKind, validation); err == nil || !strings.Contains(err.Error(), "needs the validation records") {
		t.Errorf("validation with another record = %v, want the names it needs", err)
	}
	validation["validationRecordFqdns"] = []any{record.Properties["fqdn"].StringValue()}
	mustCreate(t, east, validationKind, validation)
	if found, err := cloud.ACM.Certificate(string(certificate.ID)); err != nil || found.Status != acm.Issued {
		t.Errorf("certificate = %s, %v, want ISSUED", found.Status, err)
	}
	alias := mustCreate(t, home, recordKind, map[string]any{
		"zoneId": string(zone.ID), "name": "video", "type": "A",
		"aliases": []any{map[string]any{"name": "d1.cloudfront.net", "zoneId": "Z2FDTNDATAQYW2", "evaluateTargetHealth": false}},
	})
	for _, tc := range []struct {
		p       *Provider
		kind    string
		created plugin.CreateResponse
		given   resource.PropertyMap
	}{
		{home, zoneKind, zone, properties(map[string]any{"name": "example.com", "comment": "Managed by Pulumi"})},
		{home, recordKind, record, properties(inputs)},
		{east, certificateKind, certificate, properties(map[string]any{"domainName": "video.example.com", "validationMethod": "DNS"})},
	} {
		got, err := tc.p.Read(ctx, plugin.ReadRequest{URN: urn(tc.kind, "x"), ID: tc.created.ID, Inputs: tc.given})
		if err != nil || tc.given.Diff(got.Inputs) != nil {
			t.Errorf("Read of %s = %v, %v, want the inputs %v", tc.kind, got.Inputs, err, tc.given)
		}
	}
	remove := func(p *Provider, kind string, created plugin.CreateResponse) error {
		_, err := p.Delete(ctx, plugin.DeleteRequest{URN: urn(kind, "x"), ID: created.ID, Inputs: created.Properties, Outputs: created.Properties})
		return err
	}
	if err := remove(home, zoneKind, zone); err == nil || !strings.Contains(err.Error(), "HostedZoneNotEmpty") {
		t.Errorf("Delete of a zone with records = %v, want HostedZoneNotEmpty", err)
	}
	for _, err := range []error{
		remove(home, recordKind, alias), remove(home, recordKind, record), remove(home, recordKind, record),
		remove(home, zoneKind, zone), remove(east, certificateKind, certificate), remove(east, certificateKind, certificate),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	if left := cloud.Resources(); len(left) > 0 {
		t.Errorf("left %q", left)
	}
}

func TestRecordInputsRefused(t *testing.T) {
	p := New(fakeaws.New(fakeaws.Options{}))
	zone := mustCreate(t, p, zoneKind, map[string]any{"name": "example.com"})
	alias := map[string]any{"name": "d1.cloudfront.net", "zoneId": "Z2FDTNDATAQYW2", "evaluateTargetHealth": false}
	for want, inputs := range map[string]map[string]any{
		"has no ttl":         {"type": "A", "records": []any{"192.0.2.1"}},
		"beside ttl":         {"type": "A", "ttl": 60.0, "aliases": []any{alias}},
		"has 2 aliases":      {"type": "A", "aliases": []any{alias, alias}},
		"InvalidChangeBatch": {"type": "CNAME", "name": "example.com", "ttl": 60.0, "records": []any{"example.net"}},
	} {
		inputs["zoneId"] = string(zone.ID)
		if inputs["name"] == nil {
			inputs["name"] = "video"
		}
		if _, err := create(t, p, recordKind, inputs); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Create of %v = %v, want %q", inputs, err, want)
		}
	}
}

func TestGetZone(t *testing.T) {
	p := New(fakeaws.New(fakeaws.Options{}))
	zone := mustCreate(t, p, zoneKind, map[string]any{"name": "example.com"})
	mustCreate(t, p, zoneKind, map[string]any{"name": "example.net"})
	mustCreate(t, p, zoneKind, map[string]any{"name": "example.net"})
	ask := func(args map[string]any) (plugin.InvokeResponse, error) {
		return p.Invoke(t.Context(), plugin.InvokeRequest{Tok: tokens.ModuleMember("aws:route53/getZone:getZone"), Args: properties(args)})
	}
	for _, args := range []map[string]any{{"name": "example.com."}, {"zoneId": string(zone.ID)}} {
		if got, err := ask(args); err != nil || got.Properties["zoneId"].StringValue() != string(zone.ID) {
			t.Errorf("getZone(%v) = %v, %v, want %s", args, got.Properties, err, zone.ID)
		}
	}
	for want, args := range map[string]map[string]any{
		"either zoneId or name": {}, "no hosted zone": {"name": "example.org"}, "2 hosted zones": {"name": "example.net"},
		"NoSuchHostedZone": {"zoneId": "Z0"},
	} {
		if _, err := ask(args); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("getZone(%v) = %v, want %q", args, err, want)
		}
	}
	got, err := ask(map[string]any{"name": "example.com", "privateZone": true})
	if err != nil || len(got.Failures) != 1 || !strings.Contains(got.Failures[0].Reason, "does not model") {
		t.Errorf("getZone of a private zone = %v, %v, want it refused", got.Failures, err)
	}
}

// A private key that the program keeps secret stays so when it is read.
func TestSecretStaysSecret(t *testing.T) {
	last := resource.PropertyMap{"privateKey": resource.MakeSecret(resource.NewStringProperty("k"))}
	read := properties(map[string]any{"privateKey": "k"})
	keepUnread(last, read)
	if !read["privateKey"].IsSecret() {
		t.Error("a secret input was read in clear")
	}
}

// The engine attaches two providers to one port: each has its own region.
func TestTwoProvidersOnOnePort(t *testing.T) {
	cloud := fakeaws.New(fakeaws.Options{})
	debug, _, err := Serve(t.Context(), func() plugin.Provider { return New(cloud) }, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	attach := func(region string) pulumirpc.ResourceProviderClient {
		conn, err := grpc.NewClient("127.0.0.1:"+strings.TrimPrefix(debug, "aws:"), grpc.WithTransportCredentials(insecure.NewCredentials()))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		client := pulumirpc.NewResourceProviderClient(conn)
		args, err := plugin.MarshalProperties(properties(map[string]any{"region": region}), plugin.MarshalOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.Configure(context.Background(), &pulumirpc.ConfigureRequest{Args: args, AcceptSecrets: true}); err != nil {
			t.Fatal(err)
		}
		return client
	}
	clients := map[string]pulumirpc.ResourceProviderClient{"us-west-2": attach("us-west-2"), "us-east-1": attach("us-east-1")}
	for _, tc := range []struct{ region, kind, want string }{
		{"us-west-2", zoneKind, ""}, {"us-east-1", certificateKind, ""},
		{"us-west-2", certificateKind, "explicit provider of that region"}, {"us-east-1", zoneKind, "plays only certificates there"},
		{"us-east-1", distributionKind, "plays only certificates there"}, {"us-west-2", bucketKind, ""},
	} {
		_, err := clients[tc.region].Check(t.Context(), &pulumirpc.CheckRequest{Urn: string(urn(tc.kind, "x"))})
		if (err == nil) != (tc.want == "") || err != nil && !strings.Contains(err.Error(), tc.want) {
			t.Errorf("Check of %s in %s = %v, want %q", tc.kind, tc.region, err, tc.want)
		}
	}
}

// The provider was built before the newest policies of CloudFront, and refuses them.
func TestTLSPolicies(t *testing.T) {
	p := New(fakeaws.New(fakeaws.Options{}))
	for policy, ok := range map[string]bool{"TLSv1": true, "TLSv1.2_2018": true, "TLSv1.2_2021": true, "TLSv1.2_2025": false, "TLSv1.3_2025": false} {
		inputs := with(distributionWith("compress", false), "viewerCertificate", map[string]any{
			"acmCertificateArn": "arn", "sslSupportMethod": "sni-only", "minimumProtocolVersion": policy,
		})
		if failures := check(t, p, distributionKind, properties(inputs), nil).Failures; (len(failures) == 0) != ok {
			t.Errorf("Check of a distribution with %s = %v, want it accepted: %t", policy, failures, ok)
		}
	}
}
