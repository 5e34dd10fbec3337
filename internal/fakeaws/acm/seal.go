package acm

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
)

// seal encrypts the private key of the certificate with an ARN for the State, by
// AES-256-GCM under a key from Options.Derive; "" without one.
func (s *Service) seal(key []byte, arn string) string {
	if s.Derive == nil {
		return ""
	}
	aead := s.aead()
	nonce := make([]byte, aead.NonceSize())
	rand.Read(nonce) // never fails since Go 1.24
	return base64.StdEncoding.EncodeToString(aead.Seal(nonce, nonce, key, []byte(arn)))
}

// unseal undoes seal. Its errors hold nothing of the key.
func (s *Service) unseal(sealed, arn string) ([]byte, error) {
	if s.Derive == nil {
		return nil, errors.New("it needs Options.Derive")
	}
	data, err := base64.StdEncoding.DecodeString(sealed)
	aead := s.aead()
	if err != nil || len(data) < aead.NonceSize() {
		return nil, errors.New("it is not base64 of a sealed key")
	}
	key, err := aead.Open(nil, data[:aead.NonceSize()], data[aead.NonceSize():], []byte(arn))
	if err != nil {
		return nil, errors.New("it was not sealed with the seed of this folder for this ARN")
	}
	return key, nil
}

func (s *Service) aead() cipher.AEAD {
	key := sha256.Sum256([]byte(s.Derive("ACM private keys")))
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err) // only for keys of another length
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // only for blocks of another length
	}
	return aead
}
