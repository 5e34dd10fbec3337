package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
)

// The exit codes of doc.go.
const (
	exitOK    = 0
	exitError = 1
	exitUsage = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

const help = `Usage: signer COMMAND [FLAGS]

Commands:
  keygen    make a key pair for signed URLs or for playback tokens
  url       sign a CloudFront URL
  cookies   make CloudFront signed cookies
  token     make an Amazon IVS playback token

Run "signer COMMAND -h" for the flags of a command.
`

// usageError is a mistake in how the command was called.
type usageError struct{ error }

// run runs one command. The environment is not read: what signs and until when
// is always spelt out.
func run(ctx context.Context, args, _ []string, stdout, stderr io.Writer) int {
	hint, err := "signer -h", error(usageError{errors.New("no command given")})
	if len(args) > 0 {
		hint = "signer " + args[0] + " -h"
		switch args[0] {
		case "keygen":
			err = keygen(args[1:], stdout)
		case "url":
			err = signURL(ctx, args[1:], stdout)
		case "cookies":
			err = signCookies(ctx, args[1:], stdout)
		case "token":
			err = signToken(ctx, args[1:], stdout)
		case "help", "-h", "-help", "--help":
			_, err = io.WriteString(stdout, help)
		default:
			hint, err = "signer -h", usageError{fmt.Errorf("unknown command %q", args[0])}
		}
	}
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return exitOK
	case errors.As(err, &usageError{}):
		fmt.Fprintf(stderr, "signer: %v\nsigner: run %q for help\n", err, hint)
		return exitUsage
	default:
		fmt.Fprintf(stderr, "signer: %v\n", err)
		return exitError
	}
}
