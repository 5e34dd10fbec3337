package fakeaws

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"net"
	"slices"
	"strings"
	"time"
)

// authority certifies the hosts of one endpoint. It has two roots, which live as
// long as the process and whose keys never leave the memory.
//
// The published one, whose certificate is what clients are told to trust, can
// certify AWS's domains and the names that RFC 2606 and RFC 6761 reserve for
// examples and tests: trusting it opens no site that anybody has. Certificates
// cannot narrow a root after the fact, so one that could certify the aliases of
// every deployment would open everything. Aliases under other names are therefore
// certified by the second root, which is given to nobody: only Endpoint.Client
// verifies them. A browser reaches such an alias with an imported certificate
// whose issuer it trusts already.
type authority struct {
	published, unpublished issuer

	pem  []byte         // of the published root
	pool *x509.CertPool // both roots
	leaf tls.Certificate
}

// domains are those of AWS.
var domains = []string{"amazonaws.com", "cloudfront.net", "live-video.net"}

// reservedDomains belong to nobody.
var reservedDomains = []string{"example.com", "example.net", "example.org", "example", "test"}

// certificateNames are the names that AWS's own certificates bear. A wildcard
// covers one label, so a bucket with a dot in its name fails as it does on AWS.
func certificateNames(region string) []string {
	return []string{
		"*.cloudfront.net",
		"s3.amazonaws.com", "*.s3.amazonaws.com",
		"s3." + region + ".amazonaws.com", "*.s3." + region + ".amazonaws.com",
		"s3.dualstack." + region + ".amazonaws.com", "*.s3.dualstack." + region + ".amazonaws.com",
		"s3-accelerate.amazonaws.com", "*.s3-accelerate.amazonaws.com",
		"*." + region + ".playback.live-video.net",
		"*.j.cloudfront.hls.live-video.net",
	}
}

// newAuthority makes an authority and a server certificate for the region's
// hosts.
func newAuthority(region string) (*authority, error) {
	published, err := newIssuer("private-playback stand-in", slices.Concat(domains, reservedDomains))
	if err != nil {
		return nil, err
	}
	unpublished, err := newIssuer("private-playback stand-in, own domains", nil)
	if err != nil {
		return nil, err
	}
	// The address is the endpoint of clients of S3.
	leaf, err := published.certify(certificateNames(region), time.Time{}, net.IPv4(127, 0, 0, 1))
	if err != nil {
		return nil, err
	}
	a := &authority{
		published:   published,
		unpublished: unpublished,
		pem:         pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: published.certificate.Raw}),
		pool:        x509.NewCertPool(),
		leaf:        leaf,
	}
	a.pool.AddCert(published.certificate)
	a.pool.AddCert(unpublished.certificate)
	return a, nil
}

// certify makes a certificate for the names of one of ACM, to the end that ACM tells.
func (a *authority) certify(names []string, end time.Time) (tls.Certificate, error) {
	for _, name := range names {
		if !within(reservedDomains, name) {
			return a.unpublished.certify(names, end)
		}
	}
	return a.published.certify(names, end)
}

// within tells whether a host name is one of the domains or below one.
func within(domains []string, host string) bool {
	return slices.ContainsFunc(domains, func(domain string) bool { return host == domain || strings.HasSuffix(host, "."+domain) })
}

// issuer is a root with its key.
type issuer struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// newIssuer makes a root that is valid for a week from now and certifies names
// of the permitted domains; every name if none is given.
func newIssuer(commonName string, permitted []string) (issuer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return issuer{}, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber:                big.NewInt(1),
		Subject:                     pkix.Name{CommonName: commonName},
		NotBefore:                   now.Add(-time.Hour),
		NotAfter:                    now.Add(7 * 24 * time.Hour),
		KeyUsage:                    x509.KeyUsageCertSign,
		BasicConstraintsValid:       true,
		IsCA:                        true,
		MaxPathLenZero:              true,
		PermittedDNSDomainsCritical: len(permitted) > 0,
		PermittedDNSDomains:         permitted,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return issuer{}, err
	}
	certificate, err := x509.ParseCertificate(der)
	return issuer{certificate, key}, err
}

// certify makes a server certificate that is valid as long as the root, or until end
// if that is later: clients judge the two apart. The root comes along, for clients
// that know it by its key alone.
func (i issuer) certify(names []string, end time.Time, addresses ...net.IP) (tls.Certificate, error) {
	if end.Before(i.certificate.NotAfter) {
		end = i.certificate.NotAfter
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: "private-playback stand-in hosts"},
		NotBefore:    i.certificate.NotBefore,
		NotAfter:     end,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:     names,
		IPAddresses:  addresses,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, i.certificate, key.Public(), i.key)
	return tls.Certificate{Certificate: [][]byte{der, i.certificate.Raw}, PrivateKey: key}, err
}

// keyPin is the SHA-256 of the public key (SPKI) in base64.
func (i issuer) keyPin() string {
	sum := sha256.Sum256(i.certificate.RawSubjectPublicKeyInfo)
	return base64.StdEncoding.EncodeToString(sum[:])
}
