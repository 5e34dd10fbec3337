package check

import (
	"net/http"
	"strings"
	"testing"
)

func TestCacheFlaws(t *testing.T) {
	got := func(match func(*http.Request) bool) func(http.Header, *http.Request) {
		return func(h http.Header, r *http.Request) {
			if h.Get("X-Cache") != "" && !match(r) {
				h.Set("X-Cache", "Miss from cloudfront")
			}
		}
	}
	seen := map[string]bool{}
	again := func(name func(*http.Request) string) func(*http.Request) bool {
		return func(r *http.Request) bool {
			before := seen[name(r)]
			seen[name(r)] = true
			return before
		}
	}
	segments := func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, ".ts") }
	refusals := 0
	for _, f := range []flawed{
		{"nothing is kept", "vod.cache.shared", flaw{alter: got(func(*http.Request) bool { return false })}, "cache-off"},
		{"the query splits the cache", "vod.cache.shared", flaw{alter: got(again(func(r *http.Request) string { return r.URL.String() }))}, "cache-split"},
		{"a parameter of the viewer's own splits the cache", "vod.cache.query-shared", flaw{alter: got(again(func(r *http.Request) string { return r.URL.Query().Get("smoketest") }))}, "cache-split"},
		{"cookies split the cache", "vod.cache.cookies-shared", flaw{alter: got(again(func(r *http.Request) string { return r.Header.Get("Cookie") }))}, "cache-split"},
		{"ranges are ignored", "vod.cache.range-after-whole", flaw{answer: func(_ http.ResponseWriter, r *http.Request) bool {
			r.Header.Del("Range")
			return false
		}}, ""},
		{"ranges are of something else", "vod.cache.range-after-whole", flaw{answer: func(_ http.ResponseWriter, r *http.Request) bool {
			if r.Header.Get("Range") != "" && strings.HasSuffix(r.URL.Path, ".m3u8") {
				r.Header.Set("Range", "bytes=0-9")
			}
			return false
		}}, "cache-differs"},
		{"HEAD tells of another version", "vod.cache.head-after-get", says("ETag", `"b"`, func(r *http.Request) bool { return r.Method == http.MethodHead }), "cache-differs"},
		{"refusals are cached", "vod.cache.refusal-not-cached", flaw{answer: func(w http.ResponseWriter, r *http.Request) bool {
			if !r.URL.Query().Has("Signature") {
				refusals++
			}
			if refusals > 0 {
				refuse(w, http.StatusForbidden, textXML, missingKeyBody)
			}
			return refusals > 0
		}}, "error-cached"},
		{"errors are pages", "vod.cache.error-status", flaw{answer: func(w http.ResponseWriter, r *http.Request) bool {
			missing := strings.Contains(r.URL.Path, "missing")
			if missing {
				refuse(w, http.StatusNotFound, "text/html", "<html>not here</html>")
			}
			return missing
		}}, "error-disguised"},
		{"errors are 200", "vod.cache.error-status", opens(func(r *http.Request) bool { return strings.Contains(r.URL.Path, "missing") }), "error-disguised"},
		{"playlists are served after their time", "vod.cache.playlist-lifetime", says("Age", "120", always), "playlist-stale"},
		{"segments must not be kept", "vod.cache.segment-lifetime", says("Cache-Control", "private, max-age=60", segments), "cache-off"},
		{"segments live for no time", "vod.cache.segment-lifetime", says("Cache-Control", "max-age=0", segments), "cache-off"},
	} {
		f.seen(t)
	}
}

// A cache that tells nothing is no failure.
func TestCacheThatKeepsSilent(t *testing.T) {
	w := deliver(t, says("X-Cache", "", always))
	for _, id := range []string{"vod.cache.shared", "vod.cache.cookies-shared"} {
		if r := w.run(t, id); r.Verdict != Skip {
			t.Errorf("%s without X-Cache = %s %s%v, want skip", id, r.Verdict, r.Reason, r.Failure)
		}
	}
}

// How long a playlist may be kept depends on whether it grows.
func TestPlaylistLifetime(t *testing.T) {
	growing := text("#EXTM3U", "#EXT-X-TARGETDURATION:4", "#EXTINF:2,", "180p/seg0.ts")
	ended := text("#EXTM3U", "#EXT-X-TARGETDURATION:4", "#EXTINF:2,", "180p/seg0.ts", "#EXT-X-ENDLIST")
	for _, tt := range []struct {
		body      []byte
		keep, age string
		want      Verdict
	}{
		{growing, "max-age=2", "1", Pass},
		{growing, "max-age=60, s-maxage=4", "", Pass},
		{growing, "no-cache", "", Pass},
		{growing, "max-age=5", "", Fail},
		{growing, "", "", Fail},
		{growing, "max-age=2", "9", Fail},
		{growing, "no-store", "9", Fail},
		{ended, "max-age=31536000", "86400", Pass},
		{ended, "", "86400", Pass},
		{ended, "max-age=60", "61", Pass},
		{ended, "max-age=60", "62", Fail},
		{ended, "max-age=60, stale-while-revalidate=60", "100", Pass},
	} {
		w := newWorld(t, http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
			for name, value := range map[string]string{"Cache-Control": tt.keep, "Age": tt.age} {
				if value != "" {
					rw.Header().Set(name, value)
				}
			}
			rw.Write(tt.body)
		}))
		if r := w.run(t, "vod.cache.playlist-lifetime"); r.Verdict != tt.want {
			t.Errorf("vod.cache.playlist-lifetime, Cache-Control: %s, Age: %s, ended %t = %s %v, want %s",
				tt.keep, tt.age, strings.Contains(string(tt.body), "ENDLIST"), r.Verdict, r.Failure, tt.want)
		}
	}
}
