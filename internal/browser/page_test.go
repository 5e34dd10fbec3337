package browser_test

import (
	"bytes"
	"context"
	"errors"
	"image/png"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"privateplayback/internal/browser/browsertest"
)

func TestServe(t *testing.T) {
	b := browsertest.Start(t, options(t, media(t)))
	p := open(t, b, `<script>window.ran = true</script>`)
	if origin := eval[string](t, p, "location.origin"); origin+"/" != page {
		t.Errorf("origin %q, want that of %q", origin, page)
	}
	if !eval[bool](t, p, "isSecureContext && ran") {
		t.Error("the page is no secure context, or its script did not run")
	}
	err := errors.Join(
		p.Serve(page+"other?a=*", http.Header{"Content-Security-Policy": {"script-src 'none'"}}, `<script>window.ran = true</script>`),
		p.Open(page+"other?a=*"))
	if err != nil {
		t.Fatal(err)
	}
	if eval[bool](t, p, "!!window.ran") {
		t.Error("the header Content-Security-Policy was not served")
	}
	if err := p.Open(page + "nothing"); err == nil || !strings.Contains(err.Error(), "ERR_NAME_NOT_RESOLVED") {
		t.Errorf("a page that is not served: %v, want that its host does not exist", err)
	}
}

func TestEval(t *testing.T) {
	p := open(t, browsertest.Start(t, options(t, media(t))), "")
	if sum := eval[int](t, p, "Promise.resolve(1 + 1)"); sum != 2 {
		t.Errorf("1 + 1 = %d", sum)
	}
	err := p.Eval(`(() => { throw new Error("no https://h.example/a.m3u8?token=secret") })()`, nil)
	if err == nil || !strings.Contains(err.Error(), "no https://h.example/a.m3u8") || strings.Contains(err.Error(), "secret") {
		t.Errorf("exception: %v, want its text without the query", err)
	}
	var nothing string
	if err := p.Eval("undefined", &nothing); err == nil {
		t.Error("undefined was decoded")
	}
}

func TestWait(t *testing.T) {
	b := browsertest.Start(t, options(t, media(t)))
	p := open(t, b, `<script>setTimeout(() => { location.hash = "there" }, 100)</script>`)
	if err := p.Wait(`location.hash === "#there"`); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	p, err := b.Page(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	late := errors.New("too late")
	time.AfterFunc(100*time.Millisecond, func() { cancel(late) })
	if err := p.Wait("never"); !errors.Is(err, late) || !strings.Contains(err.Error(), "never") {
		t.Errorf("waiting for what never comes: %v, want the end's cause and the condition", err)
	}
	if err := open(t, b, "").Wait("1"); err != nil {
		t.Errorf("after the end of one page the next: %v", err)
	}
}

func TestScreenshot(t *testing.T) {
	p := open(t, browsertest.Start(t, options(t, media(t))), `<body style="background:#f00">`)
	if err := p.Resize(390, 600); err != nil {
		t.Fatal(err)
	}
	shot, err := p.Screenshot()
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		t.Fatal(err)
	}
	if size := picture.Bounds().Size(); size.X != 390 || size.Y != 600 {
		t.Errorf("size %v, want 390 by 600", size)
	}
	if r, g, b, _ := picture.At(200, 300).RGBA(); r != 0xffff || g != 0 || b != 0 {
		t.Errorf("color %x %x %x, want red", r, g, b)
	}
}

// A request is there with its answer, a redirect with its own.
func TestRequests(t *testing.T) {
	p := open(t, browsertest.Start(t, options(t, media(t))), "")
	const source = "https://media.example.com/open/ts/master.m3u8"
	eval[int](t, p, "fetch('https://media.example.com/moved?to=/open/ts/master.m3u8').then(r => r.status)")
	want := []string{"GET https://media.example.com/moved: 302", "GET " + source + ": 200"}
	var got []string
	for _, r := range p.Requests()[1:] {
		got = append(got, r.String())
	}
	if !slices.Equal(got, want) {
		t.Errorf("requests %q, want %q", got, want)
	}
}
