package acm

import (
	"crypto/tls"
	"fmt"
	"slices"
	"strings"
	"time"
)

// The statuses of a Certificate.
const (
	PendingValidation  = "PENDING_VALIDATION"
	Issued             = "ISSUED"
	Expired            = "EXPIRED"
	ValidationTimedOut = "VALIDATION_TIMED_OUT"
)

// The types of a Certificate.
const (
	AmazonIssued = "AMAZON_ISSUED"
	Imported     = "IMPORTED"
)

// A Certificate is what ACM tells about one.
//
// https://docs.aws.amazon.com/acm/latest/APIReference/API_CertificateDetail.html
type Certificate struct {
	ARN          string
	DomainName   string
	Names        []string // SubjectAlternativeNames in the API; the first is DomainName
	Status, Type string
	KeyAlgorithm string // "RSA_2048" or "EC_prime256v1"; imported ones also "RSA_4096" and so on

	DomainValidationOptions []DomainValidation // one per name; none of an imported one

	IssuedAt            time.Time // zero until then, and for imported ones
	NotBefore, NotAfter time.Time // zero until issued
}

// A DomainValidation is the CNAME record that proves the control of a domain.
// Both names end in a dot, as the API shows them.
type DomainValidation struct {
	DomainName  string
	RecordName  string // "_x1.example.com."
	RecordType  string // "CNAME"
	RecordValue string // "_x2.acm-validations.aws."
}

// Certificate reads a certificate; ResourceNotFoundException if there is none.
func (s *Service) Certificate(arn string) (Certificate, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.find("DescribeCertificate", arn)
	if err != nil {
		return Certificate{}, err
	}
	return c.view(), nil
}

func (c *stored) view() Certificate {
	shown := c.Certificate
	shown.Names = slices.Clone(shown.Names)
	shown.DomainValidationOptions = slices.Clone(shown.DomainValidationOptions)
	return shown
}

// Names returns the names that an issued certificate is for; none unless
// CloudFront can use it: it takes RSA keys of 2048 bits and P-256 keys, and
// imported certificates with their chain.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
func (s *Service) Names(arn string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.find("DescribeCertificate", arn)
	if err != nil || c.deleting || c.Status != Issued {
		return nil
	}
	if c.Type == Imported && len(c.pair.Certificate) < 2 || !slices.Contains(requestable, c.KeyAlgorithm) {
		return nil
	}
	return slices.Clone(c.Names)
}

// KeyPair returns an imported certificate with its chain and its private key,
// for a TLS server; false for any other.
func (s *Service) KeyPair(arn string) (tls.Certificate, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.find("DescribeCertificate", arn)
	if err != nil || c.Type != Imported || c.Status != Issued {
		return tls.Certificate{}, false
	}
	return c.pair, true
}

// DeleteCertificate removes a certificate; ResourceInUseException while a
// distribution uses it. Meanwhile it is not to be had, so that nobody can begin to
// use it between the question and the deletion.
func (s *Service) DeleteCertificate(arn string) error {
	const op = "DeleteCertificate"
	if err := s.setDeleting(op, arn, true); err != nil {
		return err
	}
	if users := s.Users(arn); len(users) > 0 {
		if err := s.setDeleting(op, arn, false); err != nil {
			return err
		}
		return refuse(op, "ResourceInUseException", fmt.Sprintf("Certificate %s is in use by %s.", arn, strings.Join(users, ", ")))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.certificates, arn)
	return nil
}

func (s *Service) setDeleting(op, arn string, deleting bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.find(op, arn)
	if err == nil {
		c.deleting = deleting
	}
	return err
}
