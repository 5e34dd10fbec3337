package main

import (
	"context"
	"crypto"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"

	"privateplayback/infra/outputs"
	"privateplayback/internal/local"
)

// runLocal deploys the program on the stand-in and serves its videos.
func runLocal(ctx context.Context, o options, log *slog.Logger, stderr io.Writer) error {
	d, err := local.Start(ctx, local.Options{Domain: "video.example.com", Progress: func(line string) { fmt.Fprintln(stderr, "viewer:", line) }})
	if err != nil {
		return err
	}
	return errors.Join(serveLocal(ctx, o, d, log), d.Close())
}

func serveLocal(ctx context.Context, o options, d *local.Deployment, log *slog.Logger) error {
	stack, err := outputs.Parse(d.OutputsJSON)
	if err != nil {
		return err
	}
	a, err := newApplication(stack, []crypto.Signer{d.SigningKey}, []crypto.Signer{d.PlaybackKey})
	if err != nil {
		return err
	}
	a.origin = &url.URL{Scheme: "https", Host: "app.example.com"}
	a.client = d.Client()
	o.database = ":memory:"
	certificate, err := d.Endpoint().Certificate(a.origin.Host)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	return a.serve(ctx, o, log, l, func(s *http.Server) error {
		s.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}}
		return s.ServeTLS(l, "", "")
	})
}
