package edge

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/cloudfront/sign"

	"privateplayback/internal/fakeaws/tooltest"
)

// A producer is a tool that signs.
type producer struct {
	name string
	can  func(order) bool
	sign func(*testing.T, *signers, []order) []product
}

func producers() []producer {
	return []producer{
		{"by hand", func(order) bool { return true }, oneByOne(signByHand)},
		{"aws-sdk-go-v2", sdkCan, oneByOne(signWithSDK)},
		{"npm", func(order) bool { return true }, signWithNPM},
		{"botocore", func(o order) bool { return !o.Cookies }, signWithBotocore},
		{"aws cloudfront sign", cliCan, signWithCLI},
	}
}

func oneByOne(sign func(*signers, order) (product, error)) func(*testing.T, *signers, []order) []product {
	return func(t *testing.T, s *signers, orders []order) []product {
		products := make([]product, len(orders))
		for i, o := range orders {
			p, err := sign(s, o)
			if err != nil {
				p.Error = err.Error()
			}
			products[i] = p
		}
		return products
	}
}

// signByHand follows the documents, and so makes whatever is ordered.
func signByHand(s *signers, o order) (product, error) {
	m := map[string]string{memberKeyPairID: o.KeyPairID}
	hash := crypto.SHA1
	if o.Hash == "SHA256" {
		hash, m[memberHash] = crypto.SHA256, "SHA256"
	}
	text, conditions := o.Policy, ""
	if o.Source != "" {
		conditions += "," + source(o.Source)
	}
	if o.From != 0 {
		conditions += fmt.Sprintf(`,"DateGreaterThan":{"AWS:EpochTime":%d}`, o.From)
	}
	if text == "" {
		text = fmt.Sprintf(`{"Statement":[{"Resource":"%s","Condition":{"DateLessThan":{"AWS:EpochTime":%d}%s}}]}`, o.resource(), o.Expires, conditions)
	}
	if o.custom() {
		m[memberPolicy] = encode([]byte(text))
	} else {
		m[memberExpires] = fmt.Sprint(o.Expires)
	}
	m[memberSignature] = signature(s.t, s.keys[o.Key], hash, text)
	p := product{URL: o.URL, Cookies: map[string]string{}}
	for name, value := range m {
		p.URL = join(p.URL, name+"="+value)
		p.Cookies["CloudFront-"+name] = value
	}
	if o.Cookies {
		p.URL = ""
	}
	return p, nil
}

// The SDK for Go signs with SHA-1 alone, and cookies with RSA alone. It writes
// its policies itself.
func sdkCan(o order) bool {
	return o.Hash == "SHA1" && o.Policy == "" && (o.Key == "RSA" || !o.Cookies)
}

func signWithSDK(s *signers, o order) (product, error) {
	policy := sign.NewCannedPolicy(o.resource(), time.Unix(o.Expires, 0))
	condition := &policy.Statements[0].Condition
	if o.Source != "" {
		condition.IPAddress = &sign.IPAddress{SourceIP: o.Source}
	}
	if o.From != 0 {
		condition.DateGreaterThan = sign.NewAWSEpochTime(time.Unix(o.From, 0))
	}
	var p product
	var err error
	switch key := s.keys[o.Key]; {
	case o.Cookies:
		p.Cookies = map[string]string{}
		var cookies []*http.Cookie
		if signer := sign.NewCookieSigner(o.KeyPairID, key.(*rsa.PrivateKey)); o.custom() {
			cookies, err = signer.SignWithPolicy(policy)
		} else {
			cookies, err = signer.Sign(o.URL, time.Unix(o.Expires, 0))
		}
		for _, c := range cookies {
			p.Cookies[c.Name] = c.Value
		}
	case o.custom():
		p.URL, err = sign.NewURLSigner(o.KeyPairID, key).SignWithPolicy(o.URL, policy)
	default:
		p.URL, err = sign.NewURLSigner(o.KeyPairID, key).Sign(o.URL, time.Unix(o.Expires, 0))
	}
	return p, err
}

// job is what the scripts read.
type job struct {
	Keys   map[string]string `json:"keys"`
	Orders []order           `json:"orders"`
}

func (s *signers) job(orders []order) job {
	return job{map[string]string{"RSA": privatePEM(s.t, s.keys["RSA"]), "P-256": privatePEM(s.t, s.keys["P-256"])}, orders}
}

func signWithNPM(t *testing.T, s *signers, orders []order) (products []product) {
	tooltest.Node(t, "cloudfront.mjs", s.job(orders), &products)
	return products
}

func signWithBotocore(t *testing.T, s *signers, orders []order) (products []product) {
	tooltest.Python(t, "cloudfront.py", s.job(orders), &products)
	return products
}

// The command line of version 1 knows RSA with SHA-1, and no policy or resource
// of the caller's.
func cliCan(o order) bool {
	return o.Key == "RSA" && o.Hash == "SHA1" && o.Policy == "" && o.Resource == "" && !o.Cookies
}

func signWithCLI(t *testing.T, s *signers, orders []order) []product {
	aws := tooltest.Lookup(t, "aws", "TEST_AWS_CLI", "no aws on PATH; install it with pip install awscli")
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte(privatePEM(t, s.keys["RSA"])), 0o600); err != nil {
		t.Fatal(err)
	}
	return oneByOne(func(_ *signers, o order) (product, error) {
		args := []string{"cloudfront", "sign", "--url", o.URL, "--key-pair-id", o.KeyPairID,
			"--private-key", "file://" + key, "--date-less-than", fmt.Sprint(o.Expires)}
		if o.From != 0 {
			args = append(args, "--date-greater-than", fmt.Sprint(o.From))
		}
		if o.Source != "" {
			args = append(args, "--ip-address", o.Source)
		}
		command := exec.CommandContext(t.Context(), aws, args...)
		command.Env = append(os.Environ(), "AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull)
		out, err := command.Output()
		if failed, ok := errors.AsType[*exec.ExitError](err); ok {
			err = fmt.Errorf("aws cloudfront sign: %s", failed.Stderr)
		}
		return product{URL: string(out)}, err
	})(t, s, orders)
}

// privatePEM writes a key as openssl genrsa -traditional and openssl ecparam
// do: the one form that every tool reads.
func privatePEM(t testing.TB, key crypto.Signer) string {
	t.Helper()
	if key, ok := key.(*rsa.PrivateKey); ok {
		return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
	}
	der, err := x509.MarshalECPrivateKey(key.(*ecdsa.PrivateKey))
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))
}
