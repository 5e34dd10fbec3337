package main

import (
	"crypto/rand"
	"net/http"
	"sync"
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
	return []account{{"viewer", false}, {"another viewer", false}, {"admin", true}}
}

// authenticate says who signs in. REPLACE IT: it takes everybody's word.
func authenticate(r *http.Request) (account, error) {
	for _, a := range accounts() {
		if a.Name == r.PostFormValue("account") {
			return a, nil
		}
	}
	return account{}, playlist.ErrForbidden
}

// session is a browser that is signed in.
type session struct {
	account
	expires time.Time
	budget  *rate.Limiter // see limit.go
}

// sessions are in memory: a restart signs everybody out.
type sessions struct {
	life   time.Duration
	secure bool // whether pages come by https
	mu     sync.Mutex
	open   map[string]*session // by the cookie's value
}

// cookie is the session's. Its prefix makes browsers hold it to this one host,
// whatever a neighbour in the domain sets. It has no expiry: that of the session
// then shows as "expired", not as "never signed in".
func (s *sessions) cookie(value string) *http.Cookie {
	name := "session"
	if s.secure {
		name = "__Host-session"
	}
	return &http.Cookie{Name: name, Value: value, Path: "/", HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode}
}

// begin signs a browser in, and forgets sessions that have expired.
func (s *sessions) begin(w http.ResponseWriter, a account) {
	now, value := time.Now(), rand.Text()
	s.mu.Lock()
	defer s.mu.Unlock()
	for value, one := range s.open {
		if now.After(one.expires) {
			delete(s.open, value)
		}
	}
	s.open[value] = &session{a, now.Add(s.life), newBudget()}
	http.SetCookie(w, s.cookie(value))
}

// of returns the session of a request, or nil; expired if there was one.
func (s *sessions) of(r *http.Request) (one *session, expired bool) {
	c, err := r.Cookie(s.cookie("").Name)
	if err != nil {
		return nil, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if one := s.open[c.Value]; one != nil && time.Now().Before(one.expires) {
		return one, false
	}
	return nil, true
}

// end signs a browser out. Grants that it was given last until they expire.
func (s *sessions) end(w http.ResponseWriter, r *http.Request) {
	gone := s.cookie("")
	gone.MaxAge = -1
	http.SetCookie(w, gone)
	if c, err := r.Cookie(gone.Name); err == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.open, c.Value)
	}
}
