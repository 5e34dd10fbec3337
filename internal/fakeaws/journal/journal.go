package journal

import (
	"net/http"
	"sync"
	"time"
)

// DefaultSize is how many entries a Journal holds unless told otherwise.
const DefaultSize = 500

// The services, as in [Entry].Service.
const (
	CloudFront = "cloudfront"
	S3         = "s3"
	IVS        = "ivs"
)

// An Entry is one request and its answer. Its slices are not to be changed.
type Entry struct {
	Seq      uint64    // 1, 2, 3, … in the order in which requests ended
	Time     time.Time // when the request came
	Duration time.Duration

	Service string // "cloudfront", "s3" or "ivs"
	Method  string
	URL     string // absolute, masked
	Viewer  string // the address with port that the request came from
	Origin  string // the header; "" for none

	// Presented names what the request shows to be let in, without any value:
	// "query Signature", "cookie CloudFront-Policy", "header Authorization".
	Presented []string

	Status int
	Code   string // of the body of a refusal, "AccessDenied"; "" where it has none
	XCache string // the header; "" for none
	Bytes  int64  // of the body

	// Rules are the decisions in their order, a short sentence each. The one that
	// refused begins with "refused: ", after "s3: " or "ivs: " if it is that
	// service's.
	Rules []string
}

// A Journal holds the last entries. It is safe for concurrent use.
type Journal struct {
	now func() time.Time

	mu   sync.Mutex
	last uint64  // sequence number of the youngest entry
	ring []Entry // entry n is at n modulo its length
}

// New returns a Journal for size entries, 0 for [DefaultSize], by the clock now;
// nil means [time.Now].
func New(size int, now func() time.Time) *Journal {
	if size <= 0 {
		size = DefaultSize
	}
	if now == nil {
		now = time.Now
	}
	return &Journal{now: now, ring: make([]Entry, size)}
}

// ServeHTTP has a service answer a request, and keeps both. On a nil Journal the
// service just answers.
func (j *Journal) ServeHTTP(w http.ResponseWriter, r *http.Request, service string, h http.Handler) {
	if j == nil {
		h.ServeHTTP(w, r)
		return
	}
	d := newDraft(r, service, j.now())
	a := &answer{ResponseWriter: w}
	defer func() { j.add(d.close(a, j.now())) }()
	h.ServeHTTP(a, r.WithContext(d.in(r.Context())))
}

func (j *Journal) add(e Entry) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last++
	e.Seq = j.last
	j.ring[e.Seq%uint64(len(j.ring))] = e
}

// Entries returns the entries with a sequence number above after that are still
// held, the newest last.
func (j *Journal) Entries(after uint64) []Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	size := uint64(len(j.ring))
	if j.last > size {
		after = max(after, j.last-size)
	}
	list := []Entry{}
	for seq := after + 1; seq <= j.last; seq++ {
		list = append(list, j.ring[seq%size])
	}
	return list
}
