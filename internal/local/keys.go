package local

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"fmt"

	"privateplayback/infra/outputs"
	"privateplayback/internal/fakeaws/edge"
	"privateplayback/signer"
)

// makeKeys makes a key for every role and of every kind, as far as none is given. An
// RSA key costs some 50 ms.
func (d *Deployment) makeKeys(o Options) error {
	rsaKey := func() (crypto.Signer, error) { return rsa.GenerateKey(rand.Reader, 2048) }
	signing, err := madeKeys(o.SigningKeys, signer.GenerateSigningKey, rsaKey, signer.GenerateSigningKey)
	if err != nil {
		return err
	}
	playback, err := madeKeys(o.PlaybackKeys, signer.GeneratePlaybackKey, signer.GeneratePlaybackKey, signer.GeneratePlaybackKey)
	if err != nil {
		return err
	}
	d.SigningKey, d.MoreSigningKeys = signing[0], signing[1:]
	d.PlaybackKey, d.MorePlaybackKeys = playback[0], playback[1:]
	return nil
}

func madeKeys(given []crypto.Signer, generate ...func() (crypto.Signer, error)) ([]crypto.Signer, error) {
	if len(given) > 0 {
		return given, nil
	}
	keys := []crypto.Signer{}
	for _, g := range generate {
		key, err := g()
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// dropKeys leaves the account as a rotation does: CloudFront knows a public key that
// is in no key group any more, and IVS has forgotten one.
func (d *Deployment) dropKeys() (err error) {
	if d.OldSigningKey, err = signer.GenerateSigningKey(); err != nil {
		return err
	}
	if d.OldPlaybackKey, err = signer.GeneratePlaybackKey(); err != nil {
		return err
	}
	public, err := PublicPEM(d.OldSigningKey)
	if err != nil {
		return err
	}
	d.dropped, err = d.Cloud.Edge.CreatePublicKey(edge.PublicKeyConfig{CallerReference: "dropped", Name: "dropped", EncodedKey: public})
	d.OldSigningKeyID = signer.KeyPairID(d.dropped.ID)
	if err != nil {
		return fmt.Errorf("making a dropped signing key: %w", err)
	}
	return nil
}

// forgetKeys takes out what dropKeys has put in and no program declares.
func (d *Deployment) forgetKeys() error {
	if d.dropped.ID == "" {
		return nil
	}
	if err := d.Cloud.Edge.DeletePublicKey(d.dropped.ID, d.dropped.ETag); err != nil {
		return fmt.Errorf("deleting the dropped signing key: %w", err)
	}
	d.dropped = edge.PublicKey{}
	return nil
}

// keySettings are the public halves as the settings take them. The first key is the
// current one, the second the next; those behind are retiring.
func keySettings(keys []crypto.Signer) ([]any, error) {
	list := []any{}
	for i, key := range keys {
		public, err := PublicPEM(key)
		if err != nil {
			return nil, err
		}
		setting := map[string]any{"publicKey": public}
		switch {
		case i == 1:
			setting["role"] = outputs.Next
		case i > 1:
			setting["role"] = outputs.Retiring
		}
		list = append(list, setting)
	}
	return list, nil
}

// PublicPEM is the public half of a key, as the settings take it.
func PublicPEM(key crypto.Signer) (string, error) {
	data, err := signer.MarshalPublicKey(key.Public())
	return string(data), err
}
