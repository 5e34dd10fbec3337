package browser

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"strconv"
	"strings"

	"github.com/chromedp/cdproto/page"
)

// Playback is what a viewer saw of a video.
type Playback struct {
	Advanced float64   // seconds of media, as currentTime counts them
	Moved    bool      // the picture changed while it played
	Ended    bool      // it played to its end
	Failed   []Request // what failed since the page was opened
	Error    string    // of the media element: "4 MEDIA_ELEMENT_ERROR: …"; of play(): "NotSupportedError: …"
}

// OK tells whether the video played for so many seconds with a moving picture and
// nothing that failed.
func (p Playback) OK(seconds float64) bool {
	return p.Advanced >= seconds && p.Moved && p.Error == "" && len(p.Failed) == 0
}

// String is the playback on one line.
func (p Playback) String() string {
	parts := []string{fmt.Sprintf("played %.1f s", p.Advanced)}
	if p.Advanced > 0 && !p.Moved {
		parts = append(parts, "with a picture that stands still")
	}
	if p.Error != "" {
		parts = append(parts, p.Error)
	}
	for _, r := range p.Failed {
		parts = append(parts, r.String())
	}
	return strings.Join(parts, "; ")
}

// patience is how many seconds of media may pass until the picture moves, beyond those
// asked for: films begin in black.
const patience = 5

// state is what the element tells at one look.
type state struct {
	Time          float64
	Ended, Paused bool
	Error         string
	Box           page.Viewport
}

// Watch plays the media element that a CSS selector names from where it is, until it
// has advanced so many seconds with a moving picture, failed, or ended. An element
// that does neither is waited for until the page's context ends; the error is then
// what the player reached, too.
//
// The picture is compared as it appears on the page, so that media which scripts may not
// read is compared as well: without the browser's controls, and without its lower
// quarter, where players have theirs.
func (p *Page) Watch(selector string, seconds float64) (Playback, error) {
	w := &watch{page: p, element: "document.querySelector(" + strconv.Quote(selector) + ")"}
	var playback Playback
	err := w.begin()
	for err == nil {
		if err = w.look(&playback); err != nil || playback.Error != "" || playback.Ended {
			break
		}
		if playback.Advanced >= seconds && playback.Moved || playback.Advanced >= seconds+patience {
			break
		}
		err = p.pause(2 * look)
	}
	for _, r := range p.Requests() {
		if r.Failed() {
			playback.Failed = append(playback.Failed, r)
		}
	}
	if err != nil {
		return playback, fmt.Errorf("watching %q (%s): %w", selector, playback, err)
	}
	return playback, w.end()
}

// watch is one call of Watch.
type watch struct {
	page    *Page
	element string // an expression
	first   *float64
	frame   image.Image // the first one
	at      float64     // when the last frame was taken
}

// begin waits for the element.
func (w *watch) begin() error {
	return w.page.Wait(w.element + ` !== null && (` + w.element + `.scrollIntoView({block: "nearest"}), true)`)
}

func (w *watch) end() error {
	return w.page.Eval(`{ const e = `+w.element+`; if (e?.watched) e.controls = e.watched.controls }`, nil)
}

// look takes the element's state and plays it, again where a script has changed the
// source or the element meanwhile; and it takes a frame every half second of media.
func (w *watch) look(playback *Playback) error {
	var now state
	if err := w.page.Eval(`(() => {
		const e = `+w.element+`;
		if (!e) return {Paused: true};
		const watched = e.watched ??= {controls: e.controls, error: ""}, box = e.getBoundingClientRect();
		const error = e.error ? e.error.code + " " + e.error.message : watched.error;
		e.controls = false;
		if (e.paused && !e.ended && !error)
			e.play().catch(x => { if (x.name !== "AbortError") watched.error = x.name + ": " + x.message });
		return {Time: e.currentTime, Ended: e.ended, Paused: e.paused, Error: error,
			Box: {x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: box.height * 3 / 4, scale: 1}};
	})()`, &now); err != nil {
		return err
	}
	playback.Error, playback.Ended = withoutQueries(now.Error), now.Ended
	if now.Paused && !now.Ended || now.Error != "" {
		return nil
	}
	if w.first == nil {
		w.first = &now.Time
	}
	playback.Advanced = now.Time - *w.first
	if playback.Moved || playback.Advanced == 0 || w.frame != nil && now.Time-w.at < 0.5 {
		return nil
	}
	w.at = now.Time
	moved, err := w.compare(now.Box)
	playback.Moved = moved
	return err
}

// compare tells whether the frame differs from the first one, which it keeps.
func (w *watch) compare(box page.Viewport) (bool, error) {
	shot, err := w.page.capture(&box)
	if err != nil {
		return false, err
	}
	frame, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		return false, err
	}
	if w.frame == nil || w.frame.Bounds() != frame.Bounds() { // the element was resized meanwhile
		w.frame = frame
		return false, nil
	}
	return differs(w.frame, frame), nil
}

// differs tells whether more than one sample in a thousand changed by more than what
// a codec's noise explains, in images of the same size.
func differs(a, b image.Image) bool {
	const step, noise = 4, 0x1800
	changed, all := 0, 0
	for y := a.Bounds().Min.Y; y < a.Bounds().Max.Y; y += step {
		for x := a.Bounds().Min.X; x < a.Bounds().Max.X; x += step {
			r1, g1, b1, _ := a.At(x, y).RGBA()
			r2, g2, b2, _ := b.At(x, y).RGBA()
			all++
			if distance(r1, r2) > noise || distance(g1, g2) > noise || distance(b1, b2) > noise {
				changed++
			}
		}
	}
	return changed*1000 > all
}

func distance(a, b uint32) uint32 { return max(a, b) - min(a, b) }
