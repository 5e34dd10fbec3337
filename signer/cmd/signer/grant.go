package main

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"privateplayback/signer"
)

// grantFlags are the flags that url, cookies and playlist share.
type grantFlags struct {
	*command
	now                        time.Time
	key, id, outputs, resource string
	expires, notBefore         *time.Time
	ip                         netip.Prefix
	hash                       crypto.Hash // 0: the key's default
}

// grantFlags adds the shared flags to c. pattern tells what --resource is when
// it is not given.
func (p *program) grantFlags(c *command, pattern string) *grantFlags {
	f := &grantFlags{command: c, now: p.now}
	f.StringVar(&f.key, "key", "", "private `KEY`: a PEM file, or kms:ARN, kms:alias/NAME, kms:KEY-ID")
	f.StringVar(&f.id, "key-id", "", "`ID` of the CloudFront public key that belongs to it")
	f.StringVar(&f.outputs, "outputs", "", "`FILE` with the stack's outputs, in place of --key-id")
	f.expires = p.moment(c, "expires", "time `T` at which access ends")
	f.StringVar(&f.resource, "resource", "", "`PATTERN` of URLs to open, with * and ? as wildcards (default "+pattern+")")
	f.notBefore = p.moment(c, "not-before", "time `T` until which access is still refused")
	f.parsed("ip", "IPv4 range `CIDR`, or address, that may ask (default any)", f.setIP)
	f.parsed("hash", "`HASH` to sign, sha1 or sha256 (default sha1, and sha256 for a KMS key)", f.setHash)
	f.require("key", "expires")
	return f
}

func (f *grantFlags) setIP(text string) error {
	prefix, err := netip.ParsePrefix(text)
	if a, notAddress := netip.ParseAddr(text); notAddress == nil {
		prefix, err = netip.PrefixFrom(a, a.BitLen()), nil
	}
	switch {
	case err != nil:
		return errors.New("want an IPv4 range (192.0.2.0/24) or address")
	case !prefix.Addr().Is4():
		return errors.New("CloudFront takes no IPv6 address; want an IPv4 range (192.0.2.0/24) or address")
	}
	f.ip = prefix
	return nil
}

func (f *grantFlags) setHash(text string) error {
	switch text {
	case "sha1":
		f.hash = crypto.SHA1
	case "sha256":
		f.hash = crypto.SHA256
	default:
		return errors.New("want sha1 or sha256")
	}
	return nil
}

// custom reports whether a custom policy was asked for.
func (f *grantFlags) custom() bool {
	return f.resource != "" || !f.notBefore.IsZero() || f.ip.IsValid()
}

// checkKey reports flags that do not tell which key it is.
func (f *grantFlags) checkKey() error {
	switch {
	case f.id == "" && f.outputs == "":
		return misused("--key-id is missing; give it, or the stack's outputs with --outputs FILE")
	case f.id != "" && f.outputs != "":
		return misused("give --key-id or --outputs, not both")
	}
	return nil
}

// signer opens the key, with --outputs proven to be one of the stack's.
func (f *grantFlags) signer(ctx context.Context) (*signer.CloudFront, error) {
	if err := checkExpiry(*f.expires, f.now); err != nil {
		return nil, err
	}
	id := signer.KeyPairID(f.id)
	var options []signer.Option
	if f.hash != 0 {
		options = append(options, signer.WithHash(f.hash))
	}
	if f.outputs == "" {
		key, err := openKey(ctx, "signing", f.key)
		if err != nil {
			return nil, err
		}
		return signer.NewCloudFront(id, key, options...)
	}
	stack, err := readOutputs(f.outputs)
	if err != nil {
		return nil, err
	}
	key, err := openKey(ctx, "signing", f.key)
	if err != nil {
		return nil, err
	}
	if id, err = signer.SigningKeyID(stack.SigningKeys, key); err != nil {
		return nil, fmt.Errorf("comparing key %q with outputs %q: %w", f.key, f.outputs, err)
	}
	return signer.NewCloudFront(id, key, options...)
}

// checkExpiry refuses what nobody could use any more. The library signs it, for
// tests of refusal.
func checkExpiry(expires, now time.Time) error {
	if expires.Unix() <= now.Unix() {
		return fmt.Errorf("--expires is past (%s); give a time to come, or a duration from now such as 1h", expires.UTC().Format(time.RFC3339))
	}
	return nil
}

// grant signs the custom policy that was asked for.
func (f *grantFlags) grant(ctx context.Context, cf *signer.CloudFront, resource string) (*signer.Grant, error) {
	return cf.Grant(ctx, signer.Policy{
		Resource:  resource,
		Expires:   *f.expires,
		NotBefore: *f.notBefore,
		SourceIP:  f.ip,
	})
}
