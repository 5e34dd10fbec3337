package signer_test

import (
	"crypto"
	"net/http"
	"strings"
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
		{SameSite: http.SameSiteNoneMode, Readable: true},
		{SameSite: http.SameSiteDefaultMode, Insecure: true},
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
		{Domain: "co.uk"},
		{Domain: "CloudFront.net"},
		{Domain: strings.Repeat("a.", 512) + "com"},
		{Path: "/" + strings.Repeat("a", 1024)},
		{SameSite: http.SameSiteNoneMode, Insecure: true},
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

// cookieURLs are URLs with attributes by which a browser sends the cookies, or
// not.
func cookieURLs() []struct {
	url  string
	a    signer.CookieAttributes
	want string // why not, "" for sent
} {
	return []struct {
		url  string
		a    signer.CookieAttributes
		want string
	}{
		{"https://media.example.com/a/b.m3u8", signer.CookieAttributes{}, ""},
		{"https://media.example.com/a/b.m3u8", signer.CookieAttributes{Domain: "media.example.com", Path: "/a/"}, ""},
		{"https://media.example.com/a/b.m3u8", signer.CookieAttributes{Domain: ".Example.com", Path: "/a"}, ""},
		{"https://media.example.com:8443/a/b.m3u8?x=1", signer.CookieAttributes{Domain: "example.com", Path: "/a/b.m3u8"}, ""},
		{"http://localhost:8080/a", signer.CookieAttributes{Insecure: true}, ""},
		{"https://media.example.com/a/b", signer.CookieAttributes{Domain: "app.example.com"}, "Domain"},
		{"https://media.example.com/a/b", signer.CookieAttributes{Domain: "a.media.example.com"}, "Domain"},
		{"https://media.notexample.com/a/b", signer.CookieAttributes{Domain: "example.com"}, "Domain"},
		{"https://d111111abcdef8.cloudfront.net/a/b", signer.CookieAttributes{Domain: "example.com"}, "Domain"},
		{"https://media.example.com/ab/c", signer.CookieAttributes{Path: "/a"}, "Path"},
		{"https://media.example.com/a", signer.CookieAttributes{Path: "/a/"}, "Path"},
		{"https://media.example.com/?p=/a/", signer.CookieAttributes{Path: "/a/"}, "Path"},
		{"http://media.example.com/a", signer.CookieAttributes{}, "Secure"},
		{"https://media.example.com/a", signer.CookieAttributes{Domain: "com"}, "Domain"},
	}
}

func TestCookiesAreSent(t *testing.T) {
	c := newCloudFront(t, p256())
	g := must(c.Grant(t.Context(), signer.Policy{Resource: "*", Expires: expires}))
	for _, tt := range cookieURLs() {
		set, err := g.CookiesFor(tt.url, tt.a)
		_, canned := c.SignCookies(t.Context(), tt.url, expires, tt.a)
		if tt.want != "" {
			checkRefusal(t, err, signer.ErrInvalidCookie, tt.want)
			checkRefusal(t, canned, signer.ErrInvalidCookie, tt.want)
			continue
		}
		if err != nil || canned != nil {
			t.Errorf("cookies for %q with %+v: %v, %v", tt.url, tt.a, err, canned)
			continue
		}
		if k := set[0]; k.Secure == tt.a.Insecure || k.HttpOnly == tt.a.Readable || k.String() == "" {
			t.Errorf("CookiesFor(%q, %+v) = %v", tt.url, tt.a, k)
		}
	}
}

func TestCookiesForRefuses(t *testing.T) {
	c := newCloudFront(t, p256())
	g := must(c.Grant(t.Context(), signer.Policy{Resource: host + "/a/*", Expires: expires}))
	_, err := g.CookiesFor(host+"/b", signer.CookieAttributes{})
	checkRefusal(t, err, signer.ErrNotCovered)
	_, err = g.CookiesFor(host+"/a/ b", signer.CookieAttributes{})
	checkRefusal(t, err, signer.ErrURLForm)
	long := host + "/" + strings.Repeat("a", 3500) + "*"
	g = must(c.Grant(t.Context(), signer.Policy{Resource: long, Expires: expires}))
	_, err = g.CookiesFor(long, signer.CookieAttributes{})
	checkRefusal(t, err, signer.ErrTooLong, "CloudFront-Policy", "4096")
}
