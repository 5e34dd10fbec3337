package signer

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
)

// GenerateSigningKey returns a new ECDSA P-256 key for CloudFront. P-256 is
// the better of the two kinds that CloudFront takes: signing costs a fraction
// of RSA, and URLs come out some 250 bytes shorter.
func GenerateSigningKey() (crypto.Signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("generating signing key: %w", err)
	}
	return key, nil
}

// GeneratePlaybackKey returns a new ECDSA P-384 key for Amazon IVS.
func GeneratePlaybackKey() (crypto.Signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("generating playback key: %w", err)
	}
	return key, nil
}

// MarshalPrivateKey returns key as an unencrypted PKCS#8 PEM block ("PRIVATE
// KEY"). The result is the secret itself: write it to a file of mode 0600. A
// key that does not reveal its private part, such as one held by AWS KMS, is
// an [ErrKeyKind].
func MarshalPrivateKey(key crypto.Signer) ([]byte, error) {
	if _, err := newPrivateKey(key); err != nil {
		return nil, fmt.Errorf("marshalling private key: %w", err)
	}
	if err := checkUsable(publicHalf(key)); err != nil {
		return nil, fmt.Errorf("marshalling private key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		// The cause names Go types and nothing of the key.
		return nil, fmt.Errorf("marshalling private key: %w: %v", ErrKeyKind, err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// MarshalPublicKey returns key as an SPKI PEM block ("PUBLIC KEY") that ends
// in one newline, the form in which CloudFront and IVS import keys. A key that
// has no such form is an [ErrKeyKind].
func MarshalPublicKey(key crypto.PublicKey) ([]byte, error) {
	if isNil(key) {
		return nil, fmt.Errorf("marshalling public key: %w: no public key given", ErrKeyKind)
	}
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return nil, fmt.Errorf("marshalling public key: %w: %v", ErrKeyKind, err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), nil
}

// The kinds of key that AWS takes, as keyKind names them.
const (
	kindRSA2048 = "RSA 2048"
	kindP256    = "ECDSA P-256"
	kindP384    = "ECDSA P-384"
)

// keyKind names the algorithm and size of a public key, for people and for
// comparison with the constants above.
func keyKind(key crypto.PublicKey) string {
	switch k := key.(type) {
	case *rsa.PublicKey:
		if k == nil || k.N == nil {
			return "an empty RSA key"
		}
		return fmt.Sprintf("RSA %d", k.N.BitLen())
	case *ecdsa.PublicKey:
		if k == nil || k.Curve == nil {
			return "an empty ECDSA key"
		}
		return "ECDSA " + k.Curve.Params().Name
	case ed25519.PublicKey:
		return "Ed25519"
	default:
		return fmt.Sprintf("%T", key)
	}
}

// checkUsable refuses a key that neither CloudFront nor IVS takes.
func checkUsable(key crypto.PublicKey) error {
	switch kind := keyKind(key); kind {
	case kindRSA2048, kindP256, kindP384:
		return nil
	default:
		return fmt.Errorf("%w: found %s, want RSA 2048 or ECDSA P-256 for CloudFront or ECDSA P-384 for IVS; make one with signer keygen", ErrKeyKind, kind)
	}
}

// newSigningKey refuses a key that CloudFront does not take.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-trusted-signers.html
func newSigningKey(key crypto.Signer) (privateKey, error) {
	k, err := newPrivateKey(key)
	if err != nil {
		return privateKey{}, err
	}
	switch k.kind {
	case kindRSA2048, kindP256:
		return k, nil
	case kindP384:
		return privateKey{}, fmt.Errorf("%w: found %s, which is for IVS playback keys; CloudFront takes RSA 2048 or ECDSA P-256, make one with signer keygen --kind signing", ErrKeyKind, k.kind)
	default:
		return privateKey{}, fmt.Errorf("%w: found %s, CloudFront takes RSA 2048 or ECDSA P-256; make one with signer keygen --kind signing", ErrKeyKind, k.kind)
	}
}

// newPlaybackKey refuses a key that IVS does not take.
//
// https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/private-channels-create-key.html
func newPlaybackKey(key crypto.Signer) (privateKey, error) {
	k, err := newPrivateKey(key)
	if err != nil {
		return privateKey{}, err
	}
	switch k.kind {
	case kindP384:
		return k, nil
	case kindRSA2048, kindP256:
		return privateKey{}, fmt.Errorf("%w: found %s, which is for CloudFront; IVS takes ECDSA P-384, make one with signer keygen --kind playback", ErrKeyKind, k.kind)
	default:
		return privateKey{}, fmt.Errorf("%w: found %s, IVS takes ECDSA P-384; make one with signer keygen --kind playback", ErrKeyKind, k.kind)
	}
}
