package signer

import (
	"crypto"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"privateplayback/infra/outputs"
)

// Current returns what an application signs with: [NewSigningKeys] and
// [NewPlaybackKeys] of the stack, and of both the signer whose role is
// [outputs.Current]. The IVS is nil for a stack without channels, which needs no
// playback key. Errors are theirs.
func Current(stack *outputs.Stack, signing, playback []crypto.Signer) (*CloudFront, *IVS, error) {
	signingKeys, err := NewSigningKeys(stack.SigningKeys, signing)
	if err != nil {
		return nil, nil, err
	}
	cf, err := signingKeys.Signer(outputs.Current)
	if err != nil {
		return nil, nil, fmt.Errorf("signing for CloudFront: %w", err)
	}
	if len(stack.Channels) == 0 {
		return cf, nil, nil
	}
	playbackKeys, err := NewPlaybackKeys(stack.PlaybackKeys, playback)
	if err != nil {
		return nil, nil, err
	}
	ivs, err := playbackKeys.Signer(outputs.Current)
	if err != nil {
		return nil, nil, fmt.Errorf("signing for IVS: %w", err)
	}
	return cf, ivs, nil
}

// OpenCurrent is [Current] for keys in files or environment variables, as
// [ReadPrivateKey] reads them. playback is "" for a stack without channels.
func OpenCurrent(stack *outputs.Stack, signing, playback string) (*CloudFront, *IVS, error) {
	var keys [2][]crypto.Signer
	for i, source := range []string{signing, playback} {
		if source == "" {
			continue
		}
		key, err := ReadPrivateKey(source)
		if err != nil {
			return nil, nil, err
		}
		keys[i] = []crypto.Signer{key}
	}
	return Current(stack, keys[0], keys[1])
}

// environment begins the name of a variable in place of that of a file.
const environment = "env:"

// ReadPrivateKey is [ParsePrivateKey] for the PEM in a file, or in an environment
// variable if the source is "env:NAME". Errors are those, [fs.ErrNotExist] for a file
// or variable that there is not, and those of reading a file. None holds what was read.
func ReadPrivateKey(source string) (crypto.Signer, error) {
	var data []byte
	if strings.Contains(source, "-----BEGIN") {
		return nil, fmt.Errorf("reading private key: %w: that is a key, name its file or env:NAME", ErrKeyFormat)
	}
	if name, ok := strings.CutPrefix(source, environment); ok {
		data = []byte(os.Getenv(name))
		if len(data) == 0 {
			return nil, fmt.Errorf("reading private key %q: %w: the variable is not set or empty; put the text of the PEM file into it", source, fs.ErrNotExist)
		}
	} else {
		var err error
		if data, err = os.ReadFile(source); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("reading private key %q: %w; make one with signer keygen", source, fs.ErrNotExist)
		} else if err != nil {
			return nil, fmt.Errorf("reading private key %q: %w", source, errors.Unwrap(err))
		}
	}
	key, err := ParsePrivateKey(data)
	if err != nil {
		return nil, fmt.Errorf("reading private key %q: %w", source, err)
	}
	return key, nil
}
