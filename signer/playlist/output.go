package playlist

import (
	"context"
	"fmt"
	"io"
)

// output gathers what is written. In per-URI mode it also holds the URIs that
// wait for their signature, and where in the text they belong.
type output struct {
	dst     io.Writer
	left    int64 // of the limit
	limit   int64
	buf     []byte
	canned  *canned
	pending []pending
}

// pending is a URI to be signed and written after the first at bytes of buf.
type pending struct {
	at       int
	job      int // of the batch
	fragment string
}

const outputSize = 32 << 10

func newOutput(dst io.Writer, limit int64) *output {
	// The margin takes what one more line adds, in most playlists.
	return &output{dst: dst, left: limit, limit: limit, buf: make([]byte, 0, outputSize+4<<10)}
}

func (o *output) text(b []byte) { o.buf = append(o.buf, b...) }

func (o *output) line(content, end []byte) {
	o.buf = append(append(o.buf, content...), end...)
}

// sign puts a URI, the target of v, in the place where the text has come to.
func (o *output) sign(t target, v value, line int) {
	o.pending = append(o.pending, pending{at: len(o.buf), job: o.canned.add(t.url, v, line), fragment: t.fragment})
}

// flushIfFull writes when there is enough to.
func (o *output) flushIfFull(ctx context.Context) error {
	if len(o.buf) < outputSize && (o.canned == nil || !o.canned.full()) {
		return nil
	}
	return o.flush(ctx)
}

// flush signs what is pending and writes everything.
func (o *output) flush(ctx context.Context) error {
	if len(o.pending) == 0 {
		err := o.write(o.buf)
		o.buf = o.buf[:0]
		return err
	}
	if err := o.canned.run(ctx); err != nil {
		return err
	}
	from := 0
	for _, p := range o.pending {
		if err := o.write(o.buf[from:p.at]); err != nil {
			return err
		}
		from = p.at
		if err := o.write([]byte(o.canned.signed(p.job) + p.fragment)); err != nil {
			return err
		}
	}
	err := o.write(o.buf[from:])
	o.buf, o.pending = o.buf[:0], o.pending[:0]
	o.canned.reset()
	return err
}

func (o *output) write(b []byte) error {
	if len(b) == 0 {
		return nil
	}
	if o.left -= int64(len(b)); o.left < 0 {
		return fmt.Errorf("%w: the rewritten playlist is longer than %d bytes", ErrTooLarge, o.limit)
	}
	n, err := o.dst.Write(b)
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	if err != nil {
		return fmt.Errorf("writing the playlist: %w", err)
	}
	return nil
}
