package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"

	"privateplayback/internal/browser"
	"privateplayback/internal/local"
)

// runLocal is the site on the stand-in: under a name that a browser has to be told
// where to find, since cookies need a domain that the site shares with the videos.
func (a *application) runLocal(ctx context.Context, open bool, stderr io.Writer) error {
	say := func(line string) { fmt.Fprintln(stderr, "viewer:", line) }
	d, err := local.Start(ctx, local.Options{Domain: "video.example.com", Progress: say})
	if err != nil {
		return err
	}
	stack, cf, ivs, err1 := d.Signers()
	a.stack, a.origin, a.client, a.database = stack, &url.URL{Scheme: "https", Host: "app.example.com"}, d.Client(), ":memory:"
	l, hosts, err2 := d.ListenBeside(a.origin.Host)
	if err := errors.Join(err1, err2); err != nil {
		return errors.Join(err, d.Close())
	}
	o := browser.Options{Resolve: hosts, Trust: []string{d.Endpoint().KeyPin()}}
	err = browser.Offer(ctx, o, a.origin.String(), !open, say, func(ctx context.Context) error { return a.serve(ctx, l, cf, ivs) })
	return errors.Join(err, d.Close())
}
