package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"privateplayback/signer"
)

const tokenUsage = `Usage: signer token --key FILE --channel ARN --expires T [FLAGS]

Prints a playback token, the value of the playback URL's token parameter. T is a
duration from now (10m), an RFC 3339 time or a Unix time in seconds.
`

func signToken(ctx context.Context, args []string, stdout io.Writer) error {
	c := newCommand("token", tokenUsage)
	var t signer.PlaybackToken
	var expires moment
	file := c.String("key", "", "`FILE` with the private key, PEM")
	c.StringVar(&t.ChannelARN, "channel", "", "`ARN` of the channel")
	c.Var(&expires, "expires", "time `T` until which playback may start")
	c.Var((*list)(&t.AllowOrigins), "origin", "`ORIGIN` whose pages may play, https://app.example.com; repeatable (default any)")
	c.BoolVar(&t.StrictOrigin, "strict-origin", false, "check the origin on every request, not the first alone")
	c.require("key", "channel", "expires")
	if err := c.parse(args, 0, stdout); err != nil {
		return err
	}
	key, err := readKey(*file)
	if err != nil {
		return err
	}
	s, err := signer.NewIVS(key)
	if err != nil {
		return err
	}
	t.Expires = expires.Time
	if err := t.Check(time.Now()); err != nil {
		return err
	}
	token, err := s.Token(ctx, t)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(stdout, token)
	return err
}
