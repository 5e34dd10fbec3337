package check

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"privateplayback/infra/outputs"
)

// What holds in one exact second can be asked only in step with the service: its
// refusals are made afresh and dated, so that one of them tells its clock.

// A second is joined in this part: late enough for clocks that differ a little,
// early enough for a request to arrive in it.
const (
	secondFrom = 100 * time.Millisecond
	secondTo   = 500 * time.Millisecond
)

// inStep waits for the first half of a second, sends req, which is refused, and
// goes on if the refusal is dated in that second.
func (s *session) inStep(ctx context.Context, req *http.Request) error {
	if into := time.Duration(s.Now().Nanosecond()); into < secondFrom || into > secondTo {
		if err := s.Wait(ctx, (time.Second+secondFrom-into)%time.Second); err != nil {
			return err
		}
	}
	here := s.Now()
	x, err := s.do(req)
	if err != nil {
		return err
	}
	there, err := http.ParseTime(x.header.Get("Date"))
	if err != nil || there.Unix() != here.Unix() {
		return skip("the answer is dated %q, and the clock here says %s: run again, or set the clock",
			x.header.Get("Date"), here.UTC().Format(http.TimeFormat))
	}
	return nil
}

// thisSecond makes a request in step with CloudFront.
func thisSecond(odd forgery) forgery {
	return func(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
		req, err := plain(ctx, u)
		if err != nil {
			return nil, err
		}
		if err := s.inStep(ctx, req); err != nil {
			return nil, err
		}
		return odd(ctx, s, u)
	}
}

// thisSecondToken makes a request in step with IVS.
func thisSecondToken(odd tokenForgery) tokenForgery {
	return func(ctx context.Context, s *session, ch outputs.Channel) (*http.Request, error) {
		req, err := noToken(ctx, s, ch)
		if err != nil {
			return nil, err
		}
		if err := s.inStep(ctx, req); err != nil {
			return nil, err
		}
		return odd(ctx, s, ch)
	}
}
