package check

import (
	"context"
	"crypto/ecdsa"
	"crypto/sha1"
	"encoding/json"
	"fmt"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"privateplayback/signer"
)

// verifyingEdge checks signatures as CloudFront does, but for the rules that it
// forgets. It knows the keys of newWorld that are ECDSA, and SHA-1.
type verifyingEdge struct {
	w       *world
	forgets string // one of the words in its methods; "" is sound
	cached  bool   // whether an answer is called a hit

	mu    sync.Mutex
	clock time.Time
	used  map[string]bool
}

var anyHost = regexp.MustCompile(`^(https?:)//[^/]*/`)

// grantOf is what a request presents; nil if that is nothing.
type grantOf struct{ policy, signature, id string }

func (e *verifyingEdge) presented(r *http.Request) *grantOf {
	q := r.URL.Query()
	fromURL := q.Has("Expires") || q.Has("Policy")
	if fromURL && !(e.forgets == "precedence" && r.Header.Get("Cookie") != "") {
		g := &grantOf{signature: q.Get("Signature"), id: q.Get("Key-Pair-Id")}
		if policy, err := decode64(q.Get("Policy")); err == nil && len(policy) > 0 {
			g.policy = string(policy)
		} else {
			g.policy = `{"Statement":[{"Resource":"https://` + r.Host + r.URL.Path + `","Condition":{"DateLessThan":{"AWS:EpochTime":` + q.Get("Expires") + `}}}]}`
		}
		return g
	}
	cookies := map[string]string{}
	for _, c := range r.Cookies() {
		cookies[c.Name] = c.Value
	}
	policy, err := decode64(cookies["CloudFront-Policy"])
	if err != nil || len(policy) == 0 {
		return nil
	}
	return &grantOf{string(policy), cookies["CloudFront-Signature"], cookies["CloudFront-Key-Pair-Id"]}
}

// accepts looks at signature, resource and time.
func (e *verifyingEdge) accepts(g *grantOf, r *http.Request) bool {
	var policy struct {
		Statement []struct {
			Resource  string
			Condition struct {
				DateLessThan map[string]int64
			}
		}
	}
	if json.Unmarshal([]byte(g.policy), &policy) != nil || len(policy.Statement) != 1 {
		return false
	}
	s := policy.Statement[0]
	asked := "https://" + r.Host + r.URL.Path
	switch e.forgets {
	case "host":
		asked, s.Resource = "https:"+r.URL.Path, anyHost.ReplaceAllString(s.Resource, "$1/")
	case "scheme":
		s.Resource = strings.Replace(s.Resource, "http://", "https://", 1)
	}
	prefix, wildcard := strings.CutSuffix(s.Resource, "*")
	if !(asked == s.Resource || wildcard && strings.HasPrefix(asked, prefix)) {
		return false
	}
	if e.forgets == "late" && s.Condition.DateLessThan["AWS:EpochTime"] < e.clock.Unix()+10 {
		return false
	}
	return (e.forgets == "end" || e.clock.Unix() < s.Condition.DateLessThan["AWS:EpochTime"]) && (e.forgets == "signature" || e.verifies(g))
}

func (e *verifyingEdge) verifies(g *grantOf) bool {
	signature, err := decode64(g.signature)
	if err != nil {
		return false
	}
	digest := sha1.Sum([]byte(g.policy))
	for _, k := range e.w.target.Stack.SigningKeys {
		public, err := signer.ParsePublicKey([]byte(k.PublicKey))
		if key, ok := public.(*ecdsa.PublicKey); err == nil && ok && k.ID == g.id && ecdsa.VerifyASN1(key, digest[:], signature) {
			return true
		}
	}
	return false
}

func (e *verifyingEdge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	defer e.mu.Unlock()
	g := e.presented(r)
	kept := e.forgets == "cache" && g == nil && e.used[r.URL.Path]
	body := ""
	switch {
	case kept:
	case g == nil:
		body = missingKeyBody
	case !e.accepts(g, r) || e.forgets == "again" && e.used[g.signature],
		e.forgets == "address" && strings.Contains(g.policy, "IpAddress"), e.forgets == "query" && r.URL.Query().Has("smoketest"):
		body = deniedBody
	}
	w.Header().Set("Date", e.clock.Format(http.TimeFormat))
	if body != "" {
		w.Header().Set("Content-Type", textXML)
		w.Header().Set("X-Cache", "Error from cloudfront")
		w.WriteHeader(403)
		fmt.Fprint(w, body)
		return
	}
	w.Header().Set("X-Cache", "Miss from cloudfront")
	if e.cached && e.used[r.URL.Path] {
		w.Header().Set("X-Cache", "Hit from cloudfront")
	}
	e.used[path.Clean(r.URL.Path)] = true
	if g != nil {
		e.used[g.signature] = true
	}
	asset().ServeHTTP(w, r)
}

// newVerifyingWorld is a world with that edge and a clock that waiting moves.
func newVerifyingWorld(t *testing.T, forgets string) (*world, *verifyingEdge) {
	e := &verifyingEdge{forgets: forgets, cached: true, clock: now(), used: map[string]bool{}}
	w := newWorld(t, e)
	e.w = &w
	w.target.Now = func() time.Time {
		e.mu.Lock()
		defer e.mu.Unlock()
		return e.clock
	}
	w.target.Wait = func(ctx context.Context, d time.Duration) error {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.clock = e.clock.Add(max(d, 0))
		return ctx.Err()
	}
	return &w, e
}

// Each rule that an edge forgets is noticed by its check, and a sound edge passes.
func TestForgetfulEdge(t *testing.T) {
	checks := []string{
		"vod.refuse.other-host", "vod.refuse.http-policy", "vod.refuse.policy-extended", "vod.refuse.cookies-tampered",
		"vod.refuse.cookies-wrong-key", "vod.refuse.cookies-mixed", "vod.refuse.expired-url-beside-cookies", "vod.refuse.mid-play",
		"vod.refuse.cached-unsigned", "vod.grant.ip", "vod.grant.query", "vod.grant.retrieved-twice",
	}
	for forgets, fails := range map[string][]string{
		"":     nil,
		"host": {"vod.refuse.other-host"}, "scheme": {"vod.refuse.http-policy"},
		"signature":  {"vod.refuse.policy-extended", "vod.refuse.cookies-tampered", "vod.refuse.cookies-wrong-key", "vod.refuse.cookies-mixed"},
		"end":        {"vod.refuse.mid-play", "vod.refuse.expired-url-beside-cookies"},
		"precedence": {"vod.refuse.expired-url-beside-cookies"},
		"cache":      {"vod.refuse.cached-unsigned"},
		"address":    {"vod.grant.ip"}, "query": {"vod.grant.query"}, "again": {"vod.grant.retrieved-twice", "vod.refuse.cached-unsigned"},
	} {
		for _, id := range checks {
			w, _ := newVerifyingWorld(t, forgets)
			want := Pass
			if slices.Contains(fails, id) {
				want = Fail
			}
			if r := w.run(t, id); r.Verdict != want {
				t.Errorf("%s on an edge that forgets %q = %s %s%v, want %s", id, forgets, r.Verdict, r.Reason, r.Failure, want)
			}
		}
	}
}

func TestMidPlaySkips(t *testing.T) {
	for name, ahead := range map[string]time.Duration{"ahead": 2 * time.Second, "behind": -2 * time.Second} {
		w, e := newVerifyingWorld(t, "")
		clock := w.target.Now
		w.target.Now = func() time.Time { return clock().Add(ahead) }
		if r := w.run(t, "vod.refuse.mid-play"); r.Verdict != Skip || !strings.Contains(r.Reason, "off the edge's") {
			t.Errorf("vod.refuse.mid-play with the clock %s = %s %q %v, want skip", name, r.Verdict, r.Reason, r.Failure)
		}
		e.cached = false
		w.target.Now = clock
		if r := w.run(t, "vod.refuse.cached-unsigned"); r.Verdict != Skip || !strings.Contains(r.Reason, "cache hit") {
			t.Errorf("vod.refuse.cached-unsigned without a hit = %s %q %v, want skip", r.Verdict, r.Reason, r.Failure)
		}
	}
	// A grant that has always ended already is no failure either.
	w, _ := newVerifyingWorld(t, "late")
	if r := w.run(t, "vod.refuse.mid-play"); r.Verdict != Skip || !strings.Contains(r.Reason, "before its first request") {
		t.Errorf("vod.refuse.mid-play over a slow line = %s %q %v, want skip", r.Verdict, r.Reason, r.Failure)
	}
	// A second behind, the edge lets the grant live longer, which is no failure.
	w, _ = newVerifyingWorld(t, "")
	clock := w.target.Now
	w.target.Now = func() time.Time { return clock().Add(1400 * time.Millisecond) }
	if r := w.run(t, "vod.refuse.mid-play"); r.Verdict != Pass {
		t.Errorf("vod.refuse.mid-play with an edge that is 1.4 seconds behind = %s %s %v, want pass", r.Verdict, r.Reason, r.Failure)
	}
}
