package check

import (
	"context"
	"net/http"

	"privateplayback/infra/outputs"
)

// idleToldApart is of use while a channel is idle: an application that asks whether
// somebody streams wants 404 for that alone.
func idleToldApart(ctx context.Context, s *session) error {
	channels, err := s.channels()
	if err != nil {
		return err
	}
	found := false
	for _, ch := range channels {
		idle, err := s.accepted(ctx, ch, "")
		if err != nil {
			return err
		}
		if !idle {
			continue
		}
		found = true
		req, err := garbageToken(ctx, s, ch)
		if err != nil {
			return err
		}
		x, err := s.do(req)
		if err != nil {
			return err
		}
		if x.status == http.StatusNotFound {
			return answersIdle(ch)
		}
		if err := deniedByIVS(invalidToken).check(x); err != nil {
			return err
		}
	}
	if !found {
		return skip("every channel is on air: what an idle one answers shows only while nobody streams")
	}
	return nil
}

func answersIdle(ch outputs.Channel) error {
	return skip("channel %q is idle, and answers 404 before it looks at a token; start a stream and run again", ch.Name)
}
