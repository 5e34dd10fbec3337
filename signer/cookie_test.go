package signer_test

import (
	"crypto"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"privateplayback/signer"
)

func TestSignCookies(t *testing.T) {
	const u = host + "/a.m3u8?x=1"
	for _, key := range []crypto.Signer{rsa2048(), opaque{p256()}} {
		for _, hash := range []crypto.Hash{crypto.SHA1, crypto.SHA256} {
			got, err := newCloudFront(t, key, signer.WithHash(hash)).SignCookies(t.Context(), u, expires, signer.CookieAttributes{})
			if err != nil {
				t.Fatal(err)
			}
			safe := http.Cookie{Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode}
			want := []*http.Cookie{named(safe, "CloudFront-Expires", "1767290400"), named(safe, "CloudFront-Signature", ""), named(safe, "CloudFront-Key-Pair-Id", string(keyID))}
			if hash == crypto.SHA256 {
				want = append(want, named(safe, "CloudFront-Hash-Algorithm", "SHA256"))
			}
			text := `{"Statement":[{"Resource":"` + u + `","Condition":{"DateLessThan":{"AWS:EpochTime":1767290400}}}]}`
			verify(t, key.Public(), hash, text, got[1].Value)
			got[1].Value = ""
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("SignCookies with %T, %v (-want +got):\n%s", key, hash, diff)
			}
		}
	}
}

func named(c http.Cookie, name, value string) *http.Cookie {
	c.Name, c.Value = name, value
	return &c
}

func TestGrantCookies(t *testing.T) {
	g := must(newCloudFront(t, p256(), signer.WithHash(crypto.SHA256)).Grant(t.Context(), signer.Policy{Resource: host + "/a/*", Expires: expires}))
	got := g.Cookies(signer.CookieAttributes{Domain: "example.com", Path: "/a/", SameSite: http.SameSiteNoneMode})
	var names []string
	for _, k := range got {
		names = append(names, k.Name)
		if err := k.Valid(); err != nil {
			t.Error(err)
		}
		want := named(http.Cookie{Domain: "example.com", Path: "/a/", SameSite: http.SameSiteNoneMode, Secure: true, HttpOnly: true}, k.Name, k.Value)
		if diff := cmp.Diff(want, k); diff != "" {
			t.Errorf("cookie (-want +got):\n%s", diff)
		}
	}
	if diff := cmp.Diff([]string{"CloudFront-Policy", "CloudFront-Signature", "CloudFront-Key-Pair-Id", "CloudFront-Hash-Algorithm"}, names); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}

func TestCookieAttributes(t *testing.T) {
	for _, a := range []signer.CookieAttributes{
		{},
		{Domain: "example.com"},
		{Domain: ".example.com"},
		{Domain: "d111111abcdef8.cloudfront.net", Path: "/a", SameSite: http.SameSiteStrictMode},
	} {
		if err := a.Validate(); err != nil {
			t.Errorf("Validate(%+v): %v", a, err)
		}
	}
}

func TestCookieAttributesRefused(t *testing.T) {
	for _, a := range []signer.CookieAttributes{
		{Domain: "."},
		{Domain: "com"},
		{Domain: "a..com"},
		{Domain: "*.cloudfront.net"},
		{Domain: "cloudfront.net"},
		{Domain: ".cloudfront.net"},
		{Domain: "https://example.com"},
		{Domain: "example.com:443"},
		{Domain: "exämple.com"},
		{Path: "a"},
		{Path: "/a;b"},
		{Path: "/a b"},
		{SameSite: 9},
	} {
		checkRefusal(t, a.Validate(), signer.ErrInvalidCookie)
		_, err := newCloudFront(t, p256()).SignCookies(t.Context(), host+"/a", expires, a)
		checkRefusal(t, err, signer.ErrInvalidCookie)
	}
}
