package signer_test

import (
	"crypto"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
)

// pair is a new private key, and its public half as a stack has it.
func pair(t *testing.T, generate func() (crypto.Signer, error)) (crypto.Signer, string) {
	t.Helper()
	key, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	public, err := signer.MarshalPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	return key, string(public)
}

func TestCurrent(t *testing.T) {
	signing, signingPEM := pair(t, signer.GenerateSigningKey)
	playback, playbackPEM := pair(t, signer.GeneratePlaybackKey)
	strange, _ := pair(t, signer.GenerateSigningKey)
	vod := outputs.Stack{SigningKeys: []outputs.SigningKey{{ID: "K1", Role: outputs.Current, PublicKey: signingPEM}}}
	live := vod
	live.Channels = []outputs.Channel{{Name: "live"}}
	live.PlaybackKeys = []outputs.PlaybackKey{{ARN: "arn:aws:ivs:us-west-2:123456789012:playback-key/a", Role: outputs.Current, PublicKey: playbackPEM}}
	next := vod
	next.SigningKeys = []outputs.SigningKey{{ID: "K1", Role: outputs.Next, PublicKey: signingPEM}}

	one := []crypto.Signer{signing}
	if cf, ivs, err := signer.Current(&live, one, []crypto.Signer{playback}); cf == nil || ivs == nil || err != nil {
		t.Errorf("Current(live) = %v, %v, %v, want two signers", cf, ivs, err)
	}
	if cf, ivs, err := signer.Current(&vod, one, nil); cf == nil || ivs != nil || err != nil {
		t.Errorf("Current(vod) = %v, %v, %v, want the one for CloudFront", cf, ivs, err)
	}
	for _, tc := range []struct {
		name              string
		stack             *outputs.Stack
		signing, playback []crypto.Signer
		want              error
	}{
		{"no signing key", &vod, nil, nil, signer.ErrKeyMismatch},
		{"a stranger's", &vod, []crypto.Signer{strange}, nil, signer.ErrKeyMismatch},
		{"not the current one", &next, one, nil, signer.ErrNoKey},
		{"channels without a key", &live, one, nil, signer.ErrKeyMismatch},
		{"channels with the signing key", &live, one, one, signer.ErrKeyKind},
	} {
		if cf, ivs, err := signer.Current(tc.stack, tc.signing, tc.playback); cf != nil || ivs != nil || !errors.Is(err, tc.want) {
			t.Errorf("%s: Current = %v, %v, %v, want %v", tc.name, cf, ivs, err, tc.want)
		}
	}
}

func TestOpenCurrent(t *testing.T) {
	key, public := pair(t, signer.GenerateSigningKey)
	text, err := signer.MarshalPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("VIEWER_TEST_KEY", string(text))
	stack := &outputs.Stack{SigningKeys: []outputs.SigningKey{{ID: "K1", Role: outputs.Current, PublicKey: public}}}
	if cf, ivs, err := signer.OpenCurrent(stack, "env:VIEWER_TEST_KEY", ""); cf == nil || ivs != nil || err != nil {
		t.Errorf("OpenCurrent = %v, %v, %v, want the signer for CloudFront", cf, ivs, err)
	}
	for source, want := range map[string]error{"": signer.ErrKeyMismatch, "env:VIEWER_TEST_NONE": fs.ErrNotExist} {
		if _, _, err := signer.OpenCurrent(stack, source, ""); !errors.Is(err, want) {
			t.Errorf("OpenCurrent(%q) = %v, want %v", source, err, want)
		}
	}
	if _, _, err := signer.OpenCurrent(stack, "env:VIEWER_TEST_KEY", "none.pem"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("OpenCurrent with a playback key that is not there = %v", err)
	}
}

func TestReadPrivateKey(t *testing.T) {
	key, _ := pair(t, signer.GenerateSigningKey)
	text, err := signer.MarshalPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "signing.pem")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("VIEWER_TEST_KEY", string(text))
	t.Setenv("VIEWER_TEST_WORD", "hunter2")
	for _, source := range []string{file, "env:VIEWER_TEST_KEY"} {
		if got, err := signer.ReadPrivateKey(source); err != nil || got == nil {
			t.Errorf("ReadPrivateKey(%q) = %v", source, err)
		}
	}
	for source, want := range map[string]error{
		file + ".old":          fs.ErrNotExist,
		"env:VIEWER_TEST_NONE": fs.ErrNotExist,
		"":                     fs.ErrNotExist,
		"env:":                 fs.ErrNotExist,
		"env:VIEWER_TEST_WORD": signer.ErrKeyFormat,
		string(text):           signer.ErrKeyFormat,
		filepath.Dir(file):     nil, // whatever the system says
	} {
		_, err := signer.ReadPrivateKey(source)
		if err == nil || want != nil && !errors.Is(err, want) {
			t.Errorf("ReadPrivateKey(%.40q) = %v, want %v", source, err, want)
		}
		if err != nil && (strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), string(text[40:60])) || strings.Contains(err.Error(), "\n")) {
			t.Errorf("ReadPrivateKey(%.40q) tells what it read, or in two lines: %v", source, err)
		}
	}
}
