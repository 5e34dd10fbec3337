package edge

import (
	"slices"
	"testing"
	"time"
)

func TestViewerTLS(t *testing.T) {
	w := newWorld(t, public, aliased("video.example.com", "*.example.com"))
	for host, want := range map[string]bool{
		"video.example.com": true, "VIDEO.example.com": true, "other.example.com": true,
		"example.com": false, "a.b.example.com": false, w.dist.DomainName: false, "": false,
	} {
		arn, version, ok := w.ViewerTLS(host)
		if ok != want || ok && (arn != certificate || version != "TLSv1.2_2021") {
			t.Errorf("ViewerTLS(%q) = %q, %q, %t, want the certificate with TLSv1.2_2021: %t", host, arn, version, ok, want)
		}
	}
}

func TestOffersHTTP2(t *testing.T) {
	for version, want := range map[string]bool{"": true, "http1.1": false, "http2": true, "http3": false, "http2and3": true} {
		w := newWorld(t, public, func(_ *world, c *DistributionConfig) { c.HTTPVersion = version })
		if got := w.OffersHTTP2(w.dist.DomainName); got != want {
			t.Errorf("OffersHTTP2 of a distribution with %q = %t, want %t", version, got, want)
		}
	}
	if !newWorld(t, public).OffersHTTP2("nobody.example.com") {
		t.Error("OffersHTTP2 of a host that is no distribution's = false, want true")
	}
}

// An alias and a certificate that a change takes away count until it has arrived.
func TestViewerTLSDuringAChange(t *testing.T) {
	w := newWorld(t, public, aliased("video.example.com"))
	w.propagation = time.Minute
	w.update(func(c *DistributionConfig) {
		c.Aliases, c.Certificate, c.ViewerCertificate = nil, Certificate{}, ViewerCertificate{CloudFrontDefault: true}
	})
	users := []string{w.dist.ARN}
	if arn, _, ok := w.ViewerTLS("video.example.com"); !ok || arn != certificate || !slices.Equal(w.CertificateUsers(certificate), users) {
		t.Errorf("during the change: ViewerTLS %q, %t, users %q, want the old certificate in use", arn, ok, w.CertificateUsers(certificate))
	}
	w.now = w.now.Add(2 * time.Minute)
	if got := w.CertificateUsers(certificate); len(got) > 0 {
		t.Errorf("after the change: users %q, want none", got)
	}
	if arn, _, ok := w.ViewerTLS("video.example.com"); ok {
		t.Errorf("after the change: ViewerTLS = %q, want none", arn)
	}
}
