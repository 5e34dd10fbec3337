package kmskey

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	_ "crypto/sha256" // registers crypto.SHA256
	_ "crypto/sha512" // registers crypto.SHA384
	"crypto/x509"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"privateplayback/signer"
)

// kind is a key spec that CloudFront or IVS takes, with the one hash and
// algorithm that it signs with.
//
// https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html
type kind struct {
	spec      types.KeySpec
	hash      crypto.Hash
	algorithm types.SigningAlgorithmSpec
}

// kinds are the supported ones: the first two are CloudFront's, the last is
// that of IVS. KMS signs with SHA-1 under no spec.
func kinds() [3]kind {
	return [3]kind{
		{types.KeySpecRsa2048, crypto.SHA256, types.SigningAlgorithmSpecRsassaPkcs1V15Sha256},
		{types.KeySpecEccNistP256, crypto.SHA256, types.SigningAlgorithmSpecEcdsaSha256},
		{types.KeySpecEccNistP384, crypto.SHA384, types.SigningAlgorithmSpecEcdsaSha384},
	}
}

// readPublicKey returns the public key in KMS's answer, after it has checked
// that the private one is for signing and of a supported spec. Every error is
// a [signer.ErrKeyKind] but that of an answer which makes no sense.
func readPublicKey(out *kms.GetPublicKeyOutput) (crypto.PublicKey, kind, error) {
	if out == nil {
		return nil, kind{}, fmt.Errorf("%w: the answer to GetPublicKey is empty", ErrUnavailable)
	}
	if out.KeyUsage != types.KeyUsageTypeSignVerify {
		return nil, kind{}, fmt.Errorf("%w: its usage is %q, want SIGN_VERIFY; usage cannot be changed, create another key", signer.ErrKeyKind, out.KeyUsage)
	}
	k, ok := kindOf(out.KeySpec)
	if !ok {
		return nil, kind{}, fmt.Errorf("%w: its spec is %q, want RSA_2048 or ECC_NIST_P256 for CloudFront or ECC_NIST_P384 for IVS; create another key", signer.ErrKeyKind, out.KeySpec)
	}
	public, err := x509.ParsePKIXPublicKey(out.PublicKey)
	if err != nil {
		return nil, kind{}, fmt.Errorf("%w: the public key in its answer is not SPKI DER", ErrUnavailable)
	}
	if specOf(public) != k.spec {
		return nil, kind{}, fmt.Errorf("%w: the public key in its answer is not of the spec %q that it names", ErrUnavailable, out.KeySpec)
	}
	return public, k, nil
}

// kindOf finds spec among the supported ones.
func kindOf(spec types.KeySpec) (kind, bool) {
	for _, k := range kinds() {
		if k.spec == spec {
			return k, true
		}
	}
	return kind{}, false
}

// specOf returns the spec of a public key, or none if it is not supported.
func specOf(public crypto.PublicKey) types.KeySpec {
	switch p := public.(type) {
	case *rsa.PublicKey:
		if p.N.BitLen() == 2048 {
			return types.KeySpecRsa2048
		}
	case *ecdsa.PublicKey:
		switch p.Curve {
		case elliptic.P256():
			return types.KeySpecEccNistP256
		case elliptic.P384():
			return types.KeySpecEccNistP384
		}
	}
	return ""
}

// check refuses what the key cannot sign before KMS is asked. Errors are
// signer.ErrHash.
func (k kind) check(opts crypto.SignerOpts) error {
	switch opts.(type) {
	case nil:
		return fmt.Errorf("%w: none given, the key signs %v", signer.ErrHash, k.hash)
	case *rsa.PSSOptions:
		return fmt.Errorf("%w: RSASSA-PSS, the key signs %s", signer.ErrHash, k.algorithm)
	}
	switch h := opts.HashFunc(); {
	case h == k.hash:
		return nil
	case h == crypto.SHA1 && k.hash == crypto.SHA256:
		return fmt.Errorf("%w: KMS does not sign SHA-1; make the signer with signer.WithHash(crypto.SHA256)", signer.ErrHash)
	case h == 0:
		return fmt.Errorf("%w: none given, the key signs %v", signer.ErrHash, k.hash)
	default:
		return fmt.Errorf("%w: %v, the key signs %v", signer.ErrHash, h, k.hash)
	}
}

// digest hashes message as the key does.
func (k kind) digest(message []byte) []byte {
	h := k.hash.New()
	h.Write(message)
	return h.Sum(nil)
}

// verify reports whether signature is that of digest by the key.
func (k kind) verify(public crypto.PublicKey, digest, signature []byte) bool {
	switch p := public.(type) {
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(p, k.hash, digest, signature) == nil
	case *ecdsa.PublicKey:
		return ecdsa.VerifyASN1(p, digest, signature)
	default:
		return false
	}
}
