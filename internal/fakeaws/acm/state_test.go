package acm

import (
	"crypto/elliptic"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// kept is an ACM with an issued, a pending and an imported certificate, and its
// state after a way through a file.
func kept(t *testing.T) (*world, State, string) {
	t.Helper()
	w := newWorld()
	w.Derive = derive
	issued, err := w.RequestCertificate(Request{DomainName: "video.example.com", ValidationMethod: "DNS"})
	if err != nil {
		t.Fatal(err)
	}
	w.publish(issued.DomainValidationOptions[0])
	if _, err := w.RequestCertificate(Request{DomainName: "*.example.net", ValidationMethod: "DNS"}); err != nil {
		t.Fatal(err)
	}
	certificate, key := parts(t, elliptic.P256(), w.now.Add(time.Hour), "own.example.org")
	imported, err := w.ImportCertificate("", certificate, key, "")
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(w.State())
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(key, "\n") {
		if len(line) > 8 && strings.Contains(string(data), line) {
			t.Errorf("the state holds a line of the private key in clear")
		}
	}
	var state State
	if err := json.Unmarshal(data, &state); err != nil {
		t.Fatal(err)
	}
	return w, state, imported.ARN
}

func derive(label string) string { return "derived for " + label }

func TestRestore(t *testing.T) {
	w, state, imported := kept(t)
	again := New(Options{AccountID: w.AccountID, Now: w.Now, Lookup: w.Lookup, Derive: derive})
	if err := again.Restore(state); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(w.State(), again.State()); diff != "" {
		t.Errorf("the state after a restart (-before +after):\n%s", diff)
	}
	before, _ := w.KeyPair(imported)
	after, ok := again.KeyPair(imported)
	if !ok || !slices.Equal(before.Certificate[0], after.Certificate[0]) || !cmp.Equal(before.PrivateKey, after.PrivateKey) {
		t.Error("after a restart the imported certificate is another one, or none")
	}
	if err := again.Restore(state); err == nil {
		t.Error("a Service with certificates was restored")
	}
}

func TestRestoreRefuses(t *testing.T) {
	_, good, imported := kept(t)
	at := func(s *State, arn string) *CertificateState {
		for i := range s.Certificates {
			if s.Certificates[i].ARN == arn || arn == "" && s.Certificates[i].Type == AmazonIssued {
				return &s.Certificates[i]
			}
		}
		t.Fatalf("no certificate %q", arn)
		return nil
	}
	for want, damage := range map[string]func(*State){
		"Version":                      func(s *State) { s.Version = 2 },
		"ARN":                          func(s *State) { at(s, "").ARN = "arn:aws:acm:eu-west-1:1:certificate/x" },
		"is there twice":               func(s *State) { s.Certificates = append(s.Certificates, s.Certificates[0]) },
		"Type":                         func(s *State) { at(s, "").Type = "PRIVATE" },
		"Status":                       func(s *State) { at(s, "").Status = "INACTIVE" },
		"Names":                        func(s *State) { at(s, "").Names = []string{"other.example.com"} },
		"DomainValidationOptions":      func(s *State) { at(s, "").DomainValidationOptions = nil },
		"KeyAlgorithm":                 func(s *State) { at(s, "").KeyAlgorithm = "RSA_1024" },
		"Requested":                    func(s *State) { at(s, "").Requested = time.Time{} },
		"SealedKey: it is not base64":  func(s *State) { at(s, imported).SealedKey = "x" },
		"SealedKey: it was not sealed": func(s *State) { at(s, imported).SealedKey = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" },
		"Chain does not fit":           func(s *State) { at(s, imported).Chain = "" },
		"Chain is not":                 func(s *State) { at(s, imported).Names = []string{"other.example.com"} },
	} {
		data, err := json.Marshal(good)
		if err != nil {
			t.Fatal(err)
		}
		var bad State
		if err := json.Unmarshal(data, &bad); err != nil {
			t.Fatal(err)
		}
		damage(&bad)
		s := New(Options{AccountID: "123456789012", Derive: derive})
		if err := s.Restore(bad); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Restore: got %v, want an error with %q", err, want)
		}
		if len(s.Resources()) > 0 {
			t.Errorf("%s: something was restored", want)
		}
	}
	if err := New(Options{AccountID: "123456789012"}).Restore(good); err == nil || !strings.Contains(err.Error(), "Options.Derive") {
		t.Errorf("Restore without Derive: got %v", err)
	}
}
