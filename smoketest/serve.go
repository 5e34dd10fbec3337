package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"privateplayback/internal/serve"
)

const serveUsage = `usage: smoketest serve [--dir DIR] [--port N] [--media DIR] [--domain NAME]
                       [--propagation D]

Keeps the stand-in for S3, CloudFront and IVS running until Ctrl-C, and says how
to deploy to it with the pulumi command from another terminal. What is deployed
is there again at the next start.

  --dir DIR        state, keys, and what a shell needs (default .private-playback
                   in the project's folder)
  --port N         first of four ports in a row on 127.0.0.1 (default 4430): AWS's
                   host names, also as an HTTP proxy; the status page; two for the
                   pulumi command
  --media DIR      keep the files of DIR below media/ in every bucket, as they change
  --domain NAME    have a hosted zone for a domain of one's own, such as
                   video.example.com, and its setting in a new stack
  --propagation D  how long a changed distribution answers by old and new
                   configuration in turns, such as 20s (default 0s)

exit codes: 0 stopped by Ctrl-C, 1 could not run, 2 wrong command line
`

// serve is the command of that name.
func (p *program) serve(ctx context.Context, args []string) int {
	o, err := parseServe(args, p.stdout)
	switch {
	case errors.Is(err, errHelp):
		return exitPassed
	case err != nil:
		p.complain("%v; run smoketest serve --help for the flags", err)
		return exitUsage
	}
	o.Progress = p.progress
	if err := serve.Run(ctx, o); err != nil {
		p.complain("%v", err)
		return exitNotRun
	}
	return exitPassed
}

func parseServe(args []string, stdout io.Writer) (serve.Options, error) {
	o := serve.Options{}
	flags := flag.NewFlagSet("smoketest serve", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	dir := flags.String("dir", serve.DefaultDir, "")
	flags.IntVar(&o.Port, "port", serve.DefaultPort, "")
	flags.StringVar(&o.MediaDir, "media", "", "")
	flags.StringVar(&o.Domain, "domain", "", "")
	flags.DurationVar(&o.Propagation, "propagation", 0, "")
	err := flags.Parse(args)
	const lastPort = 65535 - 3
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, serveUsage)
		return o, errHelp
	case err != nil:
		return o, err
	case flags.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case *dir == "":
		return o, errors.New("--dir is empty")
	case o.Port < 1 || o.Port > lastPort:
		return o, fmt.Errorf("--port %d leaves no four ports in a row, want 1 to %d", o.Port, lastPort)
	case o.Propagation < 0 || o.Propagation > time.Hour:
		return o, fmt.Errorf("--propagation %v is out of range, want 0s to 1h", o.Propagation)
	}
	if *dir != serve.DefaultDir {
		o.Dir = *dir
	}
	return o, nil
}
