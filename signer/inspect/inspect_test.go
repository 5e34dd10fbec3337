package inspect_test

import (
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"privateplayback/infra/outputs"
	"privateplayback/signer/inspect"
)

// run inspects a case.
func (w *world) run(c badCase, inspectOne func(string, inspect.Request) *inspect.Report) *inspect.Report {
	r := w.request()
	if strings.Contains(c.text, "CloudFront-") || strings.Contains(c.text, "session=1") {
		r.URL = w.url(assetPath)
	}
	if c.with != nil {
		c.with(&r)
	}
	return inspectOne(c.text, r)
}

func TestBad(t *testing.T) {
	w := newWorld(t)
	for _, set := range []struct {
		name    string
		cases   []badCase
		inspect func(string, inspect.Request) *inspect.Report
	}{
		{"URL", w.badURLs(), w.URL},
		{"Cookies", w.badCookies(), w.Cookies},
		{"Token", w.badTokens(), w.Token},
	} {
		for _, c := range set.cases {
			got := w.run(c, set.inspect)
			if got.Verdict != inspect.Refused || len(got.Reasons) == 0 || got.Reasons[0].Code != c.want || got.Code != c.code {
				t.Errorf("%s, %s: want %s by %q first, got\n%v", set.name, c.name, c.want, c.code, got)
			}
		}
	}
}

// Each code is caused by a case, and none is written that a case does not
// know.
func TestEveryCodeIsCaused(t *testing.T) {
	w := newWorld(t)
	var seen []inspect.Code
	see := func(r *inspect.Report) {
		seen = append(append(append(seen, codesOf(r.Reasons)...), codesOf(r.Open)...), codesOf(r.Notes)...)
	}
	for _, c := range w.badURLs() {
		see(w.run(c, w.URL))
	}
	for _, c := range w.badCookies() {
		see(w.run(c, w.Cookies))
	}
	for _, c := range w.badTokens() {
		see(w.run(c, w.Token))
	}
	for _, c := range w.notRefused() {
		see(c.report)
	}
	strictly := *w.stack
	strictly.ViewerProtocolPolicy = "https-only"
	d, err := inspect.FromOutputs(&strictly)
	check(t, err)
	see(d.URL(strings.Replace(w.canned(w.url(assetPath)), "https", "http", 1), w.request()))

	exempt := []string{"no-sha1"} // only where SHA-1 is forbidden
	for _, code := range constants(t) {
		if !slices.Contains(seen, inspect.Code(code)) && !slices.Contains(exempt, code) {
			t.Errorf("no case causes %s", code)
		}
	}
}

// constants reads the codes out of code.go.
func constants(t *testing.T) (codes []string) {
	t.Helper()
	f, err := parser.ParseFile(gotoken.NewFileSet(), "code.go", nil, 0)
	check(t, err)
	ast.Inspect(f, func(n ast.Node) bool {
		if l, ok := n.(*ast.BasicLit); ok {
			s, err := strconv.Unquote(l.Value)
			check(t, err)
			codes = append(codes, s)
		}
		return true
	})
	return codes
}

// notRefused are grants that nothing refuses, with the codes of what is open
// and of the notes.
type notRefused struct {
	name   string
	report *inspect.Report
	want   []inspect.Code
}

func (w *world) notRefused() []notRefused {
	asset := w.url(assetPath)
	canned := w.canned(asset)
	wild := w.custom(asset, w.policy(w.url("/asset/*")))
	byAddress := w.custom(asset, w.policy(w.url("/*"), `"IpAddress":{"AWS:SourceIp":"192.0.2.0/24"}`))
	key, err := inspect.FromPublicKey([]byte(w.stack.SigningKeys[0].PublicKey))
	check(w.t, err)
	playKey, err := inspect.FromPublicKey([]byte(w.stack.PlaybackKeys[0].PublicKey))
	check(w.t, err)
	keysOnly, err := inspect.FromOutputs(&outputs.Stack{SigningKeys: w.stack.SigningKeys, PlaybackKeys: w.stack.PlaybackKeys})
	check(w.t, err)
	var nothing *inspect.Deployment
	r := w.request()
	bare := func(change func(*inspect.Request)) inspect.Request {
		r := w.request()
		change(&r)
		return r
	}
	noTime := bare(func(r *inspect.Request) { r.At = time.Time{} })
	noAddress := bare(func(r *inspect.Request) { r.Address = inspect.Request{}.Address })
	noOrigin := bare(func(r *inspect.Request) { r.Origin = "" })
	at := bare(func(r *inspect.Request) { r.URL = asset })
	own := bare(func(r *inspect.Request) { r.URL = "https://media.example.com" + assetPath })
	origins := w.token(map[string]any{"aws:access-control-allow-origin": origin})
	retiring := retiringToken(w)
	text := cookies(wild)
	return []notRefused{
		{"canned URL", w.URL(canned, r), nil},
		{"custom URL", w.URL(wild, r), nil},
		{"any URL", w.URL(w.custom(asset, w.policy("*")), r), codesList(inspect.NoteWide)},
		{"by plain HTTP", w.URL(strings.Replace(wild, "https", "http", 1), r), codesList(inspect.NoteRedirected)},
		{"with a fragment", w.URL(wild+"#t=1", r), codesList(inspect.NoteFragment)},
		{"not in a browser's form", w.URL(w.canned(w.url("/asset/a b.ts")), r), codesList(inspect.NoteBrowserForm)},
		{"by one key", key.URL(canned, r), codesList(inspect.NoteUnknownKeyIDs)},
		{"by keys alone", keysOnly.URL(canned, r), nil},
		{"by no key", nothing.URL(canned, r), codesList(inspect.NoKeys)},
		{"by a playback key", playKey.URL(canned, r), codesList(inspect.NoKeys)},
		{"at no time", w.URL(canned, noTime), codesList(inspect.NoTime)},
		{"from nowhere", w.URL(byAddress, noAddress), codesList(inspect.NoAddress)},
		{"shortly late", w.URL(canned, bare(func(r *inspect.Request) { r.At = r.At.Add(time.Hour) })), codesList(inspect.NoteClock)},
		{"repaired", w.URL(strings.ReplaceAll(wild, "&", "&amp;"), r), codesList(inspect.NoteRepaired)},
		{"cookies", w.Cookies(text, at), codesList(inspect.NoteCookieSite)},
		{"cookies of an own domain", keysOnly.Cookies(cookies(w.custom(asset, w.policy("https://media.example.com/*"))), own), nil},
		{"cookies to nowhere", w.Cookies(text, r), codesList(inspect.NoURL)},
		{"canned cookies to nowhere", w.Cookies(cookies(canned), r), codesList(inspect.NoURL)},
		{"cookies beside a signed URL", w.Cookies("CloudFront-Policy=x", bare(func(r *inspect.Request) { r.URL = canned })), codesList(inspect.NoteCookies)},
		{"token", w.Token(w.playURL(w.token(nil)), r), nil},
		{"token alone", w.Token(w.token(nil), r), nil},
		{"token by one key", playKey.Token(w.token(nil), r), codesList(inspect.NoChannels)},
		{"token by one key at its URL", playKey.Token(w.playURL(w.token(nil)), r), nil},
		{"token by no key", nothing.Token(w.playURL(w.token(nil)), r), codesList(inspect.NoKeys)},
		{"token at no time", w.Token(w.token(nil), noTime), codesList(inspect.NoTime)},
		{"token of the retiring key", w.Token(retiring, r), codesList(inspect.NoteRetiring)},
		{"token with origins, without Origin", w.Token(origins, noOrigin), codesList(inspect.NoteAnyOrigin)},
		{"token with origins", w.Token(origins, r), nil},
		{"token for one use", w.Token(w.token(map[string]any{"aws:single-use-uuid": "0b5e4c0f-9d5c-4f6b-8f1f-8a11f3a2c1d0"}), r), codesList(inspect.NoteSingleUse)},
	}
}

func codesList(codes ...inspect.Code) []inspect.Code { return codes }

func TestNotRefused(t *testing.T) {
	w := newWorld(t)
	for _, c := range w.notRefused() {
		got := append(codesOf(c.report.Open), codesOf(c.report.Notes)...)
		for _, code := range c.want {
			if !slices.Contains(got, code) {
				t.Errorf("%s: want %s, got\n%v", c.name, code, c.report)
			}
		}
		if c.report.Verdict == inspect.Refused && !slices.Contains(c.want, inspect.NoteClock) && !slices.Contains(c.want, inspect.NoteRepaired) {
			t.Errorf("%s: got\n%v", c.name, c.report)
		}
		if open := len(c.report.Open) > 0; open != (c.report.Verdict == inspect.Undecided) {
			t.Errorf("%s: verdict %s with open questions: %t", c.name, c.report.Verdict, open)
		}
	}
}
