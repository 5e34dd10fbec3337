package edge

import (
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"regexp"
	"strings"
	"testing"
)

func TestPublicKeyReadBack(t *testing.T) {
	block := spki(t, ecdsaKey(t, elliptic.P256()))
	for name, sent := range map[string]string{
		"one newline":  block,
		"none":         strings.TrimSpace(block),
		"three":        block + "\n\n",
		"line ends CR": strings.ReplaceAll(block, "\n", "\r\n"),
	} {
		s := New(Options{})
		k, err := s.CreatePublicKey(PublicKeyConfig{CallerReference: "r", Name: "n", EncodedKey: sent})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if k.EncodedKey != block || !regexp.MustCompile(`^K[A-Z0-9]{13}$`).MatchString(k.ID) {
			t.Errorf("%s: got id %q, key %q, want key %q", name, k.ID, k.EncodedKey, block)
		}
		if read, err := s.PublicKey(k.ID); err != nil || read != k {
			t.Errorf("%s: read %+v, %v, want %+v", name, read, err, k)
		}
	}
}

func TestPublicKeyRefusals(t *testing.T) {
	p256 := ecdsaKey(t, elliptic.P256())
	good := spki(t, p256)
	rsa1024 := `-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDdlatRjRjogo3WojgGHFHYLugd
UWAY9iR3fy4arWNA1KoS8kVw33cJibXr8bvwUAUparCwlvdbH6dvEOfou0/gCFQs
HUfQrSDv+MuSUMAe8jzKE4qW+jK+xQU9a03GUnKHkkle+Q0pX/g6jXZ7r1/xAK5D
o2kQ+X5xK9cipRgEKwIDAQAB
-----END PUBLIC KEY-----
`
	private, err := x509.MarshalPKCS8PrivateKey(p256)
	if err != nil {
		t.Fatal(err)
	}
	rsa3072, err := rsa.GenerateKey(rand.Reader, 3072)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]PublicKeyConfig{
		"empty key":           {CallerReference: "r", Name: "n"},
		"not PEM":             {CallerReference: "r", Name: "n", EncodedKey: "MFkw"},
		"private key":         {CallerReference: "r", Name: "n", EncodedKey: string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))},
		"PKCS#1":              {CallerReference: "r", Name: "n", EncodedKey: string(pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(&rsaKey().PublicKey)}))},
		"garbage in the PEM":  {CallerReference: "r", Name: "n", EncodedKey: string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: []byte{1, 2}}))},
		"RSA 1024":            {CallerReference: "r", Name: "n", EncodedKey: rsa1024},
		"RSA 3072":            {CallerReference: "r", Name: "n", EncodedKey: spki(t, rsa3072)},
		"P-384":               {CallerReference: "r", Name: "n", EncodedKey: spki(t, ecdsaKey(t, elliptic.P384()))},
		"two blocks":          {CallerReference: "r", Name: "n", EncodedKey: good + good},
		"text before":         {CallerReference: "r", Name: "n", EncodedKey: "# key\n" + good},
		"PEM headers":         {CallerReference: "r", Name: "n", EncodedKey: strings.Replace(good, "KEY-----\n", "KEY-----\nA: b\n\n", 1)},
		"no name":             {CallerReference: "r", EncodedKey: good},
		"name with a dot":     {CallerReference: "r", Name: "a.b", EncodedKey: good},
		"name too long":       {CallerReference: "r", Name: strings.Repeat("n", 129), EncodedKey: good},
		"no caller reference": {Name: "n", EncodedKey: good},
		"comment too long":    {CallerReference: "r", Name: "n", EncodedKey: good, Comment: strings.Repeat("c", 129)},
	} {
		_, err := New(Options{}).CreatePublicKey(c)
		wantCode(t, name, err, 400, "InvalidArgument")
	}
}

func TestPublicKeyRSA(t *testing.T) {
	if _, err := New(Options{}).CreatePublicKey(PublicKeyConfig{CallerReference: "r", Name: "n", EncodedKey: spki(t, rsaKey())}); err != nil {
		t.Error(err)
	}
}

func TestPublicKeyLifecycle(t *testing.T) {
	w := newWorld(t)
	k, err := w.PublicKey(w.keyID)
	if err != nil {
		t.Fatal(err)
	}
	other := k.PublicKeyConfig
	other.CallerReference = "other"
	_, err = w.CreatePublicKey(other)
	wantCode(t, "same name", err, 409, "PublicKeyAlreadyExists")

	for name, edit := range map[string]func(*PublicKeyConfig){
		"name":             func(c *PublicKeyConfig) { c.Name = "x" },
		"key":              func(c *PublicKeyConfig) { c.EncodedKey = spki(t, ecdsaKey(t, elliptic.P256())) },
		"caller reference": func(c *PublicKeyConfig) { c.CallerReference = "x" },
	} {
		c := k.PublicKeyConfig
		edit(&c)
		_, err := w.UpdatePublicKey(k.ID, k.ETag, c)
		wantCode(t, "changing the "+name, err, 400, "CannotChangeImmutablePublicKeyFields")
	}
	c := k.PublicKeyConfig
	c.Comment, c.EncodedKey = "new", strings.TrimSpace(c.EncodedKey)
	updated, err := w.UpdatePublicKey(k.ID, k.ETag, c)
	if err != nil || updated.Comment != "new" || updated.EncodedKey != k.EncodedKey {
		t.Errorf("changing the comment: got %+v, %v", updated, err)
	}
	_, err = w.UpdatePublicKey(k.ID, k.ETag, c)
	wantCode(t, "stale update", err, 412, "PreconditionFailed")
	wantCode(t, "delete in use", w.DeletePublicKey(k.ID, updated.ETag), 409, "PublicKeyInUse")
	wantCode(t, "delete, no ETag", w.DeletePublicKey(k.ID, ""), 400, "InvalidIfMatchVersion")
	wantCode(t, "delete unknown", w.DeletePublicKey("K0", "x"), 404, "NoSuchPublicKey")

	for i := 1; i < maxPublicKeys; i++ {
		w.addKey(fmt.Sprint("k", i), w.signer)
	}
	_, err = w.CreatePublicKey(PublicKeyConfig{CallerReference: "z", Name: "z", EncodedKey: k.EncodedKey})
	wantCode(t, "eleventh", err, 400, "TooManyPublicKeys")
}
