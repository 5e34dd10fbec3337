package fakeaws

import (
	"crypto/tls"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// viewerCertificates chooses the certificate of a handshake by the name that the
// client asks for (SNI).
type viewerCertificates struct {
	cloud     *Cloud
	authority *authority

	mu     sync.Mutex
	issued map[string]*tls.Certificate // by ARN in ACM
}

// choose returns AWS's own certificate for AWS's names and for clients that name
// none, which S3 serves by address; for an alias the one of its distribution. The
// handshake fails for any other name.
func (v *viewerCertificates) choose(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	name := strings.ToLower(strings.TrimSuffix(hello.ServerName, "."))
	if name == "" || within(domains, name) {
		return &v.authority.leaf, nil
	}
	arn, _, ok := v.cloud.Edge.ViewerTLS(name)
	if !ok {
		return nil, fmt.Errorf("no distribution has the alias %q", name)
	}
	if imported, ok := v.cloud.ACM.KeyPair(arn); ok {
		return &imported, nil
	}
	return v.issue(arn)
}

// protocols is what a client may speak under a name: from the version on that the
// distribution's policy says, with the ciphers that it says, and HTTP/2 unless the
// distribution has none; nil for what is so everywhere. HTTP/2 is not for versions of
// TLS before 1.2.
func (v *viewerCertificates) protocols(hello *tls.ClientHelloInfo) (*tls.Config, error) {
	name := strings.ToLower(strings.TrimSuffix(hello.ServerName, "."))
	_, policy, _ := v.cloud.Edge.ViewerTLS(name)
	config := &tls.Config{GetCertificate: v.choose, MinVersion: leastVersion(policy), CipherSuites: ciphers(policy), NextProtos: []string{"h2", "http/1.1"}}
	modern := func(version uint16) bool { return version >= tls.VersionTLS12 }
	switch {
	case !v.cloud.Edge.OffersHTTP2(name) || !slices.ContainsFunc(hello.SupportedVersions, modern):
		config.NextProtos = []string{"http/1.1"}
	case config.MinVersion == tls.VersionTLS12 && config.CipherSuites == nil:
		return nil, nil
	}
	return config, nil
}

// leastVersion is the protocol version of a security policy. Under AWS's own names,
// which have none here, it is TLS 1.2.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html
func leastVersion(policy string) uint16 {
	version, _, _ := strings.Cut(policy, "_")
	switch version {
	case "TLSv1":
		return tls.VersionTLS10
	case "TLSv1.1":
		return tls.VersionTLS11
	case "TLSv1.3":
		return tls.VersionTLS13
	}
	return tls.VersionTLS12
}

// ciphers are those of a security policy for TLS 1.2, as far as Go has them; nil for
// Go's own, of which older policies have all and AWS's own names the most.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html
func ciphers(policy string) []uint16 {
	suites := []uint16{
		tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
		tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
	}
	switch policy {
	case "TLSv1.2_2021", "TLSv1.2_2025":
		return suites
	case "TLSv1.2_2018", "TLSv1.2_2019":
		return append(suites, tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256)
	}
	return nil
}

// issue makes the certificate behind an ARN once, so that it stays the same
// through a run.
func (v *viewerCertificates) issue(arn string) (*tls.Certificate, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if known := v.issued[arn]; known != nil {
		return known, nil
	}
	names := v.cloud.ACM.Names(arn)
	told, err := v.cloud.ACM.Certificate(arn)
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("ACM has issued no certificate %q", arn)
	}
	made, err := v.authority.certify(names, told.NotAfter)
	if err != nil {
		return nil, err
	}
	v.issued[arn] = &made
	return &made, nil
}
