package signer_test

import (
	"errors"
	"strings"
	"testing"

	"privateplayback/signer"
)

// requestForms are URLs and the form in which browsers request them. They agree
// with an implementation of the URL standard in JavaScript.
func requestForms() map[string]string {
	return map[string]string{
		"https://h/a b":                        "https://h/a%20b",
		`https://h/a"b<c>d`:                    "https://h/a%22b%3Cc%3Ed",
		"https://h/a{b}c|d^e`f":                "https://h/a%7Bb%7Dc|d%5Ee%60f",
		`https://h/a\b\..\c`:                   "https://h/a/c",
		`https:\\h\a?b\c`:                      `https://h/a?b\c`,
		"https://h/a/./b/../c":                 "https://h/a/c",
		"https://h/a/%2e/b/%2E%2e/c":           "https://h/a/c",
		"https://h/.%2e":                       "https://h/",
		"https://h/a/b/..":                     "https://h/a/",
		"https://h/a/.":                        "https://h/a/",
		"https://h/../../a":                    "https://h/a",
		"https://h/a//b/..//c":                 "https://h/a///c",
		"HTTPS://H.Example/A":                  "https://h.example/A",
		"https://h:443/a":                      "https://h/a",
		"http://h:80/a":                        "http://h/a",
		"https://h:00443/a":                    "https://h/a",
		"https://h:08443/a":                    "https://h:8443/a",
		"https://h:/a":                         "https://h/a",
		"https://h":                            "https://h/",
		"https://h?x=y":                        "https://h/?x=y",
		"https://h#f":                          "https://h/",
		"https://h?a/b":                        "https://h/?a/b",
		"https://h/é":                          "https://h/%C3%A9",
		"https://h/\U0001f600?x=é":             "https://h/%F0%9F%98%80?x=%C3%A9",
		"https://h/a?b='c'":                    "https://h/a?b=%27c%27",
		`https://h/a?b="<>`:                    "https://h/a?b=%22%3C%3E",
		"https://h/a?b c":                      "https://h/a?b%20c",
		"https://h/a\tb\n?c\rd":                "https://h/ab?cd",
		"ht\ttps://h/a":                        "https://h/a",
		"  https://h/a \x00":                   "https://h/a",
		"https://h/\x01\x7f":                   "https://h/%01%7F",
		"https://h/a?#b":                       "https://h/a?",
		"https://h/a#b?c":                      "https://h/a",
		"https://@h/a":                         "https://h/a",
		"https:h/a":                            "https://h/a",
		"https:////h/a":                        "https://h/a",
		"https://bücher.example/a":             "https://xn--bcher-kva.example/a",
		"https://BÜCHER.example/":              "https://xn--bcher-kva.example/",
		"https://faß.de/":                      "https://xn--fa-hia.de/",
		"https://日本語。jp/":                      "https://xn--wgv71a119e.jp/",
		"https://a%41.com/":                    "https://aa.com/",
		"https://a\u00adb.com/":                "https://ab.com/",
		"https://[2001:DB8::1]/a":              "https://[2001:db8::1]/a",
		"https://[2001:db8:0:0:1:0:0:1]:443/a": "https://[2001:db8::1:0:0:1]/a",
		"https://[::ffff:192.0.2.1]/":          "https://[::ffff:c000:201]/",
	}
}

// stable are URLs that browsers request as they are.
func stable() []string {
	return append(goodURLs(),
		"https://h/...", "https://h/%2e%2e%2e", "https://h/a/.b/c..", "https://h/a'b", "https://h/a?b={|}^`\\[]",
		"https://h/a?", "https://h/%zz", "https://h/a?x=%", "https://h/%C3%A9%c3", "https://h/a%2Fb%5Cc", "https://h/a?b?c/../d",
		"https://h/a?x=https://h/../b", "https://h_x/", "https://a..b/", "https://h./", "https://*.h/*", "https://-a-/",
		"https://192.0.2.1/a", "https://[::1]:8443/", "https://h:65535/", "https://1.x/", "https://xn--wgv71a119e.jp/",
		"https://h/a?Expires=1")
}

func TestRequestURL(t *testing.T) {
	for u, want := range requestForms() {
		if got, err := signer.RequestURL(u); got != want || err != nil {
			t.Errorf("RequestURL(%q) = %q, %v, want %q", u, got, err, want)
		}
	}
	for _, u := range stable() {
		if got, err := signer.RequestURL(u); got != u || err != nil {
			t.Errorf("RequestURL(%q) = %q, %v, want the same", u, got, err)
		}
	}
}

func TestRequestURLRefuses(t *testing.T) {
	for u, want := range map[string]string{
		"":                      "absolute URL",
		"a.ts":                  "absolute URL",
		"//h/a":                 "absolute URL",
		"rtmp://h/a":            "absolute URL",
		"data:text/plain,a":     "absolute URL",
		"https://":              "no host",
		"https:///?a":           "no host",
		"https://:443/":         "no host",
		"https://user@h/":       "user information",
		"https://:hunter2@h/":   "user information",
		"https://h:65536/":      "port",
		"https://h:1a/":         "port",
		"https://h:-1/":         "port",
		"https://a b/":          "' '",
		"https://a%20b/":        "' '",
		"https://a<b/":          "'<'",
		"https://a%zz/":         "'%'",
		"https://[::1/":         "IPv6",
		"https://[::1%25eth0]/": "IPv6",
		"https://[1.2.3.4]/":    "IPv6",
		"https://127.1/":        "IPv4",
		"https://0x7f000001/":   "IPv4",
		"https://1.2.3.4.5/":    "IPv4",
		"https://x.256/":        "IPv4",
		"https://xn--a/":        "domain name",
		"https://xn--.a/":       "domain name",
		"https://a.xn--abc-/":   "domain name",
		"https://\u00ad/":       "no host",
		"https://%ff/":          "domain name",
		"https://" + strings.Repeat("4", 1500) + "é/": "domain name", // a label that Punycode cannot be read back from
		"https://h/\xff":            "UTF-8",
		"https://\u200d.example/aa": "domain name",
	} {
		got, err := signer.RequestURL(u)
		checkRefusal(t, err, signer.ErrInvalidURL, want)
		if got != "" || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("RequestURL(%q) = %q, %v", u, got, err)
		}
	}
}

// TestRequestURLAllocates nothing for what is in the right form.
func TestRequestURLAllocates(t *testing.T) {
	const u = host + "/asset/720p/segment-00001.ts?x=1&y=%2F"
	if n := testing.AllocsPerRun(100, func() {
		if _, err := signer.RequestURL(u); err != nil {
			t.Error(err)
		}
	}); n != 0 {
		t.Errorf("RequestURL allocates %v times, want 0", n)
	}
}

// FuzzRequestURL: the form is its own form, and what is signed is the form.
func FuzzRequestURL(f *testing.F) {
	for u := range requestForms() {
		f.Add(u)
	}
	for _, u := range stable() {
		f.Add(u)
	}
	c := newCloudFront(f, p256())
	f.Fuzz(func(t *testing.T, u string) {
		form, err := signer.RequestURL(u)
		if err != nil {
			if !errors.Is(err, signer.ErrInvalidURL) {
				t.Errorf("RequestURL(%q): error %v has no class", u, err)
			}
			return
		}
		if again, err := signer.RequestURL(form); again != form || err != nil {
			t.Errorf("RequestURL(%q) = %q, %v, want the same", form, again, err)
		}
		signed, err := c.SignURL(t.Context(), u, expires)
		if errors.Is(err, signer.ErrURLForm) != (form != u) && !errors.Is(err, signer.ErrTooLong) {
			t.Errorf("SignURL(%q): %v, but RequestURL = %q", u, err, form)
		}
		if err == nil && !strings.HasPrefix(signed, form) {
			t.Errorf("SignURL(%q) = %q", u, signed)
		}
	})
}
