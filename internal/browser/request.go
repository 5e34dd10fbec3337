package browser

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
)

// Request is what the browser asked for a page. The icon that it asks for by itself is
// among them, unless the page names one (<link rel="icon" href="data:,">); what workers
// ask for is not.
type Request struct {
	Method string
	URL    string // without query and fragment
	Kind   string // the protocol's resource type: "Document", "Media", "XHR", "Fetch", "Image", …
	Status int    // 0 until there is an answer; that of a redirect is the redirect's

	// Error says why the answer could not be used, in Chromium's words:
	// "net::ERR_NAME_NOT_RESOLVED", "net::ERR_FAILED (PreflightMissingAllowOriginHeader)".
	// A request that the page itself gave up has none.
	Error string

	// CORS tells that Error is the browser's refusal to let the page read the answer.
	CORS bool

	Sent      time.Time
	FirstByte time.Duration // from Sent until the answer began; 0 if none came
	Elapsed   time.Duration // from Sent until the answer was whole or given up; 0 until then
	Bytes     int           // of the answer as it was sent
}

// String is the request on one line.
func (r Request) String() string {
	line := fmt.Sprintf("%s %s: %d", r.Method, r.URL, r.Status)
	if r.Error != "" {
		line += " " + r.Error
	}
	return line
}

// Failed tells whether the answer was an error or could not be used.
func (r Request) Failed() bool { return r.Error != "" || r.Status >= 400 }

// requests collects the requests of a tab from the events of the Network domain.
type requests struct {
	mu   sync.Mutex
	all  []Request
	last map[network.RequestID]int // the place of the latest one in all
	sent map[network.RequestID]cdp.MonotonicTime
}

// Requests are those of the page so far, in the order in which they were sent, those
// of pages that it showed before included.
func (p *Page) Requests() []Request {
	p.requests.mu.Lock()
	defer p.requests.mu.Unlock()
	return slices.Clone(p.requests.all)
}

// hear follows a request under its id, which its redirects share.
func (r *requests) hear(event any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if e.RedirectResponse != nil {
			r.of(e.RequestID).Status = int(e.RedirectResponse.Status)
		}
		if r.last == nil {
			r.last, r.sent = map[network.RequestID]int{}, map[network.RequestID]cdp.MonotonicTime{}
		}
		r.last[e.RequestID], r.sent[e.RequestID] = len(r.all), e.Timestamp
		r.all = append(r.all, Request{Method: e.Request.Method, URL: withoutQuery(e.Request.URL), Kind: string(e.Type),
			Sent: time.UnixMicro(int64(e.WallTime * 1e6))})
	case *network.EventResponseReceivedExtraInfo: // comes even if the page may not see the answer
		r.of(e.RequestID).Status = int(e.StatusCode)
	case *network.EventResponseReceived:
		r.of(e.RequestID).Status = int(e.Response.Status)
		r.of(e.RequestID).FirstByte = r.since(e.RequestID, e.Timestamp)
	case *network.EventLoadingFinished:
		r.of(e.RequestID).Bytes = int(e.EncodedDataLength)
		r.of(e.RequestID).Elapsed = r.since(e.RequestID, e.Timestamp)
	case *network.EventLoadingFailed:
		r.of(e.RequestID).Elapsed = r.since(e.RequestID, e.Timestamp)
		if !e.Canceled {
			r.of(e.RequestID).Error, r.of(e.RequestID).CORS = failure(e), e.CorsErrorStatus != nil
		}
	}
}

// since is the time from the sending of a request; the clock's zero is of no meaning.
func (r *requests) since(id network.RequestID, now cdp.MonotonicTime) time.Duration {
	return time.Duration(float64(now-r.sent[id]) * float64(time.Second))
}

// of is the latest request of an id; one that nobody sees if it was sent before the
// tab was listened to.
func (r *requests) of(id network.RequestID) *Request {
	if i, ok := r.last[id]; ok {
		return &r.all[i]
	}
	return &Request{}
}

func failure(e *network.EventLoadingFailed) string {
	switch {
	case e.CorsErrorStatus != nil:
		return fmt.Sprintf("%s (%s)", e.ErrorText, e.CorsErrorStatus.CorsError)
	case e.BlockedReason != "":
		return fmt.Sprintf("%s (%s)", e.ErrorText, e.BlockedReason)
	}
	return e.ErrorText
}

// withoutQuery is a URL that may be shown. Of a data URL only the type is left.
func withoutQuery(url string) string {
	if strings.HasPrefix(url, "data:") {
		url, _, _ = strings.Cut(url, ",")
	}
	if i := strings.IndexAny(url, "?#"); i >= 0 {
		return url[:i]
	}
	return url
}

var query = regexp.MustCompile(`[?#][^\s"']*`)

// withoutQueries is a text of the browser's that may have URLs in it.
func withoutQueries(text string) string {
	return query.ReplaceAllStringFunc(text, func(found string) string {
		if len(found) == 1 {
			return found // a question
		}
		return found[:1] + "…"
	})
}
