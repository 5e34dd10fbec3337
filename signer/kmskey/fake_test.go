package kmskey_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
)

// The rules of KMS that the fake holds to:
//
//   - Names: key id, key ARN, alias name, alias ARN; else NotFoundException.
//     Documented: API_Sign, KeyId.
//   - Message of 1 to 4,096 bytes; a DIGEST has the length of the algorithm's
//     hash; else ValidationException. Lengths documented: API_Sign, Message; the
//     code for a digest of another length is reported.
//   - A key of another usage, or an algorithm that does not go with the spec, is
//     InvalidKeyUsageException. Documented: API_Sign, errors.
//   - GetPublicKey of a symmetric key is UnsupportedOperationException.
//     Documented as an error of the operation, for this case inferred.
//   - Disabled is DisabledException, pending deletion KMSInvalidStateException,
//     for both operations. Documented: key-state.html.
//   - Answers name the key by its ARN. Documented: API_GetPublicKey, KeyId.
//   - ECDSA signatures are ASN.1 DER. Documented: API_Sign, Signature.
const (
	account = "arn:aws:kms:us-east-1:111122223333:"
	rsaID   = "1234abcd-12ab-34cd-56ef-000000000001"
	p256ID  = "1234abcd-12ab-34cd-56ef-000000000002"
	p384ID  = "1234abcd-12ab-34cd-56ef-000000000003"
)

// The private halves, made once: RSA is slow to generate.
var (
	rsaKey  = sync.OnceValue(func() crypto.Signer { return must(rsa.GenerateKey(rand.Reader, 2048)) })
	p256Key = sync.OnceValue(func() crypto.Signer { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) })
	p384Key = sync.OnceValue(func() crypto.Signer { return must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader)) })
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// fakeKMS is KMS in this process: it signs with keys of Go.
type fakeKMS struct {
	mu      sync.Mutex
	keys    map[string]*fakeKey // by key id
	aliases map[string]string   // alias name to key id
	signed  []kms.SignInput
	fetched int
	// fail, if set, is asked before each operation.
	fail func(ctx context.Context, operation string) error
	// rehash makes a DIGEST be hashed again, as moto 5.2 does.
	rehash bool
}

type fakeKey struct {
	spec    types.KeySpec
	usage   types.KeyUsageType
	state   types.KeyState
	private crypto.Signer // nil for a symmetric key
}

// newFake returns a KMS with a key of each supported spec.
func newFake() *fakeKMS {
	key := func(spec types.KeySpec, private crypto.Signer) *fakeKey {
		return &fakeKey{spec: spec, usage: types.KeyUsageTypeSignVerify, state: types.KeyStateEnabled, private: private}
	}
	return &fakeKMS{
		keys: map[string]*fakeKey{
			rsaID:  key(types.KeySpecRsa2048, rsaKey()),
			p256ID: key(types.KeySpecEccNistP256, p256Key()),
			p384ID: key(types.KeySpecEccNistP384, p384Key()),
		},
		aliases: map[string]string{"alias/playback": p256ID},
	}
}

// change applies f to a key under the fake's lock.
func (f *fakeKMS) change(id string, change func(*fakeKey)) *fakeKMS {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(f.keys[id])
	return f
}

func (f *fakeKMS) point(alias, id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.aliases[alias] = id
}

// calls returns the inputs of the signatures so far, and how often a public
// key was fetched.
func (f *fakeKMS) calls() ([]kms.SignInput, int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]kms.SignInput(nil), f.signed...), f.fetched
}

func (f *fakeKMS) find(id string) (string, *fakeKey, error) {
	name := strings.TrimPrefix(id, account)
	if target, ok := f.aliases[name]; ok {
		name = target
	}
	name = strings.TrimPrefix(name, "key/")
	key, ok := f.keys[name]
	switch {
	case !ok:
		return "", nil, &types.NotFoundException{Message: aws.String("Invalid keyId " + id)}
	case key.state == types.KeyStateDisabled:
		return "", nil, &types.DisabledException{Message: aws.String(account + "key/" + name + " is disabled.")}
	case key.state != types.KeyStateEnabled:
		return "", nil, &types.KMSInvalidStateException{Message: aws.String(account + "key/" + name + " is pending deletion.")}
	}
	return account + "key/" + name, key, nil
}

func (f *fakeKMS) begin(ctx context.Context, operation string) error {
	f.mu.Lock()
	fail := f.fail
	f.mu.Unlock()
	if fail != nil {
		return fail(ctx, operation)
	}
	return ctx.Err()
}

func (f *fakeKMS) GetPublicKey(ctx context.Context, in *kms.GetPublicKeyInput, _ ...func(*kms.Options)) (*kms.GetPublicKeyOutput, error) {
	if err := f.begin(ctx, "GetPublicKey"); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fetched++
	arn, key, err := f.find(aws.ToString(in.KeyId))
	if err != nil {
		return nil, err
	}
	if key.private == nil {
		return nil, &types.UnsupportedOperationException{Message: aws.String("not an asymmetric key")}
	}
	der, err := x509.MarshalPKIXPublicKey(key.private.Public())
	if err != nil {
		return nil, err
	}
	return &kms.GetPublicKeyOutput{KeyId: &arn, KeySpec: key.spec, KeyUsage: key.usage, PublicKey: der}, nil
}

func (f *fakeKMS) Sign(ctx context.Context, in *kms.SignInput, _ ...func(*kms.Options)) (*kms.SignOutput, error) {
	if err := f.begin(ctx, "Sign"); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	arn, key, err := f.find(aws.ToString(in.KeyId))
	if err != nil {
		return nil, err
	}
	hash, ok := map[types.KeySpec]map[types.SigningAlgorithmSpec]crypto.Hash{
		types.KeySpecRsa2048: {
			types.SigningAlgorithmSpecRsassaPkcs1V15Sha256: crypto.SHA256,
			types.SigningAlgorithmSpecRsassaPkcs1V15Sha384: crypto.SHA384,
		},
		types.KeySpecEccNistP256: {types.SigningAlgorithmSpecEcdsaSha256: crypto.SHA256},
		types.KeySpecEccNistP384: {types.SigningAlgorithmSpecEcdsaSha384: crypto.SHA384},
	}[key.spec][in.SigningAlgorithm]
	if !ok || key.usage != types.KeyUsageTypeSignVerify {
		return nil, &types.InvalidKeyUsageException{Message: aws.String("algorithm does not go with the key")}
	}
	if n := len(in.Message); n < 1 || n > 4096 {
		return nil, validation("message length")
	}
	digest := in.Message
	switch in.MessageType {
	case types.MessageTypeDigest:
		if len(digest) != hash.Size() {
			return nil, validation("digest length")
		}
		if f.rehash {
			digest = sum(hash, digest)
		}
	case types.MessageTypeRaw, "":
		digest = sum(hash, digest)
	default:
		return nil, validation("message type")
	}
	signature, err := key.private.Sign(rand.Reader, digest, hash)
	if err != nil {
		return nil, err
	}
	f.signed = append(f.signed, *in)
	return &kms.SignOutput{KeyId: &arn, Signature: signature, SigningAlgorithm: in.SigningAlgorithm}, nil
}

func sum(h crypto.Hash, message []byte) []byte {
	w := h.New()
	w.Write(message)
	return w.Sum(nil)
}

// verified reports a signature of message that does not verify with the
// standard library.
func verified(t testing.TB, public crypto.PublicKey, h crypto.Hash, message, signature []byte) {
	t.Helper()
	ok := false
	switch p := public.(type) {
	case *rsa.PublicKey:
		ok = rsa.VerifyPKCS1v15(p, h, sum(h, message), signature) == nil
	case *ecdsa.PublicKey:
		ok = ecdsa.VerifyASN1(p, sum(h, message), signature)
	}
	if !ok {
		t.Errorf("signature of %d bytes over %d bytes does not verify with %v", len(signature), len(message), h)
	}
}
