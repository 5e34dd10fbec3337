package journal

import (
	"context"
	"strconv"
	"time"
)

// Listens tells whether a journal keeps what is noted under ctx. Ask it before
// work that only a rule's text needs.
func Listens(ctx context.Context) bool { return draftOf(ctx) != nil }

func draftOf(ctx context.Context) *draft {
	d, _ := ctx.Value(draftKey{}).(*draft)
	return d
}

// A Quoted part of a rule is written in Go's quotes.
type Quoted string

// A URL is a part of a rule that is masked.
type URL string

// Note adds a rule to the entry of the request whose context ctx is. The parts
// are joined as they are: strings, [Quoted], [URL], int, [time.Time] in UTC, and
// [time.Duration] in whole seconds.
//
// It formats nothing unless a journal listens. Values of other types, and their
// methods, would make every caller allocate for the parts.
func Note(ctx context.Context, parts ...any) {
	d := draftOf(ctx)
	if d == nil {
		return
	}
	var b []byte
	for _, part := range parts {
		b = appendPart(b, part)
	}
	d.add(string(b))
}

func appendPart(b []byte, part any) []byte {
	switch v := part.(type) {
	case string:
		return append(b, v...)
	case Quoted:
		return strconv.AppendQuote(b, string(v))
	case URL:
		return append(b, MaskURL(string(v))...)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case time.Time:
		return append(b, Time(v)...)
	case time.Duration:
		return append(strconv.AppendInt(b, int64(v/time.Second), 10), " s"...)
	}
	return append(b, "(unknown part of a rule)"...)
}

// Time writes a time as rules do: in UTC, to the second.
func Time(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05Z") }
