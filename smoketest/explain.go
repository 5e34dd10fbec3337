package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"privateplayback/infra/outputs"
	"privateplayback/smoketest/internal/check"
	"privateplayback/smoketest/internal/explain"
)

const explainUsage = `usage: smoketest explain [--outputs FILE|- | --stack NAME] [--url URL]
                         [--origin ORIGIN] [--offline] [--timeout D] WHAT

Says why somebody cannot watch. WHAT is a URL, signed or not; a playback URL or
token of Amazon IVS; the value of a Cookie header or Set-Cookie lines, with the
URL that they were for in --url; or - to read it from standard input, which keeps
what lets somebody in out of the shell's history and is best:

  smoketest explain --stack dev - < url.txt

It is taken apart first. Then one request with it goes to where it is for, never
to a host that is neither AWS's nor named by the outputs or --url, and never to
spend a token for a single use. Nothing secret is printed.

  --outputs FILE|-  read the output of ` + "`pulumi stack output --json`" + `; without it
                    and --stack no signature can be checked offline
  --stack NAME      read them with the pulumi command
  --url URL         what is requested with cookies or a token; beside a URL whose
                    host is a domain of your own, the same URL again lets it be asked
  --origin ORIGIN   the page that asks, https://app.example.com (default: none)
  --offline         send nothing
  --timeout D       what the request may take, tries over a bad network included
                    (default 30s)

The last line is the verdict: opens, refused: CAUSE, or cannot tell. The causes are
those of docs/troubleshooting.md.

exit codes: 0 it opens, or with --offline nothing speaks against it; 1 could not be
told; 2 wrong command line; 3 it is refused, or would be
`

// explainOptions are the command line of explain.
type explainOptions struct {
	url, origin, what string
	offline           bool
}

// explain is the command of that name.
func (p *program) explain(ctx context.Context, args []string) int {
	o, err := p.parseExplain(args)
	if errors.Is(err, errHelp) {
		return exitPassed
	}
	var subject explain.Subject
	if err == nil && o.what == "-" {
		if o.what, err = p.readSubject(); err != nil {
			p.complain("%v", err)
			return exitNotRun
		}
	}
	if err == nil {
		subject, err = explain.Recognize(o.what, o.url, o.origin)
	}
	if err != nil {
		p.complain("%v; run smoketest explain --help for the flags", err)
		return exitUsage
	}
	e, err := p.inquire(ctx, o, subject)
	if err != nil {
		p.complain("%v", err)
		return exitNotRun
	}
	fmt.Fprint(p.stdout, e)
	return e.ExitCode()
}

func (p *program) inquire(ctx context.Context, o explainOptions, subject explain.Subject) (*explain.Explanation, error) {
	i := explain.Inquiry{Subject: subject, Offline: o.offline, Timeout: p.timeout, Client: p.client, Now: p.now}
	if p.stack != "" || p.outputs != "" {
		data, err := p.readOutputs(ctx)
		if err != nil {
			return nil, err
		}
		if i.Stack, err = outputs.Parse(data); err != nil {
			return nil, fmt.Errorf("reading %s: %w", p.targetName(), err)
		}
	}
	e, err := i.Explain(ctx)
	if ctx.Err() != nil {
		return nil, errors.New("interrupted before there was an answer")
	}
	return e, err
}

// readSubject reads WHAT from standard input.
func (p *program) readSubject() (string, error) {
	data, err := io.ReadAll(io.LimitReader(p.stdin, explain.MaxLength+1))
	if err != nil {
		return "", fmt.Errorf("reading what to explain from standard input: %w", err)
	}
	return string(data), nil
}

// parseExplain takes flags before and after WHAT. Its errors hold nothing of WHAT.
func (p *program) parseExplain(args []string) (explainOptions, error) {
	var o explainOptions
	flags := flag.NewFlagSet("smoketest explain", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&p.outputs, "outputs", "", "")
	flags.StringVar(&p.stack, "stack", "", "")
	flags.StringVar(&o.url, "url", "", "")
	flags.StringVar(&o.origin, "origin", "", "")
	flags.BoolVar(&o.offline, "offline", false, "")
	flags.DurationVar(&p.timeout, "timeout", check.DefaultTimeout, "")
	operands := []string{}
	for {
		if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
			fmt.Fprint(p.stdout, explainUsage)
			return o, errHelp
		} else if err != nil {
			return o, err
		}
		if args = flags.Args(); len(args) == 0 {
			break
		}
		operands, args = append(operands, args[0]), args[1:]
	}
	empty := ""
	flags.Visit(func(f *flag.Flag) {
		if f.Value.String() == "" {
			empty = f.Name
		}
	})
	switch {
	case empty != "":
		return o, fmt.Errorf("--%s is empty", empty)
	case len(operands) == 0:
		return o, errors.New("give what to explain: a URL, a token or cookies, or - for standard input")
	case len(operands) > 1:
		return o, fmt.Errorf("give one thing to explain, not %d; put it in quotes", len(operands))
	case p.stack != "" && p.outputs != "":
		return o, errors.New("give --stack or --outputs, not both")
	case p.outputs == "-" && operands[0] == "-":
		return o, errors.New("standard input cannot be both the outputs and what to explain: give one of them as a file or an argument")
	case p.timeout <= 0:
		return o, fmt.Errorf("--timeout %v is no time to answer in", p.timeout)
	}
	o.what = operands[0]
	return o, nil
}
