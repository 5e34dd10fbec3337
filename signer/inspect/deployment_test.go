package inspect_test

import (
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"
	"testing"

	"privateplayback/infra/outputs"
	"privateplayback/signer/inspect"
)

func TestFromPublicKeyBad(t *testing.T) {
	der, err := x509.MarshalPKCS8PrivateKey(ecKey(t, elliptic.P256()))
	check(t, err)
	small, err := rsa.GenerateKey(rand.Reader, 3072)
	check(t, err)
	good := spki(t, ecKey(t, elliptic.P256()))
	for name, text := range map[string]string{
		"empty":       "",
		"no PEM":      "K2JCJMDEHXQW5F",
		"private key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
		"certificate": string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
		"damaged":     string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})),
		"two keys":    good + good,
		"P-521":       spki(t, ecKey(t, elliptic.P521())),
		"RSA 3072":    spki(t, small),
	} {
		if d, err := inspect.FromPublicKey([]byte(text)); !errors.Is(err, inspect.ErrPublicKey) || d != nil {
			t.Errorf("%s: FromPublicKey = %v, %v, want ErrPublicKey", name, d, err)
		}
	}
}

func TestFromOutputsBad(t *testing.T) {
	p256, p384 := spki(t, ecKey(t, elliptic.P256())), spki(t, ecKey(t, elliptic.P384()))
	for name, stack := range map[string]*outputs.Stack{
		"signing key for IVS":         {SigningKeys: []outputs.SigningKey{{ID: "K1", PublicKey: p384}}},
		"playback key for CloudFront": {PlaybackKeys: []outputs.PlaybackKey{{ARN: "K1", PublicKey: p256}}},
		"no signing key":              {SigningKeys: []outputs.SigningKey{{ID: "K1"}}},
		"no playback key":             {PlaybackKeys: []outputs.PlaybackKey{{ARN: "K1"}}},
	} {
		if _, err := inspect.FromOutputs(stack); !errors.Is(err, inspect.ErrPublicKey) || !strings.Contains(err.Error(), `"K1"`) {
			t.Errorf("%s: FromOutputs = %v, want ErrPublicKey that names the key", name, err)
		}
	}
}

func TestAny(t *testing.T) {
	w := newWorld(t)
	signed := w.custom(w.url(assetPath), w.policy(w.url("/asset/*")))
	for _, c := range []struct {
		text string
		want inspect.Kind
	}{
		{signed, inspect.SignedURL},
		{" '" + signed + "'\n", inspect.SignedURL},
		{cookies(signed), inspect.SignedCookies},
		{"Cookie: " + cookies(signed), inspect.SignedCookies},
		{"-H 'Cookie: a=b; " + cookies(signed) + "'", inspect.SignedCookies},
		{"Set-Cookie: CloudFront-Policy=x; Path=/\nSet-Cookie: CloudFront-Signature=y", inspect.SignedCookies},
		{w.token(nil), inspect.PlaybackToken},
		{w.playURL(w.token(nil)), inspect.PlaybackToken},
		{"https://c17b3fb37fc9.us-west-2.playback.live-video.net/api/video/v1/x.m3u8", inspect.PlaybackToken},
		{"eyJhbGciOiJFUzM4NCJ9", inspect.PlaybackToken},
	} {
		if r, err := w.Any(c.text, w.request()); err != nil || r.Kind != c.want {
			t.Errorf("Any(%.30q) = %v, %v, want a %s", c.text, r, err, c.want)
		}
	}
	for _, text := range []string{"", "hello", "K2JCJMDEHXQW5F", "session=1", "ftp://host/file"} {
		if r, err := w.Any(text, w.request()); !errors.Is(err, inspect.ErrUnrecognized) {
			t.Errorf("Any(%q) = %v, %v, want ErrUnrecognized", text, r, err)
		}
	}
}
