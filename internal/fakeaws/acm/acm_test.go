package acm

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"privateplayback/internal/fakeaws/apierror"
)

type world struct {
	*Service
	now     time.Time
	records map[string]string
	users   []string
}

func newWorld() *world {
	w := &world{now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC), records: map[string]string{}}
	w.Service = New(Options{
		AccountID: "123456789012",
		Now:       func() time.Time { return w.now },
		Lookup:    func(name string) (string, bool) { value, ok := w.records[name]; return value, ok },
		Users:     func(string) []string { return w.users },
	})
	return w
}

func (w *world) publish(v DomainValidation) {
	w.records[strings.TrimSuffix(v.RecordName, ".")] = strings.TrimSuffix(v.RecordValue, ".")
}

func code(err error) string {
	var refused *apierror.Error
	if errors.As(err, &refused) {
		return refused.Code
	}
	return ""
}

// A certificate is issued when the last record is there, and not before.
func TestIssue(t *testing.T) {
	w := newWorld()
	c, err := w.RequestCertificate(Request{DomainName: "Example.com", AlternativeNames: []string{"*.example.com", "example.net"}, ValidationMethod: "DNS"})
	if err != nil {
		t.Fatal(err)
	}
	v := c.DomainValidationOptions
	if len(v) != 3 || v[0].RecordName != v[1].RecordName || v[0].RecordName == v[2].RecordName || !strings.HasSuffix(v[0].RecordName, ".example.com.") {
		t.Fatalf("DomainValidationOptions = %v, want one record for example.com and its wildcard", v)
	}
	w.publish(v[0])
	wrong := v[2]
	wrong.RecordValue = v[0].RecordValue
	w.publish(wrong)
	if c, err = w.Certificate(c.ARN); err != nil || c.Status != PendingValidation || w.Names(c.ARN) != nil {
		t.Errorf("with one record of two: %s, names %q, %v, want PENDING_VALIDATION without names", c.Status, w.Names(c.ARN), err)
	}
	w.publish(v[2])
	if c, err = w.Certificate(c.ARN); err != nil || c.Status != Issued || len(w.Names(c.ARN)) != 3 {
		t.Errorf("with both records: %s, names %q, %v, want ISSUED for three", c.Status, w.Names(c.ARN), err)
	}
	clear(w.records)
	if c, _ = w.Certificate(c.ARN); c.Status != Issued {
		t.Errorf("after the records are gone: %s, want ISSUED", c.Status)
	}
	again, err := w.RequestCertificate(Request{DomainName: "example.com", ValidationMethod: "DNS"})
	if err != nil || again.DomainValidationOptions[0].RecordValue != v[0].RecordValue {
		t.Errorf("second request = %v, %v, want the record of the first", again.DomainValidationOptions, err)
	}
	w.now = w.now.Add(73 * time.Hour)
	if again, _ = w.Certificate(again.ARN); again.Status != ValidationTimedOut {
		t.Errorf("after 73 hours: %s, want VALIDATION_TIMED_OUT", again.Status)
	}
	w.now = c.NotAfter.Add(time.Second)
	if c, _ = w.Certificate(c.ARN); c.Status != Expired || w.Names(c.ARN) != nil {
		t.Errorf("after its time: %s, names %q, want EXPIRED without names", c.Status, w.Names(c.ARN))
	}
}

func TestRequestRefuses(t *testing.T) {
	many := strings.Split(strings.TrimSpace(strings.Repeat("a. ", 10)), " ")
	for i := range many {
		many[i] = string(rune('a'+i)) + ".example.com"
	}
	for name, tc := range map[string]struct {
		request Request
		code    string
	}{
		"no name":         {Request{ValidationMethod: "DNS"}, "ValidationException"},
		"one label":       {Request{DomainName: "localhost", ValidationMethod: "DNS"}, "ValidationException"},
		"inner wildcard":  {Request{DomainName: "a.*.example.com", ValidationMethod: "DNS"}, "ValidationException"},
		"long first name": {Request{DomainName: strings.Repeat("a", 60) + ".example.com", ValidationMethod: "DNS"}, "ValidationException"},
		"email":           {Request{DomainName: "example.com", ValidationMethod: "EMAIL"}, "ValidationException"},
		"P-384":           {Request{DomainName: "example.com", ValidationMethod: "DNS", KeyAlgorithm: "EC_secp384r1"}, "ValidationException"},
		"eleven names":    {Request{DomainName: "example.com", ValidationMethod: "DNS", AlternativeNames: many}, "LimitExceededException"},
	} {
		if _, err := newWorld().RequestCertificate(tc.request); code(err) != tc.code {
			t.Errorf("RequestCertificate, %s: got %v, want %s", name, err, tc.code)
		}
	}
}

func TestDelete(t *testing.T) {
	w := newWorld()
	c, err := w.RequestCertificate(Request{DomainName: "example.com", ValidationMethod: "DNS"})
	if err != nil {
		t.Fatal(err)
	}
	w.publish(c.DomainValidationOptions[0])
	w.users = []string{"arn:aws:cloudfront::123456789012:distribution/E1"}
	if err := w.DeleteCertificate(c.ARN); code(err) != "ResourceInUseException" || !strings.Contains(err.Error(), "distribution/E1") {
		t.Errorf("DeleteCertificate in use = %v, want ResourceInUseException with the user", err)
	}
	if len(w.Names(c.ARN)) != 1 {
		t.Error("after a refused deletion the certificate has no names")
	}
	w.users = nil
	if err := w.DeleteCertificate(c.ARN); err != nil || len(w.Resources()) != 0 {
		t.Errorf("DeleteCertificate = %v, left %q", err, w.Resources())
	}
	if err := w.DeleteCertificate(c.ARN); code(err) != "ResourceNotFoundException" {
		t.Errorf("DeleteCertificate again = %v, want ResourceNotFoundException", err)
	}
}

// parts is a self-signed certificate and its key in PEM.
func parts(t *testing.T, curve elliptic.Curve, notAfter time.Time, names ...string) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: names, NotBefore: notAfter.Add(-48 * time.Hour), NotAfter: notAfter}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}))
}

func TestImport(t *testing.T) {
	w := newWorld()
	later := w.now.Add(24 * time.Hour)
	certificate, key := parts(t, elliptic.P256(), later, "example.com")
	other, otherKey := parts(t, elliptic.P256(), later, "example.com")
	c, err := w.ImportCertificate("", certificate, key, "")
	if err != nil || c.Status != Issued || c.KeyAlgorithm != "EC_prime256v1" {
		t.Fatalf("ImportCertificate = %+v, %v, want ISSUED with EC_prime256v1", c, err)
	}
	if names := w.Names(c.ARN); names != nil {
		t.Errorf("Names without a chain = %q, want none: CloudFront wants the chain", names)
	}
	if again, err := w.ImportCertificate(c.ARN, other, otherKey, ""); err != nil || again.ARN != c.ARN {
		t.Errorf("ImportCertificate in its place = %v, %v, want the same ARN", again.ARN, err)
	}
	expired, expiredKey := parts(t, elliptic.P256(), w.now.Add(-time.Second), "example.com")
	weak, weakKey := parts(t, elliptic.P224(), later, "example.com")
	nameless, namelessKey := parts(t, elliptic.P256(), later)
	for name, tc := range map[string][3]string{
		"key of another":   {certificate, otherKey, ""},
		"chain of another": {certificate, key, other},
		"expired":          {expired, expiredKey, ""},
		"weak key":         {weak, weakKey, ""},
		"no name":          {nameless, namelessKey, ""},
		"two certificates": {certificate + other, key, ""},
		"no PEM":           {"certificate", key, ""},
		"chain without":    {certificate, key, "chain"},
	} {
		_, err := w.ImportCertificate("", tc[0], tc[1], tc[2])
		if code(err) != "ValidationException" {
			t.Errorf("ImportCertificate, %s: got %v, want ValidationException", name, err)
		}
	}
}
