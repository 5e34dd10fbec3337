package check

import (
	"context"
	"net/http"
	"time"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
)

// A token that runs out within a check lives so long, less the part of a second that
// exp cannot say; longer where the way to the server takes longer.
const (
	shortLife = 2 * time.Second
	mostLife  = 8 * time.Second
)

// tokenRunsOut begins a session with a token, waits for its end and demands that it
// begins no other. How much leeway IVS gives is not documented, so one that it takes
// a little late is a failure only where it takes one that ended an hour ago as well.
func tokenRunsOut(ctx context.Context, s *session) error {
	channels, err := s.channels()
	if err != nil {
		return err
	}
	ch := channels[0]
	taken, exp, err := s.beforeEnd(ctx, ch)
	if err != nil {
		return err
	}
	if err := s.Wait(ctx, exp.Sub(s.Now())+secondFrom); err != nil {
		return err
	}
	x, err := s.endingAt(ctx, ch, exp)
	if err != nil {
		return err
	}
	refused := deniedByIVS().check(x)
	switch {
	case refused == nil:
		return nil
	case taken.status == http.StatusNotFound && x.status == http.StatusNotFound:
		return answersIdle(ch)
	}
	long, err := s.endingAt(ctx, ch, exp.Add(-time.Hour))
	if err != nil {
		return err
	}
	if deniedByIVS().check(long) == nil {
		return skip("a token was still taken right after its end, by a leeway or a clock that is behind; one that ended an hour ago was refused")
	}
	return refused
}

// sessionOutlivesToken begins to watch with a token, waits for its end and goes on.
func sessionOutlivesToken(ctx context.Context, s *session) error {
	return s.onOneAir(ctx, func(ch outputs.Channel) error {
		x, exp, err := s.beforeEnd(ctx, ch)
		if err != nil {
			return err
		}
		v, err := s.spectator(ch, "", "")
		if err != nil {
			return err
		}
		if _, err := v.opensFrom(ctx, x); err != nil {
			return err
		}
		if err := s.Wait(ctx, exp.Sub(s.Now())+secondFrom); err != nil {
			return err
		}
		_, err = v.opensFrom(ctx, x)
		return err
	})
}

// beforeEnd demands that a token which ends soon, at exp, is taken, idle or not.
func (s *session) beforeEnd(ctx context.Context, ch outputs.Channel) (x *exchange, exp time.Time, err error) {
	for life := shortLife; life <= mostLife; life *= 2 {
		exp = s.Now().Add(life).Truncate(time.Second)
		if x, err = s.endingAt(ctx, ch, exp); err != nil {
			return nil, exp, err
		}
		date, err := http.ParseTime(x.header.Get("Date"))
		// A Date is cut to whole seconds.
		if err == nil && (date.Sub(s.Now()) > time.Second || x.at.Sub(date) > 2*time.Second) {
			return nil, exp, skip("the clocks of this machine and of the server are more than a second apart")
		}
		switch {
		case x.status == http.StatusOK, x.status == http.StatusNotFound:
			return x, exp, nil
		case err != nil, date.Before(exp):
			return nil, exp, &Failure{Asked: controlled + x.asked, Want: "200 to a token that has not ended, or 404 while nobody streams",
				Got: x.got(), Cause: explain(content, x)}
		}
	}
	return nil, exp, skip("a token of %v ended before it got to the server", mostLife)
}

func (s *session) endingAt(ctx context.Context, ch outputs.Channel, exp time.Time) (*exchange, error) {
	req, err := s.claimed(ctx, ch, signer.PlaybackToken{ChannelARN: ch.ARN, Expires: exp}, "")
	if err != nil {
		return nil, err
	}
	return s.do(req)
}
