package journal

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"
)

type draftKey struct{}

// maxRule is how much of a rule is kept, in bytes.
const maxRule = 2048

// draft is the entry of a request that is being answered.
type draft struct {
	secrets *strings.Replacer // takes out of a rule what the request keeps secret

	mu    sync.Mutex
	entry Entry
}

func newDraft(r *http.Request, service string, now time.Time) *draft {
	presented, secrets := credentials(r)
	return &draft{
		secrets: strings.NewReplacer(secrets...),
		entry: Entry{
			Time: now, Service: service, Method: r.Method, URL: requestURL(r),
			Viewer: r.RemoteAddr, Origin: maskOrigin(r.Header.Get("Origin")), Presented: presented,
		},
	}
}

func (d *draft) in(ctx context.Context) context.Context { return context.WithValue(ctx, draftKey{}, d) }

func (d *draft) add(rule string) {
	rule = d.secrets.Replace(rule)
	if len(rule) > maxRule {
		rule = strings.ToValidUTF8(rule[:maxRule], "") + masked
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.entry.Rules = append(d.entry.Rules, rule)
}

// close returns the finished entry.
func (d *draft) close(a *answer, now time.Time) Entry {
	d.mu.Lock()
	defer d.mu.Unlock()
	e := d.entry
	e.Duration = now.Sub(e.Time)
	e.Status, e.Code, e.Bytes = a.status, a.code(), a.bytes
	if e.Status == 0 {
		e.Status = http.StatusOK
	}
	e.XCache = a.Header().Get("X-Cache")
	return e
}
