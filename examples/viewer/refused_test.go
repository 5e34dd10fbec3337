package main

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"privateplayback/signer"
)

// refused is what must not play, and what the page says instead. The grants that the
// viewer's server would never give are answered from memory in its place.
func (w *world) refused() []scenario {
	all := []scenario{
		{"refused/offline, then on air", w.refusedOffline},
		{"refused/cookies across sites", w.refusedAcrossSites},
		{"refused/signed out", w.refusedSignedOut},
		{"refused/a right that was taken away", w.refusedWithoutRight},
	}
	live := "/live/live"
	for _, c := range []struct {
		name, host, page, way string
		grant                 func(*testing.T) granted // in place of the server's; nil for its own
		state, text           string
	}{
		{"unsigned", pages, w.page("ts"), "query", w.unsigned("ts"), "not-allowed", "You are not allowed"},
		{"unsigned natively", pages, w.page("ts") + "?player=native", "cookies", w.unsigned("ts"), "blocked", "cookies"},
		{"unsigned in Video.js", pages, w.page("ts") + "?player=video.js", "query", w.unsigned("ts"), "not-allowed", "You are not allowed"},
		{"another video's grant", pages, w.page("ts"), "query", w.foreign("ts", "fmp4"), "not-allowed", "You are not allowed"},
		{"an expired grant", pages, w.page("ts"), "query", w.lapsed("ts"), "not-allowed", "You are not allowed"},
		{"another channel's token", pages, live, "live", w.token("live", "idle", pages), "not-allowed", "You are not allowed"},
		{"another channel's token in hls.js", pages, live + "?player=hls.js", "live", w.token("live", "idle", pages), "not-allowed", "You are not allowed"},
		{"another channel's token natively", pages, live + "?player=native", "live", w.token("live", "idle", pages), "not-allowed", "You are not allowed"},
		{"another origin's token", stranger, live, "live", w.token("live", "live", pages), "not-allowed", "You are not allowed"},
		{"a page at a foreign origin", stranger, w.page("ts"), "urls", nil, "not-allowed", "https://" + stranger},
		{"a hook at a foreign origin", stranger, w.page("ts"), "query", nil, "not-allowed", "https://" + stranger},
		{"a hook that the browser's own player has not", pages, w.page("ts") + "?player=native", "query", nil, "failed", "Choose another way"},
		{"a player that is not installed", bare, w.page("ts") + "?player=video.js", "urls", nil, "failed", "npm ci"},
	} {
		all = append(all, scenario{"refused/" + c.name, func(t *testing.T) {
			s := w.show(t, c.host, c.page, c.way)
			if c.grant != nil {
				s.grants(c.host, c.grant(t))
			}
			s.press()
			s.wants(c.state, c.text)
			s.showsNothing()
		}})
	}
	return all
}

// grants answers the page's request for a grant from memory.
func (s *screen) grants(host string, g granted) {
	s.t.Helper()
	var path string
	s.eval(s.find("video")+".dataset.grant", &path)
	body, err := json.Marshal(g)
	if err != nil {
		s.t.Fatal(err)
	}
	s.serve("https://"+host+path, http.Header{"Content-Type": {"application/json"}}, string(body))
}

func inTenMinutes() int64 { return time.Now().Add(10 * time.Minute).Unix() }

// unsigned is a grant without a signature.
func (w *world) unsigned(video string) func(*testing.T) granted {
	return func(*testing.T) granted {
		return granted{Playlist: w.stack.BaseURL + "/" + w.entry(video), Expires: inTenMinutes()}
	}
}

// foreign is a grant for one video, presented for another.
func (w *world) foreign(video, other string) func(*testing.T) granted {
	return w.signed(video, other, 10*time.Minute)
}

// lapsed is a grant that has expired, though the page believes that it has not.
func (w *world) lapsed(video string) func(*testing.T) granted {
	return w.signed(video, video, -time.Minute)
}

func (w *world) signed(video, folder string, life time.Duration) func(*testing.T) granted {
	return func(t *testing.T) granted {
		g, err := w.cloudfront.Grant(t.Context(), signer.Policy{
			Resource: w.stack.BaseURL + "/content/" + folder + "/*", Expires: time.Now().Add(life),
		})
		if err != nil {
			t.Fatal(err)
		}
		return granted{Playlist: w.stack.BaseURL + "/" + w.entry(video), Query: g.Query(), Expires: inTenMinutes()}
	}
}

// token is one for another channel or for the pages of another host.
func (w *world) token(channel, other, host string) func(*testing.T) granted {
	return func(t *testing.T) granted {
		token, err := w.tokens.TokenAt(t.Context(), time.Now(), signer.PlaybackToken{
			ChannelARN: w.channel(other).ARN, Expires: time.Now().Add(time.Minute), AllowOrigins: []string{"https://" + host},
		})
		if err != nil {
			t.Fatal(err)
		}
		url, err := signer.PlaybackURL(w.channel(channel).PlaybackURL, token)
		if err != nil {
			t.Fatal(err)
		}
		return granted{Playlist: url, Expires: inTenMinutes()}
	}
}

// refusedOffline presses Play too early, and again once somebody broadcasts.
func (w *world) refusedOffline(t *testing.T) {
	for _, player := range []string{"ivs", "hls.js", "native"} {
		s := w.show(t, pages, "/live/idle?player="+player, "live")
		w.offAir.Store(&w.channel("idle").ARN)
		s.press()
		s.wants("offline", "The stream is offline")
		s.showsNothing()
		s.keep(" in " + player)
		w.offAir.Store(nil)
		s.press()
		s.wait(s.find(".message") + ".dataset.state === 'playing'")
	}
}

// refusedAcrossSites is what browsers do today with cookies of another site.
func (w *world) refusedAcrossSites(t *testing.T) {
	s := w.embed(t, sit(t, w.browser))
	s.press()
	s.wants("blocked", "did not send the cookies")
	s.showsNothing()
}

func (w *world) refusedSignedOut(t *testing.T) {
	s := w.show(t, pages, w.page("ts"), "urls")
	s.eval(`fetch("/sign-out", {method: "POST"}).then(r => { if (!r.ok) throw new Error("status " + r.status) })`, nil)
	s.press()
	s.wants("expired", "Sign in again")
	s.showsNothing()
}

// refusedWithoutRight has the page open while the viewer loses the right to it.
func (w *world) refusedWithoutRight(t *testing.T) {
	page := w.page("fmp4")
	s := sit(t, w.browser)
	w.allow(t, bare, page, true)
	s.signIn(bare, "another viewer")
	s.open("https://" + bare + page)
	s.turn("cookies")
	w.allow(t, bare, page, false)
	s.press()
	s.wants("not-allowed", "You are not allowed")
	s.showsNothing()
}

// allow gives or takes the second viewer's right to a page of one of the sites.
func (w *world) allow(t *testing.T, host, page string, allowed bool) {
	t.Helper()
	if err := w.sites[host].catalogue.allow("another viewer", page, allowed); err != nil {
		t.Fatal(err)
	}
}
