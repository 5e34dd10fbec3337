package fakeaws

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"time"
)

// authority is a certificate authority that lives as long as the process. Its
// certificates are good for AWS's domains only, and its key never leaves the
// memory: trusting it opens nothing else.
type authority struct {
	pem  []byte
	pool *x509.CertPool
	leaf tls.Certificate
}

// domains are what the authority may certify.
var domains = []string{"amazonaws.com", "cloudfront.net", "live-video.net"}

// certificateNames are the names that AWS's own certificates bear. A wildcard
// covers one label, so a bucket with a dot in its name fails as it does on AWS.
func certificateNames(region string) []string {
	return []string{
		"*.cloudfront.net",
		"s3.amazonaws.com", "*.s3.amazonaws.com",
		"s3." + region + ".amazonaws.com", "*.s3." + region + ".amazonaws.com",
		"s3.dualstack." + region + ".amazonaws.com", "*.s3.dualstack." + region + ".amazonaws.com",
		"*." + region + ".playback.live-video.net",
		"*.j.cloudfront.hls.live-video.net",
	}
}

// newAuthority makes an authority and a server certificate for the region's
// hosts, both valid for a week from now.
func newAuthority(region string) (*authority, error) {
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	ca := &x509.Certificate{
		SerialNumber:                big.NewInt(1),
		Subject:                     pkix.Name{CommonName: "private-playback stand-in"},
		NotBefore:                   now.Add(-time.Hour),
		NotAfter:                    now.Add(7 * 24 * time.Hour),
		KeyUsage:                    x509.KeyUsageCertSign,
		BasicConstraintsValid:       true,
		IsCA:                        true,
		MaxPathLenZero:              true,
		PermittedDNSDomainsCritical: true,
		PermittedDNSDomains:         domains,
	}
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, caKey.Public(), caKey)
	if err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2),
		Subject:      pkix.Name{CommonName: "private-playback stand-in hosts"},
		NotBefore:    ca.NotBefore,
		NotAfter:     ca.NotAfter,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:     certificateNames(region),
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)}, // the endpoint of clients of S3
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, ca, key.Public(), caKey)
	if err != nil {
		return nil, err
	}
	a := &authority{
		pem:  pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER}),
		pool: x509.NewCertPool(),
		leaf: tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key},
	}
	a.pool.AppendCertsFromPEM(a.pem)
	return a, nil
}
