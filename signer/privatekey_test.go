//lint:file-ignore SA1019 keys made by hand are what is tested

package signer_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/fips140"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"io"
	"math/big"
	"os"
	"os/exec"
	"strings"
	"testing"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
)

// remote is a key outside the process: it signs messages within a context, and
// refuses to be used as a key of this process.
type remote struct {
	key  crypto.Signer
	sign func(ctx context.Context) error
}

func (r remote) Public() crypto.PublicKey { return r.key.Public() }

func (r remote) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	return nil, errors.New("signed without a context")
}

func (r remote) SignMessageContext(ctx context.Context, message []byte, opts crypto.SignerOpts) ([]byte, error) {
	if r.sign != nil {
		if err := r.sign(ctx); err != nil {
			return nil, err
		}
	}
	return crypto.SignMessage(r.key, rand.Reader, message, opts)
}

type contextKey struct{}

func TestRemoteKey(t *testing.T) {
	ctx := context.WithValue(t.Context(), contextKey{}, "reached")
	heard := 0
	listen := func(ctx context.Context) error {
		if ctx.Value(contextKey{}) == "reached" {
			heard++
		}
		return nil
	}
	for _, key := range []crypto.Signer{rsa2048(), p256()} {
		c := newCloudFront(t, remote{key, listen})
		if !c.Remote() {
			t.Error("Remote = false for a RemoteKey")
		}
		signed, err := c.SignURL(ctx, host+"/a", expires)
		if err != nil || !strings.HasSuffix(signed, "&Hash-Algorithm=SHA256") {
			t.Errorf("SignURL = %q, %v, want SHA-256 by default", signed, err)
		}
		if _, err := c.SignCookies(ctx, host+"/a", expires, signer.CookieAttributes{}); err != nil {
			t.Error(err)
		}
		if _, err := c.Grant(ctx, signer.Policy{Resource: "*", Expires: expires}); err != nil {
			t.Error(err)
		}
		if _, err := signer.NewGrants(c, 1).Grant(ctx, signer.Policy{Resource: "*", Expires: expires}); err != nil {
			t.Error(err)
		}
	}
	s := must(signer.NewIVS(remote{p384(), listen}))
	token, err := s.Token(ctx, goodToken())
	if err != nil {
		t.Fatal(err)
	}
	verifyToken(t, token, p384().Public())
	if heard != 9 || !s.Remote() {
		t.Errorf("context reached the key %d times, Remote = %v, want 9 and true", heard, s.Remote())
	}
	if newCloudFront(t, p256()).Remote() || newCloudFront(t, opaque{p256()}).Remote() || must(signer.NewIVS(p384())).Remote() {
		t.Error("Remote = true for a key of this process")
	}
}

// misanswering is a remote key whose service signs with another key.
type misanswering struct{ remote }

func (m misanswering) SignMessageContext(context.Context, []byte, crypto.SignerOpts) ([]byte, error) {
	return []byte("nonsense"), nil
}

func TestRemoteKeyIsChecked(t *testing.T) {
	_, err := newCloudFront(t, misanswering{remote{key: p256()}}).SignURL(t.Context(), host+"/a", expires)
	if err == nil || !strings.Contains(err.Error(), "does not verify") || strings.Contains(err.Error(), "nonsense") {
		t.Errorf("SignURL: %v, want that the signature does not verify", err)
	}
	down := errors.New("throttled")
	_, err = newCloudFront(t, remote{p256(), func(context.Context) error { return down }}).SignURL(t.Context(), host+"/a", expires)
	checkRefusal(t, err, down, "private key")
}

// TestDeterministic: two signers of the same key, as on two servers.
func TestDeterministic(t *testing.T) {
	for _, key := range []crypto.Signer{rsa2048(), p256()} {
		pem := must(signer.MarshalPrivateKey(key))
		var urls, grants []string
		for range 2 {
			c := newCloudFront(t, must(signer.ParsePrivateKey(pem)))
			urls = append(urls, must(c.SignURL(t.Context(), host+"/a", expires)))
			grants = append(grants, must(c.Grant(t.Context(), signer.Policy{Resource: "*", Expires: expires})).Query())
		}
		if urls[0] != urls[1] || grants[0] != grants[1] {
			t.Errorf("%T: two signers give different bytes", key)
		}
	}
	a, b := must(signer.NewIVS(p384())), must(signer.NewIVS(p384()))
	if must(a.Token(t.Context(), fullToken())) != must(b.Token(t.Context(), fullToken())) {
		t.Error("two signers give different tokens")
	}
}

// TestKeysMadeByHand: what looks like a key and is none is refused, without a
// panic.
func TestKeysMadeByHand(t *testing.T) {
	swapped := *p256()
	swapped.PublicKey = must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)).PublicKey
	halved := *rsa2048()
	halved.D, halved.Precomputed = big.NewInt(3), rsa.PrecomputedValues{}
	for name, key := range map[string]crypto.Signer{
		"nil":                nil,
		"nil *ecdsa":         (*ecdsa.PrivateKey)(nil),
		"nil *rsa":           (*rsa.PrivateKey)(nil),
		"nil pointer":        (*counter)(nil),
		"nil ed25519":        ed25519.PrivateKey(nil),
		"nil *ed25519":       (*ed25519.PrivateKey)(nil),
		"short ed25519":      ed25519.PrivateKey{1, 2},
		"empty ecdsa":        &ecdsa.PrivateKey{},
		"ecdsa without D":    &ecdsa.PrivateKey{PublicKey: p256().PublicKey},
		"ecdsa without X":    &ecdsa.PrivateKey{PublicKey: ecdsa.PublicKey{Curve: elliptic.P256()}, D: big.NewInt(1)},
		"ecdsa at infinity":  &ecdsa.PrivateKey{PublicKey: ecdsa.PublicKey{Curve: elliptic.P256(), X: new(big.Int), Y: new(big.Int)}, D: big.NewInt(1)},
		"other public half":  &swapped,
		"empty rsa":          &rsa.PrivateKey{},
		"rsa without D":      &rsa.PrivateKey{PublicKey: rsa2048().PublicKey},
		"rsa with another D": &halved,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := signer.NewCloudFront(keyID, key)
			checkRefusal(t, err, signer.ErrKeyKind)
			_, err = signer.NewIVS(key)
			checkRefusal(t, err, signer.ErrKeyKind)
			_, err = signer.SigningKeyID([]outputs.SigningKey{{ID: "K1", PublicKey: spki(p256().Public())}}, key)
			checkRefusal(t, err, signer.ErrKeyKind)
			if _, err := signer.MarshalPrivateKey(key); !errors.Is(err, signer.ErrKeyKind) {
				t.Errorf("MarshalPrivateKey = %v, want ErrKeyKind", err)
			}
			if err := signer.MatchPublicKey(key, spki(rsa1024().Public())); err == nil {
				t.Error("MatchPublicKey takes it")
			}
		})
	}
}

// TestZeroValues: a value that no constructor made refuses, without a panic.
func TestZeroValues(t *testing.T) {
	_, err := new(signer.CloudFront).SignURL(t.Context(), host+"/a", expires)
	checkRefusal(t, err, signer.ErrKeyKind)
	_, err = new(signer.IVS).Token(t.Context(), goodToken())
	checkRefusal(t, err, signer.ErrKeyKind)
	g := new(signer.Grant)
	_, err = g.URL(host + "/a")
	checkRefusal(t, err, signer.ErrNotCovered)
	if g.String() == "" || len(g.Cookies(signer.CookieAttributes{})) != 3 {
		t.Error("zero Grant")
	}
}

// TestFIPSOnly runs this test once more, in FIPS-only mode.
func TestFIPSOnly(t *testing.T) {
	if fips140.Enforced() {
		signInFIPSMode(t)
		return
	}
	self := exec.Command(os.Args[0], "-test.run=^TestFIPSOnly$", "-test.v")
	self.Env = append(os.Environ(), "GODEBUG=fips140=only")
	out, err := self.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "signed with SHA-256") {
		t.Errorf("in FIPS-only mode: %v\n%s", err, out)
	}
}

func signInFIPSMode(t *testing.T) {
	for _, key := range []crypto.Signer{rsa2048(), p256(), opaque{p256()}} {
		_, err := signer.NewCloudFront(keyID, key)
		checkRefusal(t, err, signer.ErrHash, "SHA-1", "WithHash(crypto.SHA256)")
		var sha1 *signer.CloudFront
		fips140.WithoutEnforcement(func() { sha1 = newCloudFront(t, key) })
		_, err = sha1.SignURL(t.Context(), host+"/a", expires)
		checkRefusal(t, err, signer.ErrHash, "SHA-1")

		c := newCloudFront(t, key, signer.WithHash(crypto.SHA256))
		if _, err := c.SignURL(t.Context(), host+"/a", expires); err != nil {
			t.Error(err)
		}
		if _, err := c.Grant(t.Context(), signer.Policy{Resource: "*", Expires: expires}); err != nil {
			t.Error(err)
		}
	}
	token, err := must(signer.NewIVS(p384())).Token(t.Context(), goodToken())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := signer.ParseToken(token, []crypto.PublicKey{p384().Public()}, notBefore); err != nil {
		t.Error(err)
	}
	t.Log("signed with SHA-256")
}
