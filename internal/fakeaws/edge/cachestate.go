package edge

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"privateplayback/internal/fakeaws/journal"
)

// CacheState is what the edge holds at a moment.
type CacheState struct {
	Objects  []CachedObject // the most recently used first
	Fresh    int            // how many of them are fresh; the others are stale
	Hits     int64          // answers from them
	Bytes    int            // what they count: bodies, and something for the rest
	MaxBytes int            // above it those unused longest go
}

// A CachedObject is one object in the cache, and its key without secrets: a
// signature is never part of a key of a distribution that trusts a key group;
// elsewhere, and for tokens, the value is masked. Of cookies and of headers that
// can hold a credential only the names are shown.
type CachedObject struct {
	Distribution string // id
	Method       string // of the request; GET stands for HEAD too
	Path         string
	Query        string   // the part that the cache policy takes
	Cookies      []string // names
	Headers      []string // "origin: https://app.example.com"; "origin" alone where the request had none

	Status  int
	Bytes   int       // of the body
	Stored  time.Time // when the origin sent or last confirmed it
	Expires time.Time
	Fresh   bool  // else it is kept to be confirmed or served stale
	Hits    int64 // answers from what is stored under the key
}

// CacheState tells what is in the cache by the edge's clock.
func (s *Service) CacheState() CacheState {
	now := s.now()
	entries, total := s.cache.entries()
	state := CacheState{Objects: []CachedObject{}, Bytes: total, MaxBytes: s.cache.maxTotal}
	for _, e := range entries {
		o := e.cached(now)
		if o.Fresh {
			state.Fresh++
		}
		state.Hits += o.Hits
		state.Objects = append(state.Objects, o)
	}
	return state
}

// cached takes a key apart as cacheKey joins it.
func (e entry) cached(now time.Time) CachedObject {
	parts := strings.Split(e.key, "\n")
	return CachedObject{
		Distribution: parts[0], Method: parts[1],
		Path: journal.MaskURL(parts[2]), Query: journal.MaskQuery(parts[3]),
		Cookies: cookieNames(parts[4]), Headers: shownHeaders(parts[5:]),
		Status: e.obj.status, Bytes: len(e.obj.body), Stored: e.obj.stored, Expires: e.obj.expires,
		Fresh: now.Before(e.obj.expires), Hits: e.obj.hits.Load(),
	}
}

func cookieNames(pairs string) []string {
	names := []string{}
	for pair := range strings.SplitSeq(pairs, "; ") {
		if name, _, ok := strings.Cut(pair, "="); ok {
			names = append(names, name)
		}
	}
	return names
}

// shownHeaders keeps the values of those headers that hold no credential.
func shownHeaders(parts []string) []string {
	list := []string{}
	for _, part := range parts {
		name, value, present := strings.Cut(part, ":")
		switch {
		case !present:
			list = append(list, name)
		case holdsNoCredential(name):
			list = append(list, name+": "+journal.MaskURL(value))
		default:
			list = append(list, name+": …")
		}
	}
	return list
}

func holdsNoCredential(header string) bool {
	name := http.CanonicalHeaderKey(header)
	return isKnownEdgeHeader(name) || slices.Contains([]string{
		"Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers", "Accept-Encoding", "Accept-Language", "Host",
	}, name)
}
