package check

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
)

// screenOf is a browser that shows what a function says; nothing else is asked of it.
type screenOf func(Page) (Showing, error)

func (f screenOf) Show(_ context.Context, p Page) (Showing, error) { return f(p) }

var (
	movingPicture = Showing{Advanced: 3.1, Moved: true}
	blackPicture  = Showing{Error: "4 could not parse"}
)

// seeing shows a moving picture, but to pages that a function tells apart another one.
func seeing(other func(Page) bool, instead Showing) screenOf {
	return func(p Page) (Showing, error) {
		if other(p) {
			return instead, nil
		}
		return movingPicture, nil
	}
}

func failing(l Load) Showing {
	w := blackPicture
	l.URL = "https://d111111abcdef8.cloudfront.net/a/180p/seg0.ts"
	w.Loads = []Load{l}
	return w
}

func unsignedSource(p Page) bool  { return !strings.Contains(p.Source, "token=") && p.Playlists == nil }
func atForeignOrigin(p Page) bool { return p.Origin == foreignOrigin }
func anyPage(Page) bool           { return true }
func noPage(Page) bool            { return false }

// What is shown decides, and names the cause.
func TestInBrowser(t *testing.T) {
	refused, hidden := failing(Load{Status: 403}), failing(Load{Status: 206, CORS: true, Error: "net::ERR_FAILED"})
	still := Showing{Advanced: 9}
	for _, test := range []struct {
		name    string
		id      string
		screen  screenOf
		verdict Verdict
		because string
	}{
		{"plays", "browser.grant.ts", seeing(noPage, still), Pass, ""},
		{"stands still", "browser.grant.ts", seeing(anyPage, still), Fail, "browser-cannot-play"},
		{"too short", "browser.grant.ts", seeing(anyPage, Showing{Advanced: 1, Moved: true}), Fail, "browser-cannot-play"},
		{"refused in mid-stream", "browser.grant.ts", seeing(anyPage, Showing{Advanced: 3.1, Moved: true, Loads: refused.Loads}), Fail, "player-reencodes"},
		{"unreadable", "browser.grant.ts", seeing(anyPage, hidden), Fail, "cors-missing"},
		{"no such host", "browser.grant.ts", seeing(anyPage, failing(Load{Error: "net::ERR_NAME_NOT_RESOLVED"})), Fail, "dns"},
		{"a proxy that asks who it is", "browser.grant.ts", seeing(anyPage, failing(Load{Error: "net::ERR_TUNNEL_CONNECTION_FAILED"})), Fail, "proxy-login"},
		{"another name", "browser.grant.ts", seeing(anyPage, failing(Load{Error: "net::ERR_CERT_COMMON_NAME_INVALID"})), Fail, "certificate-name"},
		{"another authority", "browser.grant.ts", seeing(anyPage, failing(Load{Error: "net::ERR_CERT_AUTHORITY_INVALID"})), Fail, "certificate-authority"},
		{"no such kind", "browser.grant.aes", seeing(noPage, still), Skip, "no content in AES-128"},
		{"an old browser", "browser.grant.ts", seeing(anyPage, Showing{Unable: true}), Skip, "142"},
		{"a browser that crashes", "browser.grant.ts", func(Page) (Showing, error) { return Showing{}, errors.New("target crashed") }, Fail, "browser-failed"},
		{"live", "browser.grant.live", seeing(noPage, still), Pass, ""},
		{"live refused", "browser.grant.live", seeing(anyPage, Showing{Loads: []Load{{URL: "https://x.live-video.net/", Status: 403}}}), Fail, "token-refused"},
		{"live unreadable", "browser.grant.live", seeing(anyPage, Showing{Loads: []Load{{URL: "https://x.live-video.net/", CORS: true, Error: "net::ERR_FAILED"}}}), Fail, "live-cors"},

		{"unsigned refused", "browser.refuse.unsigned", seeing(unsignedSource, refused), Pass, ""},
		{"unsigned plays", "browser.refuse.unsigned", seeing(noPage, still), Fail, "behavior-public"},
		{"unsigned fails otherwise", "browser.refuse.unsigned", seeing(unsignedSource, blackPicture), Fail, "browser-cannot-play"},
		{"nothing plays", "browser.refuse.unsigned", seeing(anyPage, refused), Fail, "player-reencodes"},
		{"foreign unreadable", "browser.refuse.foreign-origin", seeing(atForeignOrigin, hidden), Pass, ""},
		{"foreign plays", "browser.refuse.foreign-origin", seeing(noPage, still), Fail, "cors-open"},
		{"foreign refused by the edge", "browser.refuse.foreign-origin", seeing(atForeignOrigin, failing(Load{Status: 403, CORS: true})), Fail, "player-reencodes"},
		{"no token refused", "browser.refuse.no-token", seeing(unsignedSource, refused), Pass, ""},
		{"no token plays", "browser.refuse.no-token", seeing(noPage, still), Fail, "channel-public"},
		{"another channel's token plays", "browser.refuse.other-channel", seeing(noPage, still), Fail, "channel-public"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, everything())
			w.target.Screen = test.screen
			w.wantVerdict(t, test.id, test.verdict, test.because)
		})
	}
}

// A clip that is too short to see it move gives way to a longer film of its kind, and
// without one it is skipped.
func TestBrowserNeedsSomeSeconds(t *testing.T) {
	const clip, second = "a/180p/index.m3u8", "a/master.m3u8"
	for _, test := range []struct {
		playlists []string
		verdict   Verdict
		because   string
	}{{[]string{clip}, Skip, "2 s"}, {[]string{clip, second}, Pass, ""}} {
		f := asset()
		f["/"+second] = text("#EXTM3U", "#EXT-X-STREAM-INF:BANDWIDTH=1", "long.m3u8")
		f["/a/long.m3u8"] = f["/"+clip]
		f["/"+clip] = text("#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXTINF:1.9,", "seg0.ts", "#EXT-X-ENDLIST")
		f["/a/seg0.ts"], f["/a/seg1.ts"] = f["/a/180p/seg0.ts"], f["/a/180p/seg1.ts"]
		w := newWorld(t, f)
		w.target.Stack.ContentPlaylists = test.playlists
		w.target.Screen = seeing(func(p Page) bool { return p.Seconds < playSeconds }, Showing{Advanced: 0.7})
		w.wantVerdict(t, "browser.grant.ts", test.verdict, test.because)
		if test.verdict == Skip {
			w.wantVerdict(t, "browser.refuse.unsigned", Skip, "2 s")
		}
	}
}

// Of a programme without a picture there is nothing to see.
func TestBrowserShowsNoAudio(t *testing.T) {
	for codecs, want := range map[string]Verdict{"mp4a.40.2": Skip, "avc1.42c00d,mp4a.40.2": Pass, "new1,mp4a.40.2": Pass} {
		f := asset()
		f["/a/master.m3u8"] = text("#EXTM3U", `#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="`+codecs+`"`, "180p/index.m3u8")
		w := newWorld(t, f)
		w.target.Screen = seeing(noPage, Showing{})
		w.wantVerdict(t, "browser.grant.ts", want, "")
		w.target.Prober = proberOf(func(string, string, int) (Frames, error) { return Frames{Video: true, Count: 100, Rate: 25}, nil })
		w.wantVerdict(t, "ffprobe.grant.ts", want, "")
	}
}

// Who requires a browser must not take skips for proofs.
func TestBrowserUnableButRequired(t *testing.T) {
	w := newWorld(t, everything())
	w.target.Screen, w.target.ScreenRequired = seeing(anyPage, Showing{Unable: true}), true
	w.wantVerdict(t, "browser.grant.ts", Fail, "browser-cannot-play")
	w.wantVerdict(t, "browser.refuse.no-token", Fail, "browser-cannot-play")
}

// A player that gives up by itself tries once more; one that is refused does not.
func TestBrowserTriesAgain(t *testing.T) {
	for _, test := range []struct {
		first   Showing
		verdict Verdict
	}{{blackPicture, Pass}, {failing(Load{Status: 403}), Fail}} {
		pages := 0
		w := newWorld(t, everything())
		w.target.Screen = screenOf(func(Page) (Showing, error) {
			if pages++; pages == 1 {
				return test.first, nil
			}
			return movingPicture, nil
		})
		w.wantVerdict(t, "browser.grant.ts", test.verdict, "")
	}
}

// The page serves every playlist itself, rewritten, and may speak to the hosts that the
// outputs and the playlists name, and to no others.
func TestPage(t *testing.T) {
	var page, channel Page
	w := newWorld(t, everything())
	w.target.Screen = screenOf(func(p Page) (Showing, error) {
		if p.Playlists != nil {
			page = p
		} else {
			channel = p
		}
		return movingPicture, nil
	})
	w.wantVerdict(t, "browser.grant.ts", Pass, "")
	w.wantVerdict(t, "browser.grant.live", Pass, "")
	const origin = "https://app.example.com"
	if page.Origin != origin || page.Source != origin+"/smoketest/0.m3u8" || page.Seconds != playSeconds {
		t.Errorf("page %+v, want one at %s", page, origin)
	}
	master, media := page.Playlists[page.Source], page.Playlists[origin+"/smoketest/1.m3u8"]
	if !strings.Contains(master, origin+"/smoketest/1.m3u8") || strings.Contains(master, "cloudfront") {
		t.Errorf("multivariant playlist:\n%s\nwant the page's own children", master)
	}
	if !strings.Contains(media, "https://d111111abcdef8.cloudfront.net/a/180p/seg1.ts?Policy=") {
		t.Errorf("media playlist:\n%s\nwant signed segments", media)
	}
	if !strings.HasPrefix(channel.Source, w.target.Stack.Channels[0].PlaybackURL+"?token=") {
		t.Errorf("channel at %q, want a token", Mask(channel.Source))
	}
	slices.Sort(channel.Hosts)
	want := []string{"*.j.cloudfront.hls.live-video.net", "abc.j.cloudfront.hls.live-video.net"}
	for host := range namedHosts(w.target.Stack, mustURL(w.target.Stack.BaseURL)) {
		want = append(want, host)
	}
	slices.Sort(want)
	if !slices.Equal(channel.Hosts, want) {
		t.Errorf("hosts %q, want %q", channel.Hosts, want)
	}
}

// What the browser requested is in the report, without what opens it.
func TestBrowserRequestsAreNoted(t *testing.T) {
	w := newWorld(t, everything())
	w.target.Screen = screenOf(func(Page) (Showing, error) {
		shown := movingPicture
		shown.Loads = []Load{{URL: edgeOrigin + "/v1/playlist/opaque.m3u8", Status: 200, Bytes: 7}}
		return shown, nil
	})
	r := w.run(t, "browser.grant.live")
	last := r.Requests[len(r.Requests)-1]
	if last.Asked != "GET "+edgeOrigin+"/*** (browser)" || last.Status != 200 || last.Bytes != 7 {
		t.Errorf("last request %+v, want the browser's, masked", last)
	}
}

// Cookies need a page of the media's own site.
func TestCookiePage(t *testing.T) {
	const id = "browser.grant.cookies"
	for _, test := range []struct {
		base, origin string
		verdict      Verdict
		because      string
	}{
		{"https://video.example.com", "https://app.example.com", Pass, ""},
		{"https://video.example.com", "https://example.com", Pass, ""},
		{"https://video.example.co.uk", "https://*.example.co.uk", Pass, ""},
		{"https://video.example.co.uk", "https://other.co.uk", Skip, "shares a site"},
		{"https://video.example.com", "http://app.example.com", Skip, "shares a site"},
		{"https://video.example.com", "*", Skip, "every origin"},
		{"https://d111111abcdef8.cloudfront.net", "https://app.cloudfront.net", Skip, "no domain of its own"},
	} {
		w := newWorld(t, everything())
		w.target.Stack.BaseURL, w.target.Stack.AllowedOrigins = test.base, []string{test.origin}
		w.target.Screen = screenOf(func(p Page) (Showing, error) {
			if len(p.Cookies) < 3 || !p.Credentials || p.Cookies[0].Domain == "" || strings.Contains(p.Source, "?") {
				t.Errorf("%s, %s: page %+v, want cookies and a plain source", test.base, test.origin, p.asked())
			}
			return movingPicture, nil
		})
		w.wantVerdict(t, id, test.verdict, test.because)
	}
}

// Without the programs each check is skipped with the command that installs them.
func TestClientsMissing(t *testing.T) {
	w := newWorld(t, everything())
	for _, c := range InBrowser() {
		w.wantVerdict(t, c.ID, Skip, "apt-get install -y --no-install-recommends chromium")
	}
	for _, c := range InFFprobe() {
		w.wantVerdict(t, c.ID, Skip, "apt-get install -y --no-install-recommends ffmpeg")
	}
}
