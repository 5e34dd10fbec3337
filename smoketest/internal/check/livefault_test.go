package check

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// refusing lets through all but what is wrong.
func refusing(wrong func(r *http.Request, claims jwt.MapClaims) bool) live {
	return live{judge: func(r *http.Request, claims jwt.MapClaims) int {
		if wrong(r, claims) {
			return http.StatusForbidden
		}
		return http.StatusOK
	}}
}

// Each grant has a service of its own that refuses what it tries, and nothing else.
func TestLiveGrantsBite(t *testing.T) {
	claims := func(name string) func(*http.Request, jwt.MapClaims) bool {
		return func(_ *http.Request, c jwt.MapClaims) bool { return c[name] != nil }
	}
	origins := func(part string) func(*http.Request, jwt.MapClaims) bool {
		return func(_ *http.Request, c jwt.MapClaims) bool {
			list, _ := c["aws:access-control-allow-origin"].(string)
			return strings.Contains(list, part)
		}
	}
	seen := map[string]int{}
	for id, wrong := range map[string]func(*http.Request, jwt.MapClaims) bool{
		"live.grant.viewer":          claims("aws:viewer-id"),
		"live.grant.single-use":      claims("aws:single-use-uuid"),
		"live.grant.max-resolution":  claims("aws:maximum-resolution"),
		"live.grant.strict-origin":   claims("aws:strict-origin-enforcement"),
		"live.grant.wildcard-origin": origins("*"),
		"live.grant.several-origins": origins(","),
		"live.grant.origin":          origins("https"),
		"live.grant.reuse": func(r *http.Request, c jwt.MapClaims) bool {
			seen[r.URL.Query().Get("token")]++
			return c != nil && seen[r.URL.Query().Get("token")] > 1
		},
	} {
		newWorld(t, refusing(wrong).handler()).wantVerdict(t, id, Fail, "token-refused")
		if id != "live.grant.max-resolution" {
			newWorld(t, live{}.handler()).wantVerdict(t, id, Pass, "")
		}
	}
}

// A strict service that forgets segments refuses them to everybody.
func TestLiveGrantGoesToTheSegments(t *testing.T) {
	l := refusing(func(r *http.Request, _ jwt.MapClaims) bool { return strings.HasPrefix(r.URL.Path, "/v1/segment/") })
	for _, id := range []string{"live.grant.strict-origin", "live.grant.viewer", "live.cors.segment"} {
		newWorld(t, l.handler()).wantVerdict(t, id, Fail, "token-refused")
	}
}

// An answer that is lost on the way has used up its token: neither check blames the
// service for that.
func TestSingleUseOnABadNetwork(t *testing.T) {
	for _, id := range []string{"live.grant.single-use", "live.refuse.single-use-twice"} {
		used, lost := map[string]bool{}, false
		l := live{judge: func(_ *http.Request, claims jwt.MapClaims) int {
			use, _ := claims["aws:single-use-uuid"].(string)
			if use == "" {
				return http.StatusOK
			}
			if used[use] {
				return http.StatusForbidden
			}
			used[use] = true
			if !lost {
				lost = true
				panic(http.ErrAbortHandler)
			}
			return http.StatusOK
		}}
		newWorld(t, l.handler()).wantVerdict(t, id, Pass, "")
	}
}

func TestMaximumResolution(t *testing.T) {
	const id = "live.grant.max-resolution"
	bounded := func(all, sd string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			l := live{channels: all}
			if claimsIn(r.URL)["aws:maximum-resolution"] != nil {
				l.channels = sd
			}
			l.handler().ServeHTTP(w, r)
		})
	}
	variants := func(resolutions ...string) string {
		text := "#EXTM3U\n"
		for _, r := range resolutions {
			text += "#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=" + r + "\nx.m3u8\n"
		}
		return text
	}
	newWorld(t, bounded(usualVariants, variants("640x360"))).wantVerdict(t, id, Pass, "")
	newWorld(t, bounded(variants("1280x720", "480x854"), variants("480x854"))).wantVerdict(t, id, Pass, "")
	newWorld(t, bounded(usualVariants, usualVariants)).wantVerdict(t, id, Fail, "claims-ignored")
	newWorld(t, bounded(usualVariants, variants("1280x720"))).wantVerdict(t, id, Fail, "claims-ignored")
	newWorld(t, bounded(variants("1280x720"), "")).wantVerdict(t, id, Skip, "no rendition of 480 lines")
}

// wellFormed is what this service knows to refuse; each refusal below needs more.
func wellFormed(r *http.Request, _ jwt.MapClaims) bool {
	return strings.HasPrefix(r.URL.Path, livePath) && strings.Count(r.URL.Query().Get("token"), ".") != 2
}

// A service that looks at the form alone is caught by each of the others.
func TestLiveRefusalsBite(t *testing.T) {
	w := newWorld(t, refusing(wellFormed).handler())
	for _, c := range slices.Concat(liveRefuseChecks(), liveGrantChecks()) {
		switch c.ID {
		case "live.refuse.no-token", "live.refuse.garbage-token", "live.refuse.two-tokens":
			w.wantVerdict(t, c.ID, Pass, "")
		case "live.refuse.strict-variant", "live.refuse.strict-segment", "live.refuse.variant-without-session":
			w.wantVerdict(t, c.ID, Fail, "session-ignored")
		case "live.grant.max-resolution":
			w.wantVerdict(t, c.ID, Fail, "claims-ignored")
		default:
			if strings.HasPrefix(c.ID, "live.refuse.") {
				w.wantVerdict(t, c.ID, Fail, "channel-public")
			} else {
				w.wantVerdict(t, c.ID, Pass, "")
			}
		}
	}
	public := newWorld(t, live{}.handler())
	public.wantVerdict(t, "live.refuse.two-tokens", Fail, "channel-public")
}

// Where strict enforcement works, its refusals count with any word.
func TestStrictLater(t *testing.T) {
	for _, status := range []int{403, 404} {
		l := live{judge: func(r *http.Request, _ jwt.MapClaims) int {
			if strings.HasPrefix(r.URL.Path, "/v1/") && r.Header.Get("Origin") == "" {
				return status
			}
			return http.StatusOK
		}}
		w := newWorld(t, l.handler())
		w.wantVerdict(t, "live.refuse.strict-variant", Pass, "")
		w.wantVerdict(t, "live.refuse.strict-segment", Pass, "")
	}
}

func TestRefusedSomehow(t *testing.T) {
	for status, want := range map[int]bool{200: false, 206: false, 302: false, 400: true, 403: true, 404: true, 410: true, 429: false, 503: false} {
		if err := refusedSomehow(exchangeOf(status, "", "")); (err == nil) != want {
			t.Errorf("refusedSomehow(%d) = %v, want a refusal: %t", status, err, want)
		}
	}
}

// A slow network makes the token live longer, up to a bound.
func TestTokenRunsOutOnTheWay(t *testing.T) {
	for slow, verdict := range map[time.Duration]Verdict{3 * time.Second: Pass, 9 * time.Second: Skip} {
		c := &clock{}
		l := expiring(c, 0, 0)
		header := l.header
		l.header = func(h http.Header, r *http.Request) { c.ahead += slow; header(h, r) }
		w := newWorld(t, l.handler())
		w.target.Now = c.now
		w.target.Wait = func(_ context.Context, d time.Duration) error { c.ahead += d; return nil }
		w.wantVerdict(t, "live.refuse.expiring", verdict, "")
	}
}

// clock is one that Wait moves.
type clock struct{ ahead time.Duration }

func (c *clock) now() time.Time { return now().Add(c.ahead) }

// expiring is a service whose clock is off, that takes tokens a little late.
func expiring(c *clock, off, leeway time.Duration) live {
	return live{
		header: func(h http.Header, _ *http.Request) { h.Set("Date", c.now().Add(off).UTC().Format(http.TimeFormat)) },
		judge: func(r *http.Request, claims jwt.MapClaims) int {
			exp, _ := claims["exp"].(float64)
			if claims != nil && !c.now().Add(off).Before(time.Unix(int64(exp), 0).Add(leeway)) {
				return http.StatusForbidden
			}
			return http.StatusOK
		},
	}
}

// A session that ends with its token, and one that does not.
func TestSessionOutlivesToken(t *testing.T) {
	for _, tt := range []struct {
		ends    bool
		off     time.Duration
		verdict Verdict
		because string
	}{
		{false, 0, Pass, ""},
		{true, 0, Fail, "token-refused"},
		{false, time.Minute, Skip, "more than a second apart"},
	} {
		c := &clock{}
		l := expiring(c, tt.off, 2*time.Minute)
		judge := l.judge
		l.judge = func(r *http.Request, claims jwt.MapClaims) int {
			if claims == nil && tt.ends && c.ahead > 0 {
				return http.StatusForbidden
			}
			return judge(r, claims)
		}
		w := newWorld(t, l.handler())
		w.target.Now = c.now
		w.target.Wait = func(_ context.Context, d time.Duration) error { c.ahead += d; return nil }
		w.wantVerdict(t, "live.grant.after-expiry", tt.verdict, tt.because)
	}
}

func TestTokenRunsOut(t *testing.T) {
	for _, tt := range []struct {
		name        string
		off, leeway time.Duration
		verdict     Verdict
		because     string
	}{
		{"on time", 0, 0, Pass, ""},
		{"a minute late", 0, time.Minute, Skip, "leeway"},
		{"never", 0, 2 * time.Hour, Fail, "channel-public"},
		{"at once", 0, -time.Minute, Fail, "token-refused"},
		{"by a clock that is behind", -3 * time.Second, 0, Skip, "more than a second apart"},
		{"by a clock that is ahead", 2500 * time.Millisecond, 0, Skip, "more than a second apart"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &clock{}
			w := newWorld(t, expiring(c, tt.off, tt.leeway).handler())
			w.target.Now = c.now
			w.target.Wait = func(_ context.Context, d time.Duration) error { c.ahead += d; return nil }
			w.wantVerdict(t, "live.refuse.expiring", tt.verdict, tt.because)
		})
	}
}
