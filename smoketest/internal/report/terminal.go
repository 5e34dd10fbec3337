package report

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/term"

	"privateplayback/smoketest/internal/check"
)

// terminal is a last line that is written over and over: what is running, and what
// waits for a change to spread, with the time left. Its owner guards it; a nil one
// shows nothing.
type terminal struct {
	w     io.Writer
	width func() int
	now   func() time.Time

	planned int // 0: not known
	done    int
	active  []string             // ids of the checks that are running
	waiting map[string]time.Time // by id: when the budget ends
	shown   bool
}

// terminalOf returns nil for what is no terminal, and for one that cannot go back in
// its line.
func terminalOf(w io.Writer) *terminal {
	f, ok := w.(interface{ Fd() uintptr })
	if !ok || !term.IsTerminal(int(f.Fd())) || os.Getenv("TERM") == "dumb" {
		return nil
	}
	width := func() int {
		columns, _, err := term.GetSize(int(f.Fd()))
		if err != nil {
			return 80
		}
		return columns
	}
	return newTerminal(w, width)
}

func newTerminal(w io.Writer, width func() int) *terminal {
	return &terminal{w: w, width: width, now: time.Now, waiting: map[string]time.Time{}}
}

func (t *terminal) running(c check.Check, now bool) {
	if t == nil {
		return
	}
	delete(t.waiting, c.ID)
	t.active = slices.DeleteFunc(t.active, func(id string) bool { return id == c.ID })
	if now {
		t.active = append(t.active, c.ID)
	}
	t.draw()
}

func (t *terminal) waits(wait check.Wait) {
	t.waiting[wait.Check.ID] = t.now().Add(wait.Left)
	t.draw()
}

func (t *terminal) reported(c check.Check) {
	if t == nil {
		return
	}
	t.done++
	delete(t.waiting, c.ID)
	t.draw()
}

// Carriage return, and "erase to the end of the line".
const wipe = "\r\x1b[K"

// clear makes room for another line. Write errors show at the next one.
func (t *terminal) clear() {
	if t != nil && t.shown {
		t.shown = false
		io.WriteString(t.w, wipe)
	}
}

// redraw draws the line again, unless something else stands in its place.
func (t *terminal) redraw() {
	if t.shown {
		t.draw()
	}
}

func (t *terminal) draw() {
	t.shown = true
	io.WriteString(t.w, wipe+cut(t.line(), t.width()-1))
}

// line is "37/112 running: vod.cors.allowed, vod.cors.preflight; 2 wait to spread,
// 14m0s left".
func (t *terminal) line() string {
	line := fmt.Sprint(t.done)
	if t.planned > 0 {
		line += fmt.Sprintf("/%d", t.planned)
	}
	rest := []string{}
	if n := len(t.waiting); n > 0 {
		var end time.Time
		for _, at := range t.waiting {
			if at.After(end) {
				end = at
			}
		}
		left := max(0, end.Sub(t.now())).Round(time.Second)
		rest = append(rest, fmt.Sprintf("not yet: %d, %s left", n, left))
	}
	if len(t.active) > 0 {
		rest = append(rest, "running: "+strings.Join(t.active, ", "))
	}
	return strings.TrimSpace(line + " " + strings.Join(rest, "; "))
}

// cut leaves at most so many characters.
func cut(text string, most int) string {
	runes := []rune(text)
	if most < 1 || len(runes) <= most {
		return text
	}
	return string(runes[:most-1]) + "…"
}
