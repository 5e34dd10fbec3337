package main

import (
	"context"
	"flag"
	"fmt"

	"privateplayback/internal/browser"
	"privateplayback/smoketest/internal/check"
)

// mode says whether checks with another program run.
type mode string

const (
	modeOff     mode = "off"
	modeAuto    mode = "auto"    // they are skipped where it is not installed
	modeRequire mode = "require" // the run is an error where it is not installed
)

// on reports whether the checks run; the zero value is off, too.
func (m mode) on() bool { return m == modeAuto || m == modeRequire }

// String is the mode as it is given.
func (m *mode) String() string { return string(*m) }

// Set takes one of the three.
func (m *mode) Set(value string) error {
	switch mode(value) {
	case modeOff, modeAuto, modeRequire:
		*m = mode(value)
		return nil
	}
	return fmt.Errorf("want auto, require or off")
}

// clientOptions are which clients by other people take part.
type clientOptions struct {
	browser mode
	ffprobe mode
}

func (o *clientOptions) register(flags *flag.FlagSet) {
	o.browser, o.ffprobe = modeOff, modeOff
	flags.Var(&o.browser, "browser", "")
	flags.Var(&o.ffprobe, "ffprobe", "")
}

// checks are those of the clients that take part.
func (o clientOptions) checks() []check.Check {
	var all []check.Check
	if o.browser.on() {
		all = append(all, check.InBrowser()...)
	}
	if o.ffprobe.on() {
		all = append(all, check.InFFprobe()...)
	}
	return all
}

// clients are the programs that were found.
type clients struct {
	browser, ffprobe string // paths; empty for what takes no part
	required         bool   // the browser must be able to play
}

// findClients looks for the programs before anything is deployed or asked.
func (p *program) findClients() error {
	p.found.required = p.clientOptions.browser == modeRequire
	for _, c := range []struct {
		name string
		mode mode
		find func() (string, error)
		path *string
	}{
		{"browser", p.clientOptions.browser, browser.Find, &p.found.browser},
		{"ffprobe", p.clientOptions.ffprobe, findFFprobe, &p.found.ffprobe},
	} {
		if !c.mode.on() {
			continue
		}
		var err error
		if *c.path, err = c.find(); err != nil && c.mode == modeRequire {
			return fmt.Errorf("--%s require: %w", c.name, err)
		}
	}
	return nil
}

// join gives the target the clients that were found; end ends them. They end with ctx,
// too.
func (c clients) join(ctx context.Context, target *check.Target, r reach) (end func() error) {
	end = func() error { return nil }
	if c.browser != "" {
		screen := newScreen(ctx, c.browser, r)
		target.Screen, target.ScreenRequired, end = screen, c.required, screen.close
	}
	if c.ffprobe != "" {
		target.Prober = prober{path: c.ffprobe, proxy: r.proxy}
	}
	return end
}
