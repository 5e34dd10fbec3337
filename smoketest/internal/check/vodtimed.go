package check

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"privateplayback/signer"
)

func vodTimedChecks() []Check {
	return []Check{
		{ID: "vod.refuse.mid-play", Rule: ruleExpiry,
			Proves: "A grant that ends while somebody plays opens nothing more.",
			run:    atObject(endsInPlay)},
		{ID: "vod.refuse.cached-unsigned", Rule: ruleTrustedKeys,
			Proves: "What the edge has just served from its cache is refused without a signature.",
			run:    atObject(cacheStaysShut)},
	}
}

// CloudFront compares an end in whole seconds with the time at which a request
// arrives, by its own clock, and documents no tolerance. A grant of two seconds, cut
// to whole ones, lives for one at least. Dates come in whole seconds too, so that a
// clock which seems half a second off may be right; one that seems a second off is at
// most 1.5 seconds behind, which the looks after the end allow for.
const (
	grantLife   = 2 * time.Second
	dateRounds  = 500 * time.Millisecond
	mostSkew    = time.Second
	betweenLook = 500 * time.Millisecond
	looks       = 5
	shortTries  = 3
)

func endsInPlay(ctx context.Context, s *session, u *url.URL) error {
	if err := s.inTime(ctx, u); err != nil {
		return err
	}
	// On a busy machine a request may take longer than the grant lives.
	for range shortTries {
		end := s.Now().Add(grantLife).Truncate(time.Second)
		open, err := s.grant(ctx, signer.Policy{Resource: folder(u), Expires: end})
		if err != nil {
			return err
		}
		x, err := s.asked(ctx, u, open)
		if err != nil {
			return err
		}
		if x.status == http.StatusOK {
			return s.shutAt(ctx, end, u, open)
		}
	}
	if _, err := s.control(ctx, u, s.canned); err != nil {
		return err
	}
	return skip("a grant of two seconds had ended before its first request arrived: the line is slow, or the clock a little wrong")
}

// shutAt demands that open opens u no more soon after the end of its grant.
func (s *session) shutAt(ctx context.Context, end time.Time, u *url.URL, open opener) error {
	var x *exchange
	pause := end.Sub(s.Now())
	for range looks {
		err := s.Wait(ctx, pause)
		if err != nil {
			return err
		}
		if x, err = s.asked(ctx, u, open); err != nil {
			return err
		}
		if x.status != http.StatusOK {
			break
		}
		pause = betweenLook
	}
	return denied("AccessDenied").check(x)
}

// asked sends the request with which open opens u.
func (s *session) asked(ctx context.Context, u *url.URL, open opener) (*exchange, error) {
	req, err := open(ctx, u)
	if err != nil {
		return nil, err
	}
	return s.do(req)
}

// inTime skips where the clock here is not the edge's. A refusal is made afresh,
// and tells its time.
func (s *session) inTime(ctx context.Context, u *url.URL) error {
	x, err := s.asked(ctx, u, plain)
	if err != nil {
		return err
	}
	date, err := http.ParseTime(x.header.Get("Date"))
	if err != nil {
		return skip("the edge does not tell its time")
	}
	age, _ := strconv.Atoi(x.header.Get("Age")) // of an answer that was no refusal
	there := date.Add(time.Duration(age)*time.Second + dateRounds)
	skew := x.at.Sub(there)
	if skew < 0 { // the answer may have been made as late as it arrived
		skew = min(0, s.Now().Sub(there))
	}
	if skew.Abs() > mostSkew {
		return skip("the clock here is %v off the edge's, too much for a grant of two seconds", skew.Round(100*time.Millisecond))
	}
	return nil
}

// cacheTries is how often to ask for a hit: another node of the edge may answer.
const cacheTries = 3

func cacheStaysShut(ctx context.Context, s *session, u *url.URL) error {
	signed, err := s.canned(ctx, u)
	if err != nil {
		return err
	}
	hit := false
	for try := 0; try < cacheTries && !hit; try++ {
		x, err := s.control(ctx, u, as(signed.URL))
		if err != nil {
			return err
		}
		hit = x.cacheWord() == "Hit"
	}
	x, err := s.asked(ctx, u, plain)
	if err != nil {
		return err
	}
	if err := denied("MissingKey").check(x); err != nil {
		return err
	}
	if !hit {
		return skip("the edge answered %d requests without a cache hit", cacheTries)
	}
	return nil
}
