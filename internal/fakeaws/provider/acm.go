package provider

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"privateplayback/internal/fakeaws"
	"privateplayback/internal/fakeaws/acm"
)

type acmCertificateInputs struct {
	DomainName       string            `json:"domainName,omitempty" schema:"forcenew,computed" most:"253"`
	AlternativeNames []string          `json:"subjectAlternativeNames,omitempty" schema:"forcenew,computed,set" most:"253"`
	ValidationMethod string            `json:"validationMethod,omitempty" schema:"forcenew,computed" oneof:"DNS EMAIL NONE"`
	KeyAlgorithm     string            `json:"keyAlgorithm,omitempty" schema:"forcenew,computed"`
	Body             string            `json:"certificateBody,omitempty"`
	PrivateKey       string            `json:"privateKey,omitempty"`
	Chain            string            `json:"certificateChain,omitempty"`
	Tags             map[string]string `json:"tags,omitempty"`
}

func (acmCertificateInputs) limits() map[string]string {
	return unmodelled("certificateAuthorityArn earlyRenewalDuration options validationOptions")
}

func (in acmCertificateInputs) imports() bool {
	return in.Body != "" || in.PrivateKey != "" || in.Chain != ""
}

func certificateOutputs(c acm.Certificate) outputs {
	options := []any{}
	for _, v := range c.DomainValidationOptions {
		options = append(options, map[string]any{
			"domainName": v.DomainName, "resourceRecordName": v.RecordName, "resourceRecordType": v.RecordType, "resourceRecordValue": v.RecordValue,
		})
	}
	return outputs{
		"arn": c.ARN, "status": c.Status, "type": c.Type, "domainName": c.DomainName, "keyAlgorithm": c.KeyAlgorithm,
		"notBefore": timestamp(c.NotBefore), "notAfter": timestamp(c.NotAfter), "domainValidationOptions": options,
	}
}

// timestamp is "" for what has not happened.
func timestamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// acmCertificateType requests a certificate, or imports one if the program gives
// its body.
func acmCertificateType() resourceType {
	return kind[acmCertificateInputs]{
		computed: []string{"arn", "status", "type", "notBefore", "notAfter", "domainValidationOptions"},
		create: func(c *fakeaws.Cloud, in acmCertificateInputs) (string, error) {
			made, err := createCertificate(c, in)
			return made.ARN, err
		},
		read: func(c *fakeaws.Cloud, id string, last acmCertificateInputs) (acmCertificateInputs, outputs, error) {
			found, err := c.ACM.Certificate(id)
			if err == nil && found.Type == acm.AmazonIssued {
				last.DomainName, last.ValidationMethod = found.DomainName, "DNS"
				last.AlternativeNames = alternativeNames(found, last.AlternativeNames)
			}
			return last, certificateOutputs(found), err
		},
		update: func(c *fakeaws.Cloud, id string, in acmCertificateInputs, _ outputs) error {
			if !in.imports() {
				return nil
			}
			_, err := c.ACM.ImportCertificate(id, in.Body, in.PrivateKey, in.Chain)
			return err
		},
		delete: func(c *fakeaws.Cloud, id string, _ acmCertificateInputs, _ outputs) error {
			return c.ACM.DeleteCertificate(id)
		},
	}
}

func createCertificate(c *fakeaws.Cloud, in acmCertificateInputs) (acm.Certificate, error) {
	switch {
	case !in.imports():
		return c.ACM.RequestCertificate(acm.Request{
			DomainName: in.DomainName, AlternativeNames: in.AlternativeNames, ValidationMethod: in.ValidationMethod, KeyAlgorithm: in.KeyAlgorithm,
		})
	case in.DomainName != "" || len(in.AlternativeNames) > 0 || in.ValidationMethod != "" || in.KeyAlgorithm != "":
		return acm.Certificate{}, fmt.Errorf("certificateBody conflicts with domainName, subjectAlternativeNames, validationMethod and keyAlgorithm; an imported certificate has its own")
	}
	return c.ACM.ImportCertificate("", in.Body, in.PrivateKey, in.Chain)
}

// alternativeNames leaves the first name out unless the program named it twice.
func alternativeNames(c acm.Certificate, last []string) []string {
	if slices.Contains(last, c.DomainName) {
		return c.Names
	}
	return c.Names[1:]
}

type certificateValidationInputs struct {
	CertificateARN string   `json:"certificateArn" schema:"forcenew"`
	RecordFQDNs    []string `json:"validationRecordFqdns,omitempty" schema:"forcenew,set"`
}

// certificateValidationType creates nothing: where the real provider waits for a
// certificate to be issued, the stand-in tells at once what is missing.
func certificateValidationType() resourceType {
	return kind[certificateValidationInputs]{
		create: func(c *fakeaws.Cloud, in certificateValidationInputs) (string, error) {
			found, err := c.ACM.Certificate(in.CertificateARN)
			if err == nil {
				err = validated(found, in.RecordFQDNs)
			}
			return timestamp(found.IssuedAt), err
		},
		read: func(c *fakeaws.Cloud, id string, last certificateValidationInputs) (certificateValidationInputs, outputs, error) {
			_, err := c.ACM.Certificate(last.CertificateARN)
			return last, outputs{}, err
		},
		delete: func(*fakeaws.Cloud, string, certificateValidationInputs, outputs) error { return nil },
	}
}

// validated refuses record names that are not the certificate's, as the real
// provider does, and a certificate that is not issued.
func validated(c acm.Certificate, fqdns []string) error {
	wanted := []string{}
	for _, v := range c.DomainValidationOptions {
		if name := strings.TrimSuffix(v.RecordName, "."); !slices.Contains(wanted, name) {
			wanted = append(wanted, name)
		}
	}
	given := []string{}
	for _, name := range fqdns {
		given = append(given, strings.TrimSuffix(name, "."))
	}
	slices.Sort(wanted)
	slices.Sort(given)
	switch {
	case c.Type != acm.AmazonIssued:
		return fmt.Errorf("certificate %s is imported; only a requested one is validated", c.ARN)
	case len(given) > 0 && !slices.Equal(slices.Compact(given), wanted):
		return fmt.Errorf("certificate %s needs the validation records %q, but validationRecordFqdns has %q", c.ARN, wanted, given)
	case c.Status != acm.Issued:
		return fmt.Errorf("certificate %s is %s; declare the CNAME records %q in Route 53 and depend on them", c.ARN, c.Status, wanted)
	}
	return nil
}
