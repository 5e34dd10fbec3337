package signer

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"
)

// ParsePrivateKey reads one unencrypted private key from PEM: PKCS#1 ("RSA
// PRIVATE KEY"), SEC1 ("EC PRIVATE KEY", with or without the "EC PARAMETERS"
// block that openssl writes before it) or PKCS#8 ("PRIVATE KEY"). The key is
// RSA 2048, ECDSA P-256 or ECDSA P-384; which of these fits is for
// [NewCloudFront] and [NewIVS] to say.
//
// Errors are [ErrKeyFormat] (no PEM, damaged, encrypted, several keys) and
// [ErrKeyKind] (a public key or certificate, an unsupported algorithm, size or
// curve). They say what was found and what to do, and hold nothing of the key.
func ParsePrivateKey(data []byte) (crypto.Signer, error) {
	block, err := soleBlock(data, "private key")
	if err != nil {
		return nil, fmt.Errorf("parsing private key: %w", err)
	}
	key, err := decodePrivateKey(block)
	if err != nil {
		return nil, fmt.Errorf("parsing private key: %w", err)
	}
	if err := checkUsable(key.Public()); err != nil {
		return nil, fmt.Errorf("parsing private key: %w", err)
	}
	return key, nil
}

// ParsePublicKey reads one public key from PEM in the SPKI form ("PUBLIC
// KEY"), the only one that CloudFront and IVS import. The key is RSA 2048,
// ECDSA P-256 or ECDSA P-384. Errors are [ErrKeyFormat] and [ErrKeyKind], as
// for [ParsePrivateKey].
func ParsePublicKey(data []byte) (crypto.PublicKey, error) {
	block, err := soleBlock(data, "public key")
	if err != nil {
		return nil, fmt.Errorf("parsing public key: %w", err)
	}
	key, err := decodePublicKey(block)
	if err != nil {
		return nil, fmt.Errorf("parsing public key: %w", err)
	}
	if err := checkUsable(key); err != nil {
		return nil, fmt.Errorf("parsing public key: %w", err)
	}
	return key, nil
}

// soleBlock returns the only PEM block of data, EC PARAMETERS aside. want
// names the thing looked for, in errors.
func soleBlock(data []byte, want string) (*pem.Block, error) {
	var found *pem.Block
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // of Windows editors
	for rest := data; ; {
		block, tail := pem.Decode(rest)
		if block == nil {
			break
		}
		rest = tail
		if block.Type == "EC PARAMETERS" {
			continue
		}
		if found != nil {
			return nil, fmt.Errorf("%w: found %s after %s; keep one %s in the file", ErrKeyFormat, block.Type, found.Type, want)
		}
		found = block
	}
	switch {
	case found != nil:
		return found, nil
	case len(bytes.TrimSpace(data)) == 0:
		return nil, fmt.Errorf("%w: the input is empty; pass the PEM of a %s", ErrKeyFormat, want)
	case bytes.Contains(data, []byte(`-----\n`)):
		return nil, fmt.Errorf(`%w: found PEM with the two characters \n in place of line breaks; write real line breaks`, ErrKeyFormat)
	case bytes.Contains(data, []byte("-----BEGIN")):
		return nil, fmt.Errorf("%w: found a damaged PEM block; copy the file again, from its BEGIN line to its END line", ErrKeyFormat)
	default:
		return nil, fmt.Errorf("%w: found no PEM block; want a %s that starts with -----BEGIN", ErrKeyFormat, want)
	}
}

func decodePrivateKey(block *pem.Block) (crypto.Signer, error) {
	if block.Type == "ENCRYPTED PRIVATE KEY" || strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED") {
		return nil, fmt.Errorf("%w: found an encrypted private key; decrypt it with openssl pkey -in FILE -out PLAIN", ErrKeyFormat)
	}
	var key any
	var err error
	switch block.Type {
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "PUBLIC KEY", "RSA PUBLIC KEY":
		return nil, fmt.Errorf("%w: found a public key; pass the private key file that belongs to it", ErrKeyKind)
	case "CERTIFICATE", "CERTIFICATE REQUEST":
		return nil, fmt.Errorf("%w: found a %s; pass the private key file that belongs to it", ErrKeyKind, strings.ToLower(block.Type))
	case "OPENSSH PRIVATE KEY":
		return nil, fmt.Errorf("%w: found an OpenSSH private key; make a new key with signer keygen", ErrKeyKind)
	default:
		return nil, fmt.Errorf("%w: found a PEM block of type %q; want PRIVATE KEY, EC PRIVATE KEY or RSA PRIVATE KEY", ErrKeyKind, block.Type)
	}
	if err != nil {
		return nil, contentError(block, err)
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("%w: found a %T, which cannot sign; make a key with signer keygen", ErrKeyKind, key)
	}
	return signer, nil
}

func decodePublicKey(block *pem.Block) (crypto.PublicKey, error) {
	switch {
	case block.Type == "PUBLIC KEY":
	case strings.HasSuffix(block.Type, "PRIVATE KEY"):
		return nil, fmt.Errorf("%w: found a private key where a public key belongs; extract it with openssl pkey -in FILE -pubout, and keep the private key private", ErrKeyKind)
	case block.Type == "RSA PUBLIC KEY":
		return nil, fmt.Errorf("%w: found a PKCS#1 public key; convert it with openssl rsa -RSAPublicKey_in -in FILE -pubout", ErrKeyKind)
	case block.Type == "CERTIFICATE":
		return nil, fmt.Errorf("%w: found a certificate; extract its key with openssl x509 -in FILE -pubkey -noout", ErrKeyKind)
	default:
		return nil, fmt.Errorf("%w: found a PEM block of type %q; want PUBLIC KEY", ErrKeyKind, block.Type)
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, contentError(block, err)
	}
	return key, nil
}

// contentError reports a PEM block whose content does not parse. crypto/x509
// tells an algorithm or curve it does not know by text alone; that text is not
// passed on, since it is about the content of a key.
func contentError(block *pem.Block, err error) error {
	if text := err.Error(); strings.Contains(text, "unknown") || strings.Contains(text, "unsupported") {
		return fmt.Errorf("%w: found %s of an algorithm or curve that neither CloudFront nor IVS takes; make a key with signer keygen", ErrKeyKind, block.Type)
	}
	return fmt.Errorf("%w: found %s whose content is damaged or of another type; copy the file again or make a key with signer keygen", ErrKeyFormat, block.Type)
}
