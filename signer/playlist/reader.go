package playlist

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
)

// lineReader cuts a stream into lines with one buffer, which grows to the
// longest line.
type lineReader struct {
	src    io.Reader
	limits Limits
	buf    []byte
	start  int   // of the next line
	seen   int   // up to here there is no newline
	end    int   // of what was read
	total  int64 // read so far
	number int   // of the last line returned, from 1
	cr     bool  // a carriage return was read
	err    error // of src, io.EOF included
}

const (
	readSize    = 16 << 10
	emptyReads  = 100 // as bufio: a reader that returns nothing so often is broken
	lineEndSize = len("\r\n")
)

func newLineReader(src io.Reader, limits Limits) *lineReader {
	return &lineReader{src: src, limits: limits, buf: make([]byte, readSize)}
}

// next returns the next line with its end, valid until the call after. At the
// end of the stream the error is io.EOF. The context is asked before each read.
func (l *lineReader) next(ctx context.Context) ([]byte, error) {
	for {
		if i := bytes.IndexByte(l.buf[l.seen:l.end], '\n'); i >= 0 {
			return l.line(l.seen + i + 1)
		}
		l.seen = l.end
		switch {
		case l.end-l.start-lineEndSize > l.limits.Line: // whose sum may overflow
			return l.line(l.end)
		case l.err == io.EOF && l.start < l.end:
			return l.line(l.end)
		case l.err != nil:
			return nil, l.err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		l.fill()
		if l.total > l.limits.Input {
			// The line is not told: it depends on the size of the reads.
			return nil, fmt.Errorf("%w: the playlist is longer than %d bytes", ErrTooLarge, l.limits.Input)
		}
	}
}

// line takes what lies before end.
func (l *lineReader) line(end int) ([]byte, error) {
	line := l.buf[l.start:end]
	l.start, l.seen = end, end
	l.number++
	if content, _ := cutLineEnd(line); len(content) > l.limits.Line {
		return nil, &LineError{Line: l.number, Err: fmt.Errorf("%w: the line is longer than %d bytes", ErrTooLarge, l.limits.Line)}
	}
	return line, nil
}

// fill reads once more.
func (l *lineReader) fill() {
	if l.start > 0 {
		copy(l.buf, l.buf[l.start:l.end])
		l.end -= l.start
		l.start, l.seen = 0, l.end
	}
	if l.end == len(l.buf) {
		l.buf = append(l.buf, make([]byte, len(l.buf))...)
	}
	for range emptyReads {
		n, err := l.src.Read(l.buf[l.end:])
		if n < 0 || n > len(l.buf)-l.end {
			l.err = errors.New("reading the playlist: the reader returned an impossible count")
			return
		}
		l.cr = l.cr || bytes.IndexByte(l.buf[l.end:l.end+n], '\r') >= 0
		l.end += n
		l.total += int64(n)
		switch {
		case err == io.EOF:
			l.err = io.EOF
			return
		case err != nil:
			l.err = fmt.Errorf("reading the playlist: %w", err)
			return
		case n > 0:
			return
		}
	}
	l.err = fmt.Errorf("reading the playlist: %w", io.ErrNoProgress)
}

// cutLineEnd splits a line before LF or CRLF, or the CR that is left of one at
// the end of the stream.
func cutLineEnd(line []byte) (content, end []byte) {
	n := len(line)
	if n > 0 && line[n-1] == '\n' {
		n--
	}
	if n > 0 && line[n-1] == '\r' {
		n--
	}
	return line[:n], line[n:]
}
