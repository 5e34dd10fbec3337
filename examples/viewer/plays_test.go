package main

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"privateplayback/internal/browser/browsertest"
	"privateplayback/signer"
)

const enough = 3.2 // seconds of media

// plays is what must play, each by the player that it is meant for.
func (w *world) plays() []scenario {
	all := []scenario{
		{"plays/no script", w.playsWithoutScript},
		{"plays/cookies across sites where they are allowed", w.playsAcrossSites},
	}
	for _, c := range []struct {
		name, host, page, way string
		player                string // file of the player that must be the one; "" for the browser's own
	}{
		{"MPEG-TS by signed URLs", pages, w.page("ts"), "urls", "hls.js"},
		{"fMP4 by signed URLs", pages, w.page("fmp4"), "urls", "hls.js"},
		{"AES-128 by signed URLs", pages, w.page("aes"), "urls", "hls.js"},
		{"cookies on an own domain", pages, w.page("ts"), "cookies", "hls.js"},
		{"a hook", pages, w.page("fmp4"), "query", "hls.js"},
		{"signed URLs in Video.js", pages, w.page("aes") + "?player=video.js", "urls", "video.js"},
		{"cookies in Video.js", pages, w.page("ts") + "?player=video.js", "cookies", "video.js"},
		{"a hook in Video.js", pages, w.page("ts") + "?player=video.js", "query", "video.js"},
		{"signed URLs natively", pages, w.page("ts") + "?player=native", "urls", ""},
		{"AES-128 natively", pages, w.page("aes") + "?player=native", "urls", ""},
		{"cookies natively", pages, w.page("fmp4") + "?player=native", "cookies", ""},
		{"no player installed", bare, w.page("fmp4"), "urls", ""},
		{"live", pages, "/live/live", "live", "ivs.js"},
		{"live in hls.js", pages, "/live/live?player=hls.js", "live", "hls.js"},
		{"live natively", pages, "/live/live?player=native", "live", ""},
	} {
		all = append(all, scenario{"plays/" + c.name, func(t *testing.T) {
			s := w.show(t, c.host, c.page, c.way)
			s.press()
			s.wait("document.activeElement === " + s.find("video")) // not lost with the button
			s.watch(enough)
			s.wait(s.find(".message") + ".dataset.state === 'playing'")
			for _, player := range []string{"hls.js", "video.js", "ivs.js"} {
				if used := s.loaded("/web/dist/" + player); used != (player == c.player) {
					t.Errorf("player %s: used %v, want %q", player, used, c.player)
				}
			}
		}})
	}
	return all
}

// show opens a page of the viewer, signed in as the one who may watch everything.
func (w *world) show(t *testing.T, host, page, way string) *screen {
	t.Helper()
	s := sit(t, w.browser)
	s.signIn(host, "viewer")
	s.open("https://" + host + page)
	s.turn(way)
	return s
}

// playsWithoutScript plays the page as the server sent it, but for its scripts.
func (w *world) playsWithoutScript(t *testing.T) {
	s := w.show(t, pages, w.page("ts"), "urls")
	var html string
	url := "https://" + pages + w.page("ts")
	s.eval(`fetch("`+url+`").then(r => r.text())`, &html)
	s.serve(url, nil, regexp.MustCompile(`<script[^>]*>\s*</script>`).ReplaceAllString(html, ""))
	s.open(url)
	s.watch(enough)
	var buttons int
	s.eval(`document.querySelectorAll(".way button").length`, &buttons)
	if buttons != 0 {
		t.Error("a script ran")
	}
}

// playsAcrossSites plays where the viewer has allowed third-party cookies, which
// browsers do not do by themselves any more; refusedAcrossSites is the same without.
func (w *world) playsAcrossSites(t *testing.T) {
	o := w.options
	o.ThirdPartyCookies = true
	s := w.embed(t, sit(t, browsertest.Start(t, o)))
	s.press()
	s.watch(enough)
}

// embed opens a page whose videos are on another site, CloudFront's own domain,
// after a visit there that set the cookies.
func (w *world) embed(t *testing.T, s *screen) *screen {
	t.Helper()
	media := "https://" + w.stack.DistributionDomainName
	expires := time.Now().Add(10 * time.Minute)
	grant, err := w.cloudfront.Grant(t.Context(), signer.Policy{Resource: media + "/content/ts/*", Expires: expires})
	if err != nil {
		t.Fatal(err)
	}
	visit := http.Header{}
	for _, c := range grant.Cookies(signer.CookieAttributes{SameSite: http.SameSiteNoneMode}) {
		visit.Add("Set-Cookie", c.String())
	}
	s.serve(media+"/visit", visit, `<link rel="icon" href="data:,">`)
	s.open(media + "/visit")
	s.serve("https://"+pages+"/embed", nil, strings.ReplaceAll(`<!doctype html><title>Embedded</title>
<link rel="icon" href="data:,"><script type="module" src="/web/play.js"></script>
<section class="way" data-way="cookies"><video muted data-way="cookies" data-grant="/embed/grant"></video>
<p class="message" role="status"></p></section>`, "\n", ""))
	s.serve("https://"+pages+"/embed/grant", http.Header{"Content-Type": {"application/json"}},
		fmt.Sprintf(`{"playlist": %q, "expires": %d}`, media+"/"+w.entry("ts"), expires.Unix()))
	s.open("https://" + pages + "/embed")
	return s
}
