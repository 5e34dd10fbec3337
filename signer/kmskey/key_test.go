package kmskey_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha1"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"privateplayback/signer"
	"privateplayback/signer/kmskey"
)

// specs are the supported keys: their id, their hash, and what KMS is to be
// asked for.
func specs() []spec {
	return []spec{
		{"RSA_2048", rsaID, rsaKey, crypto.SHA256, types.SigningAlgorithmSpecRsassaPkcs1V15Sha256},
		{"ECC_NIST_P256", p256ID, p256Key, crypto.SHA256, types.SigningAlgorithmSpecEcdsaSha256},
		{"ECC_NIST_P384", p384ID, p384Key, crypto.SHA384, types.SigningAlgorithmSpecEcdsaSha384},
	}
}

type spec struct {
	name      string
	id        string
	private   func() crypto.Signer
	hash      crypto.Hash
	algorithm types.SigningAlgorithmSpec
}

func open(t testing.TB, client kmskey.Client, id string, options ...kmskey.Option) *kmskey.Key {
	t.Helper()
	key, err := kmskey.New(context.Background(), client, id, options...)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestNewFetchesThePublicKeyOnce(t *testing.T) {
	for _, s := range specs() {
		t.Run(s.name, func(t *testing.T) {
			fake := newFake()
			key := open(t, fake, s.id)
			for range 3 {
				if public, ok := key.Public().(interface{ Equal(crypto.PublicKey) bool }); !ok || !public.Equal(s.private().Public()) {
					t.Errorf("Public() = %v, want that of KMS", key.Public())
				}
				if _, err := key.SignMessage(nil, []byte("policy"), s.hash); err != nil {
					t.Fatal(err)
				}
			}
			if _, fetched := fake.calls(); fetched != 1 {
				t.Errorf("%d calls of GetPublicKey, want 1", fetched)
			}
			if got, want := key.ARN(), account+"key/"+s.id; got != want {
				t.Errorf("ARN() = %q, want %q", got, want)
			}
			if got := fmt.Sprintf("%v %+v %#v", key, key, key); got != strings.Join([]string{key.ARN(), key.ARN(), key.ARN()}, " ") {
				t.Errorf("printed as %q, want its ARN", got)
			}
		})
	}
}

func TestSign(t *testing.T) {
	// The lengths at which KMS's rules change, and that of a small policy.
	for _, length := range []int{0, 1, 200, 4095, 4096, 4097, 100_000} {
		for _, s := range specs() {
			t.Run(fmt.Sprintf("%s/%d bytes", s.name, length), func(t *testing.T) {
				fake := newFake()
				key := open(t, fake, s.id)
				message := bytes.Repeat([]byte("p"), length)
				digest := sum(s.hash, message)

				for name, sign := range map[string]func() ([]byte, error){
					"Sign":               func() ([]byte, error) { return key.Sign(rand.Reader, digest, s.hash) },
					"SignMessage":        func() ([]byte, error) { return key.SignMessage(nil, message, s.hash) },
					"SignMessageContext": func() ([]byte, error) { return key.SignMessageContext(t.Context(), message, s.hash) },
					"crypto.SignMessage": func() ([]byte, error) { return crypto.SignMessage(key, nil, message, s.hash) },
				} {
					signature, err := sign()
					if err != nil {
						t.Fatalf("%s: %v", name, err)
					}
					verified(t, s.private().Public(), s.hash, message, signature)

					signed, _ := fake.calls()
					last := signed[len(signed)-1]
					want := types.MessageTypeRaw
					if name == "Sign" || length == 0 || length > 4096 {
						want = types.MessageTypeDigest
					}
					if last.MessageType != want || last.SigningAlgorithm != s.algorithm {
						t.Errorf("%s: KMS was asked for %s of %s, want %s of %s", name, last.SigningAlgorithm, last.MessageType, s.algorithm, want)
					}
				}
			})
		}
	}
}

func TestNewRefusesIDs(t *testing.T) {
	for _, id := range badIDs() {
		fake := newFake()
		key, err := kmskey.New(t.Context(), fake, id)
		if !errors.Is(err, kmskey.ErrNotFound) || key != nil {
			t.Errorf("New(%q) = %v, %v, want an ErrNotFound", id, key, err)
		}
		if _, fetched := fake.calls(); fetched != 0 {
			t.Errorf("New(%q) asked KMS", id)
		}
	}
}

func TestNewTakesIDs(t *testing.T) {
	for _, id := range goodIDs() {
		if _, err := kmskey.New(t.Context(), newFake(), id); err != nil {
			t.Errorf("New(%q): %v", id, err)
		}
	}
}

func goodIDs() []string {
	return []string{p256ID, account + "key/" + p256ID, "alias/playback", account + "alias/playback"}
}

func badIDs() []string {
	return []string{
		"", " ", "alias/", "key/" + p256ID, "a b", "schlüssel", "id\n", "arn:", "arn:aws:kms",
		"arn:aws:s3:::bucket", "arn:aws:kms:us-east-1:111122223333:", "arn:aws:kms:us-east-1:111122223333:key/",
		"arn:aws:kms:us-east-1:111122223333:alias/", "arn:aws:kms::111122223333:key/" + p256ID,
		"arn:aws:kms:us-east-1::key/" + p256ID, "arn:aws:ec2:us-east-1:111122223333:key/" + p256ID, "arn:aws:kms:us-east-1:111122223333:grant/x",
		"arn:aws:cloudfront::111122223333:distribution/EDFDVBD6EXAMPLE", strings.Repeat("k", 2049),
	}
}

func FuzzID(f *testing.F) {
	for _, id := range append(goodIDs(), badIDs()...) {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		key, err := kmskey.New(t.Context(), newFake(), id)
		if (key == nil) == (err == nil) {
			t.Fatalf("New(%q) = %v, %v, want one of the two", id, key, err)
		}
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("New(%q): %v, want one line", id, err)
		}
	})
}

func TestNewRefusesSettings(t *testing.T) {
	var none *kms.Client
	for _, c := range []struct {
		name   string
		client kmskey.Client
		option kmskey.Option
		want   string
	}{
		{"no client", nil, kmskey.WithTimeout(time.Second), "no KMS client"},
		{"nil client", none, kmskey.WithTimeout(time.Second), "no KMS client"},
		{"no time", newFake(), kmskey.WithTimeout(0), "timeout 0s"},
		{"negative time", newFake(), kmskey.WithTimeout(-time.Second), "timeout -1s"},
	} {
		if _, err := kmskey.New(t.Context(), c.client, p256ID, c.option); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: New = %v, want %q in it", c.name, err, c.want)
		}
	}
}

func TestHashes(t *testing.T) {
	for _, c := range []struct {
		id   string
		opts crypto.SignerOpts
		want string
	}{
		{rsaID, crypto.SHA1, "signer.WithHash(crypto.SHA256)"},
		{p256ID, crypto.SHA1, "signer.WithHash(crypto.SHA256)"},
		{p384ID, crypto.SHA1, "SHA-1, the key signs SHA-384"},
		{rsaID, crypto.SHA512, "SHA-512, the key signs SHA-256"},
		{p256ID, crypto.SHA384, "SHA-384, the key signs SHA-256"},
		{p384ID, crypto.SHA256, "SHA-256, the key signs SHA-384"},
		{p256ID, crypto.Hash(0), "none given"},
		{p256ID, crypto.Hash(99), "unknown hash"},
		{p256ID, nil, "none given"},
		{rsaID, &rsa.PSSOptions{Hash: crypto.SHA256}, "RSASSA-PSS"},
		{rsaID, (*rsa.PSSOptions)(nil), "RSASSA-PSS"},
	} {
		fake := newFake()
		key := open(t, fake, c.id)
		_, byMessage := key.SignMessage(nil, []byte("policy"), c.opts)
		_, byDigest := key.Sign(nil, make([]byte, 20), c.opts)
		for _, err := range []error{byMessage, byDigest} {
			if !errors.Is(err, signer.ErrHash) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), c.id) {
				t.Errorf("signing %v with %s: %v, want an ErrHash that says %q", c.opts, c.id, err, c.want)
			}
		}
		if signed, _ := fake.calls(); len(signed) != 0 {
			t.Errorf("signing %v with %s asked KMS", c.opts, c.id)
		}
	}
}

func TestSignRefusesDigestsOfAnotherLength(t *testing.T) {
	key := open(t, newFake(), p256ID)
	for _, length := range []int{0, 20, 31, 33, 48, 4096} {
		if _, err := key.Sign(nil, make([]byte, length), crypto.SHA256); !errors.Is(err, signer.ErrHash) {
			t.Errorf("Sign of a digest of %d bytes: %v, want an ErrHash", length, err)
		}
	}
}

// An alias that moves must not change what a key signs with: its public key is
// the one that AWS knows.
func TestAliasIsFollowedOnce(t *testing.T) {
	fake := newFake()
	key := open(t, fake, "alias/playback")
	fake.point("alias/playback", rsaID)
	signature, err := key.SignMessage(nil, []byte("policy"), crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	verified(t, p256Key().Public(), crypto.SHA256, []byte("policy"), signature)
	signed, _ := fake.calls()
	if got, want := aws.ToString(signed[0].KeyId), account+"key/"+p256ID; got != want {
		t.Errorf("KMS was asked for %q, want %q", got, want)
	}
	if moved := open(t, fake, "alias/playback"); moved.ARN() != account+"key/"+rsaID {
		t.Errorf("New after the move opened %q, want the other key", moved.ARN())
	}
}

// A stand-in that hashes digests again is found out, and messages do not need
// it to be right.
func TestSignaturesAreVerified(t *testing.T) {
	fake := newFake()
	fake.rehash = true
	key := open(t, fake, p256ID)
	if _, err := key.SignMessage(nil, []byte("policy"), crypto.SHA256); err != nil {
		t.Errorf("SignMessage: %v", err)
	}
	if _, err := key.Sign(nil, sum(crypto.SHA256, []byte("policy")), crypto.SHA256); !errors.Is(err, kmskey.ErrSignature) {
		t.Errorf("Sign: %v, want an ErrSignature", err)
	}
	if _, err := key.SignMessage(nil, make([]byte, 5000), crypto.SHA256); !errors.Is(err, kmskey.ErrSignature) {
		t.Errorf("SignMessage of 5,000 bytes: %v, want an ErrSignature", err)
	}
}

func TestConcurrentUse(t *testing.T) {
	fake := newFake()
	key := open(t, fake, p256ID)
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			message := fmt.Appendf(nil, "policy %d", i)
			signature, err := key.SignMessageContext(t.Context(), message, crypto.SHA256)
			if err != nil {
				t.Error(err)
				return
			}
			verified(t, key.Public(), crypto.SHA256, message, signature)
		})
	}
	wg.Wait()
}

func TestZeroKey(t *testing.T) {
	for _, key := range []*kmskey.Key{nil, new(kmskey.Key)} {
		if key.Public() != nil || key.ARN() != "" || key.String() != "" {
			t.Errorf("%#v has a public key or a name", key)
		}
		if _, err := key.Sign(nil, make([]byte, 32), crypto.SHA256); err == nil {
			t.Errorf("Sign with %#v: no error", key)
		}
		if _, err := key.SignMessage(nil, nil, nil); err == nil {
			t.Errorf("SignMessage with %#v: no error", key)
		}
	}
}

// A service that does not answer: the caller's deadline, its cancellation, or
// the key's own bound ends the call.
func TestTime(t *testing.T) {
	for _, c := range []struct {
		name   string
		ctx    func(context.Context) (context.Context, context.CancelFunc)
		option kmskey.Option
		class  error
		text   string
	}{
		{"own bound", context.WithCancel, kmskey.WithTimeout(3 * time.Second), context.DeadlineExceeded, "within 3s"},
		{"default bound", context.WithCancel, kmskey.WithTimeout(kmskey.DefaultTimeout), context.DeadlineExceeded, "within 10s"},
		{"deadline", func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, time.Second)
		}, kmskey.WithTimeout(time.Minute), context.DeadlineExceeded, "caller's deadline"},
		{"cancelled", func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(time.Second, cancel)
			return ctx, cancel
		}, kmskey.WithTimeout(time.Minute), context.Canceled, "waiting for KMS"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake := newFake()
				key := open(t, fake, p256ID, c.option)
				fake.fail = func(ctx context.Context, _ string) error {
					<-ctx.Done()
					return ctx.Err()
				}
				ctx, cancel := c.ctx(context.Background())
				defer cancel()
				_, byKey := key.SignMessageContext(ctx, []byte("policy"), crypto.SHA256)
				ctx, cancel = c.ctx(context.Background())
				defer cancel()
				_, byNew := kmskey.New(ctx, fake, p256ID, c.option)
				for _, err := range []error{byKey, byNew} {
					unavailable := errors.Is(err, kmskey.ErrUnavailable)
					if !errors.Is(err, c.class) || unavailable != (c.class == context.DeadlineExceeded) || !strings.Contains(err.Error(), c.text) {
						t.Errorf("%v, want %v that says %q", err, c.class, c.text)
					}
				}
			})
		})
	}
}
