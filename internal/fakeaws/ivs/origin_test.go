package ivs

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestParseOriginsBad(t *testing.T) {
	for _, list := range []string{
		"",
		",",
		" ",
		"app.example.com",
		"https://",
		"https://*",
		"https://*.",
		"https://*example.com",
		"https://app.*.com",
		"https://*.*.example.com",
		"https://app.example.com/",
		"https://app.example.com/path",
		"https://app.example.com:",
		"https://app.example.com:443443",
		"https://user@app.example.com",
		"https://APP.example.com",
		"HTTPS://app.example.com",
		"ftp://app.example.com",
		"//app.example.com",
		"*.example.com",
		"**",
		"null",
		"https://a.example.com, https://b.example.com",
		"https://a.example.com,",
		"https://a.example.com https://b.example.com",
		"https://a.example.com\n",
	} {
		if got, ok := parseOrigins(list); ok {
			t.Errorf("parseOrigins(%q) = %+v, want it refused", list, got)
		}
	}
}

// originCase is a request to a channel with a list of allowed origins.
type originCase struct {
	list    string // "" for none
	strict  bool
	origins []string // Origin headers
	allow   string   // Access-Control-Allow-Origin, if the request is good
}

var originsGood = []originCase{
	{"", false, nil, "*"},
	{"", false, []string{"https://any.example.com"}, "*"},
	{"", false, []string{"null"}, "*"},
	{"*", false, []string{"https://any.example.com"}, "*"},
	{"https://app.example.com,*", false, []string{"https://any.example.com"}, "*"},
	{"https://app.example.com", false, nil, "*"},
	{"https://app.example.com", false, []string{"https://app.example.com"}, "https://app.example.com"},
	{"https://a.example.com,https://b.example.com", false, []string{"https://b.example.com"}, "https://b.example.com"},
	{"https://*.example.com", false, []string{"https://app.example.com"}, "https://app.example.com"},
	{"https://*.example.com:8443", false, []string{"https://app.example.com:8443"}, "https://app.example.com:8443"},
	{"http://localhost:3000", false, []string{"http://localhost:3000"}, "http://localhost:3000"},
	{strings.Repeat("https://a.example.com,", 5) + "https://b.example.com", false, []string{"https://b.example.com"}, "https://b.example.com"},
	{"", true, []string{"https://any.example.com"}, "https://any.example.com"},
	{"*", true, []string{"https://any.example.com"}, "https://any.example.com"},
	{"https://app.example.com", true, []string{"https://app.example.com"}, "https://app.example.com"},
	{strings.Repeat("https://a.example.com,", 4) + "https://b.example.com", true, []string{"https://b.example.com"}, "https://b.example.com"},
}

var originsBad = []originCase{
	{"https://app.example.com", false, []string{"https://other.example.com"}, ""},
	{"https://app.example.com", false, []string{"http://app.example.com"}, ""},
	{"https://app.example.com", false, []string{"https://app.example.com:8443"}, ""},
	{"https://app.example.com:8443", false, []string{"https://app.example.com"}, ""},
	{"https://app.example.com", false, []string{"https://app.example.com.evil.test"}, ""},
	{"https://app.example.com", false, []string{"https://evil-app.example.com"}, ""},
	{"https://app.example.com", false, []string{"https://app.example.com/"}, ""},
	{"https://app.example.com", false, []string{"HTTPS://app.example.com"}, ""},
	{"https://app.example.com", false, []string{"null"}, ""},
	{"https://app.example.com", false, []string{""}, ""},
	{"https://app.example.com", false, []string{"https://app.example.com", "https://app.example.com"}, ""},
	{"https://app.example.com", false, []string{"https://app.example.com,https://other.example.com"}, ""},
	{"https://*.example.com", false, []string{"https://example.com"}, ""},
	{"https://*.example.com", false, []string{"https://a.b.example.com"}, ""},
	{"https://*.example.com", false, []string{"https://evilexample.com"}, ""},
	{"https://*.example.com", false, []string{"https://*.example.com"}, ""},
	{"https://example.com", false, []string{"https://*.example.com"}, ""},
	{"https://*.example.com", false, []string{"https://app.example.com:8443"}, ""},
	{"", true, nil, ""},
	{"*", true, nil, ""},
	{"*", true, []string{"null"}, ""},
	{"https://app.example.com", true, nil, ""},
	{"https://app.example.com", true, []string{"https://other.example.com"}, ""},
	{strings.Repeat("https://a.example.com,", 5) + "https://b.example.com", true, []string{"https://b.example.com"}, ""},
	{"https://app.example.com,bad", false, []string{"https://app.example.com"}, ""},
}

func (c originCase) token(t *testing.T, f *fixture) string {
	changed := map[string]any{"aws:strict-origin-enforcement": c.strict}
	if c.list != "" {
		changed["aws:access-control-allow-origin"] = c.list
	}
	return f.token(t, changed)
}

func TestOriginAllowed(t *testing.T) {
	f := newFixture(t)
	for _, c := range originsGood {
		a := f.play(c.token(t, f), c.origins...)
		if got := a.header.Get("Access-Control-Allow-Origin"); a.status != 200 || got != c.allow {
			t.Errorf("%+v: got status %d, Access-Control-Allow-Origin %q, want 200, %q: %s", c, a.status, got, c.allow, a.body)
		}
		if got, want := a.header.Get("Vary") == "Origin", c.allow != "*"; got != want {
			t.Errorf("%+v: varies by Origin: %t, want %t", c, got, want)
		}
	}
}

func TestOriginRefused(t *testing.T) {
	f := newFixture(t)
	for _, c := range originsBad {
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			wantRefusal(t, f.play(c.token(t, f), c.origins...), 403, codeToken)
		})
	}
}

func TestOriginAfterTheMultivariantPlaylist(t *testing.T) {
	const app, evil = "https://app.example.com", "https://evil.example.com"
	f := newFixture(t)
	for _, c := range []struct {
		strict  bool
		origins []string
		status  int
		allow   string
	}{
		{false, []string{app}, 200, "*"},
		{false, []string{evil}, 200, "*"},
		{false, nil, 200, "*"},
		{true, []string{app}, 200, app},
		{true, []string{evil}, 403, "*"},
		{true, nil, 403, "*"},
	} {
		variant := f.start(t, originCase{list: app, strict: c.strict}.token(t, f), app)
		segments := playlistURLs(f.do("GET", variant, app).body)
		if len(segments) != windowLength {
			t.Fatalf("%d segments, want %d", len(segments), windowLength)
		}
		for _, target := range []string{variant, segments[0]} {
			a := f.do(http.MethodGet, target, c.origins...)
			if got := a.header.Get("Access-Control-Allow-Origin"); a.status != c.status || got != c.allow {
				t.Errorf("%+v: got status %d, Access-Control-Allow-Origin %q", c, a.status, got)
			}
			if c.status == 403 {
				wantRefusal(t, a, 403, codeToken)
			}
		}
	}
}
