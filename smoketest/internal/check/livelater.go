package check

import (
	"context"
	"net/http"
	"net/url"
	"path"
	"strings"

	"privateplayback/infra/outputs"
)

// laterRefused opens a channel, which is the control, and demands that an address of
// the session, or one like it, is refused to a client that says nothing of itself.
func laterRefused(claim tokenClaim, origin string, address func(*opening) *url.URL) func(context.Context, *session) error {
	return func(ctx context.Context, s *session) error {
		return s.onOneAir(ctx, func(ch outputs.Channel) error {
			v, err := s.watch(ctx, ch, claim, origin)
			if err != nil {
				return err
			}
			o, err := v.opens(ctx)
			if err != nil {
				return err
			}
			req, err := plain(ctx, address(o))
			if err != nil {
				return err
			}
			x, err := s.do(req)
			if err != nil {
				return err
			}
			return refusedSomehow(x)
		})
	}
}

// refusedSomehow takes every refusal, since how the hosts of variants and segments
// refuse is not documented; only the answer to too many requests is none.
func refusedSomehow(x *exchange) error {
	if x.status >= 400 && x.status < 500 && x.status != http.StatusTooManyRequests {
		return nil
	}
	f := &Failure{Asked: x.asked, Want: "a refusal: 403, or another status from 400 to 499", Got: x.got(), Cause: explain(ivsLayer, x)}
	if x.status < 300 {
		f.Cause = "session-ignored"
	}
	return f
}

// madeUpVariant replaces the name in a variant's address by another of its length.
func madeUpVariant(o *opening) *url.URL {
	dir, name := path.Split(o.variant.url.Path)
	ext := path.Ext(name)
	other := *o.variant.url
	other.Path, other.RawPath, other.RawQuery = dir+strings.Repeat("A", len(name)-len(ext))+ext, "", ""
	return &other
}
