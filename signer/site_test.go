package signer_test

import (
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/publicsuffix"

	"privateplayback/signer"
)

func TestSharedDomain(t *testing.T) {
	for _, tc := range []struct{ page, base, want string }{
		{"app.example.com", "https://video.example.com", "example.com"},
		{"example.com", "https://video.example.com/", "example.com"},
		{"video.example.com", "https://example.com", "example.com"},
		{"app.example.com:8443", "https://video.example.com:4430", "example.com"},
		{"APP.Example.com", "https://Video.example.COM/sample/*", "example.com"},
		{"app.media.example.co.uk", "https://cdn.media.example.co.uk", "media.example.co.uk"},
		{"app.eu.example.com", "https://eu.example.com", "eu.example.com"},
		{"myapp.example.com", "https://app.example.com", "example.com"},
		{"app.bücher.example", "https://video.xn--bcher-kva.example", "xn--bcher-kva.example"},
		{"a.site.github.io", "https://b.site.github.io", "site.github.io"},
		{"app.example.com", "https://app.example.com", ""},
		{"localhost:8080", "https://localhost:4430", ""},
		{"d1.cloudfront.net", "https://d1.cloudfront.net", ""},
	} {
		got, err := signer.SharedDomain(tc.page, tc.base)
		if got != tc.want || err != nil {
			t.Errorf("SharedDomain(%q, %q) = %q, %v, want %q", tc.page, tc.base, got, err, tc.want)
		}
	}
}

func TestSharedDomainRefused(t *testing.T) {
	for _, tc := range []struct {
		page, base string
		want       error
		text       string
	}{
		{"app.example.com", "https://d1.cloudfront.net", signer.ErrInvalidCookie, `give the stack a domain under "example.com"`},
		{"d1.cloudfront.net", "https://d2.cloudfront.net", signer.ErrInvalidCookie, "share no site"},
		{"cloudfront.net", "https://d2.cloudfront.net", signer.ErrInvalidCookie, "serve the page under a domain"},
		{"app.example.com", "https://video.example.org", signer.ErrInvalidCookie, "share no site"},
		{"app.example.com", "https://badexample.com", signer.ErrInvalidCookie, "share no site"},
		{"foo.co.uk", "https://bar.co.uk", signer.ErrInvalidCookie, "share no site"},
		{"www.amazonaws.com", "https://b.s3.amazonaws.com", signer.ErrInvalidCookie, "share no site"},
		{"localhost:8080", "https://video.example.com", signer.ErrInvalidCookie, "hand out signed URLs"},
		{"192.0.2.1", "https://192.0.2.2", signer.ErrInvalidCookie, "serve the page under a domain that media has too"},
		{"[::1]:80", "https://video.example.com", signer.ErrInvalidCookie, "page"},
		{"app.example.com.", "https://video.example.com", signer.ErrInvalidCookie, "share no site"},
		{"a.foo_bar.com", "https://b.foo_bar.com", signer.ErrInvalidCookie, "foo_bar.com"},
		{"", "https://video.example.com", signer.ErrInvalidCookie, "no host"},
		{"https://app.example.com", "https://video.example.com", signer.ErrInvalidCookie, `page "https://app.example.com": want a host without scheme`},
		{"app.example.com:https", "https://video.example.com", signer.ErrInvalidCookie, `page "app.example.com:https": host has the character ':'`},
		{"app.example.com", "video.example.com", signer.ErrInvalidURL, "want an absolute URL"},
		{"app.example.com", "", signer.ErrInvalidURL, "want an absolute URL"},
	} {
		got, err := signer.SharedDomain(tc.page, tc.base)
		if got != "" || !errors.Is(err, tc.want) || !strings.Contains(err.Error(), tc.text) {
			t.Errorf("SharedDomain(%q, %q) = %q, %v, want %v with %q", tc.page, tc.base, got, err, tc.want, tc.text)
		}
	}
}

// With whatever SharedDomain returns another implementation of cookies brings them to
// the media.
func FuzzSharedDomain(f *testing.F) {
	for _, pair := range [][2]string{
		{"app.example.com", "video.example.com"}, {"a.b.co.uk", "c.b.co.uk"}, {"d1.cloudfront.net", "d2.cloudfront.net"},
		{"192.0.2.1", "192.0.2.1"}, {"localhost", "localhost"}, {"x.ck", "www.ck"}, {"a.s3.amazonaws.com", "amazonaws.com"}, {"a..com", "b..com"},
	} {
		f.Add(pair[0], pair[1])
	}
	f.Fuzz(func(t *testing.T, page, media string) {
		base := "https://" + media + "/"
		domain, err := signer.SharedDomain(page, base)
		form, invalid := signer.RequestURL(base)
		if err != nil || invalid != nil {
			return
		}
		to, err := url.Parse(form)
		from, err2 := url.Parse("https://" + strings.ToLower(page) + "/")
		if err := (signer.CookieAttributes{Domain: domain}).Validate(); err != nil {
			t.Errorf("SharedDomain(%q, %q) = %q: %v", page, base, domain, err)
		}
		if err != nil || err2 != nil {
			t.Skip() // of hosts that net/url does not read
		}
		jar, err := cookiejar.New(&cookiejar.Options{PublicSuffixList: publicsuffix.List})
		if err != nil {
			t.Fatal(err)
		}
		jar.SetCookies(from, []*http.Cookie{{Name: "CloudFront-Policy", Value: "x", Domain: domain, Path: "/", Secure: true}})
		if len(jar.Cookies(to)) != 1 {
			t.Errorf("SharedDomain(%q, %q) = %q, with which no cookie comes", page, base, domain)
		}
	})
}
