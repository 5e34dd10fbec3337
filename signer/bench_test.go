package signer_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/cloudfront/sign"
	"github.com/golang-jwt/jwt/v5"

	"privateplayback/signer"
)

// The benchmarks compare with the bare operation of the key: what is measured
// is what this package adds. BenchmarkRatio takes turns within one run, so that
// a busy machine slows both sides alike; the others are for orientation.

const benchURL = host + "/asset/720p/segment-00001.ts?v=3"

// bare is the signature alone, over a policy that is hashed already.
func bare(key crypto.Signer, hash crypto.Hash) func() error {
	text := []byte(`{"Statement":[{"Resource":"` + benchURL + `","Condition":{"DateLessThan":{"AWS:EpochTime":1767290400}}}]}`)
	sums := map[crypto.Hash][]byte{}
	one, two, three := sha1.Sum(text), sha256.Sum256(text), sha512.Sum384(text)
	sums[crypto.SHA1], sums[crypto.SHA256], sums[crypto.SHA384] = one[:], two[:], three[:]
	if own, ok := key.(*rsa.PrivateKey); ok {
		return func() error {
			_, err := rsa.SignPKCS1v15(rand.Reader, own, hash, sums[hash])
			return err
		}
	}
	return func() error {
		_, err := key.Sign(nil, sums[hash], hash)
		return err
	}
}

func ours(b testing.TB, key crypto.Signer, hash crypto.Hash) func() error {
	c := newCloudFront(b, key, signer.WithHash(hash))
	return func() error {
		_, err := c.SignURL(b.Context(), benchURL, expires)
		return err
	}
}

func sdks(key crypto.Signer) func() error {
	s := sign.NewURLSigner(string(keyID), key)
	return func() error {
		_, err := s.Sign(benchURL, expires)
		return err
	}
}

func token(b testing.TB) func() error {
	s, t := must(signer.NewIVS(p384())), goodToken()
	t.AllowOrigins = []string{"https://app.example.com"}
	return func() error {
		_, err := s.Token(b.Context(), t)
		return err
	}
}

func golangJWT() error {
	_, err := jwt.NewWithClaims(jwt.SigningMethodES384, jwt.MapClaims{
		"aws:channel-arn": channelARN, "exp": expires.Unix(), "aws:access-control-allow-origin": "https://app.example.com",
	}).SignedString(p384())
	return err
}

func run(b *testing.B, f func() error) {
	b.ReportAllocs()
	for b.Loop() {
		if err := f(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSignURL(b *testing.B) {
	for _, key := range []crypto.Signer{rsa2048(), p256()} {
		b.Run(fmt.Sprintf("bare/%T", key), func(b *testing.B) { run(b, bare(key, crypto.SHA1)) })
		b.Run(fmt.Sprintf("ours/%T", key), func(b *testing.B) { run(b, ours(b, key, crypto.SHA1)) })
		b.Run(fmt.Sprintf("ours-SHA256/%T", key), func(b *testing.B) { run(b, ours(b, key, crypto.SHA256)) })
		b.Run(fmt.Sprintf("sdk/%T", key), func(b *testing.B) { run(b, sdks(key)) })
	}
}

func BenchmarkGrantURL(b *testing.B) {
	g := must(newCloudFront(b, p256()).Grant(b.Context(), signer.Policy{Resource: host + "/asset/*", Expires: expires}))
	run(b, func() error {
		_, err := g.URL(benchURL)
		return err
	})
}

func BenchmarkGrants(b *testing.B) {
	g := signer.NewGrants(newCloudFront(b, p256()), 10)
	g.Now = func() time.Time { return notBefore }
	p := signer.Policy{Resource: host + "/asset/*", Expires: expires}
	run(b, func() error {
		_, err := g.Grant(b.Context(), p)
		return err
	})
}

func BenchmarkRequestURL(b *testing.B) {
	run(b, func() error {
		_, err := signer.RequestURL(benchURL)
		return err
	})
}

func BenchmarkToken(b *testing.B) {
	b.Run("bare", func(b *testing.B) { run(b, bare(p384(), crypto.SHA384)) })
	b.Run("ours", func(b *testing.B) { run(b, token(b)) })
	b.Run("golang-jwt", func(b *testing.B) { run(b, golangJWT) })
}

// BenchmarkRatio reports the time of the first over that of the second, as the
// median of turns: "x/bare" is at most 1.05 for RSA and 1.10 for P-256,
// "x/sdk" and "x/jwt" at most 1.
func BenchmarkRatio(b *testing.B) {
	ratio(b, "RSA/bare", ours(b, rsa2048(), crypto.SHA1), bare(rsa2048(), crypto.SHA1))
	ratio(b, "RSA/sdk", ours(b, rsa2048(), crypto.SHA1), sdks(rsa2048()))
	ratio(b, "RSA-SHA256/bare", ours(b, rsa2048(), crypto.SHA256), bare(rsa2048(), crypto.SHA256))
	ratio(b, "P256/bare", ours(b, p256(), crypto.SHA1), bare(p256(), crypto.SHA1))
	ratio(b, "P256/sdk", ours(b, p256(), crypto.SHA1), sdks(p256()))
	ratio(b, "P256-SHA256/bare", ours(b, p256(), crypto.SHA256), bare(p256(), crypto.SHA256))
	ratio(b, "token/bare", token(b), bare(p384(), crypto.SHA384))
	ratio(b, "token/jwt", token(b), golangJWT)
}

func ratio(b *testing.B, name string, first, second func() error) {
	b.Run(name, func(b *testing.B) {
		var times [2][]time.Duration
		for _, f := range []func() error{first, second} { // warm both up
			if err := f(); err != nil {
				b.Fatal(err)
			}
		}
		for b.Loop() {
			for i, f := range []func() error{first, second} {
				start := time.Now()
				if err := f(); err != nil {
					b.Fatal(err)
				}
				times[i] = append(times[i], time.Since(start))
			}
		}
		slices.Sort(times[0])
		slices.Sort(times[1])
		middle := len(times[0]) / 2
		b.ReportMetric(float64(times[0][middle])/float64(times[1][middle]), "ratio")
	})
}

// TestAllocations: signing a URL costs at most six allocations beyond those of
// the bare operation, and applying a grant the one of the result.
func TestAllocations(t *testing.T) {
	count := func(f func() error) float64 {
		return testing.AllocsPerRun(50, func() {
			if err := f(); err != nil {
				t.Error(err)
			}
		})
	}
	for _, key := range []crypto.Signer{rsa2048(), p256()} {
		for _, hash := range []crypto.Hash{crypto.SHA1, crypto.SHA256} {
			if got, least := count(ours(t, key, hash)), count(bare(key, hash)); got > least+6 {
				t.Errorf("%T, %v: %v allocations, the bare operation %v, want at most 6 more", key, hash, got, least)
			} else {
				t.Logf("%T, %v: %v allocations, the bare operation %v", key, hash, got, least)
			}
		}
	}
	g := must(newCloudFront(t, p256()).Grant(t.Context(), signer.Policy{Resource: host + "/asset/*", Expires: expires}))
	if n := count(func() error { _, err := g.URL(benchURL); return err }); n != 1 {
		t.Errorf("Grant.URL: %v allocations, want 1", n)
	}
	if n := count(func() error { return g.Check(benchURL) }); n != 0 {
		t.Errorf("Grant.Check: %v allocations, want 0", n)
	}
}
