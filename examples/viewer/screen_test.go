package main

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"privateplayback/internal/browser"
)

// bound ends a case whose browser hangs; no case comes near it.
const bound = 3 * time.Minute

// screen is a tab of the browser with one viewer in front of it.
type screen struct {
	*browser.Page
	t      *testing.T
	player string // selector of the section that the case is about
}

// sit opens a tab, whose last picture is kept under the test's name.
func sit(t *testing.T, b *browser.Browser) *screen {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), bound)
	t.Cleanup(cancel)
	page, err := b.Page(ctx)
	if err != nil {
		t.Fatal(err)
	}
	s := &screen{Page: page, t: t, player: ".way"}
	t.Cleanup(func() {
		s.keep("")
		page.Close()
	})
	return s
}

// keep writes the tab's picture to the folder that BROWSER_ARTIFACTS names, under the
// test's name and what is added to it.
func (s *screen) keep(added string) {
	dir := os.Getenv("BROWSER_ARTIFACTS")
	if dir == "" {
		return
	}
	png, err := s.Screenshot()
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	if err == nil {
		name := regexp.MustCompile(`[^\w.]+`).ReplaceAllString(s.t.Name()+added, "-")
		err = os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644)
	}
	if err != nil {
		s.t.Error(err)
	}
}

// signIn signs in by the form's own request.
func (s *screen) signIn(host, account string) {
	s.t.Helper()
	s.open("https://" + host + "/sign-in")
	s.eval(`fetch("/sign-in", {method: "POST", body: new URLSearchParams({account: `+strconv.Quote(account)+`})}).then(r => { if (!r.ok) throw new Error("status " + r.status) })`, nil)
}

func (s *screen) open(url string) {
	s.t.Helper()
	if err := s.Open(url); err != nil {
		s.t.Fatal(err)
	}
}

func (s *screen) eval(js string, out any) {
	s.t.Helper()
	if err := s.Eval(js, out); err != nil {
		s.t.Fatal(err)
	}
}

func (s *screen) serve(url string, header map[string][]string, body string) {
	s.t.Helper()
	if err := s.Serve(url, header, body); err != nil {
		s.t.Fatal(err)
	}
}

// turn makes a way of the page the one that the case is about.
func (s *screen) turn(way string) { s.player = "section[data-way=" + strconv.Quote(way) + "]" }

// find is the JavaScript of an element of the player.
func (s *screen) find(selector string) string {
	return "document.querySelector(" + strconv.Quote(s.player+" "+selector) + ")"
}

// press presses the player's button, which a script makes, as from a keyboard: where
// the focus is.
func (s *screen) press() {
	s.t.Helper()
	s.wait(s.find("button") + " && !" + s.find("button") + ".hidden")
	s.eval(s.find("button")+".focus(), "+s.find("button")+".click()", nil)
}

func (s *screen) wait(js string) {
	s.t.Helper()
	if err := s.Wait(js); err != nil {
		s.t.Fatalf("%v; the message is %q", err, s.message())
	}
}

func (s *screen) message() string {
	var text string
	// It fails where there is no message, which is then the text to show.
	if err := s.Eval(s.find(".message")+".dataset.state + ': ' + "+s.find(".message")+".textContent", &text); err != nil {
		return err.Error()
	}
	return text
}

// watch demands seconds of media with a moving picture and without a failed request.
func (s *screen) watch(seconds float64) {
	s.t.Helper()
	for range stills {
		playback, err := s.Watch(s.player+" video", seconds)
		if err != nil {
			s.t.Fatal(err)
		}
		playback.Failed = slices.DeleteFunc(playback.Failed, beside)
		if playback.OK(seconds) {
			return
		}
		if playback.Moved || playback.Error != "" || len(playback.Failed) > 0 {
			s.t.Fatalf("%v; want %v s with a moving picture; the message is %q", playback, seconds, s.message())
		}
	}
	s.t.Fatalf("the picture stands still; the message is %q", s.message())
}

// stills is how often a picture may stand still for the seconds that Watch bears with
// it: a machine that is busy with something else paints few frames, or none.
const stills = 6

// beside tells whether a request is none of the playback's: for a player that is not
// installed, or one by which the IVS player asks Amazon how to treat this device.
func beside(r browser.Request) bool {
	return strings.Contains(r.URL, "/web/dist/") || strings.HasPrefix(r.URL, "https://prod.ivs-device-config.live-video.net/")
}

// loaded tells whether anything was received whose path ends so. Headers alone, by
// which the page finds out what is wrong, do not count.
func (s *screen) loaded(suffix string) bool {
	return slices.ContainsFunc(s.Requests(), func(r browser.Request) bool { return received(r, suffix) })
}

func received(r browser.Request, suffix string) bool {
	return r.Method == http.MethodGet && strings.HasSuffix(r.URL, suffix) && !r.Failed() && r.Status != 0
}

// wants waits for a state of the message, and demands a text in it.
func (s *screen) wants(state, text string) {
	s.t.Helper()
	element := s.find(".message")
	s.wait(element + " && ![undefined, 'playing'].includes(" + element + ".dataset.state)")
	if got := s.message(); !strings.HasPrefix(got, state+": ") || !strings.Contains(got, text) {
		s.t.Errorf("the message is %q, want state %q with %q", got, state, text)
	}
	var announced bool
	s.eval(element+`.getAttribute("role") === "status"`, &announced)
	if !announced {
		s.t.Error("the message is not announced to those who cannot see it")
	}
}

// showsNothing demands that no media came and nothing played.
func (s *screen) showsNothing() {
	s.t.Helper()
	for _, suffix := range []string{".ts", ".m4s"} {
		if s.loaded(suffix) {
			s.t.Errorf("a segment *%s was loaded", suffix)
		}
	}
	var at float64
	s.eval(s.find("video")+".currentTime", &at)
	if at != 0 {
		s.t.Errorf("it played until %v s", at)
	}
}
