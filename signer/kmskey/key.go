package kmskey

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"privateplayback/signer"
)

// maxMessage is the longest message in bytes that Sign takes unhashed.
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
const maxMessage = 4096

// DefaultTimeout bounds each use of a key, retries included.
const DefaultTimeout = 10 * time.Second

// Client is what a [Key] uses of KMS. A *[kms.Client] is one; its retries,
// endpoint and credentials are what it was made with.
type Client interface {
	GetPublicKey(context.Context, *kms.GetPublicKeyInput, ...func(*kms.Options)) (*kms.GetPublicKeyOutput, error)
	Sign(context.Context, *kms.SignInput, ...func(*kms.Options)) (*kms.SignOutput, error)
}

// Key is an asymmetric key in AWS KMS: a [crypto.Signer], a
// [crypto.MessageSigner], and a [signer.RemoteKey]. [New] and [Open] make it;
// the zero value signs nothing. It is safe for concurrent use if its client
// is, as a *[kms.Client] is.
type Key struct {
	client  Client
	id      string // as the caller names it, for errors
	arn     string // what KMS is asked for
	kind    kind
	public  crypto.PublicKey
	timeout time.Duration
}

var (
	_ crypto.MessageSigner = (*Key)(nil)
	_ signer.RemoteKey     = (*Key)(nil)
)

// Option changes what [New] and [Open] return.
type Option func(*Key)

// WithTimeout bounds each use of the key, the fetch of its public key
// included, to d instead of [DefaultTimeout]. A context with an earlier
// deadline wins. It is for [Key.Sign] and [Key.SignMessage], which have no
// context; the client's retries must fit into it.
func WithTimeout(d time.Duration) Option {
	return func(k *Key) { k.timeout = d }
}

// New returns the key with the given id: a key id, a key ARN, an alias name
// ("alias/NAME") or an alias ARN. It asks KMS for the public key once, which
// needs kms:GetPublicKey, and refuses a key that is not for signing or not of
// a spec that CloudFront or IVS takes.
//
// An alias is followed here and never again: signatures are asked of the key
// behind it by ARN, so that a key whose alias moves goes on matching the
// public key that AWS was given. To follow the alias, make a new Key.
//
// Errors: the classes of this package, [signer.ErrKeyKind], or the context's.
func New(ctx context.Context, client Client, id string, options ...Option) (*Key, error) {
	k := &Key{client: client, id: id, arn: id, timeout: DefaultTimeout}
	for _, o := range options {
		if o != nil {
			o(k)
		}
	}
	if err := k.open(ctx); err != nil {
		return nil, fmt.Errorf("opening KMS key %q: %w", id, err)
	}
	return k, nil
}

func (k *Key) open(ctx context.Context) error {
	if err := checkID(k.id); err != nil {
		return err
	}
	if c, ok := k.client.(*kms.Client); k.client == nil || ok && c == nil {
		return errors.New("no KMS client given")
	}
	if k.timeout <= 0 {
		return fmt.Errorf("timeout %v, want more than 0", k.timeout)
	}
	limited, cancel := context.WithTimeout(ctx, k.timeout)
	defer cancel()
	out, err := k.client.GetPublicKey(limited, &kms.GetPublicKeyInput{KeyId: aws.String(k.id)})
	if err != nil {
		return k.explain(ctx, limited, "kms:GetPublicKey", err)
	}
	k.public, k.kind, err = readPublicKey(out)
	if err != nil {
		return err
	}
	if out.KeyId != nil {
		k.arn = *out.KeyId
	}
	return nil
}

// Public returns the public key, an *[rsa.PublicKey] or *[ecdsa.PublicKey],
// without a call to KMS.
func (k *Key) Public() crypto.PublicKey {
	if k == nil {
		return nil
	}
	return k.public
}

// ARN returns the ARN of the key that signs, also where the key was named by
// an alias.
func (k *Key) ARN() string {
	if k == nil {
		return ""
	}
	return k.arn
}

// String returns the ARN.
func (k *Key) String() string { return k.ARN() }

// GoString is String, so that %#v does not print the client.
func (k *Key) GoString() string { return k.String() }

// Sign signs a digest of the hash that opts names: SHA-256, or SHA-384 for
// ECC_NIST_P384. RSA signatures are PKCS #1 v1.5, ECDSA signatures ASN.1 DER.
// The random source is not used. Prefer [Key.SignMessageContext], which can be
// cancelled.
//
// Errors: the classes of this package, [signer.ErrHash] (another hash, or a
// digest that is not of its length), or [context.DeadlineExceeded].
func (k *Key) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	signature, err := k.signDigest(context.Background(), digest, opts)
	return signature, k.wrap(err)
}

// SignMessage is [Key.SignMessageContext] without a context.
func (k *Key) SignMessage(_ io.Reader, message []byte, opts crypto.SignerOpts) ([]byte, error) {
	return k.SignMessageContext(context.Background(), message, opts)
}

// SignMessageContext signs message, hashed with the hash that opts names, as
// [Key.Sign] signs its digest. The call ends with ctx.
//
// Errors: the classes of this package, [signer.ErrHash], or the context's.
func (k *Key) SignMessageContext(ctx context.Context, message []byte, opts crypto.SignerOpts) ([]byte, error) {
	signature, err := k.signMessage(ctx, message, opts)
	return signature, k.wrap(err)
}

// wrap says with which key an operation failed.
func (k *Key) wrap(err error) error {
	switch {
	case err == nil:
		return nil
	case k == nil:
		return fmt.Errorf("signing with KMS key: %w", err)
	default:
		return fmt.Errorf("signing with KMS key %q: %w", k.id, err)
	}
}

// signMessage sends the message itself wherever KMS takes it: stand-ins for KMS
// are known to hash a DIGEST once more, and RAW leaves them no choice. KMS's own
// limits are 1 to 4,096 bytes.
func (k *Key) signMessage(ctx context.Context, message []byte, opts crypto.SignerOpts) ([]byte, error) {
	if err := k.check(opts); err != nil {
		return nil, err
	}
	digest := k.kind.digest(message)
	if len(message) == 0 || len(message) > maxMessage {
		return k.call(ctx, types.MessageTypeDigest, digest, digest)
	}
	return k.call(ctx, types.MessageTypeRaw, message, digest)
}

func (k *Key) signDigest(ctx context.Context, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	if err := k.check(opts); err != nil {
		return nil, err
	}
	if len(digest) != k.kind.hash.Size() {
		return nil, fmt.Errorf("%w: a digest of %d bytes, %v has %d", signer.ErrHash, len(digest), k.kind.hash, k.kind.hash.Size())
	}
	return k.call(ctx, types.MessageTypeDigest, digest, digest)
}

func (k *Key) check(opts crypto.SignerOpts) error {
	if k == nil || k.public == nil {
		return errors.New("a Key that New did not make")
	}
	return k.kind.check(opts)
}

// call asks KMS for a signature of message and checks it. The check costs a
// small part of the call, and a signature that fails it would come back from
// the edge as a 403 without a reason.
func (k *Key) call(ctx context.Context, t types.MessageType, message, digest []byte) ([]byte, error) {
	limited, cancel := context.WithTimeout(ctx, k.timeout)
	defer cancel()
	out, err := k.client.Sign(limited, &kms.SignInput{
		KeyId:            aws.String(k.arn),
		Message:          message,
		MessageType:      t,
		SigningAlgorithm: k.kind.algorithm,
	})
	if err != nil {
		return nil, k.explain(ctx, limited, "kms:Sign", err)
	}
	if out == nil || !k.kind.verify(k.public, digest, out.Signature) {
		return nil, fmt.Errorf("%w: it does not verify with the key's public key (message type %s); check that the endpoint is KMS, not a stand-in that signs otherwise", ErrSignature, t)
	}
	return out.Signature, nil
}
