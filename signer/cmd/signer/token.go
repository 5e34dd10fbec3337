package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
)

const tokenUsage = `Usage: signer token --key KEY --channel ARN --expires T [FLAGS]

Prints a playback token, the value of the playback URL's token parameter. T is a
duration from now (10m), an RFC 3339 time or a Unix time in seconds; with
--single-use or --viewer-id it is at most ten minutes from now.
`

const tokenExamples = `  signer token --key playback.pem --channel arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh --expires 10m
  signer token --key playback.pem --outputs outputs.json --channel live --expires 10m \
    --origin https://app.example.com --strict-origin --viewer-id viewer-17 --max-resolution HD
`

func (p *program) token(ctx context.Context, args []string) error {
	c := newCommand("token", tokenUsage, tokenExamples)
	var t signer.PlaybackToken
	key := c.String("key", "", "private `KEY`: a PEM file, or kms:ARN, kms:alias/NAME, kms:KEY-ID")
	file := c.String("outputs", "", "`FILE` with the stack's outputs, to prove the key and to find --channel by name")
	c.StringVar(&t.ChannelARN, "channel", "", "`ARN` of the channel; with --outputs, its name will do")
	expires := p.moment(c, "expires", "time `T` until which playback may start")
	c.Var((*list)(&t.AllowOrigins), "origin", "`ORIGIN` whose pages may play, https://app.example.com; repeatable (default any)")
	c.BoolVar(&t.StrictOrigin, "strict-origin", false, "check the origin on every request, not the first alone")
	c.StringVar(&t.ViewerID, "viewer-id", "", "`ID` of the viewer, by which access can be revoked; no personal data")
	c.Int64Var(&t.ViewerSessionVersion, "session-version", 0, "version `N` of the viewer's session, for revoking earlier ones")
	single := c.Bool("single-use", false, "let the token die with its first use")
	c.StringVar((*string)(&t.MaxResolution), "max-resolution", "", "highest `SIZE` to show: SD, HD or FULL_HD (default all)")
	c.require("key", "channel", "expires")
	if err := c.parse(args, 0, p.stdout); err != nil {
		return err
	}
	if err := checkExpiry(*expires, p.now); err != nil {
		return err
	}
	t.Expires = *expires
	if *single {
		t.SingleUseID = newUUID()
	}
	s, err := tokenSigner(ctx, *key, *file, &t)
	if err != nil {
		return tokenError(err)
	}
	token, err := s.TokenAt(ctx, p.now, t)
	if err != nil {
		return tokenError(err)
	}
	return p.print(token + "\n")
}

// tokenSigner opens the key. With the outputs it proves it and completes the
// channel of t.
func tokenSigner(ctx context.Context, name, file string, t *signer.PlaybackToken) (*signer.IVS, error) {
	var stack *outputs.Stack
	var err error
	if file != "" {
		if stack, err = readOutputs(file); err != nil {
			return nil, err
		}
		if t.ChannelARN, err = channelARN(stack, t.ChannelARN); err != nil {
			return nil, fmt.Errorf("looking into outputs %q: %w", file, err)
		}
	} else if !strings.HasPrefix(t.ChannelARN, "arn:") {
		return nil, fmt.Errorf("--channel %q is no ARN; to name a channel, give the stack's outputs with --outputs FILE", shown(t.ChannelARN))
	}
	key, err := openKey(ctx, "playback", name)
	if err != nil {
		return nil, err
	}
	if stack != nil {
		if err := signer.CheckPlaybackKey(stack.PlaybackKeys, key); err != nil {
			return nil, fmt.Errorf("comparing key %q with outputs %q: %w", name, file, err)
		}
	}
	return signer.NewIVS(key)
}

// channelARN finds a channel by its name or ARN.
func channelARN(stack *outputs.Stack, channel string) (string, error) {
	known := make([]string, 0, len(stack.Channels))
	for _, c := range stack.Channels {
		if channel == c.Name || channel == c.ARN {
			return c.ARN, nil
		}
		known = append(known, c.Name)
	}
	if len(known) == 0 {
		return "", errors.New("the stack has no channels; add one to its configuration and deploy")
	}
	return "", fmt.Errorf("the stack has no channel %q; its channels are %s", shown(channel), strings.Join(known, ", "))
}

// tokenError names the claims in an error as the flags that set them.
func tokenError(err error) error {
	var wrong *signer.TokenError
	if !errors.As(err, &wrong) {
		return err
	}
	flags := strings.NewReplacer(
		"ChannelARN", "--channel", "Expires", "--expires", "AllowOrigins", "--origin",
		"StrictOrigin", "--strict-origin", "SingleUseID", "--single-use", "MaxResolution", "--max-resolution",
		"ViewerSessionVersion", "--session-version", "ViewerID", "--viewer-id",
	)
	return fmt.Errorf("%w: %s", signer.ErrInvalidToken, flags.Replace(strings.Join(wrong.Problems, "; ")))
}

// newUUID returns a random UUID, version 4 of RFC 9562.
func newUUID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
