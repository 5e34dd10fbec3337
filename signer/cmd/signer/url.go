package main

import (
	"cmp"
	"context"

	"privateplayback/signer"
)

const urlUsage = `Usage: signer url --key KEY --key-id ID --expires T [FLAGS] URL

Prints URL signed: with a canned policy, or with a custom one if --resource,
--not-before or --ip is given. T is a duration from now (1h, 7d), an RFC 3339
time or a Unix time in seconds.
`

const urlExamples = `  signer url --key signing.pem --key-id K2JCJMDEHXQW5F --expires 1h https://d111111abcdef8.cloudfront.net/film.mp4
  signer url --key signing.pem --outputs outputs.json --expires 2030-01-01T00:00:00Z \
    --resource 'https://d111111abcdef8.cloudfront.net/film/*' https://d111111abcdef8.cloudfront.net/film/master.m3u8
  signer url --key kms:alias/playback-signing --key-id K2JCJMDEHXQW5F --expires 1h --ip 192.0.2.0/24 https://d111111abcdef8.cloudfront.net/film.mp4
`

func (p *program) url(ctx context.Context, args []string) error {
	f := p.grantFlags(newCommand("url", urlUsage, urlExamples), "URL")
	if err := f.parse(args, 1, p.stdout); err != nil {
		return err
	}
	if err := f.checkKey(); err != nil {
		return err
	}
	if f.operand() == "" {
		return misused("the URL is missing")
	}
	cf, err := f.signer(ctx)
	if err != nil {
		return err
	}
	signed, err := f.signURL(ctx, cf)
	if err != nil {
		return err
	}
	return p.print(signed + "\n")
}

func (f *grantFlags) signURL(ctx context.Context, cf *signer.CloudFront) (string, error) {
	url := f.operand()
	if !f.custom() {
		return cf.SignURL(ctx, url, *f.expires)
	}
	// The URL is looked at first: a mistake in it would be told of the policy.
	if _, err := signer.RequestURL(url); err != nil {
		return "", err
	}
	g, err := f.grant(ctx, cf, cmp.Or(f.resource, url))
	if err != nil {
		return "", err
	}
	return g.URL(url)
}
