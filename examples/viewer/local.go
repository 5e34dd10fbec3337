package main

import (
	"context"
	"crypto"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
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
	l, o, err := a.prepareLocal(d)
	if err != nil {
		return errors.Join(err, d.Close())
	}
	ctx, cancel := context.WithCancel(ctx)
	shown := make(chan error, 1)
	go func() { shown <- browser.Offer(ctx, o, a.origin.String(), !open, say) }()
	err = a.serve(ctx, l)
	cancel()
	return errors.Join(err, <-shown, d.Close())
}

// prepareLocal makes a deployment the site's, and says which browser finds both.
func (a *application) prepareLocal(d *local.Deployment) (net.Listener, browser.Options, error) {
	o := browser.Options{Resolve: map[string]string{}, Trust: []string{d.Endpoint().KeyPin()}}
	a.origin, a.client, a.database = &url.URL{Scheme: "https", Host: "app.example.com"}, d.Client(), ":memory:"
	certificate, err := d.Endpoint().Certificate(a.origin.Host)
	if err != nil {
		return nil, o, err
	}
	if err := a.use(d.OutputsJSON, []crypto.Signer{d.SigningKey}, []crypto.Signer{d.PlaybackKey}); err != nil {
		return nil, o, err
	}
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{certificate}})
	if err != nil {
		return nil, o, err
	}
	for _, host := range d.Endpoint().Hosts() {
		o.Resolve[host] = d.Endpoint().Addr()
	}
	o.Resolve[a.origin.Host] = l.Addr().String()
	return l, o, nil
}
