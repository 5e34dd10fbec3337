// Package browser drives a real browser (Chromium, headless) for the smoke test
// and for tests: pages at any origin, with media from AWS or from the stand-in.
//
//	path, err := browser.Find()
//	b, err := browser.Start(ctx, browser.Options{
//		Path:    path,
//		Resolve: map[string]string{"*.cloudfront.net": endpoint.Addr()},
//		Trust:   []string{endpoint.KeyPin()},
//	})
//	defer b.Close()
//	page, err := b.Page(ctx)
//	defer page.Close()
//	err = page.Serve("https://app.example.com/", nil, `<video muted src="https://d1.cloudfront.net/…">`)
//	err = page.Open("https://app.example.com/")
//	playback, err := page.Watch("video", 3)
//
// A browser reaches the hosts of Options.Resolve and no others, sees nothing of
// the environment that could be a secret, and leaves neither a process nor a file.
// Each page has cookies and a cache of its own. Nothing that a page reports holds
// the query of a URL, in which signatures and tokens travel.
package browser
