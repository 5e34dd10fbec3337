package signer_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"privateplayback/signer"
)

// The keys of the tests, made once: RSA is slow to generate.
var (
	rsa2048 = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) })
	rsa1024 = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 1024)) })
	rsa3072 = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 3072)) })
	p256    = sync.OnceValue(func() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) })
	p384    = sync.OnceValue(func() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader)) })
	p521    = sync.OnceValue(func() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P521(), rand.Reader)) })
	ed      = sync.OnceValue(func() ed25519.PrivateKey {
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return must(key, err)
	})
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// opaque hides what kind of key it holds, as a key in a KMS does.
type opaque struct{ key crypto.Signer }

func (o opaque) Public() crypto.PublicKey { return o.key.Public() }

func (o opaque) Sign(r io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	return o.key.Sign(r, digest, opts)
}

// whole is a key that takes messages alone and refuses digests, as a KMS with
// MessageType RAW does.
type whole struct{ key crypto.Signer }

func (w whole) Public() crypto.PublicKey { return w.key.Public() }

func (w whole) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	return nil, io.ErrUnexpectedEOF
}

func (w whole) SignMessage(r io.Reader, message []byte, opts crypto.SignerOpts) ([]byte, error) {
	h := opts.HashFunc().New()
	h.Write(message)
	return w.key.Sign(r, h.Sum(nil), opts)
}

// broken is a key that signs nonsense, or fails.
type broken struct {
	key       crypto.Signer
	signature []byte
	err       error
}

func (b broken) Public() crypto.PublicKey { return b.key.Public() }

func (b broken) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	return b.signature, b.err
}

const (
	keyID = signer.KeyPairID("K2JCJMDEHXQW5F")
	host  = "https://d111111abcdef8.cloudfront.net"
)

var (
	expires   = time.Unix(1767290400, 0)
	notBefore = time.Unix(1767286800, 0)
)

func newCloudFront(t testing.TB, key crypto.Signer, options ...signer.Option) *signer.CloudFront {
	t.Helper()
	c, err := signer.NewCloudFront(keyID, key, options...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// decode reverses CloudFront's base64 alphabet.
func decode(t testing.TB, s string) []byte {
	t.Helper()
	if strings.ContainsAny(s, "+/=") {
		t.Fatalf("decode(%q): has characters of standard base64", s)
	}
	data, err := base64.StdEncoding.DecodeString(strings.NewReplacer("-", "+", "_", "=", "~", "/").Replace(s))
	if err != nil {
		t.Fatalf("decode(%q): %v", s, err)
	}
	return data
}

// verify checks a CloudFront signature over text.
func verify(t testing.TB, public crypto.PublicKey, hash crypto.Hash, text, signature string) {
	t.Helper()
	h := hash.New()
	h.Write([]byte(text))
	digest, raw := h.Sum(nil), decode(t, signature)
	ok := false
	switch k := public.(type) {
	case *rsa.PublicKey:
		ok = rsa.VerifyPKCS1v15(k, hash, digest, raw) == nil
	case *ecdsa.PublicKey:
		ok = ecdsa.VerifyASN1(k, digest, raw)
	}
	if !ok {
		t.Errorf("signature over %s does not verify with %v", text, hash)
	}
}
