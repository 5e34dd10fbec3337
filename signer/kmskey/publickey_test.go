package kmskey_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"privateplayback/signer"
	"privateplayback/signer/kmskey"
)

func TestNewRefusesKeys(t *testing.T) {
	rsa3072 := must(rsa.GenerateKey(rand.Reader, 3072))
	p521 := must(ecdsa.GenerateKey(elliptic.P521(), rand.Reader))
	for _, c := range []struct {
		name string
		key  fakeKey
		want string
	}{
		{"RSA for encryption", fakeKey{types.KeySpecRsa2048, types.KeyUsageTypeEncryptDecrypt, types.KeyStateEnabled, rsaKey()}, `usage is "ENCRYPT_DECRYPT", want SIGN_VERIFY`},
		{"P-256 for key agreement", fakeKey{types.KeySpecEccNistP256, types.KeyUsageTypeKeyAgreement, types.KeyStateEnabled, p256Key()}, `usage is "KEY_AGREEMENT", want SIGN_VERIFY`},
		{"RSA 3072", fakeKey{types.KeySpecRsa3072, types.KeyUsageTypeSignVerify, types.KeyStateEnabled, rsa3072}, `spec is "RSA_3072", want RSA_2048`},
		{"P-521", fakeKey{types.KeySpecEccNistP521, types.KeyUsageTypeSignVerify, types.KeyStateEnabled, p521}, `spec is "ECC_NIST_P521", want RSA_2048`},
		{"symmetric", fakeKey{types.KeySpecSymmetricDefault, types.KeyUsageTypeEncryptDecrypt, types.KeyStateEnabled, nil}, "not a key that kms:GetPublicKey works with"},
	} {
		fake := newFake().change(p256ID, func(k *fakeKey) { *k = c.key })
		_, err := kmskey.New(t.Context(), fake, p256ID)
		if !errors.Is(err, signer.ErrKeyKind) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), p256ID) {
			t.Errorf("%s: New = %v, want a signer.ErrKeyKind that says %q", c.name, err, c.want)
		}
	}
}

// answering is a KMS that gives one answer, whatever it is asked.
type answering struct {
	public *kms.GetPublicKeyOutput
	sign   *kms.SignOutput
}

func (a answering) GetPublicKey(context.Context, *kms.GetPublicKeyInput, ...func(*kms.Options)) (*kms.GetPublicKeyOutput, error) {
	return a.public, nil
}

func (a answering) Sign(context.Context, *kms.SignInput, ...func(*kms.Options)) (*kms.SignOutput, error) {
	return a.sign, nil
}

func spki(key crypto.Signer) []byte { return must(x509.MarshalPKIXPublicKey(key.Public())) }

// Answers that KMS does not give, but something in its place might.
func TestNewRefusesAnswers(t *testing.T) {
	for _, c := range []struct {
		name string
		out  *kms.GetPublicKeyOutput
		want error
	}{
		{"none", nil, kmskey.ErrUnavailable},
		{"empty", &kms.GetPublicKeyOutput{}, signer.ErrKeyKind},
		{"no spec", &kms.GetPublicKeyOutput{KeyUsage: types.KeyUsageTypeSignVerify, PublicKey: spki(p256Key())}, signer.ErrKeyKind},
		{"no key", publicKey(types.KeySpecEccNistP256, nil), kmskey.ErrUnavailable},
		{"not DER", publicKey(types.KeySpecEccNistP256, []byte("-----BEGIN PUBLIC KEY-----")), kmskey.ErrUnavailable},
		{"cut short", publicKey(types.KeySpecEccNistP256, spki(p256Key())[:50]), kmskey.ErrUnavailable},
		{"another curve", publicKey(types.KeySpecEccNistP256, spki(p384Key())), kmskey.ErrUnavailable},
		{"another algorithm", publicKey(types.KeySpecRsa2048, spki(p256Key())), kmskey.ErrUnavailable},
	} {
		if _, err := kmskey.New(t.Context(), answering{public: c.out}, p256ID); !errors.Is(err, c.want) {
			t.Errorf("%s: New = %v, want %v", c.name, err, c.want)
		}
	}
}

func publicKey(spec types.KeySpec, der []byte) *kms.GetPublicKeyOutput {
	return &kms.GetPublicKeyOutput{KeySpec: spec, KeyUsage: types.KeyUsageTypeSignVerify, PublicKey: der}
}

func TestSignRefusesAnswers(t *testing.T) {
	for name, out := range map[string]*kms.SignOutput{
		"none":      nil,
		"empty":     {},
		"nonsense":  {Signature: []byte("signature")},
		"another's": {Signature: must(p256Key().Sign(rand.Reader, make([]byte, 32), crypto.SHA256))},
	} {
		key := open(t, answering{publicKey(types.KeySpecEccNistP256, spki(p256Key())), out}, p256ID)
		if _, err := key.SignMessage(nil, []byte("policy"), crypto.SHA256); !errors.Is(err, kmskey.ErrSignature) {
			t.Errorf("%s: SignMessage = %v, want an ErrSignature", name, err)
		}
	}
}

func FuzzPublicKey(f *testing.F) {
	for _, s := range specs() {
		f.Add(s.name, spki(s.private()))
		f.Add(s.name, spki(s.private())[:40])
		f.Add("RSA_4096", spki(s.private()))
	}
	f.Fuzz(func(t *testing.T, spec string, der []byte) {
		key, err := kmskey.New(t.Context(), answering{public: publicKey(types.KeySpec(spec), der)}, p256ID)
		if (key == nil) == (err == nil) {
			t.Fatalf("New = %v, %v, want one of the two", key, err)
		}
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("New: %v, want one line", err)
		}
	})
}
