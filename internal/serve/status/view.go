package status

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"privateplayback/internal/fakeaws/edge"
	"privateplayback/internal/fakeaws/journal"
)

// view is what the page is made of.
type view struct {
	Address, Env                    string
	Viewer                          Viewer
	Refused, Paused                 bool
	AllLink, RefusedLink, PauseLink string
	Requests                        []request
	Resources                       []group
	ResourceCount                   int
	Cache                           cache
}

// request is an entry of the journal.
type request struct {
	Class  string // "good", "bad" or "other"
	Status string // "403 MissingKey"
	Method string
	URL    string
	Rule   string   // what decided
	Before []string // the decisions before it
	Facts  []string
}

type cache struct {
	Count   int
	Bytes   string
	Hits    int64
	Objects []cached
}

type cached struct {
	Distribution, Path string
	Key                []string // what else tells it from others
	Status             int
	Bytes              string
	Hits               int64
	State, Class       string // "fresh for 23s", "fresh"
}

// What of a long list is shown.
const (
	maxRequests = 100
	maxCached   = 200
)

func (p page) view(query url.Values) view {
	v := view{Address: p.Address, Env: p.Env, Viewer: p.Viewer, Refused: query.Has("refused"), Paused: query.Has("paused")}
	v.AllLink, v.RefusedLink = link(false, v.Paused), link(true, v.Paused)
	v.PauseLink = link(v.Refused, !v.Paused)
	for _, e := range slices.Backward(p.Journal.Entries(0)) {
		if r := newRequest(e); len(v.Requests) < maxRequests && (r.Class == "bad" || !v.Refused) {
			v.Requests = append(v.Requests, r)
		}
	}
	v.Resources, v.ResourceCount = resources(p.Cloud)
	v.Cache = newCache(p.Cloud.Edge.CacheState(), p.Now())
	return v
}

// link is the page's own address with other choices.
func link(refused, paused bool) string {
	choices := []string{}
	if refused {
		choices = append(choices, "refused")
	}
	if paused {
		choices = append(choices, "paused")
	}
	if len(choices) == 0 {
		return "/"
	}
	return "/?" + strings.Join(choices, "&")
}

func newRequest(e journal.Entry) request {
	r := request{
		Class: class(e.Status), Status: strings.TrimSpace(strconv.Itoa(e.Status) + " " + e.Code),
		Method: e.Method, URL: e.URL,
		Facts: []string{e.Time.Format("15:04:05.000"), e.Service},
	}
	if n := len(e.Rules); n > 0 {
		r.Rule, r.Before = e.Rules[n-1], e.Rules[:n-1]
	}
	if e.XCache != "" {
		r.Facts = append(r.Facts, e.XCache)
	}
	if e.Origin != "" {
		r.Facts = append(r.Facts, "from a page of "+e.Origin)
	}
	if len(e.Presented) > 0 {
		r.Facts = append(r.Facts, "with "+strings.Join(e.Presented, ", "))
	}
	r.Facts = append(r.Facts, size(e.Bytes), e.Duration.Round(10*time.Microsecond).String())
	return r
}

func class(status int) string {
	switch {
	case status >= 400:
		return "bad"
	case status >= 300:
		return "other"
	}
	return "good"
}

func newCache(state edge.CacheState, now time.Time) cache {
	c := cache{Count: len(state.Objects), Bytes: size(int64(state.Bytes)), Hits: state.Hits}
	for _, o := range state.Objects[:min(len(state.Objects), maxCached)] {
		item := cached{Distribution: o.Distribution, Path: o.Path, Status: o.Status, Bytes: size(int64(o.Bytes)), Hits: o.Hits}
		if o.Query != "" {
			item.Key = append(item.Key, "?"+o.Query)
		}
		for _, header := range o.Headers {
			if strings.Contains(header, ": ") { // the request had it
				item.Key = append(item.Key, header)
			}
		}
		if len(o.Cookies) > 0 {
			item.Key = append(item.Key, "cookies "+strings.Join(o.Cookies, ", "))
		}
		if left := o.Expires.Sub(now); o.Fresh {
			item.Class, item.State = "fresh", "fresh for "+span(left)
		} else {
			item.Class, item.State = "stale", "expired "+span(-left)+" ago"
		}
		c.Objects = append(c.Objects, item)
	}
	return c
}

// count writes a number with its noun.
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}

// span writes a time as a person reads it.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	if d >= 2*day {
		return count(int(d/day), "day")
	}
	return d.Round(time.Second).String()
}

// size writes a number of bytes as a person reads it.
func size(n int64) string {
	const kilo = 1000
	switch {
	case n < kilo:
		return count(int(n), "byte")
	case n < kilo*kilo:
		return fmt.Sprintf("%.1f kB", float64(n)/kilo)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/kilo/kilo)
}
