package playlist

import (
	"context"
	"sync"
	"sync/atomic"
)

// canned makes a signature for each URI, a batch at a time on several
// goroutines. A URL that comes again, as byte ranges of one file do, is signed
// once in a batch, and once in a row of them.
type canned struct {
	options *PerURI
	workers int
	jobs    []job
	index   map[string]int // of jobs by URL
}

// job is a URL to be signed, and its result.
type job struct {
	url    string
	value  value // that it comes from
	line   int
	signed string
	err    error
}

// batchPerWorker is large enough for the goroutines to be free, and small
// enough for a first byte after some tens of milliseconds.
const batchPerWorker = 64

func newCanned(o *PerURI) *canned {
	return &canned{options: o, workers: o.workers(), index: map[string]int{}}
}

// add puts a URL into the batch and returns its job.
func (c *canned) add(url string, v value, line int) int {
	if i, ok := c.index[url]; ok {
		return i
	}
	c.jobs = append(c.jobs, job{url: url, value: v, line: line})
	c.index[url] = len(c.jobs) - 1
	return len(c.jobs) - 1
}

func (c *canned) full() bool { return len(c.jobs) >= batchPerWorker*c.workers }

// run signs the batch. Its error is that of the first line that failed.
func (c *canned) run(ctx context.Context) error {
	var next atomic.Int64
	var failed atomic.Bool
	work := func() {
		for !failed.Load() {
			i := int(next.Add(1)) - 1
			if i >= len(c.jobs) {
				return
			}
			j := &c.jobs[i]
			if j.signed != "" {
				continue // from the batch before
			}
			if j.signed, j.err = c.options.Signer.SignURL(ctx, j.url, c.options.Expires); j.err != nil {
				failed.Store(true)
			}
		}
	}
	var group sync.WaitGroup
	for range min(c.workers, len(c.jobs)) - 1 {
		group.Go(work)
	}
	work()
	group.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	for i := range c.jobs {
		if j := &c.jobs[i]; j.err != nil {
			return &LineError{Line: j.line, Err: j.value.hide(j.err)}
		}
	}
	return nil
}

func (c *canned) signed(i int) string { return c.jobs[i].signed }

// reset begins the next batch with the last job of this one.
func (c *canned) reset() {
	last := c.jobs[len(c.jobs)-1]
	clear(c.index)
	c.jobs = append(c.jobs[:0], last)
	c.index[last.url] = 0
}
