//lint:file-ignore ST1005 an error begins with the member of state.json that it names

package acm

import (
	"crypto/tls"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

const stateVersion = 1

// State is a Service's certificates, for a file. It holds no private key in clear.
type State struct {
	Version      int
	Certificates []CertificateState // by ARN
}

// A CertificateState is a certificate and what is not told about it.
type CertificateState struct {
	Certificate
	Requested time.Time // zero for an imported one
	Chain     string    `json:",omitempty"` // PEM of an imported one, its own certificate first
	SealedKey string    `json:",omitempty"` // its private key, see Options.Derive
}

// State returns what there is at this moment. The caller owns it. An imported
// certificate is left out if there is no Options.Derive to seal its key with.
func (s *Service) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	state := State{Version: stateVersion, Certificates: []CertificateState{}}
	for _, arn := range slices.Sorted(maps.Keys(s.certificates)) {
		c := s.certificates[arn]
		s.settle(c)
		kept := CertificateState{Certificate: c.view(), Requested: c.requested.Round(0), SealedKey: c.sealed}
		for _, der := range c.pair.Certificate {
			kept.Chain += string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
		}
		if c.Type != Imported || c.sealed != "" {
			state.Certificates = append(state.Certificates, kept)
		}
	}
	return state
}

// Restore takes up where another Service's State left off; for imported
// certificates both need the same Options.Derive. Call it on a Service without
// certificates. The error names the first bad member, "Certificates[0]: …", and then
// nothing is restored.
func (s *Service) Restore(state State) error {
	if state.Version != stateVersion {
		return fmt.Errorf("Version: %d, want %d", state.Version, stateVersion)
	}
	certificates := map[string]*stored{}
	for i, kept := range state.Certificates {
		c, err := s.restored(kept)
		if err == nil && certificates[kept.ARN] != nil {
			err = fmt.Errorf("ARN %q is there twice", kept.ARN)
		}
		if err != nil {
			return fmt.Errorf("Certificates[%d]: %w", i, err)
		}
		certificates[kept.ARN] = c
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.certificates) > 0 {
		return errors.New("there are certificates already; restore before that")
	}
	s.certificates = certificates
	return nil
}

func (s *Service) restored(kept CertificateState) (*stored, error) {
	if prefix := s.arn(""); !strings.HasPrefix(kept.ARN, prefix) || kept.ARN == prefix {
		return nil, fmt.Errorf("ARN %q does not begin with %q", kept.ARN, prefix)
	}
	c := &stored{Certificate: kept.Certificate, requested: kept.Requested, sealed: kept.SealedKey}
	c.Certificate = c.view() // the caller's slices stay the caller's
	switch kept.Type {
	case AmazonIssued:
		return c, s.checkRequested(kept)
	case Imported:
		return c, s.restoreImported(c, kept)
	}
	return nil, fmt.Errorf("Type %q is neither %s nor %s", kept.Type, AmazonIssued, Imported)
}

func (s *Service) checkRequested(kept CertificateState) error {
	names, err := Request{DomainName: kept.DomainName, AlternativeNames: kept.Names}.names("RequestCertificate")
	if err != nil || !slices.Equal(names, kept.Names) {
		return fmt.Errorf("Names: %q do not suit DomainName %q", kept.Names, kept.DomainName)
	}
	validations := []DomainValidation{}
	for _, name := range names {
		validations = append(validations, s.validation(name))
	}
	switch {
	case !slices.Equal(validations, kept.DomainValidationOptions):
		return errors.New("DomainValidationOptions are not those of Names")
	case !slices.Contains([]string{PendingValidation, Issued, Expired, ValidationTimedOut}, kept.Status):
		return fmt.Errorf("Status: %q is none", kept.Status)
	case !slices.Contains(requestable, kept.KeyAlgorithm):
		return fmt.Errorf("KeyAlgorithm: %q is none", kept.KeyAlgorithm)
	case kept.Requested.IsZero():
		return errors.New("Requested is missing")
	}
	return nil
}

func (s *Service) restoreImported(c *stored, kept CertificateState) error {
	key, err := s.unseal(kept.SealedKey, kept.ARN)
	if err != nil {
		return fmt.Errorf("SealedKey: %w", err)
	}
	pair, err := tls.X509KeyPair([]byte(kept.Chain), key)
	if err != nil {
		return errors.New("Chain does not fit SealedKey")
	}
	if leaf := pair.Leaf; kept.DomainName == "" || !slices.Equal(leaf.DNSNames, kept.Names) || kept.KeyAlgorithm != keyAlgorithm(leaf) || !kept.NotAfter.Equal(leaf.NotAfter) {
		return errors.New("Chain is not the certificate that the other members describe")
	}
	c.pair = pair
	return nil
}
