package kmskey_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"encoding/base64"
	"errors"
	"net/url"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/golang-jwt/jwt/v5"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
	"privateplayback/signer/kmskey"
)

const base = "https://d111111abcdef8.cloudfront.net/sample/"

var expires = time.Unix(1767290400, 0)

// plainBase64 reverses CloudFront's alphabet.
func plainBase64(t *testing.T, s string) []byte {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString(strings.NewReplacer("-", "+", "_", "=", "~", "/").Replace(s))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestCloudFront(t *testing.T) {
	for _, s := range specs()[:2] {
		t.Run(s.name, func(t *testing.T) {
			fake := newFake()
			client, _ := (&server{kms: fake}).start(t)
			key := open(t, client, s.id)
			cf, err := signer.NewCloudFront("K2JCJMDEHXQW5F", key, signer.WithHash(crypto.SHA256))
			if err != nil {
				t.Fatal(err)
			}

			grant, err := cf.Grant(t.Context(), signer.Policy{Resource: base + "*", Expires: expires})
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"master.m3u8", "video/0.ts", "video/1.ts"} {
				signed, err := grant.URL(base + name)
				if err != nil {
					t.Fatal(err)
				}
				q := query(t, signed)
				if got := q.Get("Hash-Algorithm"); got != "SHA256" {
					t.Errorf("Hash-Algorithm=%q in %q, want SHA256", got, base+name)
				}
				verified(t, s.private().Public(), crypto.SHA256, plainBase64(t, q.Get("Policy")), plainBase64(t, q.Get("Signature")))
			}
			// One grant, one call, whatever the number of URLs.
			if signed, _ := fake.calls(); len(signed) != 1 {
				t.Errorf("%d calls of Sign for one grant, want 1", len(signed))
			}

			signed, err := cf.SignURL(t.Context(), base+"one.mp4", expires)
			if err != nil {
				t.Fatal(err)
			}
			policy := `{"Statement":[{"Resource":"` + base + `one.mp4","Condition":{"DateLessThan":{"AWS:EpochTime":1767290400}}}]}`
			verified(t, s.private().Public(), crypto.SHA256, []byte(policy), plainBase64(t, query(t, signed).Get("Signature")))
		})
	}
}

func query(t *testing.T, rawURL string) url.Values {
	t.Helper()
	u, err := url.Parse(rawURL)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

// SHA-256 is what a key in KMS signs unless told otherwise, and what the error
// says when it is.
func TestCloudFrontHash(t *testing.T) {
	policy := signer.Policy{Resource: base + "*", Expires: expires}
	cf, err := signer.NewCloudFront("K2JCJMDEHXQW5F", open(t, newFake(), rsaID))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cf.Grant(t.Context(), policy); err != nil {
		t.Errorf("a grant with the default hash: %v", err)
	}
	cf, err = signer.NewCloudFront("K2JCJMDEHXQW5F", open(t, newFake(), rsaID), signer.WithHash(crypto.SHA1))
	if err == nil {
		_, err = cf.Grant(t.Context(), policy)
	}
	if !errors.Is(err, signer.ErrHash) || !strings.Contains(err.Error(), "WithHash(crypto.SHA256)") {
		t.Errorf("a grant with SHA-1: %v, want the way out", err)
	}
}

func TestCloudFrontRefusesThePlaybackKey(t *testing.T) {
	if _, err := signer.NewCloudFront("K2JCJMDEHXQW5F", open(t, newFake(), p384ID)); !errors.Is(err, signer.ErrKeyKind) {
		t.Errorf("NewCloudFront with P-384: %v, want an ErrKeyKind", err)
	}
	if _, err := signer.NewIVS(open(t, newFake(), p256ID)); !errors.Is(err, signer.ErrKeyKind) {
		t.Errorf("NewIVS with P-256: %v, want an ErrKeyKind", err)
	}
}

func TestIVS(t *testing.T) {
	client, _ := (&server{kms: newFake()}).start(t)
	ivs, err := signer.NewIVS(open(t, client, p384ID))
	if err != nil {
		t.Fatal(err)
	}
	const channel = "arn:aws:ivs:us-west-2:111122223333:channel/abcdABCDefgh"
	// Often enough to meet an r or an s with a leading zero byte now and then.
	for range 20 {
		token, err := ivs.Token(t.Context(), signer.PlaybackToken{ChannelARN: channel, Expires: time.Now().Add(time.Minute)})
		if err != nil {
			t.Fatal(err)
		}
		claims := jwt.MapClaims{}
		_, err = jwt.ParseWithClaims(token, claims, func(*jwt.Token) (any, error) {
			return p384Key().Public().(*ecdsa.PublicKey), nil
		}, jwt.WithValidMethods([]string{"ES384"}), jwt.WithExpirationRequired())
		if err != nil {
			t.Fatalf("golang-jwt: %v", err)
		}
		if claims["aws:channel-arn"] != channel {
			t.Errorf("claim aws:channel-arn is %v, want %q", claims["aws:channel-arn"], channel)
		}
	}
}

// A key in KMS proves that it is one of the stack's, as one in a file does.
func TestKeyMatchesTheOutputs(t *testing.T) {
	key := open(t, newFake(), p256ID)
	pem, err := signer.MarshalPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	id, err := signer.SigningKeyID([]outputs.SigningKey{{ID: "K2JCJMDEHXQW5F", Role: outputs.Current, PublicKey: string(pem)}}, key)
	if err != nil || id != "K2JCJMDEHXQW5F" {
		t.Errorf("SigningKeyID = %q, %v, want K2JCJMDEHXQW5F", id, err)
	}
}

// The context and the errors of a call pass through package signer.
func TestContextReachesTheKey(t *testing.T) {
	fake := newFake()
	cf, err := signer.NewCloudFront("K2JCJMDEHXQW5F", open(t, fake, p256ID), signer.WithHash(crypto.SHA256))
	if err != nil {
		t.Fatal(err)
	}
	if !cf.Remote() {
		t.Error("Remote() = false for a key in KMS")
	}
	policy := signer.Policy{Resource: base + "*", Expires: expires}
	ctx, cancel := context.WithCancel(t.Context())
	fake.fail = func(ctx context.Context, _ string) error {
		cancel()
		<-ctx.Done()
		return ctx.Err()
	}
	if _, err := cf.Grant(ctx, policy); !errors.Is(err, context.Canceled) {
		t.Errorf("Grant with a cancelled context: %v, want context.Canceled", err)
	}
	fake.fail = nil
	fake.change(p256ID, func(k *fakeKey) { k.state = types.KeyStateDisabled })
	if _, err := cf.Grant(t.Context(), policy); !errors.Is(err, kmskey.ErrDisabled) {
		t.Errorf("Grant with a disabled key: %v, want an ErrDisabled", err)
	}
}

// A hundred viewers at once cost one call.
func TestGrantsCostOneCall(t *testing.T) {
	fake := newFake()
	cf, err := signer.NewCloudFront("K2JCJMDEHXQW5F", open(t, fake, p256ID), signer.WithHash(crypto.SHA256))
	if err != nil {
		t.Fatal(err)
	}
	grants := signer.NewGrants(cf, 10)
	policy := signer.Policy{Resource: base + "*", Expires: signer.RoundUp(time.Now().Add(time.Hour), time.Hour)}
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			if _, err := grants.Grant(t.Context(), policy); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if signed, _ := fake.calls(); len(signed) != 1 {
		t.Errorf("%d calls of Sign for one policy, want 1", len(signed))
	}
}

// Programs with PEM keys compile no AWS service client.
func TestSignerDoesNotNeedTheSDK(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "privateplayback/signer").Output()
	if err != nil {
		t.Skipf("go list: %v", err)
	}
	for path := range strings.Lines(string(out)) {
		path = strings.TrimSpace(path)
		if strings.HasPrefix(path, "github.com/aws/aws-sdk-go-v2/service/") || strings.HasPrefix(path, "github.com/aws/aws-sdk-go-v2/config") || strings.HasSuffix(path, "/kmskey") {
			t.Errorf("package signer depends on %s", path)
		}
	}
}
