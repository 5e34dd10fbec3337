package main

import (
	"context"
	"errors"
	"fmt"
	"html"
	"net/http"
	"slices"
	"sync"
	"time"

	"privateplayback/internal/browser"
	"privateplayback/signer/playlist"
	"privateplayback/smoketest/internal/check"
)

// screen is the browser of a run, which starts when the first page is shown.
type screen struct {
	ctx  context.Context // of the run
	path string
	reach
	tabs chan struct{} // one for each page that may be shown at the same time

	mu    sync.Mutex
	all   []*browser.Browser // the last one is for pages to come
	hosts []string           // that it may reach
	err   error              // why there will be none
}

const (
	// sideBySide is how many pages play at a time: a video decoder each.
	sideBySide = 3

	// patience is what a page may take beside the seconds that it plays.
	patience = 45 * time.Second
)

func newScreen(ctx context.Context, path string, r reach) *screen {
	return &screen{ctx: ctx, path: path, reach: r, tabs: make(chan struct{}, sideBySide)}
}

// Show is that of check.Screen.
func (s *screen) Show(ctx context.Context, p check.Page) (check.Showing, error) {
	select {
	case s.tabs <- struct{}{}:
		defer func() { <-s.tabs }()
	case <-ctx.Done():
		return check.Showing{}, ctx.Err()
	}
	b, err := s.browser(p.Hosts)
	if err != nil {
		return check.Showing{}, err
	}
	bounded, cancel := context.WithTimeout(ctx, patience+time.Duration(p.Seconds*float64(time.Second)))
	defer cancel()
	tab, err := b.Page(bounded)
	if err != nil {
		return check.Showing{}, err
	}
	defer tab.Close()
	return watch(tab, p)
}

// watch shows a page in a tab.
func watch(tab *browser.Page, p check.Page) (check.Showing, error) {
	address, err := answer(tab, p)
	if err != nil {
		return check.Showing{}, err
	}
	if err := tab.Open(address); err != nil {
		return check.Showing{}, err
	}
	var able string
	if err := tab.Eval(`document.querySelector("video").canPlayType("`+playlist.ContentType+`")`, &able); err != nil || able == "" {
		return check.Showing{Unable: true}, err
	}
	playback, err := tab.Watch("video", p.Seconds)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		playback.Error = fmt.Sprintf("it neither played nor failed within %s", patience)
	case err != nil:
		return check.Showing{}, err
	}
	shown := check.Showing{Advanced: playback.Advanced, Moved: playback.Moved, Error: playback.Error}
	for _, r := range tab.Requests() {
		_, own := p.Playlists[r.URL]
		underway := r.Status == 0 && r.Error == ""
		if !own && !underway && r.URL != address {
			shown.Loads = append(shown.Loads, check.Load{URL: r.URL, Status: r.Status, Error: r.Error, CORS: r.CORS,
				Bytes: r.Bytes, Sent: r.Sent, FirstByte: r.FirstByte, Elapsed: r.Elapsed})
		}
	}
	return shown, nil
}

// answer serves a page and its playlists from memory. It returns the page's address.
func answer(tab *browser.Page, p check.Page) (string, error) {
	address := p.Origin + "/smoketest/"
	header := http.Header{}
	for _, c := range p.Cookies {
		header.Add("Set-Cookie", c.String())
	}
	cors := "anonymous"
	if p.Credentials {
		cors = "use-credentials"
	}
	// The icon keeps the browser from asking the origin for one.
	page := fmt.Sprintf(`<!doctype html><title>smoke test</title><link rel="icon" href="data:,"><video muted playsinline crossorigin=%q src="%s"></video>`,
		cors, html.EscapeString(p.Source))
	if err := tab.Serve(address, header, page); err != nil {
		return "", err
	}
	for url, text := range p.Playlists {
		if err := tab.Serve(url, http.Header{"Content-Type": {playlist.ContentType}}, text); err != nil {
			return "", err
		}
	}
	return address, nil
}

// browser is the one of the run. Which hosts a browser may reach is fixed when it starts:
// where playlists have named another one since, there is another browser.
func (s *screen) browser(hosts []string) (*browser.Browser, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	missing := slices.DeleteFunc(slices.Clone(hosts), func(host string) bool { return slices.Contains(s.hosts, host) })
	switch {
	case s.err != nil:
		return nil, s.err
	case len(s.all) > 0 && len(missing) == 0:
		return s.all[len(s.all)-1], nil
	}
	s.hosts = append(s.hosts, missing...)
	o := browser.Options{Path: s.path, Proxy: s.proxy, Trust: s.trust, Resolve: map[string]string{}}
	for _, host := range s.hosts {
		o.Resolve[host] = ""
	}
	b, err := browser.Start(s.ctx, o)
	if err != nil {
		s.err = err
		return nil, err
	}
	s.all = append(s.all, b)
	return b, nil
}

// close ends the browser. A page that is shown then fails.
func (s *screen) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = errors.New("the browser has ended")
	var errs []error
	for _, b := range s.all {
		errs = append(errs, b.Close())
	}
	s.all = nil
	return errors.Join(errs...)
}
