package ivs

import (
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/md5"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func newEmpty() *Service {
	return New(Options{Region: "us-west-2", AccountID: "123456789012"})
}

func TestImportPlaybackKeyPair(t *testing.T) {
	good := publicPEM(t, &generateKey(t, elliptic.P384()).PublicKey)
	for _, c := range []struct{ about, name, material string }{
		{"plain", "viewers", good},
		{"no name", "", good},
		{"longest name", strings.Repeat("a-_Z9", 25) + "abc", good},
		{"no newline at the end", "n", strings.TrimSpace(good)},
		{"space around", "n", "\n " + good + "\n\n"},
		{"CRLF", "n", strings.ReplaceAll(good, "\n", "\r\n")},
	} {
		s := newEmpty()
		got, err := s.ImportPlaybackKeyPair(c.name, c.material)
		if err != nil {
			t.Errorf("%s: %v", c.about, err)
			continue
		}
		if !regexp.MustCompile(`^arn:aws:ivs:us-west-2:123456789012:playback-key/[A-Za-z0-9]{12}$`).MatchString(got.ARN) {
			t.Errorf("%s: ARN %q", c.about, got.ARN)
		}
		block, _ := pem.Decode([]byte(good))
		sum := md5.Sum(block.Bytes)
		want := strings.ReplaceAll(fmt.Sprintf("% x", sum[:]), " ", ":")
		if got.Name != c.name || got.Fingerprint != want {
			t.Errorf("%s: got name %q, fingerprint %q, want %q, %q", c.about, got.Name, got.Fingerprint, c.name, want)
		}
		if read, err := s.PlaybackKeyPair(got.ARN); err != nil || read != got {
			t.Errorf("%s: PlaybackKeyPair gives %v, %v; want %v", c.about, read, err, got)
		}
	}
}

func TestImportPlaybackKeyPairInvalid(t *testing.T) {
	key := generateKey(t, elliptic.P384())
	good := publicPEM(t, &key.PublicKey)
	edPublic, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	sec1, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode([]byte(good))
	encode := func(kind string, der []byte, headers map[string]string) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der, Headers: headers}))
	}
	for _, c := range []struct{ about, name, material string }{
		{"P-256", "n", publicPEM(t, &generateKey(t, elliptic.P256()).PublicKey)},
		{"P-521", "n", publicPEM(t, &generateKey(t, elliptic.P521()).PublicKey)},
		{"RSA", "n", publicPEM(t, &rsaKey.PublicKey)},
		{"Ed25519", "n", publicPEM(t, edPublic)},
		{"SEC1 private key", "n", encode("EC PRIVATE KEY", sec1, nil)},
		{"PKCS#8 private key", "n", encode("PRIVATE KEY", pkcs8, nil)},
		{"private key named public", "n", encode("PUBLIC KEY", pkcs8, nil)},
		{"public key, then private", "n", good + encode("PRIVATE KEY", pkcs8, nil)},
		{"private key, then public", "n", encode("PRIVATE KEY", pkcs8, nil) + good},
		{"two public keys", "n", good + good},
		{"text before", "n", "key:\n" + good},
		{"text after", "n", good + "key"},
		{"headers", "n", encode("PUBLIC KEY", block.Bytes, map[string]string{"A": "b"})},
		{"certificate", "n", encode("CERTIFICATE", block.Bytes, nil)},
		{"bytes after the SPKI", "n", encode("PUBLIC KEY", append(block.Bytes[:len(block.Bytes):len(block.Bytes)], 0), nil)},
		{"cut off", "n", good[:len(good)/2]},
		{"DER", "n", string(block.Bytes)},
		{"empty", "n", ""},
		{"name with a space", "a b", good},
		{"name with a dot", "a.b", good},
		{"name with a newline", "a\n", good},
		{"name too long", strings.Repeat("a", 129), good},
	} {
		_, err := newEmpty().ImportPlaybackKeyPair(c.name, c.material)
		t.Run(c.about, func(t *testing.T) {
			wantAPIError(t, err, "ImportPlaybackKeyPair", 400, "ValidationException")
			if c.name == "n" && !strings.Contains(err.Error(), "publicKeyMaterial failed to satisfy the constraints") {
				t.Errorf("error %q does not name publicKeyMaterial", err)
			}
		})
	}
}

func TestImportPlaybackKeyPairTwice(t *testing.T) {
	s := newEmpty()
	material := publicPEM(t, &generateKey(t, elliptic.P384()).PublicKey)
	first, err := s.ImportPlaybackKeyPair("a", material)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.ImportPlaybackKeyPair("b", strings.TrimSpace(material))
	wantAPIError(t, err, "ImportPlaybackKeyPair", 409, "ConflictException")
	if err := s.DeletePlaybackKeyPair(first.ARN); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ImportPlaybackKeyPair("b", material); err != nil {
		t.Errorf("import after deletion: %v", err)
	}
}

func TestPlaybackKeyPairQuota(t *testing.T) {
	s := newEmpty()
	var last PlaybackKeyPair
	for range 3 {
		var err error
		last, err = s.ImportPlaybackKeyPair("same-name", publicPEM(t, &generateKey(t, elliptic.P384()).PublicKey))
		if err != nil {
			t.Fatal(err)
		}
	}
	fourth := publicPEM(t, &generateKey(t, elliptic.P384()).PublicKey)
	_, err := s.ImportPlaybackKeyPair("fourth", fourth)
	wantAPIError(t, err, "ImportPlaybackKeyPair", 402, "ServiceQuotaExceededException")
	if err := s.DeletePlaybackKeyPair(last.ARN); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ImportPlaybackKeyPair("fourth", fourth); err != nil {
		t.Errorf("import after deletion: %v", err)
	}
}

func TestPlaybackKeyPairUnknown(t *testing.T) {
	s := newEmpty()
	for arn, want := range map[string]struct {
		status int
		code   string
	}{
		"arn:aws:ivs:us-west-2:123456789012:playback-key/KDJRJNQhiQzA": {404, "ResourceNotFoundException"},
		"arn:aws:ivs:eu-west-1:123456789012:playback-key/KDJRJNQhiQzA": {404, "ResourceNotFoundException"},
		"arn:aws:ivs:us-west-2:123456789012:channel/KDJRJNQhiQzA":      {400, "ValidationException"},
		"KDJRJNQhiQzA": {400, "ValidationException"},
		"":             {400, "ValidationException"},
		"arn:aws:ivs:us-west-2:1:playback-key/" + strings.Repeat("a", 128): {400, "ValidationException"},
	} {
		_, err := s.PlaybackKeyPair(arn)
		wantAPIError(t, err, "GetPlaybackKeyPair", want.status, want.code)
		wantAPIError(t, s.DeletePlaybackKeyPair(arn), "DeletePlaybackKeyPair", want.status, want.code)
	}
}

func TestPlaybackKeyPairDeleted(t *testing.T) {
	f := newFixture(t)
	if err := f.DeletePlaybackKeyPair(f.pair.ARN); err != nil {
		t.Fatal(err)
	}
	got, err := f.PlaybackKeyPair(f.pair.ARN)
	wantAPIError(t, err, "GetPlaybackKeyPair", 404, "ResourceNotFoundException")
	if diff := cmp.Diff(PlaybackKeyPair{}, got); diff != "" {
		t.Errorf("pair beside an error (-want +got):\n%s", diff)
	}
}
