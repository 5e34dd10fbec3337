package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Page is a tab with cookies and a cache of its own. Its methods may be called one
// at a time; Requests at any time.
type Page struct {
	ctx      context.Context // the caller's
	tab      context.Context // chromedp's
	cancel   context.CancelFunc
	requests requests
	served   served
}

// Page opens an empty tab, which lives until Close, the end of ctx or the end of
// the browser. The deadline of ctx bounds every method.
func (b *Browser) Page(ctx context.Context) (*Page, error) {
	p := &Page{ctx: ctx}
	tab, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext(),
		chromedp.WithListener(p.requests.hear), chromedp.WithListener(p.answer))
	stop := context.AfterFunc(ctx, cancel)
	p.tab, p.cancel = tab, func() { stop(); cancel() }
	if err := p.do(chromedp.EmulateViewport(1280, 800)); err != nil {
		p.cancel()
		return nil, fmt.Errorf("opening a tab: %w", err)
	}
	return p, nil
}

// Close closes the tab and forgets its cookies.
func (p *Page) Close() { p.cancel() }

// do runs actions in the tab. The caller's context says better than the tab's why
// they ended early.
func (p *Page) do(actions ...chromedp.Action[chromedp.Void]) error {
	err := chromedp.Do(p.tab, actions...)
	if err != nil && p.ctx.Err() != nil {
		return context.Cause(p.ctx)
	}
	return err
}

// Open navigates to a URL and waits for its load event. An answer that is no page,
// a 404 say, is no error: Requests has it.
func (p *Page) Open(url string) error {
	if err := p.do(chromedp.Navigate(url)); err != nil {
		return fmt.Errorf("opening %q: %w", withoutQuery(url), err)
	}
	return nil
}

// Resize gives the tab another size, in CSS pixels; it begins with 1280 by 800.
func (p *Page) Resize(width, height int64) error {
	return p.do(chromedp.EmulateViewport(width, height))
}

// Eval evaluates an expression, waits if it is a promise, and decodes its value
// from JSON into out; out may be nil. The page takes it for an action of its
// viewer, who may play sound. What the expression throws is the error.
func (p *Page) Eval(js string, out any) error {
	yes := true
	return p.do(func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		answer, err := cdp.Call(ctx, t, runtime.Evaluate, runtime.EvaluateParams{
			Expression: js, ReturnByValue: &yes, AwaitPromise: &yes, UserGesture: &yes,
		})
		switch {
		case err != nil:
			return chromedp.Void{}, err
		case answer.ExceptionDetails != nil:
			return chromedp.Void{}, exception(answer.ExceptionDetails)
		case out == nil:
			return chromedp.Void{}, nil
		case len(answer.Result.Value) == 0:
			return chromedp.Void{}, fmt.Errorf("evaluating: the value is %s, which JSON cannot hold", answer.Result.Type)
		}
		return chromedp.Void{}, json.Unmarshal(answer.Result.Value, out)
	})
}

// exception is what JavaScript threw, without the place.
func exception(e *runtime.ExceptionDetails) error {
	if e.Exception != nil && e.Exception.Description != "" {
		return fmt.Errorf("evaluating: %s", withoutQueries(e.Exception.Description))
	}
	return fmt.Errorf("evaluating: %s", withoutQueries(e.Text))
}

// look is the pause between two looks at a page.
const look = 50 * time.Millisecond

// Wait waits until an expression is true, across navigations. The end of the
// page's context is an error that holds the expression.
func (p *Page) Wait(js string) error {
	for {
		var holds bool
		err := p.Eval("!!("+js+")", &holds)
		if holds {
			return nil
		}
		if p.ctx.Err() != nil || p.tab.Err() != nil {
			return fmt.Errorf("waiting for %s: %w", js, errors.Join(context.Cause(p.ctx), err))
		}
		if err := p.pause(look); err != nil {
			return fmt.Errorf("waiting for %s: %w", js, err)
		}
	}
}

func (p *Page) pause(d time.Duration) error {
	select {
	case <-p.tab.Done():
		return errors.Join(context.Cause(p.ctx), p.tab.Err())
	case <-time.After(d):
		return nil
	}
}

// Screenshot is the visible part of the page as PNG.
func (p *Page) Screenshot() ([]byte, error) { return p.capture(nil) }

func (p *Page) capture(clip *page.Viewport) ([]byte, error) {
	var png []byte
	err := p.do(func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		shot, err := cdp.Call(ctx, t, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatPng, Clip: clip})
		png = shot.Data
		return chromedp.Void{}, err
	})
	return png, err
}
