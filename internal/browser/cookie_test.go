package browser_test

import (
	"testing"

	"privateplayback/internal/browser/browsertest"
)

const (
	setCookie  = `fetch("https://media.example.net/set", {credentials: "include"}).then(() => true)`
	sentCookie = `fetch("https://media.example.net/cookie", {credentials: "include"}).then(r => r.text())`
)

func TestThirdPartyCookies(t *testing.T) {
	for allowed, want := range map[bool]string{false: "", true: "seen=1"} {
		o := options(t, media(t))
		o.ThirdPartyCookies = allowed
		p := open(t, browsertest.Start(t, o), "")
		eval[bool](t, p, setCookie)
		if sent := eval[string](t, p, sentCookie); sent != want {
			t.Errorf("ThirdPartyCookies %v: sent %q, want %q", allowed, sent, want)
		}
	}
}

func TestPagesShareNoCookies(t *testing.T) {
	o := options(t, media(t))
	o.ThirdPartyCookies = true
	b := browsertest.Start(t, o)
	eval[bool](t, open(t, b, ""), setCookie)
	if sent := eval[string](t, open(t, b, ""), sentCookie); sent != "" {
		t.Errorf("another page sent %q", sent)
	}
}
