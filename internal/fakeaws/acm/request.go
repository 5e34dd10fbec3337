package acm

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"time"
)

const (
	maxNames         = 10 // the default quota
	maxNameBytes     = 253
	maxFirstName     = 64
	validationWindow = 72 * time.Hour
	validity         = 198 * 24 * time.Hour
)

var (
	domainName = regexp.MustCompile(`^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

	// requestable are the key algorithms that both ACM issues and CloudFront takes.
	requestable = []string{"RSA_2048", "EC_prime256v1"}
)

// A Request asks for a certificate.
type Request struct {
	DomainName       string   // "example.com" or "*.example.com"
	AlternativeNames []string // further ones; DomainName may be among them
	ValidationMethod string   // "DNS"
	KeyAlgorithm     string   // "": "RSA_2048"; or "EC_prime256v1"
}

// RequestCertificate makes a certificate that becomes ISSUED when the records of
// all its DomainValidationOptions are found, and VALIDATION_TIMED_OUT if they are
// not within 72 hours. Names that break the rules give ValidationException, too
// many LimitExceededException.
//
// https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html
func (s *Service) RequestCertificate(r Request) (Certificate, error) {
	const op = "RequestCertificate"
	if r.KeyAlgorithm == "" {
		r.KeyAlgorithm = requestable[0]
	}
	names, err := r.names(op)
	if err != nil {
		return Certificate{}, err
	}
	switch {
	case r.ValidationMethod != "DNS":
		return Certificate{}, refuse(op, "ValidationException", "The stand-in validates by DNS only.")
	case !slices.Contains(requestable, r.KeyAlgorithm):
		return Certificate{}, refuse(op, "ValidationException", "The key algorithm must be RSA_2048 or EC_prime256v1 for CloudFront.")
	}
	c := &stored{requested: s.Now(), Certificate: Certificate{
		ARN: s.newARN(), DomainName: names[0], Names: names, Status: PendingValidation, Type: AmazonIssued, KeyAlgorithm: r.KeyAlgorithm,
	}}
	for _, name := range names {
		c.DomainValidationOptions = append(c.DomainValidationOptions, s.validation(name))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.certificates[c.ARN] = c
	s.settle(c)
	return c.view(), nil
}

// names are all names of the certificate, in lower case and once each.
func (r Request) names(op string) ([]string, error) {
	names := []string{}
	for _, name := range append([]string{r.DomainName}, r.AlternativeNames...) {
		name = strings.ToLower(name)
		if !domainName.MatchString(name) || len(name) > maxNameBytes {
			return nil, refuse(op, "ValidationException", "The domain name "+name+" is not valid.")
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names[0]) > maxFirstName {
		return nil, refuse(op, "ValidationException", "The first domain name can have no more than 64 characters.")
	}
	if len(names) > maxNames {
		return nil, refuse(op, "LimitExceededException", "The certificate has more domain names than the quota allows.")
	}
	return names, nil
}

// validation is the same for a domain in every request of an account, so that a
// record proves all of them; a wildcard shares the one of its parent.
//
// https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
func (s *Service) validation(name string) DomainValidation {
	domain := strings.TrimPrefix(name, "*.")
	label := func(part string) string {
		sum := sha256.Sum256([]byte(part + "/" + s.AccountID + "/" + domain))
		return "_" + hex.EncodeToString(sum[:16])
	}
	return DomainValidation{
		DomainName: name, RecordType: "CNAME",
		RecordName:  label("name") + "." + domain + ".",
		RecordValue: label("value") + ".acm-validations.aws.",
	}
}

// settle brings the status up to date. A certificate stays issued without its
// records: ACM asks for them again only when it renews. The caller holds s.mu.
func (s *Service) settle(c *stored) {
	now := s.Now()
	switch {
	case c.Status == Issued && now.After(c.NotAfter):
		c.Status = Expired
	case c.Status != PendingValidation:
	case now.Sub(c.requested) > validationWindow:
		c.Status = ValidationTimedOut
	case !slices.ContainsFunc(c.DomainValidationOptions, s.missing):
		c.Status, c.IssuedAt = Issued, now
		c.NotBefore, c.NotAfter = now, now.Add(validity)
	}
}

func (s *Service) missing(v DomainValidation) bool {
	value, ok := s.Lookup(strings.TrimSuffix(v.RecordName, "."))
	return !ok || !strings.EqualFold(value, strings.TrimSuffix(v.RecordValue, "."))
}
