package report

import (
	"fmt"
	"strings"
	"time"

	"privateplayback/smoketest/internal/check"
)

// waterfall is the requests of one check as bars on one scale.
type waterfall struct {
	Span string // what the whole width stands for
	Bars []bar
}

// bar is one request.
type bar struct {
	Asked  string
	Answer string // "403", "no answer: …"
	Class  string // "silent" for a request without an answer
	Notes  []string
	Phases []phase
}

// phase is a part of a bar: where it begins and how long it is, of barWidth.
type phase struct {
	Class string // "dns", "connect", "tls", "wait" or "body"
	Title string // "TLS 3.1 ms"
	X, W  float64
}

// barWidth is the width of the drawing, in its own units, and leastWidth what can
// still be seen of it.
const (
	barWidth   = 1000
	leastWidth = 2
)

func newWaterfall(requests []check.Request) waterfall {
	if len(requests) == 0 {
		return waterfall{}
	}
	first, last := requests[0].Started, requests[0].Started
	for _, r := range requests {
		if r.Started.Before(first) {
			first = r.Started
		}
		if end := r.Started.Add(r.Elapsed); end.After(last) {
			last = end
		}
	}
	span := max(last.Sub(first), time.Microsecond)
	w := waterfall{Span: took(span)}
	for _, r := range requests {
		w.Bars = append(w.Bars, newBar(r, r.Started.Sub(first), span))
	}
	return w
}

func newBar(r check.Request, start, span time.Duration) bar {
	b := bar{Asked: oneLine(r.Asked), Answer: fmt.Sprint(r.Status)}
	if r.Status == 0 {
		b.Answer, b.Class = "no answer: "+oneLine(r.Error), "silent"
	}
	b.Notes = notes(r)
	at := start
	opening := r.Timing.DNS + r.Timing.Connect + r.Timing.TLS
	body := r.Elapsed - r.Timing.FirstByte
	if r.Timing.FirstByte == 0 { // none came
		body = 0
	}
	for _, p := range []struct {
		class, name string
		d           time.Duration
	}{
		{"dns", "DNS", r.Timing.DNS},
		{"connect", "connect", r.Timing.Connect},
		{"tls", "TLS", r.Timing.TLS},
		{"wait", "wait", r.Elapsed - body - opening},
		{"body", "body", body},
	} {
		if p.d <= 0 {
			continue
		}
		b.Phases = append(b.Phases, phase{p.class, p.name + " " + took(p.d), place(at, span), max(place(p.d, span), leastWidth)})
		at += p.d
	}
	return b
}

// place is a time on the scale, with one decimal.
func place(d, span time.Duration) float64 {
	return float64(int64(d)*barWidth*10/int64(span)) / 10
}

// notes are what else is known of a request.
func notes(r check.Request) []string {
	all := []string{}
	if r.Control {
		all = append(all, "control")
	}
	if r.Cache != "" {
		all = append(all, "cache: "+strings.ToLower(r.Cache))
	}
	if r.Edge != "" {
		all = append(all, oneLine(r.Edge))
	}
	if r.Attempts > 1 {
		all = append(all, fmt.Sprintf("sent %d times", r.Attempts))
	}
	if r.Bytes > 0 {
		all = append(all, size(int64(r.Bytes)))
	}
	if r.Timing.FirstByte > 0 {
		all = append(all, "first byte "+took(r.Timing.FirstByte))
	}
	return append(all, "in all "+took(r.Elapsed))
}
