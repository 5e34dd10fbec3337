package inspect

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/fips140"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/asn1"
	"math/big"
)

// form is how a signature is written.
type form int

const (
	formRight form = iota // PKCS #1 v1.5, or ASN.1 DER
	formPSS               // RSASSA-PSS
	formRaw               // r‖s
)

// verifies tells whether sig is one of text by the private half of k, in the
// form that CloudFront takes.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-linux-openssl.html
func (k signingKey) verifies(h crypto.Hash, text, sig []byte) bool {
	digest := sum(h, text)
	if digest == nil {
		return false
	}
	switch key := k.key.(type) {
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(key, h, digest, sig) == nil
	case *ecdsa.PublicKey:
		return ecdsa.VerifyASN1(key, digest, sig)
	}
	return false
}

// verifiesOtherwise is verifies for the forms that CloudFront does not take.
func (k signingKey) verifiesOtherwise(h crypto.Hash, text, sig []byte) (form, bool) {
	digest := sum(h, text)
	if digest == nil {
		return 0, false
	}
	switch key := k.key.(type) {
	case *rsa.PublicKey:
		return formPSS, rsa.VerifyPSS(key, h, digest, sig, nil) == nil
	case *ecdsa.PublicKey:
		return formRaw, verifyRaw(key, digest, sig)
	}
	return 0, false
}

// verifyRaw checks r‖s, both of the curve's size, as JWTs have it (RFC 7518,
// section 3.4).
func verifyRaw(key *ecdsa.PublicKey, digest, sig []byte) bool {
	size := (key.Curve.Params().BitSize + 7) / 8
	if len(sig) != 2*size {
		return false
	}
	der, err := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(sig[:size]), new(big.Int).SetBytes(sig[size:])})
	return err == nil && ecdsa.VerifyASN1(key, digest, der)
}

// sum returns nil for a hash that may not be used here.
func sum(h crypto.Hash, text []byte) []byte {
	switch {
	case h == crypto.SHA256:
		d := sha256.Sum256(text)
		return d[:]
	case h == crypto.SHA1 && !fips140.Enforced():
		d := sha1.Sum(text)
		return d[:]
	}
	return nil
}

// looksLike names the kind of key that makes such a signature, "" if it cannot
// be told.
func looksLike(sig []byte) string {
	switch {
	case len(sig) == 256:
		return "RSA"
	case len(sig) >= 68 && len(sig) <= 72 && sig[0] == 0x30 && int(sig[1]) == len(sig)-2:
		return "ECDSA"
	}
	return ""
}
