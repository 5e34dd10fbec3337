package edge

import (
	"container/list"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"privateplayback/internal/fakeaws/journal"
)

const (
	maxObjectBytes = 64 << 20  // a larger answer is passed through
	maxStoreBytes  = 512 << 20 // of all distributions together
)

// An object is a cached answer of an origin. It is never changed in place.
type object struct {
	status  int
	header  http.Header // as the origin sent it, without hop-by-hop headers
	body    []byte
	stored  time.Time // when the origin sent or confirmed it
	expires time.Time

	compressed bool   // by the edge
	originTag  string // the ETag of a compressed object as the origin sent it

	revalidating time.Time // until then served stale while it is fetched again
	staleOnError time.Time // until then served stale if the origin fails; zero: without end

	hits *atomic.Int64 // answers from what is stored under the key, since there is something
}

// noteHit counts an answer from o, and says how it stands with o.
func (o *object) noteHit(r *http.Request, now time.Time) {
	o.hits.Add(1)
	what := "cache hit"
	if o.status >= 400 {
		what = "cached error of the origin"
	}
	if now.Before(o.expires) {
		journal.Note(r.Context(), what, ": ", o.status, ", stored ", now.Sub(o.stored), " ago, expires in ", o.expires.Sub(now))
	} else {
		journal.Note(r.Context(), what, ": ", o.status, ", expired ", now.Sub(o.expires), " ago, served while it is fetched again until ", o.revalidating)
	}
}

// A store holds objects by cache key and forgets those unused longest when the
// bodies outgrow its bound. It is safe for concurrent use.
type store struct {
	maxObject, maxTotal int

	mu    sync.Mutex
	total int
	byKey map[string]*list.Element
	order *list.List // of *entry, the most recently used first
}

type entry struct {
	key string
	obj *object
}

func newStore(maxObject, maxTotal int) *store {
	return &store{maxObject: maxObject, maxTotal: maxTotal, byKey: map[string]*list.Element{}, order: list.New()}
}

// get returns the object under key, expired or not; nil if there is none.
func (c *store) get(key string) *object {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.byKey[key]
	if !ok {
		return nil
	}
	c.order.MoveToFront(e)
	return e.Value.(*entry).obj
}

// put stores obj, whose body is within maxObject, under key.
func (c *store) put(key string, obj *object) {
	c.mu.Lock()
	defer c.mu.Unlock()
	obj.hits = new(atomic.Int64)
	if e, ok := c.byKey[key]; ok {
		obj.hits = e.Value.(*entry).obj.hits
	}
	c.remove(key)
	c.byKey[key] = c.order.PushFront(&entry{key, obj})
	c.total += size(key, obj)
	for c.total > c.maxTotal {
		c.remove(c.order.Back().Value.(*entry).key)
	}
}

// entries returns what is stored, the most recently used first, and what it
// counts.
func (c *store) entries() (list []entry, total int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for e := c.order.Front(); e != nil; e = e.Next() {
		list = append(list, *e.Value.(*entry))
	}
	return list, c.total
}

// size is what an entry counts: its body, and something for the rest, so that empty
// objects are bounded too.
func size(key string, obj *object) int {
	const headers = 1 << 10
	return len(obj.body) + len(key) + headers
}

// drop forgets key.
func (c *store) drop(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.remove(key)
}

func (c *store) remove(key string) {
	if e, ok := c.byKey[key]; ok {
		c.total -= size(key, e.Value.(*entry).obj)
		c.order.Remove(e)
		delete(c.byKey, key)
	}
}
