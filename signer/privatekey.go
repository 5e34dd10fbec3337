package signer

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/fips140"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"fmt"
	"io"
	"reflect"
)

// RemoteKey is a key outside this process, such as one in AWS KMS. Using it
// costs milliseconds and may fail, so a [Grants] belongs in front of it, and a
// policy for an asset in place of a signature per URL.
//
// SignMessageContext signs message, hashed with opts.HashFunc, within the time
// of ctx. RSA keys answer PKCS #1 v1.5, ECDSA keys ASN.1 DER. It is what this
// package calls; every answer is checked against Public before use.
type RemoteKey interface {
	crypto.Signer
	SignMessageContext(ctx context.Context, message []byte, opts crypto.SignerOpts) ([]byte, error)
}

// privateKey is a checked key and the way to use it.
type privateKey struct {
	signer crypto.Signer
	remote RemoteKey // nil for a key of this process
	random io.Reader // nil makes ECDSA deterministic
	kind   string    // as keyKind names it
}

// newPrivateKey checks that key can sign at all. Whether its kind suits is for
// the caller to say. Errors are ErrKeyKind.
//
// Keys of crypto/ecdsa sign deterministically (RFC 6979): the same policy has
// the same bytes on every server, so that caches and players know a URL again.
// Other signers get a random source, since only those are known to do without.
func newPrivateKey(key crypto.Signer) (privateKey, error) {
	if isNil(key) {
		return privateKey{}, fmt.Errorf("%w: no private key given", ErrKeyKind)
	}
	k := privateKey{signer: key, random: rand.Reader, kind: keyKind(publicHalf(key))}
	k.remote, _ = key.(RemoteKey)
	consistent := true
	switch own := key.(type) {
	case *ecdsa.PrivateKey:
		k.random, consistent = nil, isConsistentECDSA(own)
	case *rsa.PrivateKey:
		consistent = own.N != nil && own.D != nil && own.Validate() == nil
	}
	if !consistent {
		return privateKey{}, fmt.Errorf("%w: found %s whose private and public half do not belong together; read it again from its file", ErrKeyKind, k.kind)
	}
	return k, nil
}

// isNil reports whether key, private or public, is nil or holds a nil pointer.
func isNil(key any) bool {
	if key == nil {
		return true
	}
	switch v := reflect.ValueOf(key); v.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Func, reflect.Chan:
		return v.IsNil()
	}
	return false
}

// publicHalf returns key.Public, which panics for some keys made by hand.
func publicHalf(key crypto.Signer) crypto.PublicKey {
	switch key.(type) {
	case ed25519.PrivateKey, *ed25519.PrivateKey:
		return ed25519.PublicKey(nil) // no service takes it, whichever it is
	}
	return key.Public()
}

func isConsistentECDSA(key *ecdsa.PrivateKey) bool {
	//lint:ignore SA1019 a key made by hand may lack them, and only the fields tell
	if key.Curve == nil || key.X == nil || key.Y == nil || key.D == nil {
		return false
	}
	own, err := key.ECDH()
	if err != nil {
		return false
	}
	public, err := key.PublicKey.Bytes()
	return err == nil && bytes.Equal(own.PublicKey().Bytes(), public)
}

// sign returns the signature of text. It keeps no reference to text.
func (k privateKey) sign(ctx context.Context, text []byte, hash crypto.Hash) ([]byte, error) {
	if k.signer == nil {
		return nil, fmt.Errorf("%w: this value was not made by the package's constructor", ErrKeyKind)
	}
	if err := checkHash(hash); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	signature, err := k.use(ctx, text, hash)
	if err != nil {
		return nil, fmt.Errorf("using the private key: %w", err)
	}
	return signature, nil
}

func (k privateKey) use(ctx context.Context, text []byte, hash crypto.Hash) ([]byte, error) {
	if k.remote != nil {
		signature, err := k.remote.SignMessageContext(ctx, text, hash)
		if err == nil && !verifies(k.remote.Public(), hash, text, signature) {
			err = errors.New("it returned a signature that its public key does not verify")
		}
		return signature, err
	}
	switch k.signer.(type) {
	case *ecdsa.PrivateKey, *rsa.PrivateKey:
		return k.signer.Sign(k.random, digest(hash, text), hash)
	default:
		return crypto.SignMessage(k.signer, k.random, text, hash)
	}
}

// digest returns the hash of text, one of those that checkHash lets through.
func digest(hash crypto.Hash, text []byte) []byte {
	switch hash {
	case crypto.SHA1:
		sum := sha1.Sum(text)
		return sum[:]
	case crypto.SHA256:
		sum := sha256.Sum256(text)
		return sum[:]
	default:
		sum := sha512.Sum384(text)
		return sum[:]
	}
}

// verifies reports whether signature is one of text.
func verifies(public crypto.PublicKey, hash crypto.Hash, text, signature []byte) bool {
	switch key := public.(type) {
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(key, hash, digest(hash, text), signature) == nil
	case *ecdsa.PublicKey:
		return ecdsa.VerifyASN1(key, digest(hash, text), signature)
	}
	return false
}

// checkHash refuses what cannot be computed. In FIPS-only mode crypto/sha1
// panics.
func checkHash(hash crypto.Hash) error {
	switch {
	case hash == crypto.SHA1 && fips140.Enforced():
		return fmt.Errorf("%w: SHA-1 is not allowed in FIPS-only mode; make the signer with WithHash(crypto.SHA256)", ErrHash)
	case hash == crypto.SHA1, hash == crypto.SHA256, hash == crypto.SHA384:
		return nil
	default:
		return fmt.Errorf("%w: %v", ErrHash, hash)
	}
}
