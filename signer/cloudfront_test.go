package signer_test

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/cloudfront/sign"
	"github.com/google/go-cmp/cmp"

	"privateplayback/signer"
)

// goodURLs can be signed; their bytes must survive.
func goodURLs() []string {
	return []string{
		host + "/",
		host + "/a/b.m3u8",
		host + "/a%20b/%C3%A9.ts",
		host + "/a+b;c=1,d@e:f$g!('h')~[i].ts",
		host + "/a?b=c&d=%26e",
		host + "/a?b=c?d&expires=1&=&b",
		host + "/a&",
		host + "/a|b?{c}^`[d]",
		"https://xn--bcher-kva.example/a",
		"http://127.0.0.1:8080/a",
		"http://media.example.com:8080/a%2fb?x=/y",
	}
}

func TestSignURLEqualsTheSDK(t *testing.T) {
	sdk := sign.NewURLSigner(string(keyID), rsa2048())
	c := newCloudFront(t, rsa2048())
	for _, u := range goodURLs() {
		got, err := c.SignURL(t.Context(), u, expires)
		if err != nil {
			t.Errorf("SignURL(%q): %v", u, err)
			continue
		}
		if diff := cmp.Diff(must(sdk.Sign(u, expires)), got); diff != "" {
			t.Errorf("SignURL(%q) differs from the SDK (-sdk +got):\n%s", u, diff)
		}
	}
}

func TestGrantEqualsTheSDK(t *testing.T) {
	const u = host + "/a/b.ts?x=1&y=%3C"
	sdk := sign.NewURLSigner(string(keyID), rsa2048())
	c := newCloudFront(t, rsa2048())
	for _, p := range []signer.Policy{
		{Resource: host + "/a/*", Expires: expires},
		{Resource: "*", Expires: expires, NotBefore: notBefore},
		{Resource: host + "/a/b.ts?x=1&y=%3C", Expires: expires, NotBefore: notBefore, SourceIP: netip.MustParsePrefix("192.0.2.7/32")},
	} {
		condition := sign.Condition{DateLessThan: sign.NewAWSEpochTime(p.Expires)}
		if !p.NotBefore.IsZero() {
			condition.DateGreaterThan = sign.NewAWSEpochTime(p.NotBefore)
		}
		if p.SourceIP.IsValid() {
			condition.IPAddress = &sign.IPAddress{SourceIP: p.SourceIP.String()}
		}
		want := must(sdk.SignWithPolicy(u, &sign.Policy{Statements: []sign.Statement{{Resource: p.Resource, Condition: condition}}}))
		got, err := must(c.Grant(t.Context(), p)).URL(u)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("Grant(%q).URL(%q): %v, differs from the SDK (-sdk +got):\n%s", p.Resource, u, err, diff)
		}
	}
}

func TestSignURLVerifies(t *testing.T) {
	for _, key := range []crypto.Signer{rsa2048(), p256(), opaque{rsa2048()}, opaque{p256()}, whole{rsa2048()}, whole{p256()}} {
		for hash, tail := range map[crypto.Hash]string{crypto.SHA1: "", crypto.SHA256: "&Hash-Algorithm=SHA256"} {
			t.Run(fmt.Sprintf("%T %v", key, hash), func(t *testing.T) {
				const u = host + "/a.ts?x=1&y=2"
				got, err := newCloudFront(t, key, signer.WithHash(hash)).SignURL(t.Context(), u, expires)
				if err != nil {
					t.Fatal(err)
				}
				rest, ok := strings.CutPrefix(got, u+"&Expires=1767290400&Signature=")
				if !ok {
					t.Fatalf("SignURL = %q, want it to begin with the URL and its expiry", got)
				}
				signature, ok := strings.CutSuffix(rest, "&Key-Pair-Id="+string(keyID)+tail)
				if !ok {
					t.Fatalf("SignURL = %q, want it to end in the key id and %q", got, tail)
				}
				text := `{"Statement":[{"Resource":"` + u + `","Condition":{"DateLessThan":{"AWS:EpochTime":1767290400}}}]}`
				verify(t, key.Public(), hash, text, signature)
			})
		}
	}
}

// badURLs can be neither signed nor granted.
func badURLs() map[string]error {
	return map[string]error{
		"":                                     signer.ErrInvalidURL,
		"/a.ts":                                signer.ErrInvalidURL,
		"d111111abcdef8.cloudfront.net/a":      signer.ErrInvalidURL,
		"https:///a":                           signer.ErrURLForm,
		"https://?a":                           signer.ErrInvalidURL,
		"ftp://h/a":                            signer.ErrInvalidURL,
		"HTTPS://h/a":                          signer.ErrURLForm,
		"*://h/a":                              signer.ErrInvalidURL,
		"https://user:pass@h/a":                signer.ErrInvalidURL,
		"https://h:port/a":                     signer.ErrInvalidURL,
		"https://h:443/a":                      signer.ErrURLForm,
		"https://H/a":                          signer.ErrURLForm,
		host:                                   signer.ErrURLForm,
		host + "?a=b":                          signer.ErrURLForm,
		host + "/a#b":                          signer.ErrURLForm,
		host + "/a b":                          signer.ErrURLForm,
		host + "/a\nb":                         signer.ErrURLForm,
		host + "/a\x7f":                        signer.ErrURLForm,
		host + "/é":                            signer.ErrURLForm,
		host + "/\xff":                         signer.ErrInvalidURL,
		host + "/\"":                           signer.ErrURLForm,
		host + `/a\b`:                          signer.ErrURLForm,
		host + `/a?b=\c`:                       signer.ErrInvalidURL,
		host + "/a?b='c'":                      signer.ErrURLForm,
		host + "/a/../b":                       signer.ErrURLForm,
		host + "/a/%2E%2e/b":                   signer.ErrURLForm,
		host + "/{a}":                          signer.ErrURLForm,
		host + "/%zz":                          signer.ErrInvalidURL,
		host + "/a%2":                          signer.ErrInvalidURL,
		host + "/a?b=%":                        signer.ErrInvalidURL,
		host + "/a?":                           signer.ErrInvalidURL,
		host + "/a?b&":                         signer.ErrInvalidURL,
		host + "/a?Expires=1":                  signer.ErrReservedParameter,
		host + "/a?b=c&Policy=x":               signer.ErrReservedParameter,
		host + "/a?Signature":                  signer.ErrReservedParameter,
		host + "/a?Key-Pair-Id=":               signer.ErrReservedParameter,
		host + "/a?Hash-Algorithm=SHA1&b=c":    signer.ErrReservedParameter,
		host + "/a?%45xpires=1":                signer.ErrReservedParameter,
		host + "/" + strings.Repeat("a", 8192): signer.ErrTooLong,
	}
}

// TestFormErrors: the error says what the client will request.
func TestFormErrors(t *testing.T) {
	c := newCloudFront(t, p256())
	for u, want := range map[string]string{
		host + "/a b?x=1":   `browsers request "` + host + `/a%20b?…"`,
		host:                `browsers request "` + host + `/"`,
		"https://H:443/../": `browsers request "https://h/"`,
		host + "/a?b='c":    fmt.Sprintf("browsers request its byte %d as %%27", len(host)+5),
		host + "/a?b=\tc":   fmt.Sprintf("browsers leave out its byte %d", len(host)+5),
		host + "/a?b=\t%":   fmt.Sprintf("browsers leave out its byte %d", len(host)+5),
		host + "/a?b=\t%41": fmt.Sprintf("browsers leave out its byte %d", len(host)+5),
		host + "/a?b=c\t":   fmt.Sprintf("browsers leave out its byte %d", len(host)+6),
		host + "?b=c":       `browsers request "` + host + `/?…"`,
		host + "/a?b#c":     "fragment",
	} {
		_, err := c.SignURL(t.Context(), u, expires)
		checkRefusal(t, err, signer.ErrURLForm, want, "RequestURL")
	}
}

func TestSignURLRefuses(t *testing.T) {
	c := newCloudFront(t, p256())
	bad := badURLs()
	bad[host+"/a/*"] = signer.ErrWildcard
	bad[host+"/a?b=*"] = signer.ErrWildcard
	for u, class := range bad {
		got, err := c.SignURL(t.Context(), u, expires)
		checkRefusal(t, err, class)
		if got != "" {
			t.Errorf("SignURL(%q) = %q beside an error", u, got)
		}
		_, err = c.SignCookies(t.Context(), u, expires, signer.CookieAttributes{})
		checkRefusal(t, err, class)
	}
}

func TestURLErrorsHideSecrets(t *testing.T) {
	c := newCloudFront(t, p256())
	for _, u := range []string{
		host + "/a?session=hunter2&Expires=1",
		host + "/a?session=hunter2#f",
		host + "/a b?session=hunter2",
		host + "/a?session=hunter2*",
		"https://user:hunter2@h/a",
		`https:\\user:hunter2@h/a`,
		"https:/\t/user:hunter2@h/a",
		"user:hunter2@h/a",
	} {
		_, err := c.SignURL(t.Context(), u, expires)
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("SignURL(%q): error %v, want one without the secret", u, err)
		}
	}
}

// TestSignedURLAtTheLimit signs the longest URL there is room for, and one
// more byte. RSA signatures have one length.
func TestSignedURLAtTheLimit(t *testing.T) {
	c := newCloudFront(t, rsa2048())
	base := host + "/"
	room := 8192 - len(must(c.SignURL(t.Context(), base, expires)))
	longest := base + strings.Repeat("a", room)
	if got, err := c.SignURL(t.Context(), longest, expires); err != nil || len(got) != 8192 {
		t.Errorf("SignURL = %d bytes, %v, want 8192", len(got), err)
	}
	_, err := c.SignURL(t.Context(), longest+"a", expires)
	checkRefusal(t, err, signer.ErrTooLong, "8193", "8192")
}

// badTimes are no expiry.
func badTimes() map[string]time.Time {
	return map[string]time.Time{
		"missing":      {},
		"before 1970":  time.Unix(-1, 0),
		"milliseconds": time.Unix(1767290400000, 0),
	}
}

func TestSignURLRefusesExpiry(t *testing.T) {
	c := newCloudFront(t, p256())
	for want, at := range badTimes() {
		_, err := c.SignURL(t.Context(), host+"/a", at)
		checkRefusal(t, err, signer.ErrInvalidPolicy, want)
	}
}

// TestPastExpiry: URLs that have expired are what tests of expiry ask for.
func TestPastExpiry(t *testing.T) {
	got, err := newCloudFront(t, p256()).SignURL(t.Context(), host+"/a", time.Unix(1, 999))
	if err != nil || !strings.Contains(got, "?Expires=1&") {
		t.Errorf("SignURL = %q, %v, want Expires=1", got, err)
	}
}

func TestContextIsHeeded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c := newCloudFront(t, p256())
	_, err := c.SignURL(ctx, host+"/a", expires)
	checkRefusal(t, err, context.Canceled)
	_, err = c.SignCookies(ctx, host+"/a", expires, signer.CookieAttributes{})
	checkRefusal(t, err, context.Canceled)
	_, err = c.Grant(ctx, signer.Policy{Resource: "*", Expires: expires})
	checkRefusal(t, err, context.Canceled)
	_, err = must(signer.NewIVS(p384())).Token(ctx, goodToken())
	checkRefusal(t, err, context.Canceled)
}

func TestKeyErrorsPass(t *testing.T) {
	failed := errors.New("key is disabled")
	_, err := newCloudFront(t, broken{key: p256(), err: failed}).SignURL(t.Context(), host+"/a", expires)
	checkRefusal(t, err, failed, "private key")
	_, err = must(signer.NewIVS(broken{key: p384(), err: failed})).Token(t.Context(), goodToken())
	checkRefusal(t, err, failed, "private key")
}
