package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"privateplayback/smoketest/internal/check"
	"privateplayback/smoketest/internal/report"
)

// options is a command line that makes sense.
type options struct {
	local       bool
	media       string // folder; empty means the sample
	keep        string // folder; empty means that nothing is kept
	port        uint   // of the stand-in; 0 means a free one
	domain      string // of one's own; empty means none
	stack       string
	outputs     string // file, or "-" for standard input
	format      string // of standard output, see report.Formats
	reports     repeated
	files       []report.File // what reports says
	record      string        // file to write; empty means none
	compare     string        // file to read; empty means none
	playlists   repeated      // bucket keys, in place of those in the outputs
	segments    uint          // of each playlist at most; 0 means all
	timeout     time.Duration // of one request
	propagation time.Duration // budget for changes to spread
	slowerThan  time.Duration // 0: speed is not checked
	selection
	keyOptions
	clientOptions
	list    bool
	verbose bool
}

func isNoKey(key string) bool { return strings.HasPrefix(key, "/") || strings.Contains(key, "://") }

// errHelp: the help was asked for and has been printed.
var errHelp = errors.New("help requested")

const usage = `usage: smoketest --local [--media DIR] [--domain NAME] [--keep DIR] [--port N]
       smoketest --stack NAME --signing-key KEY [--playback-key KEY]
       smoketest --outputs FILE|- --signing-key KEY [--playback-key KEY]
       smoketest --list [--format json]
       smoketest explain [--help] URL|TOKEN|COOKIES|-
       smoketest serve [--help]

Shows that a private-playback stack plays for those who may watch and refuses
everybody else.

what to test:
  --local               deploy the stack onto a stand-in on this machine
  --stack NAME          read the outputs of a stack with the pulumi command,
                        in the current folder's project
  --outputs FILE|-      read the output of ` + "`pulumi stack output --json`" + `

with --local:
  --media DIR           deploy the HLS files of DIR in place of the sample
  --domain NAME         serve them under a domain of one's own, in a hosted zone of
                        its parent: video.example.com
  --keep DIR            stay up until Ctrl-C; write outputs.json, signing.pem,
                        playback.pem, ca.pem, curl.conf and aws.env into DIR
  --port N              listen on this port of 127.0.0.1 (default: a free one)

with --stack and --outputs:
  --signing-key KEY     private key (PEM) of one of the stack's signing keys: a
                        file, or env:NAME for the environment variable NAME; may
                        be repeated, the first signs what is not about keys
  --playback-key KEY    the same for playback keys; needed if the stack has
                        channels
  --old-signing-key ID=KEY
                        a signing key that was dropped, with its id at CloudFront:
                        nothing that it signs may open anything
  --old-playback-key KEY
                        the same for a playback key

how to test it:
  --playlist KEY        check this playlist of the bucket in place of those that
                        the stack uploaded; may be repeated
  --segments N          fetch at most N segments of each playlist, the last ones:
                        for large catalogues (default all, five times over)
  --timeout D           what one request may take, tries over a bad network
                        included (default 30s)
  --propagation D       how long changes may take to spread; what that explains is
                        tried again so long, and is "not yet" meanwhile (default 0s:
                        it has settled; 15m is right after a deployment)

with clients by others too; MODE is require, auto (their checks are skipped where
they are not installed) or off:
  --browser MODE        pages in Chromium or Chrome play what they may, and nothing
                        else: checks browser.*, some ten seconds (default off)
  --ffprobe MODE        ffprobe, of ffmpeg, decodes as many frames as the playlists
                        promise: checks ffprobe.* (default off)

which checks (--check, --group and --skip as often as needed):
  --check GLOB          only those whose id matches, such as 'vod.cors.*'
  --group NAME          only those of a group, or below it: vod.refuse, live
  --skip GLOB           not those whose id matches
  --slower-than D       also fail what begins to come later than this, such as
                        300ms, though the edge was asked for it before
  --list                print the checks with what they prove, and exit

reports:
  --format FORMAT       of standard output: text, json, junit, tap, or github for a
                        job of GitHub Actions (default text)
  --report FILE         also write FILE, as often as needed: .html, .json, .xml
                        (JUnit), .tap, .md or .txt says the format, or FORMAT:FILE
  --verbose             write a line per request to standard error

what a deployment answers:
  --record FILE         write each answer into FILE, without secrets and without
                        what names the deployment
  --compare FILE        say where answers differ from those in FILE, which may
                        come from another deployment

exit codes: 0 passed, 1 could not run, 2 wrong command line, 3 a check failed,
4 none failed for good, but a change is still spreading;
answers that differ from a recording fail nothing
`

// parseArgs reads the command line. Its errors are for exit code 2, but for
// errHelp.
func parseArgs(args []string, stdout io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("smoketest", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.BoolVar(&o.local, "local", false, "")
	flags.StringVar(&o.media, "media", "", "")
	flags.StringVar(&o.keep, "keep", "", "")
	flags.UintVar(&o.port, "port", 0, "")
	flags.StringVar(&o.domain, "domain", "", "")
	flags.StringVar(&o.stack, "stack", "", "")
	flags.StringVar(&o.outputs, "outputs", "", "")
	o.keyOptions.register(flags)
	o.clientOptions.register(flags)
	flags.StringVar(&o.format, "format", "text", "")
	flags.Var(&o.reports, "report", "")
	flags.Var(&o.only, "check", "")
	flags.Var(&o.not, "skip", "")
	flags.Var(&o.under, "group", "")
	flags.DurationVar(&o.slowerThan, "slower-than", 0, "")
	flags.StringVar(&o.record, "record", "", "")
	flags.StringVar(&o.compare, "compare", "", "")
	flags.Var(&o.playlists, "playlist", "")
	flags.UintVar(&o.segments, "segments", 0, "")
	flags.DurationVar(&o.timeout, "timeout", check.DefaultTimeout, "")
	flags.DurationVar(&o.propagation, "propagation", 0, "")
	flags.BoolVar(&o.list, "list", false, "")
	flags.BoolVar(&o.verbose, "verbose", false, "")
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, usage)
		return o, errHelp
	case err != nil:
		return o, err
	case flags.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	empty := ""
	flags.Visit(func(f *flag.Flag) {
		if f.Value.String() == "" {
			empty = f.Name
		}
	})
	if empty != "" {
		return o, fmt.Errorf("--%s is empty", empty)
	}
	if err := o.validate(); err != nil {
		return o, err
	}
	o.files, err = o.reportFiles()
	return o, err
}

func (o options) validate() error {
	if !report.Streamed(o.format) {
		return fmt.Errorf("unknown format %q, want %s", o.format, report.Formats())
	}
	if o.slowerThan < 0 {
		return fmt.Errorf("--slower-than %s is no time that an answer could take", o.slowerThan)
	}
	if o.list {
		if o.format != "text" && o.format != "json" {
			return fmt.Errorf("--list prints text or json, not %s", o.format)
		}
		if o.record != "" || o.compare != "" || len(o.reports) > 0 {
			return errors.New("--list asks nobody: leave out --record, --compare and --report")
		}
		return nil
	}
	if o.record == "-" || o.compare == "-" {
		return errors.New("--record and --compare take the name of a file, not -")
	}
	targets := 0
	for _, given := range []bool{o.local, o.stack != "", o.outputs != ""} {
		if given {
			targets++
		}
	}
	switch {
	case targets != 1:
		return errors.New("give exactly one of --local, --stack and --outputs")
	case o.local && o.keyOptions.given():
		return errors.New("--local makes its own keys: leave out --signing-key, --playback-key and the old ones")
	case !o.local && (o.media != "" || o.keep != "" || o.port != 0 || o.domain != ""):
		return errors.New("--media, --domain, --keep and --port go with --local only")
	case o.timeout <= 0:
		return fmt.Errorf("--timeout %v is no time to answer in", o.timeout)
	case slices.ContainsFunc(o.playlists, isNoKey):
		return fmt.Errorf("--playlist %q is no key of the bucket, as videos/42/master.m3u8", o.playlists[slices.IndexFunc(o.playlists, isNoKey)])
	case o.propagation < 0:
		return fmt.Errorf("--propagation %v is negative", o.propagation)
	case o.port > 65535:
		return fmt.Errorf("--port %d is no port, want 1 to 65535", o.port)
	case o.local:
		return nil
	}
	return o.keyOptions.validate()
}
