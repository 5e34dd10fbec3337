package playlist

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"privateplayback/signer"
)

// The shortcut takes only URIs that resolve to themselves.
func TestPlainForm(t *testing.T) {
	b, err := parseBase("https://d111111abcdef8.cloudfront.net/a/b/live.m3u8?x=1")
	if err != nil {
		t.Fatal(err)
	}
	alphabet := []byte("a9.,/~_-?&=:%#\\ +*é\t'")
	var try func(prefix []byte, n int)
	plain := 0
	try = func(prefix []byte, n int) {
		if form := plainForm(prefix); form != notPlain {
			plain++
			want := b.origin + b.dir + string(prefix)
			if prefix[0] == '/' {
				want = b.origin + string(prefix)
			}
			got, err := b.resolve(string(prefix), nil)
			if err != nil || got != (target{url: want, own: true}) || (form == plainQuery) != strings.Contains(want, "?") {
				t.Errorf("plainForm(%q) = %v, and it resolves to %+v, %v", prefix, form, got, err)
			}
		}
		if n == 0 {
			return
		}
		for _, c := range alphabet {
			try(append(prefix[:len(prefix):len(prefix)], c), n-1)
		}
	}
	try(nil, 4)
	try([]byte("a?Expires"), 1)
	try([]byte("a?b=1&Hash-Algorithm"), 1)
	if plain < 1000 {
		t.Errorf("only %d URIs were plain", plain)
	}
	for c := range 256 {
		want := strings.IndexByte("-./_~,", byte(c)) >= 0 || c < 128 && strings.ContainsRune("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", rune(c))
		if plainByte(byte(c)) != want {
			t.Errorf("plainByte(%#02x) = %v", c, !want)
		}
	}
}

// A fragment is written as it is, so it cannot end what it stands in.
func TestTargetFragment(t *testing.T) {
	b, err := parseBase("https://d111111abcdef8.cloudfront.net/a/live.m3u8")
	if err != nil {
		t.Fatal(err)
	}
	r := rewriter{base: b}
	for _, c := range []struct {
		text   string
		quoted bool
		want   error
	}{
		{`a#b`, true, nil},
		{`a#"b`, false, nil},
		{`a#"b`, true, ErrMalformed},
		{`a"#b`, true, nil}, // encoded
		{"a#b\nc", false, ErrMalformed},
		{"a#b\x7fc", false, ErrMalformed},
	} {
		if _, err := r.target(value{text: c.text}, place{quoted: c.quoted}); !errors.Is(err, c.want) {
			t.Errorf("target of %q, quoted %v: %v, want %v", c.text, c.quoted, err, c.want)
		}
	}
}

// The shortcut is taken only where the grant covers all that it can lead to.
func TestPlainCoverage(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	cf, err := signer.NewCloudFront("K2JCJMDEHXQW5F", key)
	if err != nil {
		t.Fatal(err)
	}
	const host = "https://d111111abcdef8.cloudfront.net"
	b, err := parseBase(host + "/a/b/live.m3u8")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		resource  string
		dir, root bool
	}{
		{host + "/a/b/*", true, false},
		{host + "/a/*", true, false},
		{host + "/a*", true, false},
		{host + "/*", true, true},
		{host + "/a/b/c*", false, false},
		{host + "/a/b/?*", false, false},
		{host + "/*/b/*", false, false},
		{host + "/a/b/*.ts", false, false},
		{host + "/a/b/live.m3u8", false, false},
		{host + "*", false, false},
		{"*", false, false},
		{"https://*", false, false},
		{"*://d111111abcdef8.cloudfront.net/*", false, false},
		{"http://d111111abcdef8.cloudfront.net/*", false, false},
	} {
		grant, err := cf.Grant(context.Background(), signer.Policy{Resource: c.resource, Expires: time.Unix(1767290400, 0)})
		if err != nil {
			t.Fatal(err)
		}
		s := newShared(&b, &Options{Grant: grant})
		if s.plainDir != c.dir || s.plainRoot != c.root {
			t.Errorf("newShared for %q: dir %v, root %v; want %v, %v", c.resource, s.plainDir, s.plainRoot, c.dir, c.root)
		}
	}
}

func TestTagSwitchesMatchTable(t *testing.T) {
	for _, tag := range Tags() {
		name, ok := carriesURI([]byte(tag.Name))
		if ok != (len(tag.URIs) > 0) || ok && name != tag.Name {
			t.Errorf("carriesURI(%q) = %q, %v", tag.Name, name, ok)
		}
		for _, a := range tag.URIs {
			want := resourceURI
			if a.Child {
				want = playlistURI
			}
			if got := classOf(tag.Name, []byte(a.Name)); got != want {
				t.Errorf("classOf(%q, %q) = %v, want %v", tag.Name, a.Name, got, want)
			}
		}
	}
}
