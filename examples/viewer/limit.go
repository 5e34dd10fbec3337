package main

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"golang.org/x/time/rate"
)

// newBudget is what a session may spend: 100 at once, then 5 a second. A page that
// plays asks for a grant and two or three playlists each time it renews; who
// copies a catalogue asks for far more.
func newBudget() *rate.Limiter { return rate.NewLimiter(5, 100) }

const (
	grantCost    = 5 // it opens a whole video, or a channel
	playlistCost = 1
)

var errTooMany = errors.New("the session's budget is spent")

// limited lets a request through that the session's budget pays for.
func limited(cost int, next handler) handler {
	return func(w http.ResponseWriter, r *http.Request, s *session) error {
		now := time.Now()
		claim := s.budget.ReserveN(now, cost)
		if wait := claim.DelayFrom(now); wait > 0 {
			claim.CancelAt(now)
			w.Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)+1))
			return errTooMany
		}
		return next(w, r, s)
	}
}
