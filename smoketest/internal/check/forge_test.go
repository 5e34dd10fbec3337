package check

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"net/url"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
)

func TestParams(t *testing.T) {
	u, err := url.Parse("https://h/a?x=%2f&Expires=10&Signature=abc&Key-Pair-Id=K1")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		got  *url.URL
		want string
	}{
		{withParam(u, "Expires", later), "x=%2f&Expires=3610&Signature=abc&Key-Pair-Id=K1"},
		{withParam(u, "added", set("1")), "x=%2f&Expires=10&Signature=abc&Key-Pair-Id=K1&added=1"},
		{withParam(&url.URL{}, "added", set("1")), "added=1"},
		{withoutParam(u, "Key-Pair-Id"), "x=%2f&Expires=10&Signature=abc"},
		{withoutParam(u, "absent"), "x=%2f&Expires=10&Signature=abc&Key-Pair-Id=K1"},
	}
	for i, tt := range tests {
		if tt.got.RawQuery != tt.want {
			t.Errorf("row %d: query %q, want %q", i, tt.got.RawQuery, tt.want)
		}
	}
	if !strings.HasSuffix(u.RawQuery, "Key-Pair-Id=K1") {
		t.Errorf("the original was changed: %q", u.RawQuery)
	}
}

func TestFlipStaysDecodable(t *testing.T) {
	for _, n := range []int{70, 71, 72, 256} {
		raw := make([]byte, n)
		rand.Read(raw)
		in := base64.StdEncoding.EncodeToString(raw)
		out := flip(in)
		decoded, err := base64.StdEncoding.DecodeString(out)
		if out == in || err != nil || len(decoded) != n {
			t.Errorf("flip of %d bytes: changed %t, %d bytes, %v", n, out != in, len(decoded), err)
		}
	}
}

func TestUnlistedKeyID(t *testing.T) {
	taken := []outputs.SigningKey{{ID: "KSMOKETEST0000"}, {ID: "KSMOKETEST0001"}}
	if got := unlistedKeyID(taken); got != "KSMOKETEST0002" {
		t.Errorf("unlistedKeyID = %q, want one that is not taken", got)
	}
}

func TestStrangerKeyIsOfTheSameKind(t *testing.T) {
	ec := newKey(t, signer.GenerateSigningKey)
	old, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := strangerKey(ec)
	if err != nil {
		t.Fatal(err)
	}
	if pub, ok := stranger.Public().(*ecdsa.PublicKey); !ok || pub.Curve != ec.Public().(*ecdsa.PublicKey).Curve || pub.Equal(ec.Public()) {
		t.Errorf("strangerKey(P-256) = %T, want another key on the same curve", stranger.Public())
	}
	if stranger, err = strangerKey(old); err != nil {
		t.Fatal(err)
	}
	if pub, ok := stranger.Public().(*rsa.PublicKey); !ok || pub.Size() != 256 || pub.Equal(old.Public()) {
		t.Errorf("strangerKey(RSA) = %T, want another key of 2048 bits", stranger.Public())
	}
}

func TestOtherChannelARN(t *testing.T) {
	for in, want := range map[string]string{
		"arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh": "arn:aws:ivs:us-west-2:123456789012:channel/bcdeBCDEfghi",
		"arn:aws:ivs:us-west-2:123456789012:channel/zZ9-a":        "arn:aws:ivs:us-west-2:123456789012:channel/aA0-b",
	} {
		if got := otherChannelARN(in); got != want {
			t.Errorf("otherChannelARN(%q) = %q, want %q", in, got, want)
		}
	}
}

// The forged tokens must be what they claim to be, or their refusal proves
// nothing: a verifier that falls for the trick accepts them.
func TestForgedTokens(t *testing.T) {
	key := newKey(t, signer.GeneratePlaybackKey)
	good, err := jwt.NewWithClaims(jwt.SigningMethodES384, jwt.MapClaims{"aws:channel-arn": "arn", "exp": 4102444800}).SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	parse := func(token, alg string, secret any) (jwt.MapClaims, error) {
		claims := jwt.MapClaims{}
		_, err := jwt.ParseWithClaims(token, claims, func(*jwt.Token) (any, error) { return secret, nil }, jwt.WithValidMethods([]string{alg}))
		return claims, err
	}
	if claims, err := parse(unsignedToken(good), "none", jwt.UnsafeAllowNoneSignatureType); err != nil || claims["aws:channel-arn"] != "arn" {
		t.Errorf("unsignedToken is no good token under alg none: %v, %v", claims, err)
	}
	public := publicPEM(t, key)
	if claims, err := parse(publicKeyToken(good, public), "HS256", []byte(public)); err != nil || claims["aws:channel-arn"] != "arn" {
		t.Errorf("publicKeyToken is no good token under HS256: %v, %v", claims, err)
	}
	extended, err := extendedToken(good)
	if err != nil {
		t.Fatal(err)
	}
	claims := jwt.MapClaims{}
	if _, _, err := jwt.NewParser().ParseUnverified(extended, claims); err != nil || claims["exp"] != 4102444801.0 || claims["aws:channel-arn"] != "arn" {
		t.Errorf("extendedToken has the claims %v, %v; want exp one second later", claims, err)
	}
	if _, err := parse(extended, "ES384", key.Public()); err == nil {
		t.Error("extendedToken verifies, want a broken signature")
	}
	for _, bad := range []string{"", "a.b", "a.!.c", "a.e30.c"} {
		if got, err := extendedToken(bad); err == nil {
			t.Errorf("extendedToken(%q) = %q, want an error", bad, got)
		}
	}
}
