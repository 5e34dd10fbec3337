package fakeaws

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
)

// seed is what every secret of a folder comes from.
type seed [32]byte

// loadSeed reads the seed, or makes one for a folder without a state.
func (s *Store) loadSeed(hasState bool) error {
	path := s.path(seedName)
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, os.ErrNotExist) && !hasState:
		rand.Read(s.seed[:]) // never fails, see crypto/rand
		return s.replace(path, s.seed[:])
	case errors.Is(err, os.ErrNotExist):
		return s.damaged(path, errors.New("is missing, and stream keys come from it"))
	case err != nil:
		return err
	case len(data) != len(s.seed):
		return s.damaged(path, fmt.Errorf("has %d bytes, want %d", len(data), len(s.seed)))
	}
	copy(s.seed[:], data)
	return nil
}

// derive gives 32 bytes that follow from seed and label, by HKDF (RFC 5869).
func (s seed) derive(label string) []byte {
	key, err := hkdf.Key(sha256.New, s[:], nil, "private-playback stand-in: "+label, 32)
	if err != nil {
		panic(err) // only for longer keys
	}
	return key
}

// Derive returns a secret of 64 hexadecimal digits that is the same whenever
// label and folder are, for example the passphrase of a Pulumi backend beside
// it. It tells nothing of other labels.
func (s *Store) Derive(label string) string { return hex.EncodeToString(s.seed.derive(label)) }

// AccessKey returns the folder's key of the account's owner.
func (s *Store) AccessKey() AccessKey {
	text := func(label string) string { return base32.StdEncoding.EncodeToString(s.seed.derive(label)) }
	return AccessKey{"AKIA" + text("access key id")[:16], text("secret access key")[:40]}
}
