package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"privateplayback/internal/browser"
)

// briefly is how long a grant of the site "brief" opens a video at most, and half of
// it how long at least.
const briefly = 12 * time.Second

// renewal is what becomes of a playback that outlives its grant.
func (w *world) renewal() []scenario {
	all := []scenario{
		{"expired/a right that was taken away", w.endsWithoutRight},
		{"expired/signed out", w.endsSignedOut},
		{"renewed/after a pause", w.playsAfterPause},
	}
	for _, player := range []string{"hls.js", "video.js", "native"} {
		all = append(all, scenario{"expired/no answer in " + player, func(t *testing.T) { w.endsWithoutAnswer(t, player) }})
	}
	for _, c := range []struct {
		name, player string
		ways         []string // side by side
	}{
		{"three ways", "", []string{"urls", "cookies", "query"}},
		{"Video.js", "video.js", []string{"urls", "cookies", "query"}},
		{"natively", "native", []string{"urls", "cookies"}},
	} {
		all = append(all, scenario{"renewed/" + c.name, func(t *testing.T) {
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
				// Who began again with each grant would never come as far.
				s.wait(fmt.Sprintf("%s.currentTime > %v", s.find("video"), briefly.Seconds()))
			}
		}})
	}
	return all
}

// playsAfterPause: who pauses longer than a grant lives costs no renewals meanwhile,
// and plays on where they stopped.
func (w *world) playsAfterPause(t *testing.T) {
	s := w.show(t, brief, w.page("long"), "urls")
	s.press()
	s.watch(enough)
	s.eval(s.find("video")+".pause()", nil)
	var before float64
	s.eval(s.find("video")+".currentTime", &before)
	grants := s.grantsOf("urls")
	s.wait(fmt.Sprintf("(window.begin ??= Date.now()) + %d < Date.now()", briefly.Milliseconds()))
	if n := s.grantsOf("urls"); n > grants+1 { // one may have been on its way
		t.Errorf("%d grants were asked for during the pause", n-grants)
	}
	s.eval(s.find("video")+".play().catch(() => {})", nil)
	s.wait(fmt.Sprintf("%s.currentTime > %v", s.find("video"), before+1))
	s.watch(1)
	if n := s.grantsOf("urls"); n <= grants {
		t.Error("no grant was asked for after the pause")
	}
}

// grantsOf counts the grants that the page got by a way.
func (s *screen) grantsOf(way string) (n int) {
	for _, r := range s.Requests() {
		if isGrantOf(r, way) {
			n++
		}
	}
	return n
}

func isGrantOf(r browser.Request, way string) bool {
	return r.Method == http.MethodPost && strings.HasSuffix(r.URL, "/"+way) && r.Status == http.StatusOK
}

// renewed tells whether a segment came after the second renewal of a way: the grant
// that playback began with has expired by then.
func (s *screen) renewed(way string) bool {
	grants := 0
	for _, r := range s.Requests() {
		if isGrantOf(r, way) {
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
	s := w.show(t, brief, w.page("long"), "cookies")
	s.press()
	s.watch(enough)
	s.eval(`fetch("/sign-out", {method: "POST"}).then(r => { if (!r.ok) throw new Error("status " + r.status) })`, nil)
	s.wants("expired", "Sign in again")
	s.stands()
}

// endsWithoutAnswer: the site cannot renew, so the grant runs out in mid-play.
func (w *world) endsWithoutAnswer(t *testing.T, player string) {
	s := w.show(t, brief, w.page("long")+"?player="+player, "cookies")
	s.press()
	s.watch(enough)
	s.grants(brief, granted{})
	s.wants("expired", "Your access has expired")
	s.stands()
}
