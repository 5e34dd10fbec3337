package signer_test

import (
	"crypto"
	"strings"
	"testing"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
)

func stackSigningKeys() []outputs.SigningKey {
	return []outputs.SigningKey{
		{ID: "KCURRENT", Role: outputs.Current, PublicKey: spki(p256().Public())},
		{ID: "KNEXT", Role: outputs.Next, PublicKey: spki(rsa2048().Public())},
		{ID: "KOTHER", Role: outputs.Next, PublicKey: spki(must(signer.GenerateSigningKey()).Public())},
	}
}

func TestSigningKeys(t *testing.T) {
	set, err := signer.NewSigningKeys(stackSigningKeys(), []crypto.Signer{rsa2048(), opaque{p256()}}, signer.WithHash(crypto.SHA256))
	if err != nil {
		t.Fatal(err)
	}
	for role, id := range map[outputs.Role]string{outputs.Current: "KCURRENT", outputs.Next: "KNEXT"} {
		c, err := set.Signer(role)
		if err != nil {
			t.Error(err)
			continue
		}
		signed := must(c.SignURL(t.Context(), host+"/a", expires))
		if !strings.HasSuffix(signed, "&Key-Pair-Id="+id+"&Hash-Algorithm=SHA256") {
			t.Errorf("%s: SignURL = %q, want key %s", role, signed, id)
		}
	}
	_, err = set.Signer(outputs.Retiring)
	checkRefusal(t, err, signer.ErrNoKey, `"retiring"`, "current, next")
}

func TestPlaybackKeys(t *testing.T) {
	next := must(signer.GeneratePlaybackKey())
	stack := []outputs.PlaybackKey{
		{ARN: "arn:1", Role: outputs.Current, PublicKey: spki(p384().Public())},
		{ARN: "arn:2", Role: outputs.Next, PublicKey: spki(next.Public())},
	}
	set, err := signer.NewPlaybackKeys(stack, []crypto.Signer{next})
	if err != nil {
		t.Fatal(err)
	}
	token := must(must(set.Signer(outputs.Next)).Token(t.Context(), goodToken()))
	verifyToken(t, token, next.Public())
	_, err = set.Signer(outputs.Current)
	checkRefusal(t, err, signer.ErrNoKey, `"current"`, "only of next")
	_, err = signer.NewPlaybackKeys(stack, []crypto.Signer{p384(), p256()})
	checkRefusal(t, err, signer.ErrKeyKind, "private key 2", "which is for CloudFront")
	_, err = signer.NewPlaybackKeys(nil, []crypto.Signer{p384()})
	checkRefusal(t, err, signer.ErrKeyMismatch, "no playback keys")
}

func TestSigningKeysRefuse(t *testing.T) {
	stranger := must(signer.GenerateSigningKey())
	for _, tt := range []struct {
		keys  []crypto.Signer
		class error
		want  string
	}{
		{nil, signer.ErrKeyMismatch, "no private keys"},
		{[]crypto.Signer{p256(), stranger}, signer.ErrKeyMismatch, "private key 2"},
		{[]crypto.Signer{nil}, signer.ErrKeyKind, "private key 1"},
		{[]crypto.Signer{p384()}, signer.ErrKeyKind, "private key 1"},
	} {
		_, err := signer.NewSigningKeys(stackSigningKeys(), tt.keys)
		checkRefusal(t, err, tt.class, tt.want)
	}
	_, err := signer.NewSigningKeys([]outputs.SigningKey{{ID: "not an id", PublicKey: spki(p256().Public())}}, []crypto.Signer{p256()})
	checkRefusal(t, err, signer.ErrKeyPairID)
	_, err = signer.NewSigningKeys([]outputs.SigningKey{{ID: "K1", PublicKey: "[secret]"}}, []crypto.Signer{p256()})
	checkRefusal(t, err, signer.ErrKeyFormat, "K1")
}
