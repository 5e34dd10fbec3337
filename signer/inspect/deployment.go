package inspect

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"privateplayback/infra/outputs"
)

// ErrPublicKey: what should be a public key in PEM is none, or of a kind that
// AWS does not take.
var ErrPublicKey = errors.New("unusable public key")

// A Deployment is what a grant is checked against: public keys, and what the
// outputs say of the hosts and channels behind them. Make it with
// [FromOutputs] or [FromPublicKey]; nil knows nothing. It is safe for
// concurrent use.
type Deployment struct {
	signing    []signingKey
	playback   []playbackKey
	keyGroupID string
	hosts      []string // of the distribution, in lower case; nil if unknown
	bucketHost string
	httpsOnly  bool // else plain HTTP is redirected, if hosts are known
	channels   []outputs.Channel
}

type signingKey struct {
	id   string // "" for a key of unknown id
	role outputs.Role
	kind string
	key  crypto.PublicKey // *rsa.PublicKey or *ecdsa.PublicKey
}

type playbackKey struct {
	arn  string // "" for a key of unknown ARN
	role outputs.Role
	key  *ecdsa.PublicKey
}

// FromOutputs takes keys, hosts and channels from the outputs of a stack.
// Members that are empty are not checked against, so a Stack that holds keys
// alone will do, and nil is an empty one. The error is an [ErrPublicKey] that names the key.
func FromOutputs(s *outputs.Stack) (*Deployment, error) {
	if s == nil {
		return &Deployment{}, nil
	}
	d := &Deployment{
		keyGroupID: s.KeyGroupID,
		bucketHost: strings.ToLower(s.BucketRegionalDomainName),
		httpsOnly:  s.ViewerProtocolPolicy == "https-only",
		channels:   s.Channels,
	}
	for _, host := range []string{s.DistributionDomainName, strings.TrimPrefix(s.BaseURL, "https://")} {
		host, _, _ = strings.Cut(strings.ToLower(host), "/")
		if host != "" && (len(d.hosts) == 0 || d.hosts[0] != host) {
			d.hosts = append(d.hosts, host)
		}
	}
	for _, k := range s.SigningKeys {
		key, kind, err := parseKey(k.PublicKey)
		if err == nil && kind == kindP384 {
			err = fmt.Errorf("%w: %s, want RSA 2048 or ECDSA P-256", ErrPublicKey, kind)
		}
		if err != nil {
			return nil, fmt.Errorf("reading signing key %q: %w", k.ID, err)
		}
		d.signing = append(d.signing, signingKey{k.ID, k.Role, kind, key})
	}
	for _, k := range s.PlaybackKeys {
		key, kind, err := parseKey(k.PublicKey)
		if err == nil && kind != kindP384 {
			err = fmt.Errorf("%w: %s, want ECDSA P-384", ErrPublicKey, kind)
		}
		if err != nil {
			return nil, fmt.Errorf("reading playback key %q: %w", k.ARN, err)
		}
		d.playback = append(d.playback, playbackKey{k.ARN, k.Role, key.(*ecdsa.PublicKey)})
	}
	return d, nil
}

// FromPublicKey takes one public key in PEM (SPKI): RSA 2048 or ECDSA P-256
// for CloudFront, whatever its id, or ECDSA P-384 for IVS. The error is an
// [ErrPublicKey].
func FromPublicKey(text []byte) (*Deployment, error) {
	key, kind, err := parseKey(string(text))
	if err != nil {
		return nil, fmt.Errorf("reading public key: %w", err)
	}
	if kind == kindP384 {
		return &Deployment{playback: []playbackKey{{key: key.(*ecdsa.PublicKey)}}}, nil
	}
	return &Deployment{signing: []signingKey{{kind: kind, key: key}}}, nil
}

// The kinds of key that AWS takes.
const (
	kindRSA2048 = "RSA 2048"
	kindP256    = "ECDSA P-256"
	kindP384    = "ECDSA P-384"
)

// parseKey reads one SPKI block of a kind that AWS takes.
func parseKey(text string) (crypto.PublicKey, string, error) {
	block, rest := pem.Decode([]byte(text))
	switch {
	case block == nil:
		return nil, "", fmt.Errorf("%w: no PEM block", ErrPublicKey)
	case strings.Contains(block.Type, "PRIVATE KEY"):
		return nil, "", fmt.Errorf("%w: this is a private key; give the public one", ErrPublicKey)
	case block.Type != "PUBLIC KEY":
		return nil, "", fmt.Errorf("%w: PEM block %q, want PUBLIC KEY", ErrPublicKey, block.Type)
	case strings.TrimSpace(string(rest)) != "":
		return nil, "", fmt.Errorf("%w: more than one PEM block", ErrPublicKey)
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, "", fmt.Errorf("%w: the PEM block holds no key", ErrPublicKey)
	}
	switch k := key.(type) {
	case *rsa.PublicKey:
		if k.N.BitLen() == 2048 {
			return k, kindRSA2048, nil
		}
		return nil, "", fmt.Errorf("%w: RSA %d, want RSA 2048", ErrPublicKey, k.N.BitLen())
	case *ecdsa.PublicKey:
		switch k.Curve {
		case elliptic.P256():
			return k, kindP256, nil
		case elliptic.P384():
			return k, kindP384, nil
		}
	}
	return nil, "", fmt.Errorf("%w: want RSA 2048, ECDSA P-256 or ECDSA P-384", ErrPublicKey)
}
