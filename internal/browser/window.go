package browser

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// HasDisplay tells whether a window could be shown, by the environment of a desktop.
// getenv is os.Getenv.
func HasDisplay(getenv func(string) string) bool {
	switch runtime.GOOS {
	case "windows", "darwin":
		return true
	}
	return cmp.Or(getenv("DISPLAY"), getenv("WAYLAND_DISPLAY")) != ""
}

// Arguments are the command line of a browser with a window that shows url: after
// o.Path, and with its profile in dir. Nothing in them is secret. Of o it heeds what
// the browser may reach and trust.
func (o Options) Arguments(dir, url string) []string {
	args := []string{
		"--user-data-dir=" + dir, "--no-first-run", "--no-default-browser-check", "--disable-quic",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-pings",
	}
	flags := route(o)
	for _, name := range slices.Sorted(maps.Keys(flags)) {
		arg := "--" + name
		if flags[name] != "" {
			arg += "=" + flags[name]
		}
		args = append(args, arg)
	}
	return append(args, url)
}

// Command is that command line for a shell, with an empty profile. Without o.Path it
// has the usual name.
func (o Options) Command(url string) string {
	words := []string{shellWord(cmp.Or(o.Path, usual)), `--user-data-dir="$(mktemp -d)"`}
	for _, word := range o.Arguments("", url)[1:] {
		words = append(words, shellWord(word))
	}
	return strings.Join(words, " ")
}

func shellWord(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// Offer serves, and meanwhile shows url as Show does, if there is a display and a
// browser; if there is not, or if tell is set, it says how to. When serve returns, its
// context and the browser end.
func Offer(ctx context.Context, o Options, url string, tell bool, say func(line string), serve func(context.Context) error) error {
	path, missing := Find()
	o.Path = path
	if missing == nil && !tell && HasDisplay(os.Getenv) {
		ctx, cancel := context.WithCancel(ctx)
		shown := make(chan error, 1)
		go func() { shown <- Show(ctx, o, url) }()
		err := serve(ctx)
		cancel()
		return errors.Join(err, <-shown)
	}
	if missing != nil {
		say(missing.Error())
	}
	say("this opens the site: " + o.Command(url))
	return serve(ctx)
}

// Show shows url in a window of a browser of its own, until somebody closes it or
// ctx ends, which is no error. Neither a process nor a file of it stays.
func Show(ctx context.Context, o Options, url string) error {
	dir, err := makeDir()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, o.Path, o.Arguments(filepath.Join(dir, "profile"), url)...)
	cmd.Env = append(environment(dir), desktop()...)
	family := &children{}
	family.own(cmd)
	err = cmd.Run()
	family.kill()
	if err != nil {
		err = fmt.Errorf("showing a browser: %s: %w", o.Path, err)
	}
	if ctx.Err() != nil {
		err = nil
	}
	return errors.Join(err, removeAll(dir))
}

// desktop is what a window needs of this process's environment. The key to the
// screen is in the home folder, unless a variable says where.
func desktop() []string {
	home, _ := os.UserHomeDir()
	kept := []string{"XAUTHORITY=" + cmp.Or(os.Getenv("XAUTHORITY"), filepath.Join(home, ".Xauthority"))}
	for _, name := range []string{"DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "XDG_SESSION_TYPE", "DBUS_SESSION_BUS_ADDRESS"} {
		if value, ok := os.LookupEnv(name); ok {
			kept = append(kept, name+"="+value)
		}
	}
	return kept
}
