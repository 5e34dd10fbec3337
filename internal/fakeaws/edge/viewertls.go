package edge

import (
	"slices"
	"strings"
)

// ViewerTLS returns the ACM certificate and the minimum protocol version of the
// distribution that has an alias for a host name without port; false if none has.
// While a change is on its way to the edges the newer configuration that still
// has the alias counts.
func (s *Service) ViewerTLS(host string) (certificateARN, minimumVersion string, ok bool) {
	host = strings.ToLower(host)
	s.mu.RLock()
	defer s.mu.RUnlock()
	id, ok := s.owner(host)
	if !ok || host == s.distributions[id].DomainName {
		return "", "", false
	}
	for _, dep := range []*deployment{s.rollouts[id].current, s.rollouts[id].previous} {
		if dep != nil && dep.serves(host) {
			d := dep.distribution
			return d.Certificate.ACMCertificateARN, d.ViewerCertificate.MinimumProtocolVersion, true
		}
	}
	return "", "", false
}

// CertificateUsers lists the ARNs of the distributions that use an ACM
// certificate, or did until a change that is still on its way, sorted.
func (s *Service) CertificateUsers(certificateARN string) []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	users := []string{}
	for id, d := range s.distributions {
		used := d.Certificate.ACMCertificateARN == certificateARN
		if r := s.rollouts[id]; r.inProgress(s.now()) && r.previous != nil {
			used = used || r.previous.distribution.Certificate.ACMCertificateARN == certificateARN
		}
		if used {
			users = append(users, d.ARN)
		}
	}
	slices.Sort(users)
	return users
}
