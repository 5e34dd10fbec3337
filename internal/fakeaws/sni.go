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
// handshake fails for any other name, and below the protocol version that the
// distribution demands.
func (v *viewerCertificates) choose(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	name := strings.ToLower(strings.TrimSuffix(hello.ServerName, "."))
	if name == "" || within(domains, name) {
		return &v.authority.leaf, nil
	}
	arn, minimum, ok := v.cloud.Edge.ViewerTLS(name)
	if !ok {
		return nil, fmt.Errorf("no distribution has the alias %q", name)
	}
	if strings.HasPrefix(minimum, "TLSv1.3") && !slices.Contains(hello.SupportedVersions, tls.VersionTLS13) {
		return nil, fmt.Errorf("the distribution of %q demands %s", name, minimum)
	}
	if imported, ok := v.cloud.ACM.KeyPair(arn); ok {
		return &imported, nil
	}
	return v.issue(arn)
}

// protocols takes HTTP/2 from the offer where the distribution has none; nil
// leaves everything as it is.
func (v *viewerCertificates) protocols(hello *tls.ClientHelloInfo) (*tls.Config, error) {
	if v.cloud.Edge.OffersHTTP2(strings.TrimSuffix(hello.ServerName, ".")) {
		return nil, nil
	}
	return &tls.Config{GetCertificate: v.choose, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}, nil
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
	if len(names) == 0 {
		return nil, fmt.Errorf("ACM has issued no certificate %q", arn)
	}
	made, err := v.authority.certify(names)
	if err != nil {
		return nil, err
	}
	v.issued[arn] = &made
	return &made, nil
}
