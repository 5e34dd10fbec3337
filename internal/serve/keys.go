package serve

import (
	"crypto"
	"errors"
	"fmt"
	"os"

	"github.com/google/renameio/v2/maybe"

	"privateplayback/signer"
)

// keys are the private keys of the local stack.
type keys struct{ signing, playback crypto.Signer }

// keys reads the folder's keys, and makes those that are not there.
func (f folder) keys() (k keys, err error) {
	if k.signing, err = f.key("signing.pem", signer.GenerateSigningKey); err != nil {
		return k, err
	}
	k.playback, err = f.key("playback.pem", signer.GeneratePlaybackKey)
	return k, err
}

func (f folder) key(name string, generate func() (crypto.Signer, error)) (crypto.Signer, error) {
	data, err := os.ReadFile(f.path(name))
	if errors.Is(err, os.ErrNotExist) {
		return f.newKey(name, generate)
	}
	if err != nil {
		return nil, err
	}
	key, err := signer.ParsePrivateKey(data)
	if err != nil {
		return nil, fmt.Errorf("reading %q: %w; restore it, or delete it and %s to start with a new one", f.path(name), err, stackFile)
	}
	return key, nil
}

func (f folder) newKey(name string, generate func() (crypto.Signer, error)) (crypto.Signer, error) {
	key, err := generate()
	if err != nil {
		return nil, err
	}
	data, err := signer.MarshalPrivateKey(key)
	if err != nil {
		return nil, err
	}
	return key, maybe.WriteFile(f.path(name), data, 0o600)
}
