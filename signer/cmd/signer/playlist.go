package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"privateplayback/signer"
	"privateplayback/signer/playlist"
)

const playlistUsage = `Usage: signer playlist --key KEY --key-id ID --expires T --base URL [FLAGS] < IN > OUT

Copies the HLS playlist on standard input to standard output with its URIs
signed. URL is where the playlist is on the distribution; relative URIs resolve
against it. When it fails, nothing is written. T is a duration from now (1h, 7d),
an RFC 3339 time or a Unix time in seconds.

Modes: shared signs one custom policy and puts it into every URI; per-uri signs
a canned policy for each, so that a URL that leaks opens one file.
`

const playlistExamples = `  signer playlist --key signing.pem --key-id K2JCJMDEHXQW5F --expires 2h --base https://media.example.com/film/hd.m3u8 < hd.m3u8 > signed.m3u8
  curl -s https://origin.example/film/hd.m3u8 |
    signer playlist --key signing.pem --outputs outputs.json --expires 2h --mode per-uri --base https://media.example.com/film/hd.m3u8 > signed.m3u8
  signer playlist --key kms:alias/playback-signing --key-id K2JCJMDEHXQW5F --expires 2h \
    --base https://media.example.com/film/v/hd.m3u8 --resource 'https://media.example.com/film/*' < hd.m3u8 > signed.m3u8
`

// maxPlaylist is the longest playlist in bytes, as in package playlist.
const maxPlaylist = 8 << 20

func (p *program) playlist(ctx context.Context, args []string) error {
	f := p.grantFlags(newCommand("playlist", playlistUsage, playlistExamples), "the folder of --base")
	o := playlist.Options{Variables: map[string]string{}, Limits: playlist.Limits{Input: maxPlaylist}}
	f.StringVar(&o.Base, "base", "", "`URL` of the playlist on the distribution")
	mode := f.oneOf("mode", "`MODE` of signing: shared or per-uri (default shared)", "shared", "per-uri")
	f.StringVar(&o.Variable, "define", "", "write the signature once, as the EXT-X-DEFINE variable `NAME`; few players read it")
	f.BoolVar(&o.Relative, "relative", false, "leave relative URIs relative, for a playlist served from the folder of --base")
	f.Var(variables(o.Variables), "variable", "`NAME=VALUE` of a variable that the playlist imports; repeatable")
	f.require("base")
	if err := f.parse(args, 0, p.stdout); err != nil {
		return err
	}
	perURI := *mode == "per-uri"
	switch err := f.checkKey(); {
	case err != nil:
		return err
	case perURI && isKMS(f.key):
		return misused("--mode per-uri with a KMS key would be a call to KMS for every line; sign with --mode shared, or with a key file")
	case perURI && (f.custom() || o.Variable != ""):
		return misused("--resource, --not-before, --ip and --define go with --mode shared")
	}
	cf, err := f.signer(ctx)
	if err != nil {
		return err
	}
	if perURI {
		o.PerURI = &playlist.PerURI{Signer: cf, Expires: *f.expires}
	} else if o.Grant, err = f.folderGrant(ctx, cf, o.Base); err != nil {
		return err
	}
	input, err := p.readAll(ctx, maxPlaylist+1)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := playlist.Rewrite(ctx, &out, bytes.NewReader(input), o); err != nil {
		return explainRewrite(err)
	}
	return p.print(out.String())
}

// folderGrant signs the policy for --resource, or for the folder of the
// playlist.
func (f *grantFlags) folderGrant(ctx context.Context, cf *signer.CloudFront, base string) (*signer.Grant, error) {
	form, err := signer.RequestURL(base)
	if err != nil {
		return nil, fmt.Errorf("reading --base: %w", err)
	}
	path, _, _ := strings.Cut(form, "?")
	folder := path[:strings.LastIndexByte(path, '/')+1]
	if f.resource == "" && strings.Contains(folder, "*") {
		return nil, errors.New("the folder of --base has a *, which as a pattern covers more; give --resource PATTERN")
	}
	return f.grant(ctx, cf, cmp.Or(f.resource, folder+"*"))
}

// explainRewrite adds the flag that helps.
func explainRewrite(err error) error {
	switch {
	case errors.Is(err, signer.ErrNotCovered):
		return fmt.Errorf("%w; give a wider --resource PATTERN", err)
	case errors.Is(err, playlist.ErrVariable):
		return fmt.Errorf("%w; give what the playlist imports with --variable NAME=VALUE", err)
	case errors.Is(err, playlist.ErrNotPlaylist):
		return fmt.Errorf("%w; give the playlist on standard input", err)
	}
	return err
}

// variables is a flag NAME=VALUE that may be repeated.
type variables map[string]string

func (v variables) String() string {
	text := ""
	for name := range v {
		text += name
	}
	return text
}

// Set adds one variable.
func (v variables) Set(text string) error {
	name, value, found := strings.Cut(text, "=")
	if !found || name == "" {
		return errors.New("want NAME=VALUE")
	}
	if _, twice := v[name]; twice {
		return errors.New("it is given twice")
	}
	v[name] = value
	return nil
}
