package main

import (
	"crypto"
	"crypto/tls"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"privateplayback/internal/local"
	"privateplayback/signer"
)

// serve serves the viewer at a host.
func (w *world) serve(t *testing.T, d *local.Deployment, host string, lifetime time.Duration, players string) {
	cf, ivs, err := signer.Current(w.stack, []crypto.Signer{d.SigningKey}, []crypto.Signer{d.PlaybackKey})
	if err != nil {
		t.Fatal(err)
	}
	a := &application{
		stack: w.stack, grants: signer.NewGrants(cf, 1000), tokens: ivs, origin: &url.URL{Scheme: "https", Host: host}, client: d.Client(),
		log: slog.New(slog.DiscardHandler), players: players, grantLifetime: lifetime, sessionLifetime: time.Hour,
	}
	if a.catalogue, err = openCatalogue(":memory:", w.stack); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.catalogue.db.Close() })
	certificate, err := d.Endpoint().Certificate(host)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(a.routes())
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	server.StartTLS()
	t.Cleanup(server.Close)
	w.sites[host] = a
	w.options.Resolve[host] = server.Listener.Addr().String()
}

// page is the path of a video's page: "ts", "fmp4", "aes" or "long".
func (w *world) page(video string) string {
	list, err := w.sites[pages].catalogue.videos("")
	if err != nil {
		panic(err)
	}
	for _, v := range list {
		if v.Playlist == w.entry(video) {
			return v.Page
		}
	}
	panic("no video " + video)
}
