package edge

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net/http"
	"slices"
	"strings"
)

const (
	maxPublicKeys = 10
	maxKeyName    = 128
)

// A PublicKeyConfig is what the caller says about a public key.
type PublicKeyConfig struct {
	CallerReference string
	Name            string // letters, digits, "_" and "-"; at most 128; unique in the account
	EncodedKey      string // SPKI PEM of RSA 2048 or ECDSA P-256; read back with one trailing newline
	Comment         string // at most 128 bytes
}

// A PublicKey verifies signed URLs and cookies. Its ID is their Key-Pair-Id.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-trusted-signers.html
type PublicKey struct {
	ID   string // "K2JCJMDEHXQW5F"
	ETag string
	PublicKeyConfig
}

type storedKey struct {
	PublicKey
	key crypto.PublicKey // *rsa.PublicKey or *ecdsa.PublicKey
}

// CreatePublicKey uploads a key: InvalidArgument for a bad name or key,
// PublicKeyAlreadyExists for a name or caller reference in use,
// TooManyPublicKeys beyond ten.
func (s *Service) CreatePublicKey(c PublicKeyConfig) (PublicKey, error) {
	const op = "CreatePublicKey"
	key, err := checkPublicKey(op, &c)
	if err != nil {
		return PublicKey{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, old := range s.publicKeys {
		if old.Name == c.Name || old.CallerReference == c.CallerReference {
			return PublicKey{}, refuse(op, http.StatusConflict, "PublicKeyAlreadyExists",
				"The specified public key already exists.")
		}
	}
	if len(s.publicKeys) >= maxPublicKeys {
		return PublicKey{}, refuse(op, http.StatusBadRequest, "TooManyPublicKeys",
			"The maximum number of public keys for field-level encryption have been created. To create a new public key, delete one of the existing keys.")
	}
	p := PublicKey{ID: randomID("K", upperAlphabet), ETag: newETag(), PublicKeyConfig: c}
	s.publicKeys[p.ID] = storedKey{p, key}
	return p, nil
}

// PublicKey reads a key; NoSuchPublicKey if there is none.
func (s *Service) PublicKey(id string) (PublicKey, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	k, err := s.publicKey("GetPublicKey", id)
	return k.PublicKey, err
}

// UpdatePublicKey changes the comment. Any other change is refused with
// CannotChangeImmutablePublicKeyFields.
func (s *Service) UpdatePublicKey(id, ifMatch string, c PublicKeyConfig) (PublicKey, error) {
	const op = "UpdatePublicKey"
	s.mu.Lock()
	defer s.mu.Unlock()
	k, err := s.publicKey(op, id)
	if err != nil {
		return PublicKey{}, err
	}
	if err := checkETag(op, ifMatch, k.ETag); err != nil {
		return PublicKey{}, err
	}
	if c.CallerReference != k.CallerReference || c.Name != k.Name || normalPEM(c.EncodedKey) != k.EncodedKey {
		return PublicKey{}, refuse(op, http.StatusBadRequest, "CannotChangeImmutablePublicKeyFields",
			"You can't change the value of a public key.")
	}
	if len(c.Comment) > maxComment {
		return PublicKey{}, invalidArgument(op, "The parameter Comment is too long.")
	}
	k.Comment, k.ETag = c.Comment, newETag()
	s.publicKeys[id] = k
	return k.PublicKey, nil
}

// DeletePublicKey removes a key that no key group holds; otherwise
// PublicKeyInUse.
func (s *Service) DeletePublicKey(id, ifMatch string) error {
	const op = "DeletePublicKey"
	s.mu.Lock()
	defer s.mu.Unlock()
	k, err := s.publicKey(op, id)
	if err != nil {
		return err
	}
	if err := checkETag(op, ifMatch, k.ETag); err != nil {
		return err
	}
	for _, g := range s.keyGroups {
		if slices.Contains(g.Items, id) {
			return refuse(op, http.StatusConflict, "PublicKeyInUse", "The specified public key is in use.")
		}
	}
	delete(s.publicKeys, id)
	return nil
}

func (s *Service) publicKey(op, id string) (storedKey, error) {
	k, ok := s.publicKeys[id]
	if !ok {
		return k, refuse(op, http.StatusNotFound, "NoSuchPublicKey", "The specified public key doesn't exist.")
	}
	return k, nil
}

// checkPublicKey validates c and brings its key into the form that is read back.
func checkPublicKey(op string, c *PublicKeyConfig) (crypto.PublicKey, error) {
	switch {
	case c.CallerReference == "":
		return nil, invalidArgument(op, "The parameter CallerReference is required.")
	case !isKeyName(c.Name):
		return nil, invalidArgument(op, "The parameter Name must match ^[0-9A-Za-z_-]+$ and hold at most 128 characters.")
	case len(c.Comment) > maxComment:
		return nil, invalidArgument(op, "The parameter Comment is too long.")
	}
	key, err := parsePublicKey(c.EncodedKey)
	if err != nil {
		return nil, invalidArgument(op, "Your request contains an invalid public key: "+err.Error()+".")
	}
	c.EncodedKey = normalPEM(c.EncodedKey)
	return key, nil
}

func isKeyName(name string) bool {
	return name != "" && len(name) <= maxKeyName && strings.IndexFunc(name, func(r rune) bool {
		return !(r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == '_' || r == '-')
	}) < 0
}

func normalPEM(text string) string {
	return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")) + "\n"
}

// parsePublicKey accepts exactly one SPKI PEM block with a key of a kind that
// CloudFront verifies with.
func parsePublicKey(text string) (crypto.PublicKey, error) {
	raw := []byte(normalPEM(text))
	block, rest := pem.Decode(raw)
	switch {
	case block == nil || !bytes.HasPrefix(raw, []byte("-----BEGIN ")):
		return nil, errors.New("not PEM")
	case len(rest) > 0:
		return nil, errors.New("text after the PEM block")
	case block.Type != "PUBLIC KEY":
		return nil, errors.New("the PEM block is not a PUBLIC KEY")
	case len(block.Headers) > 0:
		return nil, errors.New("the PEM block has headers")
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, errors.New("not a SubjectPublicKeyInfo")
	}
	switch k := key.(type) {
	case *rsa.PublicKey:
		if k.N.BitLen() == 2048 {
			return k, nil
		}
		return nil, errors.New("an RSA key must have 2048 bits")
	case *ecdsa.PublicKey:
		if k.Curve == elliptic.P256() {
			return k, nil
		}
		return nil, errors.New("an ECDSA key must be on the curve P-256")
	}
	return nil, errors.New("neither RSA nor ECDSA")
}
