package check

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Screen is a real browser. The checks of InBrowser show their pages there.
type Screen interface {
	// Show opens a page in a tab of its own, with cookies and a cache of its own,
	// plays its video, and tells what a viewer saw. An error means that the browser
	// did not do that; a video that does not play is none.
	Show(ctx context.Context, p Page) (Showing, error)
}

// Page is a page with one video. The page itself is answered from memory, so that it
// may stand at any origin.
type Page struct {
	Origin      string            // "https://app.example.com"
	Cookies     []*http.Cookie    // that the page sets
	Playlists   map[string]string // answered from memory as well, by URL
	Source      string            // URL of the video
	Credentials bool              // the video is requested with cookies
	Hosts       []string          // that the page may speak to, names or patterns ("*.example.com")
	Seconds     float64           // to be played
}

// Showing is what a viewer saw. Its texts hold no query of a URL.
type Showing struct {
	Unable   bool    // the browser plays no HLS without help
	Advanced float64 // seconds that played
	Moved    bool    // the picture changed meanwhile
	Error    string  // of the player
	Loads    []Load
}

// Load is a request of the page to a server.
type Load struct {
	URL       string // without query
	Status    int    // 0: no answer came
	Error     string // why the answer could not be used
	CORS      bool   // it is the browser that refuses, since the answer is for other pages
	Bytes     int
	Sent      time.Time
	FirstByte time.Duration
	Elapsed   time.Duration
}

// asked is the page in a failure.
func (p Page) asked() string {
	source, _, _ := strings.Cut(p.Source, "?")
	with := ""
	if p.Credentials {
		with = ", with cookies"
	}
	return fmt.Sprintf("a page at %s with the video %s%s", p.Origin, source, with)
}

// played reports whether so many seconds played as they should.
func (w Showing) played(seconds float64) bool {
	return w.Advanced >= seconds && w.Moved && w.Error == "" && w.failed() == nil
}

// failed is the first request that failed, or nil.
func (w Showing) failed() *Load {
	for _, l := range w.Loads {
		if l.Error != "" || l.Status >= 400 {
			return &l
		}
	}
	return nil
}

// String is what a viewer saw, on one line.
func (w Showing) String() string {
	parts := []string{fmt.Sprintf("%.1f s played", w.Advanced)}
	if w.Advanced > 0 && !w.Moved {
		parts = append(parts, "the picture stands still")
	}
	if w.Error != "" {
		parts = append(parts, "the player says "+w.Error)
	}
	if l := w.failed(); l != nil {
		answer := "no answer"
		if l.Status != 0 {
			answer = fmt.Sprint(l.Status)
		}
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("GET %s: %s %s", l.URL, answer, l.Error)))
	}
	return strings.Join(parts, "; ")
}
