package check

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// live is a service that shows one stream to everybody on every channel: two
// renditions, each with a long window. The zero value stands still.
type live struct {
	advance  uint64                                          // segments after each look at a playlist
	edit     func(path, text string) string                  // changes a playlist
	media    []byte                                          // of each segment; nil for a whole one
	judge    func(r *http.Request, claims jwt.MapClaims) int // of each request; 200 lets it through
	header   func(http.Header, *http.Request)                // adds to each answer; nil for nothing
	channels string                                          // text of the multivariant playlist; "" for the usual one
}

const (
	livePath   = "/api/video/v1/"
	edgeOrigin = "https://abc.j.cloudfront.hls.live-video.net"
	liveLength = 100 // segments of a window
)

const usualVariants = "#EXTM3U\n" +
	"#EXT-X-STREAM-INF:BANDWIDTH=450000,RESOLUTION=1280x720,CODECS=\"avc1.4D401E,mp4a.40.2\"\n" + edgeOrigin + "/v1/playlist/x.m3u8\n" +
	"#EXT-X-STREAM-INF:BANDWIDTH=200000,RESOLUTION=640x360,CODECS=\"avc1.42C00D,mp4a.40.2\"\n" + edgeOrigin + "/v1/playlist/y.m3u8\n"

// handler serves with one count of looks.
func (l live) handler() http.Handler {
	var looks atomic.Uint64
	if l.media == nil {
		l.media = tsSegment(withPicture | withSound | withKeyFrame)
	}
	if l.channels == "" {
		l.channels = usualVariants
	}
	if l.edit == nil {
		l.edit = func(_, text string) string { return text }
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if l.header != nil {
			l.header(w.Header(), r)
		}
		if l.judge != nil {
			if status := l.judge(r, claimsIn(r.URL)); status != http.StatusOK {
				w.WriteHeader(status)
				if status == http.StatusForbidden {
					fmt.Fprint(w, tokenBody)
				}
				return
			}
		}
		switch path := r.URL.Path; {
		case strings.HasPrefix(path, livePath):
			fmt.Fprint(w, l.edit(path, l.channels))
		case strings.HasPrefix(path, "/v1/playlist/"):
			fmt.Fprint(w, l.edit(path, window(7+l.advance*looks.Add(1))))
		default:
			w.Write(l.media)
		}
	})
}

// window is a playlist of the segments from first on. Its dates stand still, so that
// all windows end together.
func window(first uint64) string {
	b := strings.Builder{}
	fmt.Fprintf(&b, "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:%d\n", first)
	fmt.Fprintf(&b, "#EXT-X-PROGRAM-DATE-TIME:%s\n", now().Add(-2*liveLength*time.Second).Format("2006-01-02T15:04:05.000Z"))
	for n := range uint64(liveLength) {
		fmt.Fprintf(&b, "#EXTINF:2.000,live\n/v1/segment/%d.ts\n", first+n)
	}
	return b.String()
}

// claimsIn reads the token of a URL without a look at its signature; nil without one.
func claimsIn(u *url.URL) jwt.MapClaims {
	claims := jwt.MapClaims{}
	if _, _, err := jwt.NewParser().ParseUnverified(u.Query().Get("token"), claims); err != nil {
		return nil
	}
	return claims
}

// wantVerdict runs a check and demands how it ends, and with which cause.
func (w world) wantVerdict(t *testing.T, id string, verdict Verdict, because string) {
	t.Helper()
	if w.target.Wait == nil {
		w.target.Wait = func(context.Context, time.Duration) error { return nil }
	}
	r := w.run(t, id)
	got := r.Reason
	if r.Failure != nil {
		got = string(r.Failure.Cause)
	}
	if r.Verdict != verdict || !strings.Contains(got, because) {
		t.Errorf("%s = %s %q %v, want %s %q", id, r.Verdict, got, r.Failure, verdict, because)
	}
}
