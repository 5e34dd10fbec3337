// Command viewer is a private video site: the smallest application worth copying
// that hands out grants for the videos and channels of a stack.
//
//	go run ./examples/viewer --local
//
// deploys the stack on the local stand-in, and opens the site in a browser.
//
//	pulumi stack output --json | go run ./examples/viewer --outputs - --signing-key signing.pem --playback-key playback.pem
//
// serves a stack on AWS at http://localhost:8080, once the stack's playerOrigins
// have that origin. For others to see it put a proxy with TLS in front, and give
// its URL with --origin; cookies need https, and a stack whose domain is under the
// site's own. The same line works beside `smoketest serve`, in a shell that has read
// its env: playlists are then fetched through the stand-in, and so must the browser be
// told to, with the flags that serve's status page shows. Players from npm are used if
// there are any: npm ci --prefix examples/viewer/web.
//
// What to copy: grant.go (who gets which signature, in three ways, and tokens), the
// budget in session.go, and from route.go the headers, the log without secrets and the
// guard of forms. What to replace: authenticate in session.go by your own sign-in, and
// catalogue.go by your own database; keep its questions, check before every grant and
// playlist, and one folder for each video. A key in AWS KMS comes from signer/kmskey
// in place of signer.OpenCurrent.
//
// What is promised: a grant opens one video's folder, for at most --grant-lifetime
// and at least half of that, and is signed once for all viewers of a video until the
// next is due. So is what is not: signing out, or losing a right, takes no grant back,
// and who plays without scripts stops when the grant expires; choose the lifetime for
// both.
package main

import (
	"cmp"
	"context"
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
	"slices"
	"sync"
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

// application is what the handlers share.
type application struct {
	stack     *outputs.Stack
	grants    *signer.Grants
	tokens    *signer.IVS // nil for a stack without channels
	catalogue *catalogue
	sessions  sync.Map     // of *session, by the cookie's value
	origin    *url.URL     // of the pages, as browsers see it
	client    *http.Client // for playlists; nil for the default
	log       *slog.Logger

	listen, database, players      string
	grantLifetime, sessionLifetime time.Duration
}

func run(ctx context.Context, args []string, stdin io.Reader, stderr io.Writer) (err error) {
	a := &application{log: slog.New(slog.NewTextHandler(stderr, nil)), sessionLifetime: 12 * time.Hour}
	f := flag.NewFlagSet("viewer", flag.ContinueOnError)
	f.SetOutput(stderr)
	isLocal := f.Bool("local", false, "deploy on the local stand-in, in memory, and play from there")
	open := f.Bool("open", true, "with --local: open a browser, if there is one and a display")
	from := f.String("outputs", "", "`FILE` with what pulumi stack output --json prints, - for standard input")
	signing := f.String("signing-key", "", "private key for CloudFront: `FILE` or env:NAME")
	playback := f.String("playback-key", "", "private key for Amazon IVS: `FILE` or env:NAME")
	origin := f.String("origin", "", "`URL` of the site in browsers, if a proxy is in front; https there")
	f.StringVar(&a.listen, "listen", "localhost:8080", "`ADDRESS` to listen on; --local takes a free port")
	f.StringVar(&a.database, "database", "viewer.db", "`FILE` of the catalogue, in SQLite")
	f.StringVar(&a.players, "players", "examples/viewer/web/dist", "`FOLDER` of the players that npm ci made")
	f.DurationVar(&a.grantLifetime, "grant-lifetime", 10*time.Minute, "how long a grant opens a video at most")
	if err := f.Parse(args); err != nil {
		return err
	}
	switch {
	case f.NArg() > 0:
		return fmt.Errorf("%q is no flag; run viewer --help for those there are", f.Arg(0))
	case a.grantLifetime < 5*time.Second: // the page counts in whole seconds
		return errors.New("--grant-lifetime is too short; give it at least 5s")
	case *isLocal:
		return a.runLocal(ctx, *open, stderr)
	case *from == "" || *signing == "":
		return errors.New("give --outputs and --signing-key for a stack that is deployed, or --local")
	}
	if a.origin, err = signer.ParseOrigin(cmp.Or(*origin, "http://"+a.listen)); err != nil {
		return fmt.Errorf("%w; give --origin, as browsers show the site", err)
	}
	if a.stack, err = outputs.ReadFile(*from, stdin); err != nil {
		return err
	}
	cf, ivs, err := signer.OpenCurrent(a.stack, *signing, *playback)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", a.listen)
	if err != nil {
		return err
	}
	return a.serve(ctx, l, cf, ivs)
}

// serve signs with the keys of the stack and serves until ctx ends.
func (a *application) serve(ctx context.Context, l net.Listener, cf *signer.CloudFront, ivs *signer.IVS) (err error) {
	a.grants, a.tokens = signer.NewGrants(cf, 1000), ivs
	if a.catalogue, err = openCatalogue(a.database, a.stack); err != nil {
		return errors.Join(err, l.Close())
	}
	defer a.catalogue.db.Close()
	if !slices.Contains(a.stack.AllowedOrigins, a.origin.String()) {
		a.log.Warn("players with a script are refused, unless a wildcard of the stack's playerOrigins covers this site; add it there and deploy", "origin", a.origin.String())
	}
	server := http.Server{Handler: a.routes(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: time.Minute, ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelWarn)}
	defer context.AfterFunc(ctx, func() { server.Close() })()
	a.log.Info("the site is up; Ctrl-C stops it", "origin", a.origin.String(), "address", l.Addr().String())
	if err = server.Serve(l); ctx.Err() != nil {
		return nil
	}
	return err
}
