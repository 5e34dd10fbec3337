package fakeaws

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"privateplayback/internal/fakeaws/acm"
	"privateplayback/internal/fakeaws/apierror"
	"privateplayback/internal/fakeaws/edge"
	"privateplayback/internal/fakeaws/route53"
)

// aliased deploys a public distribution with an alias and a certificate, and leads
// the alias to it where a zone of the account holds it.
func aliased(t *testing.T, cloud *Cloud, arn, minimumVersion, alias string) edge.Distribution {
	t.Helper()
	methods := []string{"GET", "HEAD"}
	d, err := cloud.Edge.CreateDistribution(edge.DistributionConfig{
		CallerReference: alias, Enabled: true, Aliases: []string{alias},
		Origins: []edge.Origin{{ID: "videos", DomainName: "videos.s3.us-west-2.amazonaws.com"}},
		DefaultBehavior: edge.Behavior{
			TargetOriginID: "videos", ViewerProtocolPolicy: "allow-all", AllowedMethods: methods, CachedMethods: methods,
			CachePolicyID: "658327ea-f89d-4fab-a63d-7e88639e58f6",
		},
		Certificate:       edge.Certificate{ACMCertificateARN: arn, SSLSupportMethod: "sni-only"},
		ViewerCertificate: edge.ViewerCertificate{MinimumProtocolVersion: minimumVersion},
		GeoRestriction:    edge.GeoRestriction{Type: "none"},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, parent, _ := strings.Cut(alias, ".")
	for _, zone := range append(cloud.Route53.HostedZonesByName(alias), cloud.Route53.HostedZonesByName(parent)...) {
		lead(t, cloud, zone.ID, alias, d.DomainName)
	}
	return d
}

func lead(t *testing.T, cloud *Cloud, zoneID, name, target string) {
	t.Helper()
	record := route53.RecordSet{Name: name, Type: "A", Alias: &route53.AliasTarget{HostedZoneID: route53.CloudFrontZoneID, DNSName: target}}
	if err := cloud.Route53.ChangeResourceRecordSets(zoneID, "UPSERT", record); err != nil {
		t.Fatal(err)
	}
}

// Viewers come by the records of a host's zone, and where its DNS is elsewhere by the
// alias.
func TestRecordsLead(t *testing.T) {
	cloud, endpoint := listen(t)
	c := issued(t, cloud, "example.com", "*.example.com", "*.eu.example.com")
	first := aliased(t, cloud, c.ARN, "TLSv1.2_2021", "video.example.com")
	aliased(t, cloud, c.ARN, "TLSv1.2_2021", "unled.example.com")
	aliased(t, cloud, c.ARN, "TLSv1.2_2021", "lost.example.com")
	aliased(t, cloud, c.ARN, "TLSv1.2_2021", "other.example.com")
	zone := cloud.Route53.HostedZonesByName("example.com")[0].ID
	unled, err := cloud.Route53.ResourceRecordSet(zone, "unled.example.com", "A")
	if err != nil {
		t.Fatal(err)
	}
	if err := cloud.Route53.ChangeResourceRecordSets(zone, "DELETE", unled); err != nil {
		t.Fatal(err)
	}
	lead(t, cloud, zone, "lost.example.com", "d000.cloudfront.net")
	lead(t, cloud, zone, "other.example.com", first.DomainName)
	lead(t, cloud, zone, "nobody.example.com", first.DomainName)
	org := issued(t, cloud, "example.org")
	elsewhere := cloud.Route53.HostedZonesByName("example.org")[0].ID
	proof := org.DomainValidationOptions[0]
	err = errors.Join(cloud.Route53.ChangeResourceRecordSets(elsewhere, "DELETE", route53.RecordSet{
		Name: proof.RecordName, Type: proof.RecordType, TTL: 60, Values: []string{proof.RecordValue},
	}), cloud.Route53.DeleteHostedZone(elsewhere))
	if err != nil {
		t.Fatal(err)
	}
	aliased(t, cloud, org.ARN, "TLSv1.2_2021", "example.org")
	aliased(t, cloud, c.ARN, "TLSv1.2_2021", "cname.eu.example.com")
	cname := route53.RecordSet{Name: "cname.eu.example.com", Type: "CNAME", TTL: 60, Values: []string{first.DomainName}}
	if err := cloud.Route53.ChangeResourceRecordSets(zone, "UPSERT", cname); err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]string{
		"video.example.com": "", "other.example.com": "", "example.org": "", "cname.eu.example.com": "",
		"unled.example.com": "no record leads to it", "lost.example.com": "no record leads to it", "nobody.example.com": "remote error: tls",
	} {
		r, err := endpoint.Client().Get("https://" + host + "/x")
		if err == nil {
			r.Body.Close()
		}
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("GET https://%s/x: %v, want %q", host, err, want)
		}
	}
}

// issued validates a certificate by records of a zone.
func issued(t *testing.T, cloud *Cloud, domain string, more ...string) acm.Certificate {
	t.Helper()
	c, err := cloud.ACM.RequestCertificate(acm.Request{DomainName: domain, AlternativeNames: more, ValidationMethod: "DNS"})
	if err != nil {
		t.Fatal(err)
	}
	zone, err := cloud.Route53.CreateHostedZone(domain, domain, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range c.DomainValidationOptions {
		record := route53.RecordSet{Name: v.RecordName, Type: v.RecordType, TTL: 60, Values: []string{v.RecordValue}}
		if err := cloud.Route53.ChangeResourceRecordSets(zone.ID, "UPSERT", record); err != nil {
			t.Fatal(err)
		}
	}
	if c, err = cloud.ACM.Certificate(c.ARN); err != nil || c.Status != acm.Issued {
		t.Fatalf("certificate with its records = %v, %v, want ISSUED", c.Status, err)
	}
	return c
}

func handshake(e *Endpoint, pool *x509.CertPool, name string, maxVersion uint16) error {
	conn, err := tls.Dial("tcp", e.Addr(), &tls.Config{RootCAs: pool, ServerName: name, MinVersion: tls.VersionTLS10, MaxVersion: maxVersion})
	if err == nil {
		conn.Close()
	}
	return err
}

func TestAliasCertificates(t *testing.T) {
	cloud, endpoint := listen(t)
	reserved := issued(t, cloud, "example.com", "*.example.com")
	real := issued(t, cloud, "films.company")
	d := aliased(t, cloud, reserved.ARN, "TLSv1.2_2021", "video.example.com")
	aliased(t, cloud, reserved.ARN, "TLSv1.3_2025", "modern.example.com")
	aliased(t, cloud, reserved.ARN, "TLSv1.1_2016", "older.example.com")
	aliased(t, cloud, reserved.ARN, "TLSv1", "oldest.example.com")
	aliased(t, cloud, real.ARN, "TLSv1.2_2021", "films.company")

	published := x509.NewCertPool()
	published.AppendCertsFromPEM(endpoint.CAPEM())
	for _, tc := range []struct {
		pool    *x509.CertPool
		name    string
		version uint16
		ok      bool
	}{
		{published, "video.example.com", 0, true},
		{published, "VIDEO.example.com", tls.VersionTLS12, true},
		{published, "modern.example.com", tls.VersionTLS13, true},
		{published, "modern.example.com", tls.VersionTLS12, false},
		{published, "video.example.com", tls.VersionTLS11, false},
		{published, "older.example.com", tls.VersionTLS11, true},
		{published, "older.example.com", tls.VersionTLS10, false},
		{published, "oldest.example.com", tls.VersionTLS10, true},
		{published, d.DomainName, tls.VersionTLS11, false},
		{published, "other.example.com", 0, false}, // the certificate covers it, no distribution does
		{published, "films.company", 0, false},     // the published root opens nobody's domain
		{endpoint.authority.pool, "films.company", 0, true},
		{published, d.DomainName, 0, true},
		{published, "localhost", 0, false},
	} {
		if err := handshake(endpoint, tc.pool, tc.name, tc.version); (err == nil) != tc.ok {
			t.Errorf("handshake with %q up to version %x = %v, want success %t", tc.name, tc.version, err, tc.ok)
		}
	}
	for _, host := range []string{"https://video.example.com/x", "http://video.example.com/x", "https://films.company/x"} {
		for way, client := range map[string]func(string) (int, string){
			"Client": func(u string) (int, string) {
				r, _ := get(t, endpoint.Client(), u)
				return r.StatusCode, r.Header.Get("Via")
			},
			"proxy": func(u string) (int, string) {
				r, _ := get(t, proxied(t, endpoint), u)
				return r.StatusCode, r.Header.Get("Via")
			},
		} {
			if status, via := client(host); status != 404 && status != 403 || !strings.Contains(via, "CloudFront") {
				t.Errorf("GET %s with %s = %d Via %q, want an answer of CloudFront", host, way, status, via)
			}
		}
	}
	if err := cloud.ACM.DeleteCertificate(reserved.ARN); code(err) != "ResourceInUseException" {
		t.Errorf("DeleteCertificate in use = %v, want ResourceInUseException", err)
	}
	if err := handshake(endpoint, published, "video.example.com", 0); err != nil {
		t.Errorf("handshake after a refused deletion: %v", err)
	}
}

// A distribution speaks the versions of HTTP that it is configured for.
func TestHTTPVersion(t *testing.T) {
	cloud, endpoint := listen(t)
	c := issued(t, cloud, "example.com", "*.example.com")
	d := aliased(t, cloud, c.ARN, "TLSv1.2_2021", "video.example.com")
	for version, want := range map[string]string{"http2": "HTTP/2.0", "http1.1": "HTTP/1.1"} {
		config := d.DistributionConfig
		config.HTTPVersion = version
		var err error
		if d, err = cloud.Edge.UpdateDistribution(d.ID, d.ETag, config); err != nil {
			t.Fatal(err)
		}
		for _, host := range []string{"video.example.com", d.DomainName} {
			if r, _ := get(t, endpoint.Client(), "https://"+host+"/x"); r.Proto != want {
				t.Errorf("%s with %s answers in %s, want %s", host, version, r.Proto, want)
			}
		}
	}
}

func code(err error) string {
	var refused *apierror.Error
	if errors.As(err, &refused) {
		return refused.Code
	}
	return ""
}

// An imported certificate is served itself, and verifies for who trusts its
// issuer and for nobody else.
func TestImportedCertificate(t *testing.T) {
	cloud, endpoint := listen(t)
	root, err := newIssuer("another authority", nil)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "video"}, DNSNames: []string{"video.films.company"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, root.certificate, key.Public(), root.key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text := func(kind string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	c, err := cloud.ACM.ImportCertificate("", text("CERTIFICATE", der), text("PRIVATE KEY", keyDER), text("CERTIFICATE", root.certificate.Raw))
	if err != nil {
		t.Fatal(err)
	}
	aliased(t, cloud, c.ARN, "TLSv1.2_2021", "video.films.company")
	pool := x509.NewCertPool()
	pool.AddCert(root.certificate)
	if err := handshake(endpoint, pool, "video.films.company", 0); err != nil {
		t.Errorf("handshake with the issuer trusted: %v", err)
	}
	if err := handshake(endpoint, endpoint.authority.pool, "video.films.company", 0); err == nil {
		t.Error("handshake without the issuer succeeded")
	}
}
