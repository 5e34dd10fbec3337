package main

import (
	"net/http"
	"strings"
	"testing"
)

// renewal is what becomes of a playback that outlives its grant. Grants of this site
// live four to eight seconds.
func (w *world) renewal(t *testing.T) {
	for _, c := range []struct {
		name, player string
		ways         []string // side by side
	}{
		{"three ways", "", []string{"urls", "cookies", "query"}},
		{"Video.js", "video.js", []string{"urls", "cookies", "query"}},
		{"natively", "native", []string{"urls", "cookies"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := w.show(t, brief, w.page("long")+"?player="+c.player, "")
			for _, way := range c.ways {
				s.turn(way)
				s.press()
			}
			for _, way := range c.ways {
				s.turn(way)
				s.watch(1)
				for !s.renewed(way) {
					s.watch(1)
				}
				s.watch(1)
				s.wait(s.find(".message") + ".dataset.state === 'playing'")
			}
		})
	}
	t.Run("a right that was taken away", w.endsWithoutRight)
	t.Run("signed out", w.endsSignedOut)
	t.Run("no answer", w.endsWithoutAnswer)
}

// renewed tells whether a segment came after the second renewal of a way: the grant
// that playback began with has expired by then.
func (s *screen) renewed(way string) bool {
	grants := 0
	for _, r := range s.Requests() {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL, "/"+way) && r.Status == http.StatusOK {
			grants++
		}
		if grants > 2 && received(r, ".ts") {
			return true
		}
	}
	return false
}

// endsWithoutRight: the renewal is refused, and playback ends with the reason.
func (w *world) endsWithoutRight(t *testing.T) {
	t.Parallel()
	page := w.page("long")
	for _, player := range []string{"hls.js", "native"} {
		w.allow(t, brief, page, true)
		s := sit(t, w.browser)
		s.signIn(brief, "another viewer")
		s.open("https://" + brief + page + "?player=" + player)
		s.turn("urls")
		s.press()
		s.watch(enough)
		w.allow(t, brief, page, false)
		s.wants("not-allowed", "You are not allowed")
		s.stands()
	}
}

// stands demands that nothing plays on.
func (s *screen) stands() {
	s.t.Helper()
	var playing bool
	s.eval("!"+s.find("video")+".paused && "+s.find("video")+".readyState > 2", &playing)
	if playing {
		s.t.Error("it plays on")
	}
}

func (w *world) endsSignedOut(t *testing.T) {
	t.Parallel()
	s := w.show(t, brief, w.page("long"), "cookies")
	s.press()
	s.watch(enough)
	s.eval(`fetch("/sign-out", {method: "POST"}).then(r => { if (!r.ok) throw new Error("status " + r.status) })`, nil)
	s.wants("expired", "Sign in again")
	s.stands()
}

// endsWithoutAnswer: the site cannot renew, so the grant runs out in mid-play.
func (w *world) endsWithoutAnswer(t *testing.T) {
	t.Parallel()
	for _, player := range []string{"hls.js", "video.js", "native"} {
		s := w.show(t, brief, w.page("long")+"?player="+player, "cookies")
		s.press()
		s.watch(enough)
		s.grants(brief, granted{})
		s.wants("expired", "Your access has expired")
		s.stands()
	}
}
