package edge

import (
	"slices"
	"strings"
	"time"
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
	for _, d := range s.rollouts[id].held(s.now()) {
		if d.serves(host) {
			return d.distribution.Certificate.ACMCertificateARN, d.distribution.ViewerCertificate.MinimumProtocolVersion, true
		}
	}
	return "", "", false
}

// OffersHTTP2 tells whether a distribution takes HTTP/2 under a host name without
// port, as every other service here does.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesGeneral.html
func (s *Service) OffersHTTP2(host string) bool {
	host = strings.ToLower(host)
	s.mu.RLock()
	defer s.mu.RUnlock()
	id, ok := s.owner(host)
	if !ok {
		return true
	}
	for _, d := range s.rollouts[id].held(s.now()) {
		if d.serves(host) {
			return strings.HasPrefix(d.distribution.HTTPVersion, "http2")
		}
	}
	return true
}

// held are the configurations that edges hold, the newer first.
func (r *rollout) held(now time.Time) []*deployment {
	if r.inProgress(now) && r.previous != nil {
		return []*deployment{r.current, r.previous}
	}
	return []*deployment{r.current}
}

// CertificateUsers lists the ARNs of the distributions that use an ACM
// certificate, or did until a change that is still on its way, sorted.
func (s *Service) CertificateUsers(certificateARN string) []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	users := []string{}
	for _, r := range s.rollouts {
		uses := func(d *deployment) bool { return d.distribution.Certificate.ACMCertificateARN == certificateARN }
		if slices.ContainsFunc(r.held(s.now()), uses) {
			users = append(users, r.current.distribution.ARN)
		}
	}
	slices.Sort(users)
	return users
}
