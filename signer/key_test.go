package signer_test

import (
	"crypto"
	"strings"
	"testing"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
)

func TestGenerateAndMarshal(t *testing.T) {
	for name, generate := range map[string]func() (crypto.Signer, error){
		"signing":  signer.GenerateSigningKey,
		"playback": signer.GeneratePlaybackKey,
	} {
		t.Run(name, func(t *testing.T) {
			key := must(generate())
			private, err := signer.MarshalPrivateKey(key)
			if err != nil {
				t.Fatal(err)
			}
			public, err := signer.MarshalPublicKey(key.Public())
			if err != nil {
				t.Fatal(err)
			}
			if s := string(public); !strings.HasPrefix(s, "-----BEGIN PUBLIC KEY-----\n") || !strings.HasSuffix(s, "-----END PUBLIC KEY-----\n") {
				t.Errorf("MarshalPublicKey = %q, want one PUBLIC KEY block and one newline", s)
			}
			again, err := signer.ParsePrivateKey(private)
			if err != nil {
				t.Fatal(err)
			}
			if err := signer.MatchPublicKey(again, string(public)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestMarshalRefuses(t *testing.T) {
	_, err := signer.MarshalPrivateKey(opaque{p256()})
	checkRefusal(t, err, signer.ErrKeyKind)
	_, err = signer.MarshalPublicKey("nonsense")
	checkRefusal(t, err, signer.ErrKeyKind)
}

func TestConstructorsTakeTheirKeys(t *testing.T) {
	for _, key := range []crypto.Signer{rsa2048(), p256(), opaque{rsa2048()}, opaque{p256()}} {
		if _, err := signer.NewCloudFront(keyID, key); err != nil {
			t.Error(err)
		}
	}
	for _, key := range []crypto.Signer{p384(), opaque{p384()}} {
		if _, err := signer.NewIVS(key); err != nil {
			t.Error(err)
		}
	}
}

func TestConstructorsRefuseOtherKeys(t *testing.T) {
	for _, tt := range []struct {
		key  crypto.Signer
		want string
	}{
		{nil, "no private key"},
		{rsa1024(), "RSA 1024"},
		{p384(), "ECDSA P-384, which is for IVS"},
		{p521(), "ECDSA P-521"},
		{ed(), "Ed25519"},
	} {
		_, err := signer.NewCloudFront(keyID, tt.key)
		checkRefusal(t, err, signer.ErrKeyKind, tt.want)
	}
	for _, tt := range []struct {
		key  crypto.Signer
		want string
	}{
		{nil, "no private key"},
		{rsa2048(), "RSA 2048, which is for CloudFront"},
		{p256(), "ECDSA P-256, which is for CloudFront"},
		{p521(), "ECDSA P-521"},
	} {
		_, err := signer.NewIVS(tt.key)
		checkRefusal(t, err, signer.ErrKeyKind, tt.want)
	}
}

func TestNewCloudFrontRefuses(t *testing.T) {
	for _, id := range []signer.KeyPairID{"", "7f3e2b1a-0c4d-4e5f-8a9b-0c1d2e3f4a5b", "K1&Policy=x", "K 1"} {
		_, err := signer.NewCloudFront(id, p256())
		checkRefusal(t, err, signer.ErrKeyPairID)
	}
	if _, err := signer.NewCloudFront(keyID, p256(), signer.WithHash(crypto.SHA512)); err == nil || !strings.Contains(err.Error(), "SHA-512") {
		t.Errorf("NewCloudFront with SHA-512: error %v, want one that names it", err)
	}
}

func TestSigningKeyID(t *testing.T) {
	keys := []outputs.SigningKey{
		{ID: "KCURRENT", Role: "current", PublicKey: spki(rsa2048().Public())},
		{ID: "KRETIRING", Role: "retiring", PublicKey: spki(p256().Public())},
	}
	for want, key := range map[signer.KeyPairID]crypto.Signer{"KCURRENT": rsa2048(), "KRETIRING": opaque{p256()}} {
		got, err := signer.SigningKeyID(keys, key)
		if got != want || err != nil {
			t.Errorf("SigningKeyID = %q, %v, want %q", got, err, want)
		}
	}
}

func TestSigningKeyIDRefuses(t *testing.T) {
	stranger := must(signer.GenerateSigningKey())
	key := outputs.SigningKey{ID: "KCURRENT", Role: "current", PublicKey: spki(p256().Public())}
	_, err := signer.SigningKeyID([]outputs.SigningKey{key}, stranger)
	checkRefusal(t, err, signer.ErrKeyMismatch, "KCURRENT (current)", "pass the private key")
	_, err = signer.SigningKeyID(nil, stranger)
	checkRefusal(t, err, signer.ErrKeyMismatch, "no signing keys")
	_, err = signer.SigningKeyID([]outputs.SigningKey{key}, p384())
	checkRefusal(t, err, signer.ErrKeyKind, "ECDSA P-384")
	_, err = signer.SigningKeyID([]outputs.SigningKey{{ID: "KBAD", PublicKey: "[secret]"}}, p256())
	checkRefusal(t, err, signer.ErrKeyFormat, "KBAD")
}

func TestCheckPlaybackKey(t *testing.T) {
	keys := []outputs.PlaybackKey{{ARN: "arn:aws:ivs:us-west-2:123456789012:playback-key/a", Role: "current", PublicKey: spki(p384().Public())}}
	if err := signer.CheckPlaybackKey(keys, opaque{p384()}); err != nil {
		t.Error(err)
	}
	stranger := must(signer.GeneratePlaybackKey())
	checkRefusal(t, signer.CheckPlaybackKey(keys, stranger), signer.ErrKeyMismatch, "playback-key/a (current)")
	checkRefusal(t, signer.CheckPlaybackKey(nil, stranger), signer.ErrKeyMismatch, "no playback keys")
	checkRefusal(t, signer.CheckPlaybackKey(keys, p256()), signer.ErrKeyKind, "ECDSA P-256")
	checkRefusal(t, signer.CheckPlaybackKey([]outputs.PlaybackKey{{ARN: "arn", PublicKey: sec1()}}, p384()), signer.ErrKeyKind, `"arn"`, "private key")
}

func TestMatchPublicKeyRefuses(t *testing.T) {
	checkRefusal(t, signer.MatchPublicKey(p256(), spki(rsa2048().Public())), signer.ErrKeyMismatch)
	checkRefusal(t, signer.MatchPublicKey(nil, spki(p256().Public())), signer.ErrKeyMismatch)
	checkRefusal(t, signer.MatchPublicKey(p256(), sec1()), signer.ErrKeyKind, "private key")
}
