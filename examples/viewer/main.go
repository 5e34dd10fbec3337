// Command viewer is a private video site: the smallest application worth copying.
package main

import (
	"cmp"
	"context"
	"crypto"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "viewer:", err)
		os.Exit(1)
	}
}

// options are the command line.
type options struct {
	local, open                bool
	outputs, signing, playback string
	listen, origin, cert, key  string
	database, players          string
	grants, session            time.Duration
}

func run(ctx context.Context, args []string, stdin io.Reader, stderr io.Writer) error {
	var o options
	f := flag.NewFlagSet("viewer", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.BoolVar(&o.local, "local", false, "deploy to the local stand-in and play from there")
	f.BoolVar(&o.open, "open", true, "with --local: open a browser")
	f.StringVar(&o.outputs, "outputs", "", "`FILE` that pulumi stack output --json wrote, - for standard input")
	f.StringVar(&o.signing, "signing-key", "", "private key for CloudFront: `FILE`, or env:NAME")
	f.StringVar(&o.playback, "playback-key", "", "private key for Amazon IVS: `FILE`, or env:NAME")
	f.StringVar(&o.listen, "listen", "localhost:8080", "`ADDRESS` to listen on")
	f.StringVar(&o.origin, "origin", "", "`URL` of the pages behind a proxy (default that of --listen)")
	f.StringVar(&o.cert, "tls-cert", "", "certificate `FILE`")
	f.StringVar(&o.key, "tls-key", "", "`FILE` of its private key")
	f.StringVar(&o.database, "database", "viewer.db", "SQLite `FILE`")
	f.StringVar(&o.players, "players", "examples/viewer/web/dist", "`FOLDER` of players that npm ci made")
	f.DurationVar(&o.grants, "grant-lifetime", 10*time.Minute, "how long a grant opens a video at most")
	f.DurationVar(&o.session, "session-lifetime", 12*time.Hour, "how long a viewer stays signed in")
	if err := f.Parse(args); err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(stderr, nil))
	if o.local {
		return runLocal(ctx, o, log, stderr)
	}
	return runDeployed(ctx, o, stdin, log)
}

func runDeployed(ctx context.Context, o options, stdin io.Reader, log *slog.Logger) error {
	data, err := read(o.outputs, stdin)
	if err != nil {
		return err
	}
	stack, err := outputs.Parse(data)
	if err != nil {
		return err
	}
	signing, err := readKey(o.signing)
	if err != nil {
		return err
	}
	var playback crypto.Signer
	if o.playback != "" {
		if playback, err = readKey(o.playback); err != nil {
			return err
		}
	}
	a, err := newApplication(stack, []crypto.Signer{signing}, []crypto.Signer{playback})
	if err != nil {
		return err
	}
	scheme := "http"
	if o.cert != "" {
		scheme = "https"
	}
	if a.origin, err = url.Parse(cmp.Or(o.origin, scheme+"://"+o.listen)); err != nil {
		return err
	}
	l, err := net.Listen("tcp", o.listen)
	if err != nil {
		return err
	}
	return a.serve(ctx, o, log, l, func(s *http.Server) error {
		if o.cert != "" {
			return s.ServeTLS(l, o.cert, o.key)
		}
		return s.Serve(l)
	})
}

func read(name string, stdin io.Reader) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(stdin)
	}
	return os.ReadFile(name)
}

func readKey(name string) (crypto.Signer, error) {
	if variable, ok := strings.CutPrefix(name, "env:"); ok {
		return signer.ParsePrivateKey([]byte(os.Getenv(variable)))
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return signer.ParsePrivateKey(data)
}

// serve serves until ctx ends.
func (a *application) serve(ctx context.Context, o options, log *slog.Logger, l net.Listener, listen func(*http.Server) error) (err error) {
	a.log, a.lifetime, a.players = log, o.grants, o.players
	a.sessions.life, a.sessions.secure = o.session, a.origin.Scheme == "https"
	if a.catalogue, err = openCatalogue(ctx, o.database, a.stack); err != nil {
		return err
	}
	defer a.catalogue.db.Close()
	server := &http.Server{Handler: a.routes(), ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	log.Info("listening", "pages", a.origin.String(), "address", l.Addr().String())
	if err := listen(server); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
