package main

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"io"
	"net/url"

	"privateplayback/infra/outputs"
	"privateplayback/internal/browser"
	"privateplayback/internal/local"
	"privateplayback/signer"
)

// runLocal is the site on the stand-in: under a name that a browser has to be told
// where to find, since cookies need a domain that the site shares with the videos.
func (a *application) runLocal(ctx context.Context, open bool, stderr io.Writer) error {
	say := func(line string) { fmt.Fprintln(stderr, "viewer:", line) }
	d, err := local.Start(ctx, local.Options{Domain: "video.example.com", Progress: say})
	if err != nil {
		return err
	}
	return errors.Join(a.serveLocal(ctx, d, func(ctx context.Context, o browser.Options) error {
		return browser.Offer(ctx, o, a.origin.String(), !open, say)
	}), d.Close())
}

// serveLocal serves a deployment's videos until ctx ends, and shows the site in a
// browser that finds both.
func (a *application) serveLocal(ctx context.Context, d *local.Deployment, show func(context.Context, browser.Options) error) (err error) {
	a.origin, a.client, a.database = &url.URL{Scheme: "https", Host: "app.example.com"}, d.Client(), ":memory:"
	if a.stack, err = outputs.Parse(d.OutputsJSON); err != nil {
		return err
	}
	cf, ivs, err := signer.Current(a.stack, []crypto.Signer{d.SigningKey}, []crypto.Signer{d.PlaybackKey})
	if err != nil {
		return err
	}
	l, hosts, err := d.ListenBeside(a.origin.Host)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	shown := make(chan error, 1)
	go func() { shown <- show(ctx, browser.Options{Resolve: hosts, Trust: []string{d.Endpoint().KeyPin()}}) }()
	err = a.serve(ctx, l, cf, ivs)
	cancel()
	return errors.Join(err, <-shown)
}
