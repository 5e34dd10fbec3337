package signer

import (
	"encoding/asn1"
	"errors"
	"math/big"
)

// Tokens are put together here and not by golang-jwt, whose ES384 wants an
// *ecdsa.PrivateKey, which a key held elsewhere does not have, and no context.
// That may go when the library takes a crypto.Signer.

// jwtHeader is the encoded header of every token:
//
//	{"alg":"ES384","typ":"JWT"}
const jwtHeader = "eyJhbGciOiJFUzM4NCIsInR5cCI6IkpXVCJ9"

// signatureWidth is the length of an encoded ES384 signature.
const signatureWidth = 128

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
