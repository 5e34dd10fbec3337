package acm

import (
	"crypto/rand"
	"crypto/tls"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"privateplayback/internal/fakeaws/apierror"
)

// Options are what the service needs from its surroundings.
type Options struct {
	AccountID string
	Now       func() time.Time // nil: time.Now

	// Lookup resolves a CNAME record in the public DNS; both names are without
	// the final dot. nil: there are no records. It must not call the Service.
	Lookup func(name string) (value string, ok bool)

	// Derive gives a secret that follows from a label, the same after a restart.
	// The private keys of imported certificates are sealed with it in a State; nil:
	// those certificates are left out there.
	Derive func(label string) string

	// Users lists the ARNs of what uses a certificate. nil: nothing does. It is
	// called without locks.
	Users func(arn string) []string
}

// A Service is one ACM in us-east-1. Make it with [New]. It is safe for
// concurrent use.
type Service struct {
	Options

	mu           sync.Mutex
	certificates map[string]*stored // by ARN
}

// stored is a certificate and what is not told about it.
type stored struct {
	Certificate
	requested time.Time
	pair      tls.Certificate // of an imported one
	sealed    string          // its private key as a State has it
	deleting  bool
}

// New returns an ACM without certificates.
func New(o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Lookup == nil {
		o.Lookup = func(string) (string, bool) { return "", false }
	}
	if o.Users == nil {
		o.Users = func(string) []string { return nil }
	}
	return &Service{Options: o, certificates: map[string]*stored{}}
}

// Resources lists the certificates as "certificate/ARN", sorted.
func (s *Service) Resources() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []string{}
	for arn := range s.certificates {
		list = append(list, "certificate/"+arn)
	}
	slices.Sort(list)
	return list
}

// find returns a certificate with its status as of now; ResourceNotFoundException
// if there is none. The caller holds s.mu.
func (s *Service) find(op, arn string) (*stored, error) {
	c := s.certificates[arn]
	if c == nil {
		return nil, refuse(op, "ResourceNotFoundException", "Could not find certificate "+arn+".")
	}
	s.settle(c)
	return c, nil
}

func (s *Service) newARN() string {
	b := make([]byte, 16)
	rand.Read(b) // never fails since Go 1.24
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return s.arn(fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]))
}

func (s *Service) arn(id string) string {
	return "arn:aws:acm:us-east-1:" + s.AccountID + ":certificate/" + id
}

// refuse has one status, since ACM answers every refusal with 400.
//
// https://docs.aws.amazon.com/acm/latest/APIReference/CommonErrors.html
func refuse(op, code, message string) error {
	return &apierror.Error{Service: "ACM", Operation: op, Status: http.StatusBadRequest, Code: code, Message: message}
}
