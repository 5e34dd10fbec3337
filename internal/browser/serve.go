package browser

import (
	"context"
	"net/http"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/chromedp"
)

// served are the documents that a page answers itself, by URL.
type served struct {
	mu   sync.Mutex
	docs map[string]document
}

type document struct {
	header http.Header
	body   string
}

// Serve answers a URL, which has no fragment, from memory: whoever owns the host, a
// page of the test's own stands there, and nothing is sent. Header may have more than
// Content-Type, which defaults to text/html in UTF-8.
func (p *Page) Serve(url string, header http.Header, body string) error {
	header = header.Clone()
	if header == nil {
		header = http.Header{}
	}
	if header.Get("Content-Type") == "" {
		header.Set("Content-Type", "text/html; charset=utf-8")
	}
	patterns := p.served.add(url, document{header, body})
	return p.do(func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, fetch.Enable, fetch.EnableParams{Patterns: patterns})
		return chromedp.Void{}, err
	})
}

// add returns the patterns of all URLs that are served: no other request is held up.
func (s *served) add(url string, d document) []*fetch.RequestPattern {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.docs == nil {
		s.docs = map[string]document{}
	}
	s.docs[url] = d
	literal := strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`)
	var patterns []*fetch.RequestPattern
	for url := range s.docs {
		patterns = append(patterns, &fetch.RequestPattern{URLPattern: literal.Replace(url)})
	}
	return patterns
}

func (s *served) find(url string) (document, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, ok := s.docs[url]
	return d, ok
}

// answer hears the tab's events. It must not wait for the browser, which waits
// for it.
func (p *Page) answer(event any) {
	paused, ok := event.(*fetch.EventRequestPaused)
	if !ok {
		return
	}
	go func() {
		doc, ok := p.served.find(paused.Request.URL)
		if !ok {
			chromedp.Call(p.tab, fetch.ContinueRequest, fetch.ContinueRequestParams{RequestID: paused.RequestID})
			return
		}
		// It fails only when the page is gone, and with it whoever asked.
		chromedp.Call(p.tab, fetch.FulfillRequest, fetch.FulfillRequestParams{
			RequestID: paused.RequestID, ResponseCode: http.StatusOK, ResponseHeaders: entries(doc.header), Body: []byte(doc.body),
		})
	}()
}

func entries(header http.Header) []*fetch.HeaderEntry {
	var all []*fetch.HeaderEntry
	for name, values := range header {
		for _, value := range values {
			all = append(all, &fetch.HeaderEntry{Name: name, Value: value})
		}
	}
	return all
}
