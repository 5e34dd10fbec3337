package local

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"

	"privateplayback/internal/fakeaws"
	"privateplayback/internal/fakeaws/acm"
	"privateplayback/internal/fakeaws/route53"
	"privateplayback/signer"
)

// A domain of one's own is served under a certificate of another region's provider, a
// second run changes nothing, and what stays at the end is the account's zone.
func TestDomain(t *testing.T) {
	ctx := t.Context()
	d, err := Start(ctx, Options{Domain: "video.example.com", Settings: map[string]any{"ipv6": "true"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, part := range []string{"certificate/", "/video.example.com/A", "/video.example.com/AAAA", ".video.example.com/CNAME"} {
		if !slices.ContainsFunc(d.Cloud.Resources(), func(name string) bool { return strings.Contains(name, part) }) {
			t.Errorf("Start left no %s in %q", part, d.Cloud.Resources())
		}
	}
	stack := parse(t, d.OutputsJSON)
	if stack.BaseURL != "https://video.example.com" || stack.DomainName != "video.example.com" || stack.TLSPolicy != "TLSv1.2_2021" {
		t.Errorf("outputs = %q, %q, %q", stack.BaseURL, stack.DomainName, stack.TLSPolicy)
	}
	if !slices.Contains(d.Endpoint().Hosts(), "video.example.com") {
		t.Errorf("Hosts() = %q, want video.example.com among them", d.Endpoint().Hosts())
	}
	response, err := d.Client().Get(stack.BaseURL + "/sample/ts/master.m3u8")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != 403 {
		t.Errorf("GET without a signature = %s, want 403", response.Status)
	}
	result, err := d.stack.Preview(ctx, optpreview.Refresh())
	if err != nil {
		t.Fatal(err)
	}
	for op, n := range result.ChangeSummary {
		if op != "same" {
			t.Errorf("preview after up: %d to %s, want all the same", n, op)
		}
	}
	if err := d.Destroy(ctx); err != nil {
		t.Error(err)
	}
	if left := d.Cloud.Resources(); len(left) != 1 || !strings.HasPrefix(left[0], "hosted-zone/") {
		t.Errorf("Destroy left %q, want the account's zone", left)
	}
}

// A running stack moves to a domain of its own, to another, and back, and at no step
// does a name refuse what was signed for it before the stack has let go of it.
func TestMove(t *testing.T) {
	ctx := t.Context()
	var domain map[string]any
	d, err := prepare(ctx, Options{Account: func(cloud *fakeaws.Cloud) (settings map[string]any, err error) {
		domain, err = HostDomain(cloud, "video.example.com")
		return nil, err
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	up := func(base string) *eventLog {
		t.Helper()
		log, values, err := d.run(ctx, up)
		if err != nil {
			t.Fatal(err)
		}
		if d.OutputsJSON, err = outputsJSON(values); err != nil {
			t.Fatal(err)
		}
		stack := parse(t, d.OutputsJSON)
		if base == "" {
			base = "https://" + stack.DistributionDomainName
		}
		if stack.BaseURL != base {
			t.Errorf("baseUrl = %q, want %q", stack.BaseURL, base)
		}
		return log
	}
	set := func(member, value string) {
		t.Helper()
		key := projectName + ":domain." + member
		if err := d.stack.SetConfigWithOptions(ctx, key, auto.ConfigValue{Value: value}, &auto.ConfigOptions{Path: true}); err != nil {
			t.Fatal(err)
		}
	}
	up("")
	own := parse(t, d.OutputsJSON).BaseURL
	d.opens(t, own)

	set("name", "video.example.com")
	set("zoneId", domain["zoneId"].(string))
	if result, err := d.stack.Preview(ctx); err != nil || result.ChangeSummary["create"] != 5 || result.ChangeSummary["update"] != 1 {
		t.Errorf("preview of a first domain = %v, %v, want 5 to create and 1 to update", result.ChangeSummary, err)
	}
	wantSteps(t, "a first domain", up("https://video.example.com"), []step{
		{"create", "pulumi:providers:aws", "us-east-1"},
		{"create", "aws:acm/certificate:Certificate", "domain"},
		{"create", "aws:route53/record:Record", "domain-validation"},
		{"create", "aws:acm/certificateValidation:CertificateValidation", "domain"},
		{"update", "aws:cloudfront/distribution:Distribution", "media"},
		{"create", "aws:route53/record:Record", "domain-a"},
	})
	d.opens(t, own, "https://video.example.com")

	set("name", "media.example.com")
	wantDistribution(t, "another domain", up("https://media.example.com"), "aws:acm/certificate:Certificate")
	d.opens(t, own, "https://media.example.com")

	if err := d.stack.RemoveConfig(ctx, projectName+":domain"); err != nil {
		t.Fatal(err)
	}
	wantDistribution(t, "no domain any more", up(""), "aws:acm/certificate:Certificate")
	d.opens(t, own)
	if err := d.Destroy(ctx); err != nil {
		t.Error(err)
	}
}

// opens demands content of a signed URL under each base URL.
func (d *Deployment) opens(t *testing.T, bases ...string) {
	t.Helper()
	cf, err := signer.NewCloudFront(signer.KeyPairID(parse(t, d.OutputsJSON).SigningKeys[0].ID), d.SigningKey)
	if err != nil {
		t.Fatal(err)
	}
	for _, base := range bases {
		signed, err := cf.SignURL(t.Context(), base+"/sample/ts/master.m3u8", time.Now().Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		response, err := d.Client().Get(signed)
		if err != nil {
			t.Errorf("GET under %s: %v", base, err)
			continue
		}
		response.Body.Close()
		if response.StatusCode != 200 {
			t.Errorf("GET under %s = %s, want 200", base, response.Status)
		}
	}
}

// wantDistribution demands that the distribution lets go of a resource before it is
// deleted.
func wantDistribution(t *testing.T, what string, log *eventLog, deleted string) {
	t.Helper()
	updated := slices.Index(log.steps, step{"update", "aws:cloudfront/distribution:Distribution", "media"})
	gone := slices.IndexFunc(log.steps, func(s step) bool { return s.kind == deleted && strings.HasPrefix(s.op, "delete") })
	if updated < 0 || gone < updated {
		t.Errorf("%s: the distribution is step %d and the deletion of %s step %d of %v", what, updated, deleted, gone, log.steps)
	}
}

// A domain at the top of its zone has the zone, any other the one of its parent, which
// is made once.
func TestHostDomain(t *testing.T) {
	cloud := fakeaws.New(fakeaws.Options{})
	for _, tc := range []struct{ domain, zone string }{
		{"example.com", "example.com"}, {"video.example.com", "example.com"}, {"video.media.example.com", "media.example.com"},
	} {
		setting, err := HostDomain(cloud, tc.domain)
		zones := cloud.Route53.HostedZonesByName(tc.zone)
		if err != nil || len(zones) != 1 || setting["name"] != tc.domain || setting["zoneId"] != zones[0].ID {
			t.Errorf("HostDomain(%q) = %v, %v, want the only zone of %q, of %v", tc.domain, setting, err, tc.zone, zones)
		}
	}
}

// Whatever the domain, a page may play whose cookies reach it.
func TestOriginsBeside(t *testing.T) {
	for domain, more := range map[string][]string{
		"": nil, "video.example.com": nil, "example.com": nil, "video.example.co.uk": {"https://app.example.co.uk"},
		"media.example.org": {"https://app.example.org"}, "badexample.com": {"https://app.badexample.com"}, "co.uk": nil,
	} {
		got := OriginsBeside(domain)
		if want := append(Origins(), more...); !slices.Equal(got, want) {
			t.Errorf("OriginsBeside(%q) = %q, want %q", domain, got, want)
		}
		shares := func(origin string) bool {
			_, err := signer.SharedDomain(strings.TrimPrefix(origin, "https://"), "https://"+domain)
			return err == nil
		}
		if domain != "" && domain != "co.uk" && !slices.ContainsFunc(got, shares) {
			t.Errorf("OriginsBeside(%q) = %q, no page of which shares a site with it", domain, got)
		}
	}
}

// Where no zone of the account is named, up says which record viewers need.
func TestDNSElsewhere(t *testing.T) {
	ctx := t.Context()
	d, err := prepare(ctx, Options{Account: func(cloud *fakeaws.Cloud) (map[string]any, error) {
		domain, err := HostDomain(cloud, "video.example.com")
		if err != nil {
			return nil, err
		}
		c, err := cloud.ACM.RequestCertificate(acm.Request{DomainName: "video.example.com", ValidationMethod: "DNS"})
		if err != nil {
			return nil, err
		}
		proof := c.DomainValidationOptions[0]
		err = cloud.Route53.ChangeResourceRecordSets(domain["zoneId"].(string), "CREATE", route53.RecordSet{
			Name: proof.RecordName, Type: proof.RecordType, TTL: 60, Values: []string{proof.RecordValue},
		})
		return map[string]any{"domain": map[string]any{"name": "video.example.com", "certificateArn": c.ARN}}, err
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	result, err := d.stack.Up(ctx)
	if err != nil {
		t.Fatal(err)
	}
	want := "make this record where the DNS of video.example.com is: video.example.com. CNAME " + result.Outputs["distributionDomainName"].Value.(string) + "."
	if !strings.Contains(result.StdOut, want) {
		t.Errorf("up said %s, want %q in it", result.StdOut, want)
	}
	for _, name := range d.Cloud.Resources() {
		if strings.Contains(name, "/video.example.com/A") {
			t.Errorf("up made %s without a zone", name)
		}
	}
}
