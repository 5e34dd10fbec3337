package main

import (
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"privateplayback/infra/outputs"
	"privateplayback/internal/browser"
	"privateplayback/internal/browser/browsertest"
	"privateplayback/internal/fakeaws"
	"privateplayback/internal/local"
	"privateplayback/signer"
)

// TestBrowser plays in a real browser what a viewer may watch, and shows that what
// they may not watch does not play and that the page says why. One deployment and
// one browser serve all cases; each has a tab with cookies of its own.
func TestBrowser(t *testing.T) {
	w := newWorld(t)
	cases := make(chan scenario)
	var hands sync.WaitGroup
	for range atOnce {
		hands.Go(func() {
			for c := range cases {
				t.Run(c.name, c.run)
			}
		})
	}
	for _, c := range slices.Concat(w.renewal(), w.plays(), w.refused()) {
		cases <- c
	}
	close(cases)
	hands.Wait()
}

// atOnce is how many cases run side by side, whatever -parallel says: they wait for
// media more than they compute.
const atOnce = 4

// scenario is one case.
type scenario struct {
	name string
	run  func(*testing.T)
}

// The hosts of the pages. The first three are among the stack's player origins.
const (
	pages    = "app.example.com"
	brief    = "brief.example.com"    // its grants live briefly
	bare     = "bare.example.com"     // no player is installed
	stranger = "stranger.example.com" // no player origin
)

// world is a deployment, the viewer at four addresses, and a browser.
type world struct {
	stack      *outputs.Stack
	cloudfront *signer.CloudFront
	tokens     *signer.IVS
	sites      map[string]*application // by host
	options    browser.Options
	browser    *browser.Browser
	offAir     atomic.Pointer[string] // ARN of the channel on which nobody broadcasts; nil for none
}

func newWorld(t *testing.T) *world {
	w := &world{options: browser.Options{Path: browsertest.Path(t), Log: t.Logf}}
	requirePlayers(t)
	d := w.deploy(t)
	w.sites = map[string]*application{}
	w.options.Trust = []string{d.Endpoint().KeyPin()}
	w.options.Resolve = map[string]string{}
	for _, host := range d.Endpoint().Hosts() {
		w.options.Resolve[host] = d.Endpoint().Addr()
	}
	w.serve(t, d, pages, 10*time.Minute, "web/dist")
	w.serve(t, d, brief, briefly, "web/dist")
	w.serve(t, d, bare, 10*time.Minute, t.TempDir())
	w.serve(t, d, stranger, 10*time.Minute, "web/dist")
	w.browser = browsertest.Start(t, w.options)
	return w
}

// requirePlayers skips a test where no players are installed, or fails it where
// TEST_BROWSER=1 says that they are.
func requirePlayers(t *testing.T) {
	const install = "no players in examples/viewer/web/dist: npm ci --prefix examples/viewer/web"
	if _, err := os.Stat(filepath.Join("web", "dist", "ivs.js")); err == nil {
		return
	}
	if os.Getenv("TEST_BROWSER") == "1" {
		t.Fatal("TEST_BROWSER=1, but there are " + install)
	}
	t.Skip("there are " + install)
}

// deploy deploys the sample and a long video under a domain of one's own, and two
// channels.
func (w *world) deploy(t *testing.T) *local.Deployment {
	media := t.TempDir()
	writeMedia(t, media)
	d, err := local.Start(t.Context(), local.Options{
		MediaDir: media,
		Domain:   "video.example.com",
		Settings: map[string]any{
			"playerOrigins": []string{"https://" + pages, "https://" + brief, "https://" + bare},
			"channels":      []map[string]any{{"name": "live"}, {"name": "idle"}},
		},
		Cloud: fakeaws.Options{OnAir: func(arn string) bool { off := w.offAir.Load(); return off == nil || *off != arn }},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	if w.stack, w.cloudfront, w.tokens, err = d.Signers(); err != nil {
		t.Fatal(err)
	}
	return d
}
