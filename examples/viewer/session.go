package main

import (
	"crypto/rand"
	"errors"
	"net/http"
	"slices"
	"time"

	"golang.org/x/time/rate"

	"privateplayback/signer/playlist"
)

// account is somebody who can sign in; accounts are the sample ones.
type account struct {
	Name  string
	Admin bool
}

func accounts() []account {
	return []account{{Name: "viewer"}, {Name: "another viewer"}, {Name: "admin", Admin: true}}
}

// authenticate says who signs in. REPLACE IT: it takes everybody's word, as often as it
// is given. Limit that, since each session has a budget of its own.
func authenticate(r *http.Request) (account, error) {
	i := slices.IndexFunc(accounts(), func(who account) bool { return who.Name == r.PostFormValue("account") })
	if i < 0 {
		return account{}, playlist.ErrForbidden
	}
	return accounts()[i], nil
}

// session is a browser that is signed in. Sessions are in memory: a restart signs
// everybody out.
type session struct {
	account
	budget *rate.Limiter // see limited
}

// cookie is the session's. Its prefix makes browsers hold it to this one host,
// whatever a neighbour in the domain sets. It outlives the session, which then shows
// as expired, not as never begun.
func (a *application) cookie(value string) *http.Cookie {
	c := &http.Cookie{Name: "session", Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if a.origin.Scheme == "https" {
		c.Name, c.Secure = "__Host-session", true
	}
	return c
}

// session returns that of a request, nil if there is none; known if there is or was.
func (a *application) session(r *http.Request) (s *session, known bool) {
	c, err := r.Cookie(a.cookie("").Name)
	if err == nil {
		found, _ := a.sessions.Load(c.Value)
		s, _ = found.(*session)
	}
	return s, err == nil
}

func (a *application) signIn(w http.ResponseWriter, r *http.Request, _ *session) error {
	who, err := authenticate(r)
	if err != nil {
		return err
	}
	value := rand.Text()
	a.sessions.Store(value, &session{who, newBudget()})
	time.AfterFunc(a.sessionLifetime, func() { a.sessions.Delete(value) })
	http.SetCookie(w, a.cookie(value))
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

// signOut ends a session. Grants that it was given last until they expire.
func (a *application) signOut(w http.ResponseWriter, r *http.Request, _ *session) error {
	gone := a.cookie("")
	gone.MaxAge = -1
	if c, err := r.Cookie(gone.Name); err == nil {
		a.sessions.Delete(c.Value)
	}
	http.SetCookie(w, gone)
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
	return nil
}

// newBudget is what a session may spend: 100 at once, then 5 a second. A page that
// plays asks for a grant and two or three playlists each time it renews; who
// copies a catalogue asks for far more.
func newBudget() *rate.Limiter { return rate.NewLimiter(5, 100) }

// A grant costs more, since it opens a whole video, or a channel.
const grantCost, playlistCost = 5, 1

var errTooMany = errors.New("the session's budget is spent")

// limited lets a request through that the session's budget pays for.
func limited(cost int, next handler) handler {
	return func(w http.ResponseWriter, r *http.Request, s *session) error {
		if !s.budget.AllowN(time.Now(), cost) {
			w.Header().Set("Retry-After", "1") // second, in which the dearest is earned
			return errTooMany
		}
		return next(w, r, s)
	}
}
