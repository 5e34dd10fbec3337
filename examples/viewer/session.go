package main

import (
	"crypto/rand"
	"net/http"
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

// authenticate says who signs in. REPLACE IT: it takes everybody's word.
func authenticate(r *http.Request) (account, error) {
	for _, who := range accounts() {
		if who.Name == r.PostFormValue("account") {
			return who, nil
		}
	}
	return account{}, playlist.ErrForbidden
}

// session is a browser that is signed in. Sessions are in memory: a restart signs
// everybody out.
type session struct {
	account
	budget *rate.Limiter // see limit.go
}

// cookie is the session's. Its prefix makes browsers hold it to this one host,
// whatever a neighbour in the domain sets. It outlives the session, which then
// shows as expired, not as never begun.
func (a *application) cookie(value string) *http.Cookie {
	c := &http.Cookie{Name: "session", Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if a.origin.Scheme == "https" {
		c.Name, c.Secure = "__Host-session", true
	}
	return c
}

// session returns that of a request, or nil; known if there is or was one.
func (a *application) session(r *http.Request) (s *session, known bool) {
	c, err := r.Cookie(a.cookie("").Name)
	if err != nil {
		return nil, false
	}
	if s, ok := a.sessions.Load(c.Value); ok {
		return s.(*session), true
	}
	return nil, true
}

func (a *application) signIn(w http.ResponseWriter, r *http.Request, _ *session) error {
	if r.Method != http.MethodPost {
		return a.render(w, r, http.StatusOK, "sign-in", "Sign in", accounts())
	}
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
