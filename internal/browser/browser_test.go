package browser_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"privateplayback/internal/browser"
	"privateplayback/internal/browser/browsertest"
)

func TestFindNothing(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("looks outside of PATH, too")
	}
	t.Setenv("PATH", "")
	if path, err := browser.Find(); !errors.Is(err, browser.ErrNotInstalled) || !strings.Contains(err.Error(), "apt-get install") {
		t.Errorf("Find() = %q, %v, want ErrNotInstalled with the command", path, err)
	}
}

// Where both are installed, as on CI's usual machines, Chrome has the codecs for sure.
func TestFindPrefersChrome(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("executables have other names")
	}
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if path, err := browser.Find(); err != nil || path != filepath.Join(dir, "google-chrome") {
		t.Errorf("Find() = %q, %v, want Chrome", path, err)
	}
}

func TestStartNothing(t *testing.T) {
	dir := browsertest.TempDir(t)
	_, err := browser.Start(t.Context(), browser.Options{Path: "/nonexistent/chromium"})
	if err == nil || !strings.Contains(err.Error(), "/nonexistent/chromium") {
		t.Errorf("starting nothing: %v, want the path", err)
	}
	browsertest.LeavesNothing(t, dir)
}

// A browser that dies at its start is given a second chance, and no third.
func TestStartAgain(t *testing.T) {
	for name, tc := range map[string]struct {
		deaths int
		want   bool
	}{"once": {1, true}, "twice": {2, false}} {
		t.Run(name, func(t *testing.T) {
			o := options(t, media(t))
			dir := t.TempDir()
			script := fmt.Sprintf("#!/bin/sh\necho >>%[1]s/starts\n[ $(wc -l <%[1]s/starts) -gt %[2]d ] || exit 1\nexec %[3]s \"$@\"\n", dir, tc.deaths, o.Path)
			o.Path = filepath.Join(dir, "chromium")
			if err := os.WriteFile(o.Path, []byte(script), 0o700); err != nil {
				t.Fatal(err)
			}
			b, err := browser.Start(t.Context(), o)
			if err == nil {
				defer b.Close()
			}
			if (err == nil) != tc.want {
				t.Errorf("Start of a browser that dies %s: %v", name, err)
			}
		})
	}
}

// However a browser ends, neither a process nor a file is left.
func TestClose(t *testing.T) {
	for name, end := range map[string]func(*browser.Browser, context.CancelFunc) error{
		"closed":          func(b *browser.Browser, _ context.CancelFunc) error { return b.Close() },
		"closed twice":    func(b *browser.Browser, _ context.CancelFunc) error { return errors.Join(b.Close(), b.Close()) },
		"context expired": func(b *browser.Browser, cancel context.CancelFunc) error { cancel(); return b.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			dir := browsertest.TempDir(t)
			t.Setenv("SIGNING_KEY", "secret")
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			b, err := browser.Start(ctx, options(t, media(t)))
			if err != nil {
				t.Fatal(err)
			}
			p := open(t, b, `<video muted src="https://media.example.com/ts/master.m3u8">`)
			if _, err := p.Watch("video", 0.1); err != nil {
				t.Error(err)
			}
			all := browsertest.Processes(t, dir)
			if len(all) < 2 {
				t.Errorf("%d processes of the browser, want some", len(all))
			}
			for _, process := range all {
				if environ, err := os.ReadFile(filepath.Join(process.Dir, "environ")); err == nil && strings.Contains(string(environ), "SIGNING_KEY") {
					t.Errorf("%s has the environment of this process", process.Dir)
				}
			}
			if err := end(b, cancel); err != nil {
				t.Errorf("closing: %v", err)
			}
			if err := p.Eval("1", nil); err == nil {
				t.Error("a page outlived the browser")
			}
			browsertest.LeavesNothing(t, dir)
		})
	}
}

// A long path for temporary files, in which no socket can be, changes nothing of that.
func TestLongTemporaryFolder(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("paths of sockets are not bounded")
	}
	o := options(t, media(t))
	long := filepath.Join(t.TempDir(), strings.Repeat("long", 25))
	told := filepath.Join(t.TempDir(), "told")
	path := filepath.Join(t.TempDir(), "chromium")
	script := fmt.Sprintf("#!/bin/sh\nprintf %%s \"$TMPDIR\" >%s\nexec %s \"$@\"\n", told, o.Path)
	if err := errors.Join(os.Mkdir(long, 0o700), os.WriteFile(path, []byte(script), 0o700)); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", long)
	o.Path = path
	b, err := browser.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	dir, err := os.ReadFile(told)
	if err != nil || len(dir) == 0 {
		t.Fatalf("the browser has the folder %q for temporary files, %v, want one of its own", dir, err)
	}
	browsertest.LeavesNothing(t, long)
	if _, err := os.Stat(string(dir)); !os.IsNotExist(err) {
		t.Errorf("%s is left: %v", dir, err)
	}
}
