package browser_test

import (
	"strings"
	"testing"

	"privateplayback/internal/browser"
	"privateplayback/internal/browser/browsertest"
)

// Natively, every kind of content plays from a page at an origin without a server.
func TestPlays(t *testing.T) {
	b := browsertest.Start(t, options(t, media(t)))
	for _, path := range []string{"ts/master.m3u8", "fmp4/master.m3u8", "aes/index.m3u8"} {
		t.Run(strings.ReplaceAll(path, "/", " "), func(t *testing.T) {
			t.Parallel()
			p := open(t, b, `<video muted crossorigin src="https://media.example.com/open/`+path+`?Signature=abc"></video>`)
			playback, err := p.Watch("video", 3)
			if err != nil {
				t.Fatal(err)
			}
			if !playback.OK(3) {
				t.Errorf("playback: %v, want 3 s with a moving picture", playback)
			}
			for _, r := range p.Requests() {
				if strings.Contains(r.URL, "?") || !strings.HasPrefix(r.URL, page) && !strings.HasPrefix(r.URL, "https://media.example.com/open/") {
					t.Errorf("request: %v, want no query and no other host", r)
				}
			}
		})
	}
}

// What a player may not have, and what it should not be taken for.
func TestDoesNotPlay(t *testing.T) {
	b := browsertest.Start(t, options(t, media(t)))
	const source = `src="https://media.example.com`
	for _, test := range []struct {
		name, html string
		want       func(browser.Playback) bool
	}{
		{"refused", `<video muted ` + source + `/closed/ts/master.m3u8">`,
			func(p browser.Playback) bool {
				return p.Advanced == 0 && p.Error != "" && len(p.Failed) > 0 && p.Failed[0].Status == 403
			}},
		{"refused in mid-stream", `<video muted ` + source + `/late/ts/master.m3u8">`,
			func(p browser.Playback) bool { return len(p.Failed) > 0 && p.Failed[0].Status == 403 }},
		{"another origin", `<video muted crossorigin ` + source + `/ts/master.m3u8">`,
			func(p browser.Playback) bool {
				return p.Advanced == 0 && p.Error != "" && len(p.Failed) > 0 && strings.Contains(p.Failed[0].Error, "AllowOrigin")
			}},
		{"no such host", `<video muted src="https://elsewhere.example.com/ts/master.m3u8">`,
			func(p browser.Playback) bool {
				return p.Error != "" && len(p.Failed) > 0 && strings.Contains(p.Failed[0].Error, "ERR_NAME_NOT_RESOLVED")
			}},
		{"covered", `<video muted controls ` + source + `/ts/master.m3u8"></video><div style="position:fixed;inset:0;background:gray">`,
			func(p browser.Playback) bool { return p.Advanced >= 3 && !p.Moved && p.Error == "" }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			playback, err := open(t, b, test.html).Watch("video", 3)
			if err != nil {
				t.Fatal(err)
			}
			if !test.want(playback) || playback.OK(3) {
				t.Errorf("playback: %v %+v", playback, playback)
			}
		})
	}
}

// The element comes when a script makes it, and is left as it was.
func TestWatchLeavesControls(t *testing.T) {
	b := browsertest.Start(t, options(t, media(t)))
	p := open(t, b, `<script>setTimeout(() => {
		document.body.innerHTML = '<video id=late muted controls src="https://media.example.com/ts/master.m3u8">';
	}, 100)</script><body>`)
	playback, err := p.Watch("#late", 1)
	if err != nil || !playback.OK(1) {
		t.Errorf("playback: %v, %v", playback, err)
	}
	if !eval[bool](t, p, `document.querySelector("#late").controls`) {
		t.Error("the controls are gone")
	}
}

// A player may put another element in the place of the one that it was given.
func TestWatchFollowsTheElement(t *testing.T) {
	b := browsertest.Start(t, options(t, media(t)))
	const source = `src="https://media.example.com/ts/master.m3u8"`
	p := open(t, b, `<div><video muted controls></div><script>setTimeout(() => {
		document.querySelector("div").innerHTML = '<video muted controls `+source+`>';
	}, 300)</script>`)
	playback, err := p.Watch("video", 1)
	if err != nil || !playback.OK(1) {
		t.Errorf("playback: %v, %v", playback, err)
	}
}
