package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"privateplayback/infra/outputs"
	"privateplayback/signer/inspect"
	"privateplayback/smoketest/internal/check"
	"privateplayback/smoketest/internal/explain"
)

const explainUsage = `usage: smoketest explain [--outputs FILE|- | --stack NAME] [--url URL]
                         [--origin ORIGIN] [--offline] [--timeout D]
                         URL|TOKEN|COOKIES|-

Says why a viewer is refused: looks at a signed URL, a playback URL or token, a
Cookie header or Set-Cookie lines, first by itself and then by asking. "-" reads
it from standard input, which keeps it out of the shell's history. No secret is
printed, and nothing is asked of hosts that neither AWS nor the outputs have.

  --outputs FILE|-  the stack's outputs, to check keys, hosts and channels against
  --stack NAME      the same by the pulumi command, in the current folder's project
  --url URL         what was requested, for cookies and for a token alone
  --origin ORIGIN   the page that asks, https://app.example.com (default none)
  --offline         ask nobody
  --timeout D       what the request may take (default 30s)

  smoketest explain --outputs outputs.json - < url.txt
  smoketest explain --url https://media.example.com/film/master.m3u8 - < cookies.txt

exit codes: 0 it opens, or nothing speaks against it; 1 could not run, or nobody
answered; 2 wrong command line; 3 it is refused
`

// explaining is its command line.
type explaining struct {
	options // outputs and stack
	subject explain.Subject
	asking  explain.Asking
}

// explain is the command of that name.
func (p *program) explain(ctx context.Context, args []string) int {
	o, err := parseExplain(args, p.stdout)
	p.options = o.options
	switch {
	case errors.Is(err, errHelp):
		return exitPassed
	case err != nil:
		p.complain("%v; run smoketest explain --help for the flags", err)
		return exitUsage
	}
	e, err := p.explanation(ctx, o)
	switch {
	case errors.Is(err, inspect.ErrUnrecognized):
		p.complain("%v; copy it again, whole, in quotes or by standard input", err)
		return exitUsage
	case err != nil:
		p.complain("%v", err)
		return exitNotRun
	}
	if _, err := io.WriteString(p.stdout, e.String()); err != nil {
		p.complain("writing the explanation: %v", err)
		return exitNotRun
	}
	switch {
	case e.Verdict == explain.Refused:
		return exitFailed
	case e.Answer != nil && e.Answer.Status == 0:
		return exitNotRun
	}
	return exitPassed
}

// maxExplained bounds what is read from standard input, in bytes.
const maxExplained = 1 << 20

func (p *program) explanation(ctx context.Context, o explaining) (*explain.Explanation, error) {
	if p.stack != "" || p.outputs != "" {
		data, err := p.readOutputs(ctx)
		if err != nil {
			return nil, err
		}
		if o.subject.Stack, err = outputs.Parse(data); err != nil {
			return nil, fmt.Errorf("reading %s: %w", p.targetName(), err)
		}
	}
	if o.subject.Text == "-" {
		data, err := io.ReadAll(io.LimitReader(p.stdin, maxExplained))
		if err != nil {
			return nil, fmt.Errorf("reading standard input: %w", err)
		}
		o.subject.Text = string(data)
	}
	o.subject.Text = strings.TrimSpace(o.subject.Text)
	o.subject.At = time.Now()
	e, err := explain.Explain(ctx, o.subject, o.asking)
	if ctx.Err() != nil {
		return nil, errors.New("interrupted")
	}
	return e, err
}

func parseExplain(args []string, stdout io.Writer) (explaining, error) {
	o := explaining{}
	flags := flag.NewFlagSet("smoketest explain", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&o.outputs, "outputs", "", "")
	flags.StringVar(&o.stack, "stack", "", "")
	flags.StringVar(&o.subject.URL, "url", "", "")
	flags.StringVar(&o.subject.Origin, "origin", "", "")
	flags.BoolVar(&o.asking.Offline, "offline", false, "")
	flags.DurationVar(&o.asking.Timeout, "timeout", check.DefaultTimeout, "")
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, explainUsage)
		return o, errHelp
	case err != nil:
		return o, err
	case flags.NArg() == 0:
		return o, errors.New("give what to explain: a URL, a token, cookies, or - for standard input")
	case flags.NArg() > 1:
		return o, fmt.Errorf("unexpected argument %d: put what to explain into quotes, after the flags", flags.NArg())
	case o.outputs != "" && o.stack != "":
		return o, errors.New("give --outputs or --stack, not both")
	case o.outputs == "-" && flags.Arg(0) == "-":
		return o, errors.New("standard input cannot be both the outputs and what to explain")
	case o.asking.Timeout <= 0:
		return o, fmt.Errorf("--timeout %v is no time to answer in", o.asking.Timeout)
	}
	o.subject.Text = flags.Arg(0)
	return o, nil
}
