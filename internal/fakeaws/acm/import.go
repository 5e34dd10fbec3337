//lint:file-ignore ST1005 the texts become messages of the API, which are sentences

package acm

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

// ImportCertificate takes a certificate of another authority with its key and its
// chain, all in PEM; it is ISSUED at once. arn is "" for a new one, or that of an
// imported one that is to be replaced. Whatever does not fit together or is out
// of its time gives ValidationException.
//
// https://docs.aws.amazon.com/acm/latest/userguide/import-certificate-prerequisites.html
func (s *Service) ImportCertificate(arn, certificate, privateKey, chain string) (Certificate, error) {
	const op = "ImportCertificate"
	pair, err := s.pair(certificate, privateKey, chain)
	if err != nil {
		return Certificate{}, refuse(op, "ValidationException", err.Error())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if arn == "" {
		arn = s.newARN()
	} else if old, err := s.find(op, arn); err != nil {
		return Certificate{}, err
	} else if old.Type != Imported {
		return Certificate{}, refuse(op, "ValidationException", "Only an imported certificate can be imported again.")
	}
	leaf := pair.Leaf
	c := &stored{pair: pair, sealed: s.seal([]byte(privateKey), arn), Certificate: Certificate{
		ARN: arn, DomainName: leaf.DNSNames[0], Names: leaf.DNSNames, Status: Issued, Type: Imported,
		KeyAlgorithm: keyAlgorithm(leaf), NotBefore: leaf.NotBefore, NotAfter: leaf.NotAfter,
	}}
	s.certificates[arn] = c
	return c.view(), nil
}

// pair checks that the parts fit together. Its errors hold nothing of the key.
func (s *Service) pair(certificate, privateKey, chain string) (tls.Certificate, error) {
	leaves, err := parseCertificates(certificate)
	if err != nil || len(leaves) != 1 {
		return tls.Certificate{}, errors.New("The certificate field must contain exactly one certificate in PEM.")
	}
	leaf := leaves[0]
	pair, err := tls.X509KeyPair([]byte(certificate), []byte(privateKey))
	switch {
	case err != nil:
		return tls.Certificate{}, errors.New("The private key is not supported, or does not match the certificate.")
	case keyAlgorithm(leaf) == "":
		return tls.Certificate{}, errors.New("The key algorithm of the certificate is not supported.")
	case s.Now().Before(leaf.NotBefore) || s.Now().After(leaf.NotAfter):
		return tls.Certificate{}, errors.New("The certificate is expired, or not valid yet.")
	case len(leaf.DNSNames) == 0:
		return tls.Certificate{}, errors.New("The certificate has no domain name.")
	}
	issuers, err := parseCertificates(chain)
	if err != nil {
		return tls.Certificate{}, errors.New("The certificate chain is not in PEM.")
	}
	signed := leaf
	for _, issuer := range issuers {
		if signed.CheckSignatureFrom(issuer) != nil {
			return tls.Certificate{}, errors.New("Could not validate the certificate with the certificate chain.")
		}
		pair.Certificate = append(pair.Certificate, issuer.Raw)
		signed = issuer
	}
	pair.Leaf = leaf
	return pair, nil
}

func parseCertificates(text string) ([]*x509.Certificate, error) {
	list := []*x509.Certificate{}
	for rest := []byte(strings.TrimSpace(text)); len(rest) > 0; {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		if block == nil || block.Type != "CERTIFICATE" {
			return nil, errors.New("not a certificate in PEM")
		}
		parsed, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		list = append(list, parsed)
	}
	return list, nil
}

// keyAlgorithm names the key in ACM's words, "" for one that cannot be imported.
func keyAlgorithm(c *x509.Certificate) string {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		if bits := key.N.BitLen(); bits == 2048 || bits == 3072 || bits == 4096 {
			return fmt.Sprintf("RSA_%d", bits)
		}
	case *ecdsa.PublicKey:
		return map[string]string{"P-256": "EC_prime256v1", "P-384": "EC_secp384r1", "P-521": "EC_secp521r1"}[key.Params().Name]
	}
	return ""
}
