package edge

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
)

const maxAliases = 100

var (
	aliasName      = regexp.MustCompile(`^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$`)
	certificateARN = regexp.MustCompile(`^arn:aws:acm:us-east-1:[0-9]{12}:certificate/[0-9a-f-]{36}$`)
)

// A Certificate is an own certificate for the aliases, in place of the
// CloudFront default one.
type Certificate struct {
	ACMCertificateARN string // of us-east-1; one that Options.CertificateNames knows
	SSLSupportMethod  string // "sni-only"
}

// checkCertificate validates certificate and aliases together. Every alias must
// be covered by the certificate.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
func (s *Service) checkCertificate(op string, c *DistributionConfig) error {
	v := &c.ViewerCertificate
	own := c.Certificate != Certificate{}
	versions := []string{"TLSv1", "TLSv1_2016", "TLSv1.1_2016", "TLSv1.2_2018", "TLSv1.2_2019", "TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"}
	if !own {
		versions = append(versions, "", "SSLv3")
	}
	switch {
	case v.CloudFrontDefault == own:
		return invalidCertificate(op, "specify either the CloudFront default certificate or one of your own.")
	case !own && len(c.Aliases) > 0:
		return refuse(op, http.StatusBadRequest, "InvalidViewerCertificate",
			"To add an alternate domain name (CNAME) to a CloudFront distribution, you must attach a trusted certificate that validates your authorization to use the domain name.")
	case !slices.Contains(versions, v.MinimumProtocolVersion):
		return refuse(op, http.StatusBadRequest, "InvalidMinimumProtocolVersion",
			"The minimum protocol version specified is not valid.")
	case !own:
		v.MinimumProtocolVersion = "TLSv1"
		return nil
	case c.Certificate.SSLSupportMethod != "sni-only":
		return invalidCertificate(op, "only the support method sni-only is available here.")
	case !certificateARN.MatchString(c.Certificate.ACMCertificateARN):
		return invalidCertificate(op, "the certificate must be one of ACM in us-east-1.")
	}
	names := s.certificateNames(c.Certificate.ACMCertificateARN)
	if len(names) == 0 {
		return invalidCertificate(op, "the specified certificate does not exist.")
	}
	for _, alias := range c.Aliases {
		if !slices.ContainsFunc(names, func(name string) bool { return coversName(name, alias) }) {
			return invalidCertificate(op, "the certificate that is attached to your distribution doesn't cover the alternate domain name (CNAME) "+alias+".")
		}
	}
	return nil
}

func invalidCertificate(op, message string) error {
	return refuse(op, http.StatusBadRequest, "InvalidViewerCertificate", "A viewer certificate specified is not valid: "+message)
}

// checkAliases refuses malformed names, and names that another distribution
// has.
func (s *Service) checkAliases(op string, c *DistributionConfig) error {
	if len(c.Aliases) > maxAliases {
		return refuse(op, http.StatusBadRequest, "TooManyDistributionCNAMEs",
			"Your request contains more CNAMEs than are allowed per distribution.")
	}
	for i, alias := range c.Aliases {
		if !aliasName.MatchString(alias) || strings.HasSuffix(alias, ".cloudfront.net") {
			return invalidArgument(op, "The parameter CNAME contains one or more parameters that are not valid.")
		}
		taken := slices.Contains(c.Aliases[:i], alias)
		for _, d := range s.distributions {
			taken = taken || d.CallerReference != c.CallerReference && slices.Contains(d.Aliases, alias)
		}
		if taken {
			return refuse(op, http.StatusConflict, "CNAMEAlreadyExists",
				"One or more of the CNAMEs you provided are already associated with a different resource.")
		}
	}
	return nil
}

// coversName tells whether a name of a certificate, or an alias, stands for a
// host name. "*." is one label.
func coversName(name, host string) bool {
	if name == host {
		return true
	}
	suffix, wild := strings.CutPrefix(name, "*")
	_, parent, ok := strings.Cut(host, ".")
	return wild && ok && !strings.HasPrefix(host, "*") && suffix == "."+parent
}

// serves tells whether the deployment answers under a host name.
func (dep *deployment) serves(host string) bool {
	d := dep.distribution
	return host == d.DomainName || slices.ContainsFunc(d.Aliases, func(alias string) bool { return coversName(alias, host) })
}

// owner returns the id of the distribution behind a host name; an exact alias
// goes before one with a wildcard.
func (s *Service) owner(host string) (id string, ok bool) {
	if id, ok := s.hosts[host]; ok {
		return id, true
	}
	_, parent, _ := strings.Cut(host, ".")
	id, ok = s.hosts["*."+parent]
	return id, ok
}

// Serves tells whether a distribution, in whatever state, answers under a host
// name without port: its own domain or an alias.
func (s *Service) Serves(host string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, ok := s.owner(strings.ToLower(host))
	return ok
}

// Aliases returns the aliases of all distributions, in no order.
func (s *Service) Aliases() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	all := []string{}
	for _, d := range s.distributions {
		all = append(all, d.Aliases...)
	}
	return all
}
