package signer_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"privateplayback/signer"
)

const media = "https://video.example.com"

func TestNewAsset(t *testing.T) {
	got, err := signer.NewAsset(media, "sample/ts/master.m3u8")
	want := signer.Asset{URL: media + "/sample/ts/master.m3u8", Resource: media + "/sample/ts/*", Path: "/sample/ts/"}
	if err != nil || got != want {
		t.Errorf("NewAsset = %+v, %v, want %+v", got, err, want)
	}
	if _, err := signer.NewAsset(media, strings.Repeat("a", 1017)+"/x.m3u8"); err != nil {
		t.Errorf("a key of 1,024 bytes: %v", err)
	}
	for _, key := range []string{
		"", "master.m3u8", "/a/x.m3u8", "a/", "a//x.m3u8", "./a/x.m3u8", "a/../x.m3u8", "a/./x.m3u8", "..", "../a/x.m3u8",
		"a*/x.m3u8", "a?/x.m3u8", "a/x.m3u8?v=1", "a/x.m3u8#t", "a b/x.m3u8", "a+b/x.m3u8", "a%2f/x.m3u8", `a\x.m3u8`,
		"ä/x.m3u8", "a/\n.m3u8", "https://video.example.com/a/x.m3u8", "a:b/x.m3u8",
		strings.Repeat("a", 1018) + "/x.m3u8",
	} {
		if a, err := signer.NewAsset(media, key); !errors.Is(err, signer.ErrObjectKey) || a != (signer.Asset{}) || strings.Contains(err.Error(), "\n") {
			t.Errorf("NewAsset(%q) = %+v, %v, want ErrObjectKey", key, a, err)
		}
	}
}

func TestAssetOverlaps(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want bool
	}{
		{"a/x.m3u8", "a/y.m3u8", true},
		{"a/x.m3u8", "a/b/x.m3u8", true},
		{"a/b/x.m3u8", "a/x.m3u8", true},
		{"a/x.m3u8", "ab/x.m3u8", false},
		{"ab/x.m3u8", "a/x.m3u8", false},
		{"a/b/x.m3u8", "a/c/x.m3u8", false},
	} {
		a, err1 := signer.NewAsset(media, tc.a)
		b, err2 := signer.NewAsset(media, tc.b)
		if err1 != nil || err2 != nil || a.Overlaps(b) != tc.want {
			t.Errorf("%q overlaps %q: %t, want %t (%v, %v)", tc.a, tc.b, !tc.want, tc.want, err1, err2)
		}
	}
}

// What Overlaps says is what a grant does.
func TestAssetGrant(t *testing.T) {
	key, _ := pair(t, signer.GenerateSigningKey)
	cf, err := signer.NewCloudFront("K1", key)
	if err != nil {
		t.Fatal(err)
	}
	asset := func(key string) signer.Asset {
		a, err := signer.NewAsset(media, key)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	own := asset("a.b-c_d~e/ts/x.m3u8")
	grant, err := cf.Grant(t.Context(), signer.Policy{Resource: own.Resource, Expires: time.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := grant.CookiesFor(own.URL, signer.CookieAttributes{Path: own.Path}); err != nil {
		t.Errorf("cookies for the asset: %v", err)
	}
	for page, want := range map[string]string{
		"https://app.example.com": "example.com", "https://video.example.com/x": "", "http://app.example.com": "refused",
		"https://app.example.org": "refused", "https://localhost:8443": "refused", "https://192.0.2.1": "refused",
	} {
		u, err := url.Parse(page)
		if err != nil {
			t.Fatal(err)
		}
		cookies, err := grant.CookiesForPage(u, own)
		if refused := errors.Is(err, signer.ErrInvalidCookie); refused != (want == "refused") || !refused && err != nil {
			t.Errorf("cookies for a page at %s: %v", page, err)
		}
		for _, c := range cookies {
			if c.Domain != want || c.Path != own.Path || !c.Secure || !c.HttpOnly {
				t.Errorf("cookie for a page at %s: %+v", page, *c)
			}
		}
	}
	for _, key := range []string{"a.b-c_d~e/ts/y.m3u8", "a.b-c_d~e/ts/hd/x.m3u8", "a.b-c_d~e/ts2/x.m3u8", "a.b-c_d~e/x.m3u8"} {
		other := asset(key)
		opens := grant.Check(other.URL) == nil
		inside := strings.HasPrefix(other.Path, own.Path)
		if opens != inside {
			t.Errorf("the grant opens %q: %t, want %t", other.URL, opens, inside)
		}
	}
}
