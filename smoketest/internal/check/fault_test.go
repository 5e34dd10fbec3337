package check

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"privateplayback/infra/outputs"
)

// The worlds here are wrong in the simplest ways there are. Whether a sound
// deployment passes, and a subtly wrong one fails, is for the tests that deploy.

// A playlist that stays the same is no live stream, however long one waits.
func TestStalledStream(t *testing.T) {
	w := newWorld(t, live{}.handler())
	var waited time.Duration
	w.target.Wait = func(_ context.Context, d time.Duration) error { waited += d; return nil }
	if r := w.run(t, "live.stream.advances"); r.Verdict != Fail || r.Failure.Cause != "stream-stalled" {
		t.Errorf("live.stream.advances of a stalled stream = %s %v, want fail", r.Verdict, r.Failure)
	}
	if want := 3 * 2 * time.Second; waited != want {
		t.Errorf("waited %v, want three target durations, %v", waited, want)
	}
}

// everything serves the asset and every channel to everybody.
func everything() http.Handler {
	f := asset()
	f["/media/a/master.m3u8"] = f["/a/master.m3u8"] // path style
	f["/"] = []byte("<ListBucketResult></ListBucketResult>")
	channel := live{advance: 1}.handler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		if strings.HasSuffix(r.Host, ".live-video.net") {
			channel.ServeHTTP(w, r)
			return
		}
		f.ServeHTTP(w, r)
	})
}

// Where everybody gets everything, the grants pass and every refusal fails.
func TestNothingIsProtected(t *testing.T) {
	w := withDomain(newWorld(t, everything()))
	w.target.Wait = func(context.Context, time.Duration) error { return nil }
	results, err := Run(context.Background(), w.target, All(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		want := Fail
		switch r.Check.Group() {
		case "contract", "vod.grant", "live.grant", "live.cors", "live.stream", "keys":
			want = Pass
		default:
			if r.Check.Harm != Exposes { // a grant, whose failure exposes nobody
				continue
			}
		}
		if strings.HasSuffix(r.Check.ID, "dropped") {
			want = Fail
		}
		switch r.Check.ID {
		case "live.grant.max-resolution":
			want = Fail // the claim has no effect
		case "live.stream.idle":
			want = Skip // it is on air
		}
		if r.Verdict != want {
			t.Errorf("%s on a deployment without protection: %s %s%v, want %s", r.Check.ID, r.Verdict, r.Reason, r.Failure, want)
		}
	}
}

// leaked finds what no report may hold, without the help of Mask.
var leaked = regexp.MustCompile(`(Signature|Policy|token)=[^*]|eyJ`)

// Where everybody is refused, no refusal counts: each control fails first.
func TestRefusalsDoNotCountWithoutControl(t *testing.T) {
	refuseAll := map[string]http.HandlerFunc{
		"by the signature check": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", textXML)
			w.WriteHeader(403)
			fmt.Fprint(w, deniedBody)
		},
		"by S3": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", applicationXML)
			w.WriteHeader(403)
			fmt.Fprint(w, storageBody)
		},
		"by IVS": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(403)
			fmt.Fprint(w, tokenBody)
		},
	}
	for name, handler := range refuseAll {
		w := newWorld(t, handler)
		results, err := Run(context.Background(), w.target, All(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range results {
			if r.Check.Group() == "contract" || r.Check.ID == "keys.outputs" || w.session(t).lacks(r.Check.Needs) != nil {
				continue
			}
			if r.Verdict != Fail {
				t.Errorf("%s where everybody is refused %s: %s %s, want fail", r.Check.ID, name, r.Verdict, r.Reason)
			} else if found := leaked.FindString(fmt.Sprint(*r.Failure)); found != "" {
				t.Errorf("%s: the failure holds the secret %q", r.Check.ID, found)
			}
		}
	}
}

// A refusal by another layer than the right one is no proof.
func TestRefusalByTheWrongLayer(t *testing.T) {
	f := asset()
	w := newWorld(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.RawQuery, "Signature=") {
			f.ServeHTTP(rw, r)
			return
		}
		rw.WriteHeader(403)
		fmt.Fprint(rw, storageBody)
	}))
	r := w.run(t, "vod.refuse.unsigned")
	if r.Verdict != Fail || r.Failure.Want != denied("MissingKey").String() || !strings.Contains(r.Failure.Got, "from S3") {
		t.Errorf("vod.refuse.unsigned on a public behavior over a private bucket = %s %v, want fail", r.Verdict, r.Failure)
	}
	if r.Failure.Cause != "behavior-public" {
		t.Errorf("cause = %q, want behavior-public", r.Failure.Cause)
	}
}

// A cache that does not keep origins apart is seen by the second request.
func TestCacheMixesUpOrigins(t *testing.T) {
	f := asset()
	cached := ""
	w := newWorld(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if cached == "" {
			cached = r.Header.Get("Origin")
		}
		rw.Header().Set("Access-Control-Allow-Origin", cached)
		rw.Header().Set("Vary", "Origin")
		f.ServeHTTP(rw, r)
	}))
	w.target.Stack.AllowedOrigins = []string{"https://app.example.com", "https://*.example.org"}
	if r := w.run(t, "vod.cors.allowed"); r.Verdict != Pass {
		t.Errorf("vod.cors.allowed = %s %v, want pass: it is the first to ask", r.Verdict, r.Failure)
	}
	if r := w.run(t, "vod.cors.second-origin"); r.Verdict != Fail {
		t.Errorf("vod.cors.second-origin = %s %s, want fail", r.Verdict, r.Reason)
	}
}

// An answer for one origin that does not say so is kept by browsers for others.
func TestVaryIsDemanded(t *testing.T) {
	f := asset()
	w := newWorld(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
		rw.Header().Set("Vary", "Accept-Encoding")
		f.ServeHTTP(rw, r)
	}))
	if r := w.run(t, "vod.cors.allowed"); r.Verdict != Fail || !strings.Contains(r.Failure.Got, "Accept-Encoding") {
		t.Errorf("vod.cors.allowed without Vary: Origin = %s %v, want fail", r.Verdict, r.Failure)
	}
}

func TestSkips(t *testing.T) {
	noContent := newWorld(t, files{})
	noContent.target.Stack.ContentPlaylists = nil
	noContent.target.Stack.Channels = nil
	noKey := newWorld(t, live{}.handler())
	noKey.target.PlaybackKey = nil
	everyOrigin := newWorld(t, asset())
	everyOrigin.target.Stack.AllowedOrigins = []string{"*"}
	dotted := newWorld(t, asset())
	dotted.target.Stack.BucketName = "media.example"
	dotted.target.Stack.BucketRegionalDomainName = "media.example.s3.us-west-2.amazonaws.com"
	tests := []struct {
		w      world
		id     string
		reason string
	}{
		{noContent, "vod.grant.canned", "the stack has no content: set sampleContent or contentDir"},
		{noContent, "vod.refuse.unsigned", "the stack has no content: set sampleContent or contentDir"},
		{noContent, "vod.origin.list-direct", "the stack has no content: set sampleContent or contentDir"},
		{noContent, "vod.cors.preflight", "the stack has no content: set sampleContent or contentDir"},
		{noContent, "live.grant.play", "the stack has no channels"},
		{noContent, "live.refuse.no-token", "the stack has no channels"},
		{noKey, "contract.playback-key", "no playback key was given"},
		{noKey, "live.refuse.expired", "the playback key cannot be used: no playback key was given"},
		{everyOrigin, "vod.cors.foreign-origin", "the stack allows every origin"},
		{dotted, "vod.origin.direct-virtual-hosted", `the bucket name "media.example" holds a dot, which S3's certificate does not cover`},
	}
	for _, tt := range tests {
		if r := tt.w.run(t, tt.id); r.Verdict != Skip || r.Reason != tt.reason {
			t.Errorf("%s = %s %q %v, want skip %q", tt.id, r.Verdict, r.Reason, r.Failure, tt.reason)
		}
	}
}

// An idle channel answers 404 to a good token: grants cannot be tried, refusals
// count all the same.
func TestIdleChannel(t *testing.T) {
	w := newWorld(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.Count(r.URL.Query().Get("token"), ".") == 2 {
			rw.WriteHeader(404)
			return
		}
		rw.WriteHeader(403)
		fmt.Fprint(rw, tokenBody)
	}))
	w.target.Stack.Channels = append(w.target.Stack.Channels, outputs.Channel{Name: "second", ARN: "arn:aws:ivs:us-west-2:123456789012:channel/other",
		PlaybackURL: "https://c17b3fb37fc9.us-west-2.playback.live-video.net/second.m3u8"})
	const reason = `idle, 404 to a good token: channel "studio", "second" of 2; start a stream and run again`
	for _, id := range []string{"live.grant.play", "live.stream.advances", "live.grant.origin"} {
		if r := w.run(t, id); r.Verdict != Skip || r.Reason != reason {
			t.Errorf("%s = %s %q, want skip %q", id, r.Verdict, r.Reason, reason)
		}
	}
	for _, id := range []string{"live.refuse.no-token", "live.refuse.garbage-token"} {
		if r := w.run(t, id); r.Verdict != Pass {
			t.Errorf("%s = %s %v, want pass", id, r.Verdict, r.Failure)
		}
	}
	// This world does not look at a token of three parts while it is idle.
	if r := w.run(t, "live.refuse.wrong-key"); r.Verdict != Skip || !strings.Contains(r.Reason, "404 before it looks at a token") {
		t.Errorf("live.refuse.wrong-key = %s %q, want skip with a word about the idle channel", r.Verdict, r.Reason)
	}
}

func TestContractFailures(t *testing.T) {
	tests := []struct {
		id    string
		spoil func(*Target)
	}{
		{"contract.outputs", func(t *Target) { t.Stack.KeyGroupID = "" }},
		{"contract.outputs", func(t *Target) { t.Stack.Region = "eu-west-1" }},
		{"contract.outputs", func(t *Target) { t.Stack.BucketName = "other" }},
		{"contract.outputs", func(t *Target) { t.Stack.Channels[0].PlaybackURL = "https://example.com/x.m3u8" }},
		{"contract.outputs", func(t *Target) { t.Stack.Channels[0].ARN = "arn:aws:ivs:eu-west-1:123456789012:channel/x" }},
		{"contract.signing-key", func(t *Target) { t.Stack.SigningKeys[0].PublicKey = t.Stack.PlaybackKeys[0].PublicKey }},
		{"contract.playback-key", func(t *Target) { t.Stack.PlaybackKeys[0].PublicKey = t.Stack.SigningKeys[0].PublicKey }},
	}
	for i, tt := range tests {
		w := newWorld(t, files{})
		if r := w.run(t, tt.id); r.Verdict != Pass {
			t.Fatalf("%s before = %s %v, want pass", tt.id, r.Verdict, r.Failure)
		}
		tt.spoil(&w.target)
		if r := w.run(t, tt.id); r.Verdict != Fail {
			t.Errorf("row %d: %s = %s %s, want fail", i, tt.id, r.Verdict, r.Reason)
		}
	}
}

// Nothing is sent to a host that neither the outputs nor a playlist names.
func TestStrangeHosts(t *testing.T) {
	s := newWorld(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("a request reached %q", r.Host)
	})).session(t)
	for _, address := range []string{"https://example.net/", "https://media.s3.eu-west-1.amazonaws.com/a", "http://169.254.169.254/latest"} {
		req, err := newRequest(context.Background(), "GET", address)
		if err != nil {
			t.Fatal(err)
		}
		if x, err := s.do(req); err == nil {
			t.Errorf("do(%q) = %s, want a refusal", address, x.got())
		}
	}
}

// A redirect is an answer, not a way to go.
func TestRedirectsAreNotFollowed(t *testing.T) {
	s := newWorld(t, http.RedirectHandler("https://example.net/", http.StatusFound)).session(t)
	x, err := s.control(context.Background(), s.objectURL("a"), plain)
	if err == nil || !strings.Contains(err.Error(), "302") {
		t.Errorf("control = %v, %v; want a Failure that tells of the 302", x, err)
	}
}

// No answer at all is a failure that names the request, masked.
func TestNoAnswer(t *testing.T) {
	w := newWorld(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	w.target.Wait = impatient(0)
	r := w.run(t, "vod.refuse.unsigned")
	if r.Verdict != Fail || r.Failure.Want != "an answer" || !strings.Contains(r.Failure.Asked, "Signature=***") {
		t.Errorf("vod.refuse.unsigned without an answer = %s %+v, want a masked failure", r.Verdict, r.Failure)
	}
	if got := r.Failure.Got; strings.Contains(got, "Signature=") && !strings.Contains(got, "Signature=***") {
		t.Errorf("got %q holds a signature", got)
	}
}

// A stack that has nothing to show is no success, and a wrong clock is named before
// it shows as refused signatures.
func TestNothingToProveAndClock(t *testing.T) {
	empty := newWorld(t, files{})
	empty.target.Stack.ContentPlaylists, empty.target.Stack.Channels = nil, nil
	if r := empty.run(t, "contract.something"); r.Verdict != Fail || r.Failure.Cause != "nothing-to-prove" {
		t.Errorf("contract.something of an empty stack = %s %v, want fail", r.Verdict, r.Failure)
	}
	if r := empty.run(t, "contract.clock"); r.Verdict != Skip {
		t.Errorf("contract.clock of an empty stack = %s, want skip", r.Verdict)
	}
	for ahead, want := range map[time.Duration]Verdict{0: Pass, 20 * time.Second: Pass, time.Minute: Fail, -time.Minute: Fail} {
		w := newWorld(t, asset())
		w.target.Now = func() time.Time { return now().Add(ahead) }
		if r := w.run(t, "contract.clock"); r.Verdict != want || want == Fail && r.Failure.Cause != "clock" {
			t.Errorf("contract.clock %v ahead = %s %v, want %s", ahead, r.Verdict, r.Failure, want)
		}
	}
}
