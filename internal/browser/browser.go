package browser

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/chromedp/chromedp"
)

// Options say which browser to start, and what it may reach and trust.
type Options struct {
	// Path of the executable, as of Find.
	Path string

	// Resolve maps the hosts that the browser may reach to where they are: a name
	// or a pattern ("*.cloudfront.net") to "127.0.0.1:43211". With an empty address
	// DNS says where. Every other host does not exist for the browser.
	Resolve map[string]string

	// Proxy is the HTTP or SOCKS5 proxy through which those hosts are reached, in place of
	// their addresses ("http://127.0.0.1:4430"); empty for none. Chromium takes no user and
	// password for it, so they are left out.
	Proxy string

	// Trust are SHA-256 sums of public keys (SPKI) in base64. A certificate whose
	// chain has one is valid, whoever issued it.
	Trust []string

	// ThirdPartyCookies lets pages of one site use cookies of another, which
	// Chromium refuses in a context that leaves no trace.
	ThirdPartyCookies bool

	// Log hears what goes wrong between this process and the browser; nil for
	// nobody.
	Log func(format string, args ...any)
}

// Browser is a browser process without a window. It is safe for concurrent use.
type Browser struct {
	ctx      context.Context // chromedp's, of the browser
	release  context.CancelFunc
	dir      string // home and profile
	children *children
}

// startTimeout is for a browser on a machine that is busy with something else.
const startTimeout = time.Minute

// Start starts a browser that lives until Close or the end of ctx. One that dies at
// its start, as Chromium now and then does on a busy machine, is started once more.
func Start(ctx context.Context, o Options) (*Browser, error) {
	b, err := start(ctx, o)
	if err != nil && ctx.Err() == nil {
		b, err = start(ctx, o)
	}
	return b, err
}

func start(ctx context.Context, o Options) (*Browser, error) {
	dir, err := makeDir()
	if err != nil {
		return nil, err
	}
	b := &Browser{dir: dir, children: &children{}}
	if err := writeProfile(dir, o); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	allocator, release := chromedp.NewExecAllocator(ctx, append(flags(o, dir), chromedp.ModifyCmdFunc(b.children.own))...)
	silent := func(string, ...any) {}
	if o.Log == nil {
		o.Log = silent
	}
	b.release = release
	// Its cancel function waits for the browser even if none has started; release
	// cancels, too.
	b.ctx, _ = chromedp.NewContext(allocator, chromedp.WithErrorf(o.Log), chromedp.WithLogf(silent))
	// The first call starts the browser and ties its life to its context, so that
	// a deadline there would be the browser's: the bound is outside.
	late := time.AfterFunc(startTimeout, release)
	err = chromedp.Do(b.ctx)
	late.Stop()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("starting %q: %w", o.Path, err), b.Close())
	}
	return b, nil
}

// longestDir is how long the path of a browser's folder may be: Chromium makes a socket in a
// folder below, whose path has at most 107 bytes.
const longestDir = 60

// makeDir makes a browser's folder: in /tmp where the path of the usual place is too long,
// since a browser that may not use its folder for temporary files leaves some elsewhere.
func makeDir() (string, error) {
	dir, err := os.MkdirTemp("", "browser-")
	if err != nil || len(dir) <= longestDir {
		return dir, err
	}
	short, err := os.MkdirTemp("/tmp", "browser-")
	if err != nil {
		return dir, nil // there is no such place, on Windows say
	}
	return short, os.Remove(dir)
}

// closeTimeout is for a browser to put its profile away, which is thrown away
// anyhow.
const closeTimeout = 5 * time.Second

// Close ends the browser with all its pages, and removes its files. A second call
// does nothing.
func (b *Browser) Close() error {
	ctx, cancel := context.WithTimeout(b.ctx, closeTimeout)
	defer cancel()
	if ctx.Err() == nil {
		chromedp.Cancel(ctx) // if it fails, what follows kills
	}
	b.release()
	b.children.kill()
	return removeAll(b.dir)
}

// removeAll bears with a process that has been killed and is still writing.
func removeAll(dir string) error {
	var err error
	for range 50 {
		if err = os.RemoveAll(dir); err == nil {
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return err
}

// writeProfile makes the folders of flags, with the preferences for which there
// is no flag.
func writeProfile(dir string, o Options) error {
	defaults := filepath.Join(profileDir(dir), "Default")
	if err := os.MkdirAll(defaults, 0o700); err != nil {
		return err
	}
	if !o.ThirdPartyCookies {
		return nil
	}
	return os.WriteFile(filepath.Join(defaults, "Preferences"), []byte(`{"profile":{"cookie_controls_mode":0}}`), fs.FileMode(0o600))
}

func profileDir(dir string) string { return filepath.Join(dir, "profile") }

// environment is what a browser needs of this process's, which may hold keys.
func environment(dir string) []string {
	kept := []string{"HOME=" + dir}
	if len(dir) <= longestDir {
		kept = append(kept, "TMPDIR="+dir)
	}
	for _, name := range []string{"PATH", "LANG", "LD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "LOCALAPPDATA", "USERPROFILE"} {
		if value, ok := os.LookupEnv(name); ok {
			kept = append(kept, name+"="+value)
		}
	}
	return kept
}
