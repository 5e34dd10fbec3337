package local

import (
	"crypto"
	"crypto/rsa"
	"testing"

	"github.com/google/go-cmp/cmp"

	"privateplayback/infra/outputs"
	"privateplayback/internal/fakeaws"
)

// A run has a key in every role, and an RSA key among those that sign URLs.
func TestMakeKeys(t *testing.T) {
	d := &Deployment{}
	if err := d.makeKeys(Options{}); err != nil {
		t.Fatal(err)
	}
	if _, ok := d.MoreSigningKeys[0].Public().(*rsa.PublicKey); !ok {
		t.Errorf("the next signing key is a %T, want RSA", d.MoreSigningKeys[0].Public())
	}
	settings, err := Settings("us-west-2", append([]crypto.Signer{d.SigningKey}, d.MoreSigningKeys...), []crypto.Signer{d.PlaybackKey})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]any{
		"signingKeys":  {nil, outputs.Next, outputs.Retiring},
		"playbackKeys": {nil},
	} {
		roles := []any{}
		for _, key := range settings[projectName+":"+name].([]any) {
			roles = append(roles, key.(map[string]any)["role"])
		}
		if diff := cmp.Diff(want, roles); diff != "" {
			t.Errorf("roles of %s (-want +got):\n%s", name, diff)
		}
	}

	given := &Deployment{}
	if err := given.makeKeys(Options{SigningKeys: []crypto.Signer{d.SigningKey}, PlaybackKeys: []crypto.Signer{d.PlaybackKey}}); err != nil {
		t.Fatal(err)
	}
	if given.SigningKey != d.SigningKey || given.PlaybackKey != d.PlaybackKey || len(given.MoreSigningKeys)+len(given.MorePlaybackKeys) > 0 {
		t.Errorf("keys that were given are not the ones that are used alone")
	}
}

// What a rotation leaves in the account goes before anything is destroyed.
func TestDropKeys(t *testing.T) {
	d := &Deployment{Cloud: fakeaws.New(fakeaws.Options{})}
	if err := d.dropKeys(); err != nil {
		t.Fatal(err)
	}
	if public, err := d.Cloud.Edge.PublicKey(string(d.OldSigningKeyID)); err != nil || public.ID == "" {
		t.Errorf("CloudFront knows the dropped key as %v, %v", public, err)
	}
	for range 2 {
		if err := d.forgetKeys(); err != nil || len(d.Cloud.Resources()) > 0 {
			t.Errorf("forgetKeys = %v, left %q", err, d.Cloud.Resources())
		}
	}
}
