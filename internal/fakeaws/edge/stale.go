package edge

import (
	"net/http"
	"time"
)

// allowStale notes how long a stored object that is fresh until a moment may be
// served after it.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html#stale-content
func (o *object) allowStale(fresh time.Time) {
	if o.status != http.StatusOK {
		return
	}
	cc := parseCacheControl(o.header)
	if n := cc.staleWhileRevalidate; n != nil {
		o.revalidating = fresh.Add(seconds(*n))
	}
	if n := cc.staleIfError; n != nil {
		o.staleOnError = fresh.Add(seconds(*n))
	}
}

// afterError returns the expired object o as it is served when the origin has
// answered with a status of 500 and above; the next attempt is due after wait.
// It is nil for other answers, or if nothing may be served.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
func (o *object) afterError(status int, now time.Time, wait time.Duration) *object {
	if o == nil || o.status != http.StatusOK || status < 500 {
		return nil
	}
	until := now.Add(wait)
	if !o.staleOnError.IsZero() {
		if !now.Before(o.staleOnError) {
			return nil
		}
		until = earlier(until, o.staleOnError)
	}
	stale := *o
	stale.expires = until
	return &stale
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// refresh fetches again what has just been served stale. An error leaves the
// object as it is.
func (s *Service) refresh(r *http.Request, rt *route, key string, old *object) {
	resp := s.ask(rt, r, wholeMethod(r), true, validators(old))
	defer resp.Body.Close()
	if resp.StatusCode < 500 {
		s.take(r, rt, key, old, resp)
	}
}
