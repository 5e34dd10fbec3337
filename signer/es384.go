package signer

import (
	"crypto"
	"crypto/rand"
	_ "crypto/sha512" // registers crypto.SHA384
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"

	"github.com/golang-jwt/jwt/v5"
)

// es384 is golang-jwt's ES384 for any crypto.Signer. The library's own method
// wants an *ecdsa.PrivateKey, which a key held elsewhere does not have; this
// one may go when it takes a crypto.Signer.
type es384 struct{}

// Alg returns the name of RFC 7518 section 3.1.
func (es384) Alg() string { return "ES384" }

// Sign signs text with key, a crypto.Signer on P-384.
func (es384) Sign(text string, key any) ([]byte, error) {
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, jwt.ErrInvalidKeyType
	}
	der, err := crypto.SignMessage(signer, rand.Reader, []byte(text), crypto.SHA384)
	if err != nil {
		return nil, fmt.Errorf("using the private key: %w", err)
	}
	return fixedWidth(der)
}

// Verify is the library's.
func (es384) Verify(text string, signature []byte, key any) error {
	return jwt.SigningMethodES384.Verify(text, signature, key)
}

// fixedWidth turns the DER that a crypto.Signer returns into the form of a
// JWT, r and s as 48 bytes each.
//
// https://www.rfc-editor.org/rfc/rfc7518#section-3.4
func fixedWidth(der []byte) ([]byte, error) {
	var v struct{ R, S *big.Int }
	rest, err := asn1.Unmarshal(der, &v)
	if err != nil || len(rest) > 0 {
		return nil, errors.New("using the private key: it returned a signature that is not DER")
	}
	if v.R.Sign() <= 0 || v.S.Sign() <= 0 || v.R.BitLen() > 384 || v.S.BitLen() > 384 {
		return nil, errors.New("using the private key: it returned a signature that is not one of P-384")
	}
	signature := make([]byte, 96)
	v.R.FillBytes(signature[:48])
	v.S.FillBytes(signature[48:])
	return signature, nil
}
