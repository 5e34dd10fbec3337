package main

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ivs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"privateplayback/internal/browser/browsertest"
	"privateplayback/internal/fakeaws"
	"privateplayback/internal/local"
	"privateplayback/smoketest/internal/check"
)

// clientFaults are those that clients by other people must see.
func clientFaults() []fault {
	origins := func(origins ...string) change {
		return onCORS(func(r *corsRule) { r.AllowedOrigins = pulumi.ToStringArray(origins) })
	}
	return []fault{
		{name: "in a browser: CORS for another page", change: origins("https://elsewhere.example.com"),
			fails: "browser.grant.ts", cause: "cors-missing", also: "browser.grant.fmp4 browser.grant.aes browser.refuse.unsigned browser.refuse.foreign-origin"},
		{name: "in a browser: CORS for every https page", change: origins("https://*"),
			fails: "browser.refuse.foreign-origin", cause: "cors-open"},
		{name: "in a browser: cookies and CORS for everybody", domain: ownDomain, change: origins("*"),
			fails: "browser.grant.cookies", cause: "cors-credentials", also: "browser.refuse.foreign-origin"},
		{name: "in a browser: another key group", change: with(trustOthers),
			fails: "browser.grant.ts", cause: "key-not-in-group", also: "browser.grant.fmp4 browser.grant.aes browser.refuse.unsigned browser.refuse.foreign-origin ffprobe.grant.[^l]*"},
		{name: "in a browser: no key group", change: onBehavior(func(b *defaultBehavior) { b.TrustedKeyGroups = nil }),
			fails: "browser.refuse.unsigned", cause: "behavior-public"},
		{name: "in a browser: a public channel", change: on(func(c *ivs.ChannelArgs) { c.Authorized = pulumi.Bool(false) }),
			fails: "browser.refuse.no-token", cause: "channel-public", also: "browser.refuse.other-channel"},
		{name: "in a browser: other playback keys", change: importOther(1, 2, 3),
			fails: "browser.grant.live", cause: "token-refused", also: "browser.refuse.no-token browser.refuse.other-channel ffprobe.grant.live"},
		{name: "in ffprobe: a segment is missing", change: on(func(o *object) {
			if key, ok := o.Key.(pulumi.String); ok && strings.HasSuffix(string(key), "aes/seg001.ts") {
				o.Key = key + ".gone"
			}
		}), fails: "ffprobe.grant.aes", cause: "frames-missing", also: "browser.grant.aes browser.refuse.unsigned browser.refuse.foreign-origin"},
	}
}

// oneScreen lets one test at a time have a browser.
var oneScreen sync.Mutex

// clientChecked runs the checks of a browser and of ffprobe alone.
func clientChecked(t *testing.T, d *local.Deployment, target check.Target) []check.Result {
	t.Helper()
	oneScreen.Lock()
	defer oneScreen.Unlock()
	found := clients{browser: browsertest.Path(t), ffprobe: ffprobePath(t)}
	end := found.join(t.Context(), &target, localReach(d))
	results, err := check.Run(t.Context(), target, slices.Concat(check.InBrowser(), check.InFFprobe()), check.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := end(); err != nil {
		t.Error(err)
	}
	return results
}

// ffprobePath skips the test without ffprobe, or fails it where TEST_FFPROBE=1 says that
// there is one.
func ffprobePath(t *testing.T) string {
	t.Helper()
	path, err := findFFprobe()
	switch {
	case err == nil:
		return path
	case os.Getenv("TEST_FFPROBE") == "1":
		t.Fatalf("TEST_FFPROBE=1, but there is %v", err)
	}
	t.Skipf("there is %v", err)
	return ""
}

func TestSeededFaultsInClients(t *testing.T) {
	browsertest.Path(t)
	ffprobePath(t)
	media, cli := smallMedia(t), engine(t)
	for _, f := range clientFaults() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			o := local.Options{MediaDir: media, CLI: cli, Settings: f.settings, Domain: f.domain}
			if f.change != nil {
				o.Program = f.change.wrap
			}
			d := deploy(t, o)
			f.expect(t, clientChecked(t, d, readTarget(t, d)))
		})
	}
}

// Sound stacks pass the checks of a browser and of ffprobe.
func TestSoundVariationsInClients(t *testing.T) {
	browsertest.Path(t)
	ffprobePath(t)
	type skips = map[string]string
	const siteless = "no domain of its own"
	small, cli := smallMedia(t), engine(t)
	for _, v := range []variation{
		{name: "sample", media: func(*testing.T) string { return "" }, skips: skips{"browser.grant.cookies": siteless}},
		{name: "a domain of one's own", domain: ownDomain},
		{name: "a domain and pages elsewhere", domain: ownDomain,
			settings: map[string]any{"playerOrigins": []string{"https://app.example.net"}}, skips: skips{"browser.grant.cookies": "shares a site"}},
		{name: "a domain that is not reserved for tests", domain: "media.video.internal", settings: map[string]any{"playerOrigins": []string{"https://app.video.internal"}}},
		{name: "pages without TLS", settings: map[string]any{"playerOrigins": []string{"http://localhost:3000"}}, skips: skips{"browser.grant.cookies": siteless}},
		{name: "no content", settings: map[string]any{"sampleContent": "false"}, media: func(*testing.T) string { return "" },
			skips: skips{"browser.grant.[^l]*": "no content", "browser.refuse.unsigned": "no content", "browser.refuse.foreign-origin": "no content", "ffprobe.grant.[^l]*": "no content"}},
		{name: "nobody broadcasts", cloud: fakeaws.Options{OnAir: func(string) bool { return false }},
			skips: skips{"browser.grant.cookies": siteless, "*.live": "idle", "browser.refuse.no-token": "idle", "browser.refuse.other-channel": "idle"}},
	} {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			o := local.Options{MediaDir: small, CLI: cli, Settings: v.settings, Cloud: v.cloud, Domain: v.domain}
			if v.media != nil {
				o.MediaDir = v.media(t)
			}
			d := deploy(t, o)
			v.judge(t, clientChecked(t, d, readTarget(t, d)))
		})
	}
}
