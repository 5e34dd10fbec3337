package check

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Without a header that lets the page read, only what lacks it fails.
func TestLiveCORSBites(t *testing.T) {
	parts := map[string]string{"live.cors.multivariant": livePath, "live.cors.variant": "/v1/playlist/", "live.cors.segment": "/v1/segment/"}
	for id, prefix := range parts {
		for _, value := range []string{"", otherPageOrigin} {
			w := newWorld(t, live{header: func(h http.Header, r *http.Request) {
				allow := pageOrigin
				if strings.HasPrefix(r.URL.Path, prefix) {
					allow = value
				}
				h.Set("Access-Control-Allow-Origin", allow)
			}}.handler())
			for other := range parts {
				if other == id {
					w.wantVerdict(t, other, Fail, "live-cors")
				} else {
					w.wantVerdict(t, other, Pass, "")
				}
			}
		}
	}
}

// Each fault of a stream is found by the check for it; the first row has none.
func TestLiveStreamBites(t *testing.T) {
	replace := func(path, old, new string) func(string, string) string {
		return func(p, text string) string {
			if strings.Contains(p, path) {
				return strings.ReplaceAll(text, old, new)
			}
			return text
		}
	}
	looks := 0
	tests := []struct {
		name  string
		world live
		id    string
		cause string
	}{
		{"sound", live{advance: 1}, "", ""},
		{"stands still", live{}, "live.stream.advances", "stream-stalled"},
		{"has an end", live{advance: 1, edit: func(p, text string) string {
			if strings.Contains(p, "/v1/") {
				text += "#EXT-X-ENDLIST\n"
			}
			return text
		}}, "live.stream.advances", "media-broken"},
		{"longer than the target", live{advance: 1, edit: replace("", "EXTINF:2.000", "EXTINF:2.6")}, "live.stream.cadence", "stream-irregular"},
		{"without durations", live{advance: 1, edit: replace("", "#EXTINF:2.000,live", "#")}, "live.stream.cadence", "media-broken"},
		{"gap", live{advance: liveLength + 1}, "live.stream.cadence", "stream-irregular"},
		{"other durations at the second look", live{advance: 1, edit: func(_, text string) string {
			looks++
			return strings.ReplaceAll(text, "EXTINF:2.000", fmt.Sprintf("EXTINF:1.%03d", looks))
		}}, "live.stream.cadence", "stream-irregular"},
		{"no bandwidth", live{channels: strings.ReplaceAll(usualVariants, "BANDWIDTH=200000,", "")}, "live.stream.renditions", "media-broken"},
		{"odd resolution", live{channels: strings.ReplaceAll(usualVariants, "640x360", "360p")}, "live.stream.renditions", "media-broken"},
		{"unknown codecs", live{channels: strings.ReplaceAll(usualVariants, "avc1.42C00D,mp4a.40.2", "x")}, "live.stream.renditions", "media-broken"},
		{"no media in the second variant", live{edit: replace("/y.m3u8", "/v1/segment/", "/v1/none/"), judge: func(r *http.Request, _ jwt.MapClaims) int {
			if strings.HasPrefix(r.URL.Path, "/v1/none/") {
				return http.StatusNotFound
			}
			return http.StatusOK
		}}, "live.stream.renditions", ""},
		{"no sound", live{media: tsSegment(withPicture | withKeyFrame)}, "live.stream.decodes", "stream-undecodable"},
		{"no picture", live{media: tsSegment(withSound)}, "live.stream.decodes", "stream-undecodable"},
		{"no key frame", live{media: tsSegment(withPicture | withSound)}, "live.stream.decodes", "stream-undecodable"},
		{"packets of nothing", live{media: packets(4)}, "live.stream.decodes", "stream-undecodable"},
		{"renditions apart", live{edit: replace("/y.m3u8", "PROGRAM-DATE-TIME:2026", "PROGRAM-DATE-TIME:2025")}, "live.stream.in-sync", "stream-irregular"},
		{"variants elsewhere", live{channels: strings.ReplaceAll(usualVariants, "abc.j.cloudfront.hls.live-video.net", "cdn.example.com")},
			"live.stream.private", "stream-elsewhere"},
		{"segments elsewhere", live{edit: replace("/v1/", "/v1/segment/", "https://cdn.example.com/")}, "live.stream.private", "stream-elsewhere"},
		{"without TLS", live{edit: replace("/v1/", "/v1/segment/", "http://abc.live-video.net/")}, "live.stream.private", "media-broken"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, tt.world.handler())
			if tt.id != "" {
				w.wantVerdict(t, tt.id, Fail, tt.cause)
				return
			}
			for _, c := range liveStreamChecks() {
				if c.ID == "live.stream.idle" {
					w.wantVerdict(t, c.ID, Skip, "every channel is on air")
				} else {
					w.wantVerdict(t, c.ID, Pass, "")
				}
			}
		})
	}
}

// The token has no place in what a session leads to.
func TestTokenInVariants(t *testing.T) {
	w := newWorld(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l := live{channels: strings.ReplaceAll(usualVariants, "x.m3u8", "x.m3u8?token="+r.URL.Query().Get("token"))}
		l.handler().ServeHTTP(w, r)
	}))
	w.wantVerdict(t, "live.stream.private", Fail, "stream-elsewhere")
}

func TestInSyncWithoutDates(t *testing.T) {
	w := newWorld(t, live{edit: func(_, text string) string { return strings.ReplaceAll(text, "PROGRAM-DATE-TIME", "NOTHING") }}.handler())
	w.wantVerdict(t, "live.stream.in-sync", Skip, "no channel has two renditions that date their segments")
}

// idle answers good and bad tokens with a status each.
func idle(good, bad int) live {
	return live{judge: func(_ *http.Request, claims jwt.MapClaims) int {
		if claims == nil {
			return bad
		}
		return good
	}}
}

func TestIdleToldApart(t *testing.T) {
	const id = "live.stream.idle"
	newWorld(t, idle(404, 403).handler()).wantVerdict(t, id, Pass, "")
	newWorld(t, idle(404, 404).handler()).wantVerdict(t, id, Skip, "404 before it looks at a token")
	newWorld(t, idle(404, 400).handler()).wantVerdict(t, id, Fail, "")
	newWorld(t, idle(404, 200).handler()).wantVerdict(t, id, Fail, "channel-public")
	newWorld(t, idle(403, 403).handler()).wantVerdict(t, id, Fail, "token-refused")
	w := newWorld(t, idle(404, 404).handler())
	for _, id := range []string{"live.refuse.expiring", "live.refuse.truncated"} {
		w.wantVerdict(t, id, Skip, "404 before it looks at a token")
	}
	w.wantVerdict(t, "live.grant.viewer", Skip, "every channel of 1")
}

func TestLastDate(t *testing.T) {
	body := text("#EXTM3U", "#EXT-X-PROGRAM-DATE-TIME:2026-11-21T10:00:00.500+0100", "#EXTINF:2.5,", "a.ts", "#EXTINF:1,", "b.ts")
	want := time.Date(2026, 11, 21, 9, 0, 4, 0, time.UTC)
	if got, ok := lastDate(body); !ok || !got.Equal(want) {
		t.Errorf("lastDate = %v, %v; want %v", got, ok, want)
	}
}
