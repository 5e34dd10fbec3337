package edge

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"privateplayback/internal/fakeaws/journal"
)

// deliver sends a stored object, or the part of it that the viewer asks for.
func (s *Service) deliver(w http.ResponseWriter, r *http.Request, rt *route, obj *object, xCache string) {
	if s.errorPage(w, r, rt, obj.status) {
		return
	}
	h := w.Header()
	copyHeader(h, obj.header)
	rt.response.decorate(h, r)
	if obj.status >= 400 {
		xCache = xError
	}
	s.stamp(h, r, xCache)
	if xCache == xHit {
		h.Set("Age", strconv.FormatInt(max(0, int64(s.now().Sub(obj.stored)/time.Second)), 10))
	}
	status, body := obj.status, obj.body
	if status == http.StatusOK && r.Method != http.MethodOptions {
		status, body = part(h, r, obj)
	}
	// The length of an object that the edge compresses is not announced.
	if status != http.StatusNotModified && (status != http.StatusOK || !obj.compressed) {
		h.Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write(body) // an error means that the viewer has gone
	}
}

// part decides what of a whole object goes to the viewer, and adjusts the
// header to it.
func part(h http.Header, r *http.Request, obj *object) (int, []byte) {
	status := conditional(r, obj)
	switch status {
	case http.StatusPartialContent:
		return partial(h, r, obj)
	case http.StatusNotModified:
		journal.Note(r.Context(), "the viewer's copy is current by If-None-Match or If-Modified-Since: 304")
		h.Del("Content-Length")
		h.Del("Content-Type")
		return status, nil
	case http.StatusPreconditionFailed:
		journal.Note(r.Context(), "refused: If-Match or If-Unmodified-Since does not hold for the stored object, last changed ", journal.Quoted(obj.header.Get("Last-Modified")))
		h.Set("X-Cache", xError)
		return status, nil
	}
	return status, obj.body
}

// conditional evaluates preconditions and Range in the order of RFC 9110,
// section 13.2.2. It returns 200, 304, 412, or 206 for a range to be cut.
func conditional(r *http.Request, obj *object) int {
	tag := obj.header.Get("Etag")
	modified, err := http.ParseTime(obj.header.Get("Last-Modified"))
	dated := err == nil
	if match := r.Header.Get("If-Match"); match != "" {
		if !listsTag(match, tag) {
			return http.StatusPreconditionFailed
		}
	} else if since, err := http.ParseTime(r.Header.Get("If-Unmodified-Since")); err == nil && dated && modified.After(since) {
		return http.StatusPreconditionFailed
	}
	if noneMatch := r.Header.Get("If-None-Match"); noneMatch != "" {
		if listsTag(noneMatch, tag) {
			return http.StatusNotModified
		}
	} else if since, err := http.ParseTime(r.Header.Get("If-Modified-Since")); err == nil && dated && !modified.After(since) {
		return http.StatusNotModified
	}
	if r.Method == http.MethodGet && r.Header.Get("Range") != "" && rangeStillHolds(r, tag, modified, dated) {
		return http.StatusPartialContent
	}
	return http.StatusOK
}

func rangeStillHolds(r *http.Request, tag string, modified time.Time, dated bool) bool {
	condition := r.Header.Get("If-Range")
	if condition == "" || condition == tag && !strings.HasPrefix(tag, "W/") {
		return true
	}
	at, err := http.ParseTime(condition)
	return err == nil && dated && at.Equal(modified)
}

func listsTag(list, tag string) bool {
	if strings.TrimSpace(list) == "*" {
		return true
	}
	for item := range strings.SplitSeq(list, ",") {
		if tag != "" && strings.TrimPrefix(strings.TrimSpace(item), "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}

// partial cuts one range out of the body. Anything but one well-formed range
// gives the whole object.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RangeGETs.html
func partial(h http.Header, r *http.Request, obj *object) (int, []byte) {
	size := len(obj.body)
	from, to, verdict := parseRange(r.Header.Get("Range"), size)
	switch verdict {
	case rangeIgnored:
		return http.StatusOK, obj.body
	case rangeUnsatisfiable:
		journal.Note(r.Context(), "refused: the range begins beyond the object, which has ", size, " bytes")
		h.Set("Content-Range", "bytes */"+strconv.Itoa(size))
		h.Set("X-Cache", xError)
		h.Del("Content-Type")
		return http.StatusRequestedRangeNotSatisfiable, nil
	}
	journal.Note(r.Context(), "range: bytes ", from, " to ", to, " of ", size)
	h.Set("Content-Range", "bytes "+strconv.Itoa(from)+"-"+strconv.Itoa(to)+"/"+strconv.Itoa(size))
	return http.StatusPartialContent, obj.body[from : to+1]
}

type rangeVerdict int

const (
	rangeServed rangeVerdict = iota
	rangeIgnored
	rangeUnsatisfiable
)

// parseRange reads "bytes=a-b", "bytes=a-" or "bytes=-n" for a body of the
// given size; from and to are inclusive.
func parseRange(header string, size int) (from, to int, verdict rangeVerdict) {
	spec, ok := strings.CutPrefix(header, "bytes=")
	first, last, dash := strings.Cut(strings.TrimSpace(spec), "-")
	if !ok || !dash || first == "" && last == "" || !isDigits(first) || !isDigits(last) {
		return 0, 0, rangeIgnored
	}
	if first == "" {
		n := atoiCapped(last, size)
		if n == 0 {
			return 0, 0, rangeUnsatisfiable
		}
		return size - n, size - 1, rangeServed
	}
	from = atoiCapped(first, size)
	to = size - 1
	if last != "" {
		if isLess(last, first) {
			return 0, 0, rangeIgnored
		}
		to = min(atoiCapped(last, size), size-1)
	}
	if from >= size {
		return 0, 0, rangeUnsatisfiable
	}
	return from, to, rangeServed
}

func isDigits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}

// atoiCapped reads digits of any length; the result is at most limit.
func atoiCapped(digits string, limit int) int {
	n := 0
	for _, d := range []byte(digits) {
		if n = n*10 + int(d-'0'); n >= limit {
			return limit
		}
	}
	return n
}

// isLess compares two numbers of digits of any length.
func isLess(a, b string) bool {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	return len(a) < len(b) || len(a) == len(b) && a < b
}
