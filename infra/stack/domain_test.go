package stack

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const theDistribution = "aws:cloudfront/distribution:Distribution media"

// Where each kind of domain leads: which resources there are besides, and what the
// distribution answers with.
func TestDomain(t *testing.T) {
	own := map[string]any{"acmCertificateArn": "arn:of:domain", "sslSupportMethod": "sni-only", "minimumProtocolVersion": "TLSv1.2_2021"}
	given := map[string]any{"acmCertificateArn": eastARN, "sslSupportMethod": "sni-only", "minimumProtocolVersion": "TLSv1.2_2019"}
	requested := []string{
		"acm/certificate:Certificate domain", "acm/certificateValidation:CertificateValidation domain",
		"providers:aws us-east-1", "route53/record:Record domain-validation",
	}
	for _, tc := range []struct {
		name        string
		domain      Domain
		ipv6        bool
		certificate map[string]any
		resources   []string
	}{
		{"none", Domain{}, false, map[string]any{"cloudfrontDefaultCertificate": true}, nil},
		{"zone", Domain{Name: "video.example.com", ZoneID: "Z1"}, false, own, append(requested, "route53/record:Record domain-a")},
		{"zone and IPv6", Domain{Name: "example.com", ZoneID: "Z1"}, true, own, append(requested, "route53/record:Record domain-a", "route53/record:Record domain-aaaa")},
		{"certificate", Domain{Name: "video.example.com", CertificateARN: eastARN, TLSPolicy: "TLSv1.2_2019"}, false, given, nil},
		{"certificate and zone", Domain{Name: "video.example.com", ZoneID: "Z1", CertificateARN: eastARN, TLSPolicy: "TLSv1.2_2019"}, false, given, []string{"route53/record:Record domain-a"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := deployed(t, func(c *Config) { c.Domain, c.IPv6 = tc.domain, tc.ipv6 })
			if diff := cmp.Diff(tc.certificate, r.property(t, theDistribution, "viewerCertificate").Mappable()); diff != "" {
				t.Errorf("viewerCertificate (-want +got):\n%s", diff)
			}
			aliases := r.resources[theDistribution].Inputs["aliases"]
			if got := aliases.HasValue(); got != tc.domain.used() {
				t.Errorf("aliases = %v, want some: %t", aliases, tc.domain.used())
			}
			if got := r.property(t, theDistribution, "isIpv6Enabled").BoolValue(); got != tc.ipv6 {
				t.Errorf("isIpv6Enabled = %t, want %t", got, tc.ipv6)
			}
			found := []string{}
			for name := range r.resources {
				short := name[strings.Index(name, ":")+1:]
				if slices.ContainsFunc([]string{"acm/", "route53/", "providers:"}, func(p string) bool { return strings.HasPrefix(short, p) }) {
					found = append(found, short)
				}
			}
			slices.Sort(found)
			slices.Sort(tc.resources)
			if diff := cmp.Diff(append([]string{}, tc.resources...), found); diff != "" {
				t.Errorf("resources of the domain (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDomainRecords(t *testing.T) {
	r := deployed(t, func(c *Config) { c.Domain = Domain{Name: "video.example.com", ZoneID: "Z1"} })
	want := map[string]any{"name": "d1.cloudfront.net", "zoneId": "Z2FDTNDATAQYW2", "evaluateTargetHealth": false}
	if diff := cmp.Diff(want, r.property(t, "aws:route53/record:Record domain-a", "aliases", 0).Mappable()); diff != "" {
		t.Errorf("alias (-want +got):\n%s", diff)
	}
	if got := r.property(t, "aws:route53/record:Record domain-validation", "name").StringValue(); got != "_x.video.example.com." {
		t.Errorf("name of the validation record = %q, want the certificate's", got)
	}
	for _, name := range []string{"aws:acm/certificate:Certificate domain", "aws:acm/certificateValidation:CertificateValidation domain"} {
		if got := r.resources[name].Provider; !strings.Contains(got, "us-east-1") {
			t.Errorf("%s has the provider %q, want that of us-east-1", name, got)
		}
	}
}

// A zone that does not hold the name, or that viewers do not see, is refused before
// anything is made.
func TestDomainZone(t *testing.T) {
	zone := func(name string, private bool) resource.PropertyMap {
		return resource.PropertyMap{"name": resource.NewStringProperty(name), "privateZone": resource.NewBoolProperty(private)}
	}
	for _, tc := range []struct {
		zone resource.PropertyMap
		want string
	}{
		{zone("example.com", false), ""},
		{zone("video.example.com.", false), ""},
		{zone("example.org", false), `domain.zoneId is "Z1", the zone of "example.org", which "video.example.com" is not in`},
		{zone("o.example.com", false), `which "video.example.com" is not in`},
		{zone("example.com", true), "a private zone, which viewers do not see"},
		{nil, "config: domain.zoneId is \"Z1\", which cannot be looked up; `aws route53 list-hosted-zones` lists the zones: "},
	} {
		r := &recorder{resources: map[string]pulumi.MockResourceArgs{}, zones: map[string]resource.PropertyMap{"Z1": tc.zone}}
		err := pulumi.RunErr(func(ctx *pulumi.Context) error {
			_, err := newDomain(ctx, Domain{Name: "video.example.com", ZoneID: "Z1"})
			return err
		}, pulumi.WithMocks("private-playback", "test", r))
		if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
			t.Errorf("zone %v: newDomain = %v, want %q", tc.zone, err, tc.want)
		}
		if tc.want != "" && len(r.resources) > 0 {
			t.Errorf("zone %v: newDomain made %d resources", tc.zone, len(r.resources))
		}
	}
}

// The provider of us-east-1 acts as the stack's own does.
func TestCertificateProvider(t *testing.T) {
	r, err := run(t, map[string]string{"aws:profile": "media", "aws:accessKey": "AKIAEXAMPLE", "aws:defaultTags": `{"tags":{"team":"video"}}`, "aws:region": "eu-west-1"}, func(ctx *pulumi.Context) error {
		_, err := newCertificateProvider(ctx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	inputs := r.resources["pulumi:providers:aws us-east-1"].Inputs
	if key := inputs["accessKey"]; !key.ContainsSecrets() {
		t.Errorf("accessKey = %v, want it secret", key)
	}
	delete(inputs, "accessKey")
	want := map[string]any{"region": "us-east-1", "profile": "media", "defaultTags": `{"tags":{"team":"video"}}`}
	if diff := cmp.Diff(want, inputs.Mappable()); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
}
