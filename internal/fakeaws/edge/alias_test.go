package edge

import (
	"fmt"
	"strings"
	"testing"
)

const certificate = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"

// aliased gives the distribution an own certificate for example.com and
// *.example.com, and the aliases.
func aliased(aliases ...string) func(*world, *DistributionConfig) {
	return func(w *world, c *DistributionConfig) {
		w.certificates = map[string][]string{certificate: {"example.com", "*.example.com"}}
		c.Aliases = aliases
		c.Certificate = Certificate{certificate, "sni-only"}
		c.ViewerCertificate = ViewerCertificate{MinimumProtocolVersion: "TLSv1.2_2021"}
	}
}

func TestAliases(t *testing.T) {
	w := newWorld(t, public, aliased("video.example.com", "*.example.com"))
	if got := w.dist.ViewerCertificate.MinimumProtocolVersion; got != "TLSv1.2_2021" {
		t.Errorf("MinimumProtocolVersion = %q, want TLSv1.2_2021", got)
	}
	for host, want := range map[string]int{
		w.dist.DomainName: 200, "video.example.com": 200, "VIDEO.example.com:443": 200, "other.example.com": 200,
		"example.com": 403, "a.b.example.com": 403, "video.example.net": 403, "*.example.com": 200,
	} {
		if rec := w.do(atHost(w.request("GET", "/a.ts"), host)); rec.Code != want {
			t.Errorf("Host %s: got %d, want %d", host, rec.Code, want)
		}
		if name, _, _ := strings.Cut(host, ":"); w.Serves(name) != (want == 200) {
			t.Errorf("Serves(%q) = %v, want %v", name, w.Serves(name), want == 200)
		}
	}
	w.update(func(c *DistributionConfig) { c.Aliases = []string{"new.example.com"} })
	for host, want := range map[string]int{"video.example.com": 403, "other.example.com": 403, "new.example.com": 200} {
		if rec := w.do(atHost(w.request("GET", "/a.ts"), host)); rec.Code != want {
			t.Errorf("after the update, Host %s: got %d, want %d", host, rec.Code, want)
		}
	}
}

// An exact alias goes before one with a wildcard of another distribution.
func TestExactAliasGoesFirst(t *testing.T) {
	w := newWorld(t, public, aliased("*.example.com"))
	c := w.config()
	aliased("video.example.com")(w, &c)
	c.CallerReference, c.Enabled = "second", false
	if _, err := w.CreateDistribution(c); err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]int{"video.example.com": 403, "other.example.com": 200} {
		if rec := w.do(atHost(w.request("GET", "/a.ts"), host)); rec.Code != want {
			t.Errorf("Host %s: got %d, want %d", host, rec.Code, want)
		}
	}
}

// A signature is for the host that was asked: the alias in the policy wants
// the alias in the request.
func TestAliasInTheSignature(t *testing.T) {
	w := newWorld(t, aliased("video.example.com"))
	target := w.custom("/a.ts", w.policy("https://video.example.com/*"))
	if got := verdict(w.do(atHost(w.request("GET", target), "video.example.com"))); got != "200" {
		t.Errorf("at the alias: got %s, want 200", got)
	}
	if got := verdict(w.get(target)); got != "403 AccessDenied" {
		t.Errorf("at the domain name: got %s, want 403 AccessDenied", got)
	}
}

func TestAliasRefusals(t *testing.T) {
	type config = DistributionConfig
	for name, test := range map[string]struct {
		edit   func(*DistributionConfig)
		status int
		code   string
	}{
		"in use":               {func(c *config) { c.Aliases = []string{"video.example.com"} }, 409, "CNAMEAlreadyExists"},
		"twice":                {func(c *config) { c.Aliases = []string{"a.example.com", "a.example.com"} }, 409, "CNAMEAlreadyExists"},
		"not covered":          {func(c *config) { c.Aliases = []string{"a.b.example.com"} }, 400, "InvalidViewerCertificate"},
		"wildcard not covered": {func(c *config) { c.Aliases = []string{"*.b.example.com"} }, 400, "InvalidViewerCertificate"},
		"upper case":           {func(c *config) { c.Aliases = []string{"A.example.com"} }, 400, "InvalidArgument"},
		"wildcard inside":      {func(c *config) { c.Aliases = []string{"a*.example.com"} }, 400, "InvalidArgument"},
		"with port":            {func(c *config) { c.Aliases = []string{"a.example.com:443"} }, 400, "InvalidArgument"},
		"empty label":          {func(c *config) { c.Aliases = []string{".example.com"} }, 400, "InvalidArgument"},
		"101 aliases": {func(c *config) {
			c.Aliases = nil
			for i := range 101 {
				c.Aliases = append(c.Aliases, fmt.Sprintf("n%d.example.com", i))
			}
		}, 400, "TooManyDistributionCNAMEs"},
		"default certificate": {func(c *config) {
			c.Certificate, c.ViewerCertificate = Certificate{}, ViewerCertificate{CloudFrontDefault: true}
		}, 400, "InvalidViewerCertificate"},
		"both certificates":   {func(c *config) { c.ViewerCertificate.CloudFrontDefault = true }, 400, "InvalidViewerCertificate"},
		"unknown certificate": {func(c *config) { c.Certificate.ACMCertificateARN = strings.Replace(certificate, "1234", "0000", 1) }, 400, "InvalidViewerCertificate"},
		"other region": {func(c *config) {
			c.Certificate.ACMCertificateARN = strings.Replace(certificate, "us-east-1", "eu-west-1", 1)
		}, 400, "InvalidViewerCertificate"},
		"no ARN":              {func(c *config) { c.Certificate.ACMCertificateARN = "" }, 400, "InvalidViewerCertificate"},
		"dedicated address":   {func(c *config) { c.Certificate.SSLSupportMethod = "vip" }, 400, "InvalidViewerCertificate"},
		"no protocol version": {func(c *config) { c.ViewerCertificate.MinimumProtocolVersion = "" }, 400, "InvalidMinimumProtocolVersion"},
		"SSLv3 with SNI":      {func(c *config) { c.ViewerCertificate.MinimumProtocolVersion = "SSLv3" }, 400, "InvalidMinimumProtocolVersion"},
	} {
		w := newWorld(t, aliased("video.example.com"))
		c := w.config()
		aliased("new.example.com")(w, &c)
		c.CallerReference = "second"
		test.edit(&c)
		_, err := w.CreateDistribution(c)
		wantCode(t, name, err, test.status, test.code)
	}
}
