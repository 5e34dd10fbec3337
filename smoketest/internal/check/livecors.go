package check

import (
	"context"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
)

// Which CORS headers IVS sends is not documented, but a player in a page can show
// nothing that the page may not read: of answers of 200 to the page that the token
// names that is demanded, of refusals nothing.

func liveCORSChecks() []Check {
	return []Check{
		{ID: "live.cors.multivariant", Rule: ruleFetch,
			Proves: "A page that the token names may read the multivariant playlist.",
			run:    pageReads(func(o *opening) *exchange { return o.multivariant })},
		{ID: "live.cors.variant", Rule: ruleFetch,
			Proves: "The same page may read a variant playlist.",
			run:    pageReads(func(o *opening) *exchange { return o.variant })},
		{ID: "live.cors.segment", Rule: ruleFetch,
			Proves: "The same page may read a segment.",
			run:    pageReads(func(o *opening) *exchange { return o.segment })},
	}
}

func pageReads(which func(*opening) *exchange) func(context.Context, *session) error {
	return func(ctx context.Context, s *session) error {
		return s.onOneAir(ctx, func(ch outputs.Channel) error {
			v, err := s.watch(ctx, ch, onePage, pageOrigin)
			if err != nil {
				return err
			}
			o, err := v.opens(ctx)
			if err != nil {
				return err
			}
			x := which(o)
			if allow := x.header.Get("Access-Control-Allow-Origin"); allow == "*" || allow == pageOrigin {
				return nil
			}
			return &Failure{Asked: x.asked, Want: "Access-Control-Allow-Origin: " + pageOrigin + " or *", Got: allowText(x), Cause: "live-cors"}
		})
	}
}

func onePage(_ *session, t *signer.PlaybackToken) { t.AllowOrigins = []string{pageOrigin} }
