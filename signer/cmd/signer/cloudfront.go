package main

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"

	"privateplayback/signer"
)

const urlUsage = `Usage: signer url --key FILE --key-pair-id ID --expires T [FLAGS] URL

Prints URL signed: with a canned policy, or with a custom one if --resource,
--not-before or --ip is given. T is a duration from now (1h), an RFC 3339 time
or a Unix time in seconds.
`

const cookiesUsage = `Usage: signer cookies --key FILE --key-pair-id ID --expires T [FLAGS] [URL]

Prints Set-Cookie headers: for URL alone with a canned policy, or with a custom
one if --resource, --not-before or --ip is given. T is a duration from now (1h),
an RFC 3339 time or a Unix time in seconds.
`

// grantFlags are the flags of url and cookies.
type grantFlags struct {
	*command
	key, id, resource string
	expires           moment
	notBefore         moment
	ip                netip.Prefix
	hash              crypto.Hash
}

func newGrantFlags(name, usage string) *grantFlags {
	f := &grantFlags{command: newCommand(name, usage), hash: crypto.SHA1}
	f.StringVar(&f.key, "key", "", "`FILE` with the private key, PEM")
	f.StringVar(&f.id, "key-pair-id", "", "`ID` of the CloudFront public key")
	f.Var(&f.expires, "expires", "time `T` at which access ends")
	f.StringVar(&f.resource, "resource", "", "`PATTERN` of URLs to open, with * and ? as wildcards (default URL)")
	f.Var(&f.notBefore, "not-before", "time `T` until which access is still refused")
	f.Func("ip", "IPv4 range `CIDR`, or address, that may ask (default any)", f.setIP)
	f.Func("hash", "`HASH` to sign, sha1 or sha256 (default sha1)", f.setHash)
	f.require("key", "key-pair-id", "expires")
	return f
}

func (f *grantFlags) setIP(s string) error {
	if a, err := netip.ParseAddr(s); err == nil {
		f.ip = netip.PrefixFrom(a, a.BitLen())
		return nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return errors.New("want an IPv4 range (192.0.2.0/24) or address")
	}
	f.ip = p
	return nil
}

func (f *grantFlags) setHash(s string) error {
	switch s {
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
	return f.resource != "" || f.notBefore.text != "" || f.ip.IsValid()
}

func (f *grantFlags) signer() (*signer.CloudFront, error) {
	key, err := readKey(f.key)
	if err != nil {
		return nil, err
	}
	return signer.NewCloudFront(signer.KeyPairID(f.id), key, signer.WithHash(f.hash))
}

// grant signs the custom policy that was asked for.
func (f *grantFlags) grant(ctx context.Context, cf *signer.CloudFront) (*signer.Grant, error) {
	resource := f.resource
	if resource == "" {
		resource = f.Arg(0)
	}
	return cf.Grant(ctx, signer.Policy{
		Resource:  resource,
		Expires:   f.expires.Time,
		NotBefore: f.notBefore.Time,
		SourceIP:  f.ip,
	})
}

func signURL(ctx context.Context, args []string, stdout io.Writer) error {
	f := newGrantFlags("url", urlUsage)
	if err := f.parse(args, 1, stdout); err != nil {
		return err
	}
	if f.NArg() == 0 {
		return usageError{errors.New("the URL is missing")}
	}
	cf, err := f.signer()
	if err != nil {
		return err
	}
	signed, err := f.sign(ctx, cf, f.Arg(0))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(stdout, signed)
	return err
}

func (f *grantFlags) sign(ctx context.Context, cf *signer.CloudFront, url string) (string, error) {
	if !f.custom() {
		return cf.SignURL(ctx, url, f.expires.Time)
	}
	g, err := f.grant(ctx, cf)
	if err != nil {
		return "", err
	}
	return g.URL(url)
}

func signCookies(ctx context.Context, args []string, stdout io.Writer) error {
	f := newGrantFlags("cookies", cookiesUsage)
	var a signer.CookieAttributes
	f.StringVar(&a.Domain, "domain", "", "`HOST` the cookies are for, with its subdomains (default the host that sets them)")
	f.StringVar(&a.Path, "path", "", "`PREFIX` of the paths the cookies are for (default /)")
	if err := f.parse(args, 1, stdout); err != nil {
		return err
	}
	switch {
	case f.NArg() == 0 && f.resource == "":
		return usageError{errors.New("the URL or --resource is missing")}
	case f.NArg() > 0 && f.resource != "":
		return usageError{errors.New("give the URL or --resource, not both")}
	}
	cf, err := f.signer()
	if err != nil {
		return err
	}
	cookies, err := f.cookies(ctx, cf, a)
	if err != nil {
		return err
	}
	for _, k := range cookies {
		if _, err := fmt.Fprintf(stdout, "Set-Cookie: %s\n", k); err != nil {
			return err
		}
	}
	return nil
}

func (f *grantFlags) cookies(ctx context.Context, cf *signer.CloudFront, a signer.CookieAttributes) ([]*http.Cookie, error) {
	if !f.custom() {
		return cf.SignCookies(ctx, f.Arg(0), f.expires.Time, a)
	}
	if err := a.Validate(); err != nil {
		return nil, err
	}
	g, err := f.grant(ctx, cf)
	if err != nil {
		return nil, err
	}
	return g.Cookies(a), nil
}
