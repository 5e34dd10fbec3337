package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"syscall"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
	"privateplayback/signer/inspect"
)

const inspectUsage = `Usage: signer inspect [FLAGS] URL|TOKEN|COOKIES|-

Says whether CloudFront or Amazon IVS would accept a signed URL, a playback URL
or token, a Cookie header or Set-Cookie lines, and every reason why not, the
likeliest first. "-" reads it from standard input, which keeps it out of the
shell's history. Nothing is sent anywhere, and no secret is printed.

Without --outputs and --public-key the signature cannot be checked, and the
verdict is "undecided" at best. With both, the key takes the place of those in
the outputs.

Exit codes: 0 accepted or undecided, 1 not to be told what it is, 2 wrong command
line, 3 refused.
`

const inspectExamples = `  signer inspect --outputs outputs.json - < url.txt
  signer inspect --public-key signing.pub.pem --key-id K2JCJMDEHXQW5F --ip 192.0.2.1 'https://media.example.com/film.mp4?Expires=…'
  signer cookies --key signing.pem --outputs outputs.json --expires 1h --resource 'https://media.example.com/film/*' |
    signer inspect --outputs outputs.json --url https://media.example.com/film/master.m3u8 -
`

// maxInspected bounds what is read from standard input, in bytes.
const maxInspected = 1 << 20

func (p *program) inspect(ctx context.Context, args []string) error {
	c := newCommand("inspect", inspectUsage, inspectExamples)
	var r inspect.Request
	file := c.String("outputs", "", "`FILE` with the stack's outputs: keys, hosts and channels to check against")
	public := c.String("public-key", "", "`FILE` with a public key, PEM, to check against")
	id := c.String("key-id", "", "`ID` of the key of --public-key, if it is CloudFront's")
	at := p.moment(c, "at", "time `T` of the request (default now)")
	c.parsed("ip", "`ADDRESS` of the viewer", func(text string) (err error) {
		if r.Address, err = netip.ParseAddr(text); err != nil {
			err = errors.New("want an address, 192.0.2.1")
		}
		return err
	})
	c.StringVar(&r.Origin, "origin", "", "`ORIGIN` that the request names, https://app.example.com (default none)")
	c.StringVar(&r.URL, "url", "", "`URL` that is requested, for cookies or for a token alone")
	format := c.oneOf("format", "`FORMAT` of the report: text or json (default text)", "text", "json")
	if err := c.parse(args, 1, p.stdout); err != nil {
		return err
	}
	switch {
	case c.operand() == "":
		return misused("the URL, token or cookies are missing; - reads them from standard input")
	case *id != "" && *public == "":
		return misused("--key-id goes with --public-key")
	}
	if r.At = *at; r.At.IsZero() {
		r.At = p.now
	}
	d, err := deployment(*file, *public, *id)
	if err != nil {
		return err
	}
	text := c.operand()
	if text == "-" {
		input, err := p.readAll(ctx, maxInspected)
		if err != nil {
			return err
		}
		text = string(input)
	}
	text = strings.TrimPrefix(strings.TrimSpace(text), curlCookie) // of cookies --format curl
	report, err := d.Any(text, r)
	if err != nil {
		return fmt.Errorf("inspecting: %w; copy it again, whole, in quotes or by standard input", err)
	}
	return p.report(report, *format)
}

// report prints a report and returns its verdict. That stands, and becomes the
// exit code, also when whoever reads the report has seen enough.
func (p *program) report(r *inspect.Report, format string) error {
	text := r.String()
	if format == "json" {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		if err := e.Encode(r); err != nil {
			return fmt.Errorf("encoding the report: %w", err)
		}
		text = b.String()
	}
	if err := p.print(text); err != nil && !errors.Is(err, syscall.EPIPE) {
		return err
	}
	if r.Verdict == inspect.Refused {
		return errRefused
	}
	return nil
}

// deployment is what to check against: nil if nothing is given.
func deployment(file, public, id string) (*inspect.Deployment, error) {
	if file == "" && public == "" {
		return nil, nil
	}
	stack := &outputs.Stack{}
	if file != "" {
		read, err := readOutputs(file)
		if err != nil {
			return nil, err
		}
		stack = read
	}
	if public == "" {
		d, err := inspect.FromOutputs(stack)
		if err != nil {
			return nil, fmt.Errorf("outputs %q: %w", file, err)
		}
		return d, nil
	}
	key, err := readFile("public-key", "public key", public, "make a key pair with signer keygen")
	if err != nil {
		return nil, err
	}
	return withKey(stack, key, id, public)
}

// withKey puts a public key in the place of those of a stack.
func withKey(stack *outputs.Stack, key []byte, id, name string) (*inspect.Deployment, error) {
	parsed, err := signer.ParsePublicKey(key)
	if err != nil {
		return nil, fmt.Errorf("reading public key %q: %w", name, err)
	}
	changed := *stack
	changed.SigningKeys, changed.PlaybackKeys = nil, nil
	if k, ok := parsed.(*ecdsa.PublicKey); ok && k.Curve == elliptic.P384() {
		if id != "" {
			return nil, fmt.Errorf("public key %q is for IVS, whose tokens name no key; leave out --key-id", name)
		}
		changed.PlaybackKeys = []outputs.PlaybackKey{{PublicKey: string(key)}}
	} else {
		changed.SigningKeys = []outputs.SigningKey{{ID: id, PublicKey: string(key)}}
	}
	d, err := inspect.FromOutputs(&changed)
	if err != nil {
		return nil, fmt.Errorf("public key %q: %w", name, err)
	}
	return d, nil
}
