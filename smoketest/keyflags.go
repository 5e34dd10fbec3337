package main

import (
	"crypto"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
	"privateplayback/smoketest/internal/check"
)

// keyOptions are the private keys of the command line.
type keyOptions struct {
	signingKeys    repeated // files or env:NAME; the first signs what is not about keys
	playbackKeys   repeated // none if the stack has no channels
	oldSigningKey  string   // ID=KEY; empty if none was dropped
	oldPlaybackKey string
}

func (o *keyOptions) register(flags *flag.FlagSet) {
	flags.Var(&o.signingKeys, "signing-key", "")
	flags.Var(&o.playbackKeys, "playback-key", "")
	flags.StringVar(&o.oldSigningKey, "old-signing-key", "", "")
	flags.StringVar(&o.oldPlaybackKey, "old-playback-key", "", "")
}

func (o keyOptions) given() bool {
	return len(o.signingKeys)+len(o.playbackKeys) > 0 || o.oldSigningKey != "" || o.oldPlaybackKey != ""
}

// validate is for a stack that is deployed already.
func (o keyOptions) validate() error {
	if len(o.signingKeys) == 0 {
		return errors.New("give the private key that the stack was deployed with: --signing-key FILE")
	}
	if id, source, _ := strings.Cut(o.oldSigningKey, "="); o.oldSigningKey != "" && (id == "" || source == "") {
		return errors.New("--old-signing-key takes an id and a key, such as K2JCJMDEHXQW5F=old.pem")
	}
	return nil
}

// environment begins what names a variable in place of a file.
const environment = "env:"

// keyKind is "signing" or "playback", with "old " in front of a key that was dropped.
type keyKind string

func (k keyKind) current() string { return strings.TrimPrefix(string(k), "old ") }

// stackKeys are the private keys of the command line.
type stackKeys struct {
	signing, playback []crypto.Signer
	oldSigning        *check.OldSigningKey
	oldPlayback       crypto.Signer
}

func (p *program) readKeys() (k stackKeys, err error) {
	if k.signing, err = p.readAll("signing", p.signingKeys); err != nil {
		return k, err
	}
	if k.playback, err = p.readAll("playback", p.playbackKeys); err != nil {
		return k, err
	}
	if id, source, ok := strings.Cut(p.oldSigningKey, "="); ok {
		key, err := p.readKey("old signing", source)
		if err != nil {
			return k, err
		}
		if _, err := signer.NewCloudFront(signer.KeyPairID(id), key); err != nil {
			return k, fmt.Errorf("reading old signing key %q: %w", source, err)
		}
		k.oldSigning = &check.OldSigningKey{ID: signer.KeyPairID(id), Key: key}
	}
	if p.oldPlaybackKey != "" {
		k.oldPlayback, err = p.readKey("old playback", p.oldPlaybackKey)
	}
	return k, err
}

func (p *program) readAll(kind keyKind, sources []string) ([]crypto.Signer, error) {
	keys := []crypto.Signer{}
	for _, source := range sources {
		key, err := p.readKey(kind, source)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// readKey reads a private key from a file or a variable.
func (p *program) readKey(kind keyKind, source string) (crypto.Signer, error) {
	data, err := p.keyData(kind, source)
	if err != nil {
		return nil, fmt.Errorf("reading %s key %q: %w", kind, source, err)
	}
	key, err := signer.ParsePrivateKey(data)
	if err == nil {
		err = suits(kind, key)
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s key %q: %w", kind, source, err)
	}
	return key, nil
}

func (p *program) keyData(kind keyKind, source string) ([]byte, error) {
	if name, ok := strings.CutPrefix(source, environment); ok {
		for _, v := range p.env {
			if value, ok := strings.CutPrefix(v, name+"="); ok && name != "" && value != "" {
				return []byte(value), nil
			}
		}
		return nil, fmt.Errorf("the environment variable %q is not set or empty; put the text of the PEM file into it", name)
	}
	data, err := os.ReadFile(source)
	switch {
	case errors.Is(err, os.ErrNotExist) && string(kind) == kind.current():
		return nil, fmt.Errorf("no such file; make one with go run ./signer/cmd/signer keygen --kind %s --out %s, and deploy its public half", kind, source)
	case errors.Is(err, os.ErrNotExist):
		return nil, errors.New("no such file; leave the flag out if the key is gone")
	case err != nil:
		return nil, errors.Unwrap(err)
	}
	return data, nil
}

// withoutKeys is the environment for a command that needs no private key.
func (p *program) withoutKeys() []string {
	_, old, _ := strings.Cut(p.oldSigningKey, "=")
	sources := slices.Concat(p.signingKeys, p.playbackKeys, []string{old, p.oldPlaybackKey})
	return slices.DeleteFunc(slices.Clone(p.env), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains(sources, environment+name)
	})
}

// suits reports a key of a kind that the service does not take.
func suits(kind keyKind, key crypto.Signer) error {
	if kind.current() == "playback" {
		_, err := signer.NewIVS(key)
		return err
	}
	// Any well-formed id will do: only the key is looked at.
	_, err := signer.NewCloudFront("K00000000000000", key)
	return err
}

// prove compares the private keys with the public ones of the stack.
func (p *program) prove(stack *outputs.Stack, keys stackKeys) error {
	for i, key := range keys.signing {
		if _, err := signer.SigningKeyID(stack.SigningKeys, key); err != nil {
			return fmt.Errorf("comparing signing key %q with %s: %w", p.signingKeys[i], p.targetName(), err)
		}
	}
	for i, key := range keys.playback {
		if err := signer.CheckPlaybackKey(stack.PlaybackKeys, key); err != nil {
			return fmt.Errorf("comparing playback key %q with %s: %w", p.playbackKeys[i], p.targetName(), err)
		}
	}
	if len(keys.playback) == 0 && len(stack.Channels) > 0 {
		return &usageError{fmt.Sprintf("the stack has live channels: give their private key with --playback-key FILE (channel %q)", stack.Channels[0].Name)}
	}
	return p.proveDropped(stack, keys)
}

// proveDropped demands that nothing of the old keys is in the outputs.
func (p *program) proveDropped(stack *outputs.Stack, keys stackKeys) error {
	still := func(kind keyKind, source, as string, role outputs.Role) error {
		return fmt.Errorf("comparing %s key %q with %s: it is still there as %s (%s), so it was not dropped; take it out of %sKeys and deploy, or give it with --%s-key",
			kind, source, p.targetName(), as, role, kind.current(), kind.current())
	}
	_, source, _ := strings.Cut(p.oldSigningKey, "=")
	for _, k := range stack.SigningKeys {
		switch old := keys.oldSigning; {
		case old == nil:
		case signer.MatchPublicKey(old.Key, k.PublicKey) == nil:
			return still("old signing", source, k.ID, k.Role)
		case string(old.ID) == k.ID:
			return fmt.Errorf("comparing old signing key %q with %s: its id %s is that of another key of the stack (%s); give the id that it had",
				source, p.targetName(), k.ID, k.Role)
		}
	}
	for _, k := range stack.PlaybackKeys {
		if keys.oldPlayback != nil && signer.MatchPublicKey(keys.oldPlayback, k.PublicKey) == nil {
			return still("old playback", p.oldPlaybackKey, k.ARN, k.Role)
		}
	}
	return nil
}
