package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"
)

// The exit codes, as doc.go explains them.
const (
	exitOK      = 0
	exitError   = 1
	exitUsage   = 2
	exitRefused = 3
)

const help = `Usage: signer COMMAND [FLAGS] [OPERAND]

Commands:
  keygen    make a key pair for signed URLs or for playback tokens
  url       sign a CloudFront URL
  cookies   make CloudFront signed cookies
  playlist  sign what an HLS playlist names
  token     make an Amazon IVS playback token
  inspect   say why a signed URL, cookies or a token would be refused

Run "signer COMMAND -h" for the flags of a command.

Examples:
  signer keygen --kind signing --out signing.pem
  signer url --key signing.pem --outputs outputs.json --expires 1h https://media.example.com/a/master.m3u8
  signer inspect --outputs outputs.json - < url.txt

Exit codes: 0 done, 1 could not, 2 wrong command line, 3 inspect found a refusal.
`

// usageError is a mistake on the command line.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func misused(format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...)}
}

// errRefused: inspect has printed its report, and the verdict is a refusal.
var errRefused = errors.New("refused")

// program is one invocation.
type program struct {
	now    time.Time // when it began, from which durations count
	stdin  io.Reader
	stdout io.Writer
}

// run is main without the process: it returns the exit code. The environment
// is not a parameter, since it is the AWS SDK that reads it, for KMS keys.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &program{now: time.Now(), stdin: stdin, stdout: stdout}
	hint, err := "signer -h", misused("no command given")
	if len(args) > 0 {
		if perform := p.command(args[0]); perform != nil {
			hint, err = "signer "+args[0]+" -h", perform(ctx, args[1:])
		} else {
			err = misused("unknown command %q", shown(args[0]))
		}
	}
	var usage *usageError
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return exitOK
	case errors.Is(err, errRefused):
		return exitRefused
	case errors.As(err, &usage):
		complain(stderr, "%v; run %s for the flags", err, hint)
		return exitUsage
	case ctx.Err() != nil:
		complain(stderr, "interrupted")
	default:
		complain(stderr, "%s", inFlags(err))
	}
	return exitError
}

// command returns what performs the command of that name, or nil.
func (p *program) command(name string) func(context.Context, []string) error {
	switch name {
	case "keygen":
		return p.keygen
	case "url":
		return p.url
	case "cookies":
		return p.cookies
	case "playlist":
		return p.playlist
	case "token":
		return p.token
	case "inspect":
		return p.inspect
	case "help", "-h", "-help", "--help":
		return func(context.Context, []string) error { return p.print(help) }
	}
	return nil
}

// print writes the product of a command.
func (p *program) print(text string) error {
	if _, err := io.WriteString(p.stdout, text); err != nil {
		return fmt.Errorf("writing to standard output: %w", err)
	}
	return nil
}

// complain writes one line of diagnosis, also of an error that has several.
func complain(stderr io.Writer, format string, args ...any) {
	text := strings.TrimSpace(fmt.Sprintf(format, args...))
	fmt.Fprintf(stderr, "signer: %s\n", strings.ReplaceAll(text, "\n", "; "))
}

// inFlags is an error's text with the next steps that it has for programmers
// as those of a command line.
func inFlags(err error) string {
	return strings.NewReplacer(
		"; RequestURL returns the form to sign", "; sign that form",
		"; sign a custom policy with Grant", "; open it with --resource PATTERN",
		"; make the signer with WithHash(crypto.SHA256)", "; give --hash sha256",
		"; leave Insecure unset", "; leave out --insecure",
		"NotBefore is not before Expires", "--not-before is not before --expires",
		", retries included; see WithTimeout", ", retries included; try again later",
	).Replace(err.Error())
}

// shown is an argument as an error may show it: without what could be a secret
// in the middle of a URL, a token or cookies.
func shown(arg string) string {
	cut := arg
	if i := strings.IndexAny(cut, "?=;\n"); i >= 0 {
		cut = cut[:i]
	}
	if len(cut) > 40 {
		cut = cut[:40]
	}
	if cut != arg {
		cut += "…"
	}
	return cut
}
