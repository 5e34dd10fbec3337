package ivs

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/md5"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"regexp"
	"strings"
)

// maxKeyPairs is the quota per region.
// https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/service-quotas.html
const maxKeyPairs = 3

// PlaybackKeyPair describes a public key that playback tokens may be signed
// for.
type PlaybackKeyPair struct {
	ARN         string // "arn:aws:ivs:us-west-2:123456789012:playback-key/KDJRJNQhiQzA"
	Name        string // may be empty; need not be unique
	Fingerprint string // 16 hexadecimal bytes with colons
}

type playbackKey struct {
	PlaybackKeyPair
	der    []byte // SPKI
	public *ecdsa.PublicKey
}

var namePattern = regexp.MustCompile(`^[a-zA-Z0-9_-]{0,128}$`)

// ImportPlaybackKeyPair stores the public half of a key pair: one PEM block
// PUBLIC KEY that holds an ECDSA key on P-384. Its errors are
// ValidationException for a bad name or any other material,
// ConflictException for material that is there already (assumption
// ivs.same-key-twice), and ServiceQuotaExceededException for a fourth pair.
//
// https://docs.aws.amazon.com/ivs/latest/LowLatencyAPIReference/API_ImportPlaybackKeyPair.html
func (s *Service) ImportPlaybackKeyPair(name, publicKeyMaterial string) (PlaybackKeyPair, error) {
	const operation = "ImportPlaybackKeyPair"
	if !namePattern.MatchString(name) {
		return PlaybackKeyPair{}, validationError(operation, nameMessage)
	}
	der, public, ok := parsePublicKey(publicKeyMaterial)
	if !ok {
		return PlaybackKeyPair{}, validationError(operation,
			"publicKeyMaterial failed to satisfy the constraints: must be a PEM encoded public key of an ECDSA pair on curve P-384")
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range s.keys {
		if bytes.Equal(k.der, der) {
			return PlaybackKeyPair{}, conflictError(operation, "public key material is already imported as "+k.ARN)
		}
	}
	if len(s.keys) >= maxKeyPairs {
		return PlaybackKeyPair{}, quotaError(operation, "quota of 3 playback key pairs is used up")
	}
	pair := PlaybackKeyPair{ARN: s.arn(typePlaybackKey, newID()), Name: name, Fingerprint: fingerprint(der)}
	s.keys[pair.ARN] = playbackKey{pair, der, public}
	return pair, nil
}

// PlaybackKeyPair returns the pair with the given ARN, or
// ResourceNotFoundException.
func (s *Service) PlaybackKeyPair(arn string) (PlaybackKeyPair, error) {
	const operation = "GetPlaybackKeyPair"
	if !isARN(arn, typePlaybackKey) {
		return PlaybackKeyPair{}, validationError(operation, arnMessage)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	k, ok := s.keys[arn]
	if !ok {
		return PlaybackKeyPair{}, notFoundError(operation, "playback key pair")
	}
	return k.PlaybackKeyPair, nil
}

// DeletePlaybackKeyPair removes the pair with the given ARN, or returns
// ResourceNotFoundException. Tokens signed with it start no more sessions, and
// the sessions they started end (assumption ivs.session-after-key).
//
// https://docs.aws.amazon.com/ivs/latest/LowLatencyAPIReference/API_DeletePlaybackKeyPair.html
func (s *Service) DeletePlaybackKeyPair(arn string) error {
	const operation = "DeletePlaybackKeyPair"
	if !isARN(arn, typePlaybackKey) {
		return validationError(operation, arnMessage)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.keys[arn]; !ok {
		return notFoundError(operation, "playback key pair")
	}
	delete(s.keys, arn)
	return nil
}

// parsePublicKey reads exactly one PEM block with an SPKI of a P-384 key.
func parsePublicKey(material string) (der []byte, public *ecdsa.PublicKey, ok bool) {
	text := []byte(strings.TrimSpace(material))
	// Decode skips what stands before a block; nothing may.
	if !bytes.HasPrefix(text, []byte("-----BEGIN PUBLIC KEY-----")) {
		return nil, nil, false
	}
	block, rest := pem.Decode(text)
	if block == nil || block.Type != "PUBLIC KEY" || len(block.Headers) > 0 || len(bytes.TrimSpace(rest)) > 0 {
		return nil, nil, false
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, nil, false
	}
	public, ok = key.(*ecdsa.PublicKey)
	if !ok || public.Curve != elliptic.P384() {
		return nil, nil, false
	}
	return block.Bytes, public, true
}

// fingerprint is the MD5 sum of the SPKI (assumption ivs.fingerprint).
func fingerprint(der []byte) string {
	sum := md5.Sum(der)
	parts := make([]string, len(sum))
	for i, b := range sum {
		parts[i] = hex.EncodeToString([]byte{b})
	}
	return strings.Join(parts, ":")
}
