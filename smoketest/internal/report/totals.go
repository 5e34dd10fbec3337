package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"privateplayback/smoketest/internal/check"
)

// Totals are the requests of a run in numbers; of a check that was tried several
// times, those of the last round.
type Totals struct {
	Requests   int
	Controls   int // had to answer 200 before a refusal could count
	Again      int // sent again over a bad network
	Unanswered int
	Hits       int // answered from the edge's cache, revalidated or not
	Bytes      int64
	Edges      []string // codes of the edge locations, sorted

	// First bytes of the answers that came.
	Median, Worst time.Duration
}

// Totals counts the requests.
func (s Summary) Totals() Totals {
	var t Totals
	firsts := []time.Duration{}
	for _, result := range s.Results {
		for _, r := range result.Requests {
			t.add(r)
			if r.Timing.FirstByte > 0 { // a browser does not tell of an answer that it keeps from the page
				firsts = append(firsts, r.Timing.FirstByte)
			}
		}
	}
	slices.Sort(t.Edges)
	t.Edges = slices.Compact(t.Edges)
	if n := len(firsts); n > 0 {
		slices.Sort(firsts)
		t.Median, t.Worst = firsts[n/2], firsts[n-1]
	}
	return t
}

func (t *Totals) add(r check.Request) {
	t.Requests++
	t.Again += max(0, r.Attempts-1)
	t.Bytes += int64(r.Bytes)
	if r.Control {
		t.Controls++
	}
	if r.Status == 0 {
		t.Unanswered++
	}
	if r.Hit() {
		t.Hits++
	}
	if r.Edge != "" {
		t.Edges = append(t.Edges, oneLine(r.Edge))
	}
}

// String is the totals on one line; empty if nothing was sent:
// "214 requests, 86 of them controls; 61 cache hits; edge FRA56-P4; first byte 12 ms
// median, 80 ms at worst".
func (t Totals) String() string {
	if t.Requests == 0 {
		return ""
	}
	parts := []string{fmt.Sprintf("%s, %d of them controls", count(t.Requests, "request"), t.Controls)}
	if t.Again > 0 {
		parts = append(parts, fmt.Sprintf("%d sent again", t.Again))
	}
	if t.Unanswered > 0 {
		parts = append(parts, fmt.Sprintf("%d without an answer", t.Unanswered))
	}
	parts = append(parts, count(t.Hits, "cache hit"))
	if len(t.Edges) > 0 {
		parts = append(parts, "edge "+strings.Join(t.Edges, ", "))
	}
	if t.Worst > 0 {
		parts = append(parts, fmt.Sprintf("first byte %s median, %s at worst", took(t.Median), took(t.Worst)))
	}
	return strings.Join(parts, "; ")
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// took is a time for people: "0.4 ms", "12 ms", "1.3 s".
func took(d time.Duration) string {
	switch ms := float64(d) / float64(time.Millisecond); {
	case ms < 0.05:
		return "0 ms"
	case ms < 10:
		return fmt.Sprintf("%.1f ms", ms)
	case d < time.Second:
		return fmt.Sprintf("%.0f ms", ms)
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}
