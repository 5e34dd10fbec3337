package playlist_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"privateplayback/signer"
	"privateplayback/signer/playlist"
)

const (
	host = "https://d111111abcdef8.cloudfront.net"
	base = host + "/asset/live.m3u8"
)

// The keys of the tests, made once: RSA is slow to generate.
var (
	rsaKey = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) })
	ecKey  = sync.OnceValue(func() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) })
)

var expires = time.Unix(1767290400, 0)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// remote is a key that is not in this process.
type remote struct{ crypto.Signer }

func (r remote) SignMessageContext(_ context.Context, message []byte, opts crypto.SignerOpts) ([]byte, error) {
	h := opts.HashFunc().New()
	h.Write(message)
	return r.Sign(rand.Reader, h.Sum(nil), opts)
}

func newCloudFront(t testing.TB, key crypto.Signer) *signer.CloudFront {
	t.Helper()
	c, err := signer.NewCloudFront("K2JCJMDEHXQW5F", key)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func newGrant(t testing.TB, resource string) *signer.Grant {
	t.Helper()
	g, err := newCloudFront(t, ecKey()).Grant(t.Context(), signer.Policy{Resource: resource, Expires: expires})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// rewrite returns the rewritten playlist.
func rewrite(t testing.TB, in string, o playlist.Options) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := playlist.Rewrite(t.Context(), &out, strings.NewReader(in), o)
	return out.String(), err
}

// signature is what a signature looks like in a query.
var signature = regexp.MustCompile(`(Policy=[\w~-]+|Expires=\d+)&Signature=[\w~-]+&Key-Pair-Id=K2JCJMDEHXQW5F`)

// short writes SIG for each signature.
func short(s string) string { return signature.ReplaceAllString(s, "SIG") }

// verifyCanned checks the canned signature of a URL against the key.
func verifyCanned(key crypto.PublicKey, signed string) error {
	u, err := url.Parse(signed)
	if err != nil {
		return err
	}
	resource, parameters, ok := strings.Cut(signed, "Expires=")
	if !ok {
		return fmt.Errorf("no Expires in %s", signed)
	}
	resource = strings.TrimRight(resource, "?&")
	parameters = "Expires=" + parameters
	values, err := url.ParseQuery(parameters)
	if err != nil {
		return err
	}
	raw, err := base64.StdEncoding.DecodeString(strings.NewReplacer("-", "+", "_", "=", "~", "/").Replace(values.Get("Signature")))
	if err != nil {
		return err
	}
	if u.Fragment != "" {
		return errors.New("a fragment is left")
	}
	h := crypto.SHA1.New()
	fmt.Fprintf(h, `{"Statement":[{"Resource":"%s","Condition":{"DateLessThan":{"AWS:EpochTime":%s}}}]}`, resource, values.Get("Expires"))
	digest := h.Sum(nil)
	switch k := key.(type) {
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(k, crypto.SHA1, digest, raw)
	case *ecdsa.PublicKey:
		if !ecdsa.VerifyASN1(k, digest, raw) {
			return errors.New("the signature does not verify")
		}
	}
	return nil
}
