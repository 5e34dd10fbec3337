package playlist_test

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"privateplayback/signer"
	"privateplayback/signer/playlist"
)

func TestVariables(t *testing.T) {
	o := playlist.Options{
		Base:      base + "?token=a%2Fb&empty=",
		Grant:     newGrant(t, host+"/*"),
		Variables: map[string]string{"dir": "im port", "{$x}": ""},
	}
	in := `#EXTM3U
#EXT-X-DEFINE:NAME="host",VALUE="` + host + `"
#EXT-X-DEFINE:IMPORT="dir"
#EXT-X-DEFINE:QUERYPARAM="token"
#EXT-X-DEFINE:QUERYPARAM="empty"
#EXT-X-DEFINE:VALUE="{$host}/{$dir}",NAME="both_1-A"
#EXT-X-DEFINE:NAME="brace",VALUE="{$"
#EXT-X-MAP:URI="{$host}/init.mp4",OTHER="{$undefined}"
{$both_1-A}/{$token}{$empty}.ts?t={$token}
#EXT-X-KEY:URI="{$brace}host}"
data:{$token}
{$}{$ host}{$host.ts
`
	want := strings.NewReplacer(
		`"{$host}/init.mp4"`, `"`+host+`/init.mp4?SIG"`,
		`{$both_1-A}/{$token}{$empty}.ts?t={$token}`, host+`/im%20port/a/b.ts?t=a/b&SIG`,
		`"{$brace}host}"`, `"`+host+`/asset/%7B$host%7D?SIG"`,
		`{$}{$ host}{$host.ts`, host+`/asset/%7B$%7D%7B$%20host%7D%7B$host.ts?SIG`,
	).Replace(in)
	got, err := rewrite(t, in, o)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, short(got)); diff != "" {
		t.Errorf("Rewrite (-want +got):\n%s", diff)
	}
	o.Query = url.Values{"token": {"own"}, "empty": {""}}
	if got, err = rewrite(t, in, o); err != nil || !strings.Contains(got, "/own.ts?t=own&") {
		t.Errorf("Rewrite with Query = %s, %v; want its token", got, err)
	}
}

func TestVariablesRefuse(t *testing.T) {
	laughs := `#EXT-X-DEFINE:NAME="a0",VALUE="` + strings.Repeat("x", 1000) + `"` + "\n"
	for _, n := range []string{"0", "1", "2", "3", "4"} {
		next := string(n[0] + 1)
		laughs += `#EXT-X-DEFINE:NAME="a` + next + `",VALUE="` + strings.Repeat("{$a"+n+"}", 100) + `"` + "\n"
	}
	many := `#EXT-X-DEFINE:NAME="a",VALUE="` + strings.Repeat("x", 30_000) + `"` + "\n"
	for i := range 5 {
		many += fmt.Sprintf("#EXT-X-DEFINE:NAME=\"b%d\",VALUE=\"{$a}\"\n", i)
	}
	long := strings.Repeat("n", 50)
	for _, c := range []struct {
		in   string
		line int
		want error
		text string
	}{
		{`#EXT-X-DEFINE:IMPORT="cdn"`, 2, playlist.ErrVariable, `"cdn"`},
		{`#EXT-X-DEFINE:QUERYPARAM="cdn"`, 2, playlist.ErrVariable, `"cdn"`},
		{`#EXT-X-DEFINE:NAME="cdn"`, 2, playlist.ErrVariable, `"cdn"`},
		{"#EXT-X-DEFINE:NAME=\"cdn\",VALUE=\"\"\n#EXT-X-DEFINE:NAME=\"cdn\",VALUE=\"\"", 3, playlist.ErrVariable, `"cdn"`},
		{"{$cdn}a.ts\n" + `#EXT-X-DEFINE:NAME="cdn",VALUE="x"`, 2, playlist.ErrVariable, `"cdn"`},
		{`#EXT-X-DEFINE:NAME="cdn",VALUE="{$cdn}"`, 2, playlist.ErrVariable, `"cdn"`},
		{"https://cdn.example.net/{$cdn}", 2, playlist.ErrVariable, `"cdn"`},
		{"#EXT-X-DEFINE:NAME=\"b\",VALUE=\"{$\"\na.ts?{$b}cdn}", 3, playlist.ErrVariable, "another reference"},
		{`#EXT-X-DEFINE:NAME="a",VALUE="",IMPORT="b"`, 2, playlist.ErrMalformed, "both"},
		{`#EXT-X-DEFINE:NAME=a,VALUE=""`, 2, playlist.ErrMalformed, "NAME"},
		{`#EXT-X-DEFINE:NAME="a",VALUE=b`, 2, playlist.ErrMalformed, "VALUE"},
		{`#EXT-X-DEFINE:NAME="a b",VALUE="b"`, 2, playlist.ErrMalformed, `"a b"`},
		{`#EXT-X-DEFINE`, 2, playlist.ErrMalformed, `""`},
		{`#EXT-X-DEFINE:NAME="a`, 2, playlist.ErrMalformed, "NAME"},
		{laughs, 3, playlist.ErrTooLarge, "65536"},
		{many, 4, playlist.ErrTooLarge, "65536"},
		{"#EXT-X-DEFINE:NAME=\"" + long + "\",VALUE=\"\"\n#EXT-X-DEFINE:NAME=\"" + long + "\",VALUE=\"\"", 3, playlist.ErrVariable, `: "` + long[:40] + `" is defined twice`},
		{`#EXT-X-DEFINE:NAME="` + long + `"`, 2, playlist.ErrVariable, `: "` + long[:40] + `" has no VALUE`},
		{`#EXT-X-DEFINE:IMPORT="` + long + `"`, 2, playlist.ErrVariable, `: "` + long[:40] + `" is imported`},
		{`#EXT-X-DEFINE:QUERYPARAM="` + long + `"`, 2, playlist.ErrVariable, `: "` + long[:40] + `" is not`},
	} {
		_, err := rewrite(t, "#EXTM3U\n"+c.in+"\n", playlist.Options{Base: base, Grant: newGrant(t, host+"/*")})
		var at *playlist.LineError
		if !errors.Is(err, c.want) || !errors.As(err, &at) || at.Line != c.line || !strings.Contains(err.Error(), c.text) {
			t.Errorf("Rewrite of %.60q: %v, want line %d: %v: %s", c.in, err, c.line, c.want, c.text)
		}
	}
}

// A value from outside adds neither lines nor attributes, and what goes wrong
// with it is its giver's fault; no error holds it.
func TestOutsideValues(t *testing.T) {
	const secret = "sEcReT"
	for _, c := range []struct{ name, value, in, class string }{
		{"lines", secret + "a#\nhttps://evil.example/x.ts\n#", "{$q}", "control character"},
		{"old line ends", secret + "a#\rb", "{$q}", "control character"},
		{"control character", secret + "#\x7f", "{$q}", "control character"},
		{"attributes", secret + `a#",X="y`, `#EXT-X-MAP:URI="{$q}"`, "quotation mark"},
		{"not UTF-8", secret + "\xff", "{$q}", "UTF-8"},
		{"unused", secret + "\n", "a.ts", "control character"},
		{"outside the grant", "../" + secret, "{$q}/a.ts", "not covered"},
		{"in another value", "../" + secret, "#EXT-X-DEFINE:NAME=\"n\",VALUE=\"{$q}/b\"\n{$n}/a.ts", "not covered"},
		{"no escape", secret + "%", "{$q}.ts", "invalid URL"},
		{"too long a URL", strings.Repeat(secret, 2000), "{$q}.ts", "too long"},
		{"too long a line", strings.Repeat(secret, 2000), "{$q}{$q}{$q}{$q}{$q}{$q}.ts", "too large"},
		{"too much", strings.Repeat(secret, 8000), "#EXT-X-DEFINE:NAME=\"n\",VALUE=\"{$q}\"", "too large"},
		{"far too much", strings.Repeat(secret, 12000), "", "too large"},
		{"another reference", "{$", "a.ts?{$q}" + secret + "}", "another reference"},
	} {
		grant := playlist.Options{Base: base, Grant: newGrant(t, host+"/asset/*")}
		canned := perURI(t, ecKey(), 1)
		if c.class == "not covered" {
			canned = grant
		}
		for _, o := range []playlist.Options{grant, canned} {
			for tag, set := range map[string]func(){
				"QUERYPARAM": func() { o.Query, o.Variables = url.Values{"q": {c.value}}, nil },
				"IMPORT":     func() { o.Query, o.Variables = nil, map[string]string{"q": c.value} },
			} {
				set()
				got, err := rewrite(t, "#EXTM3U\n#EXT-X-DEFINE:"+tag+"=\"q\"\n"+c.in+"\n", o)
				var at *playlist.LineError
				if !errors.Is(err, playlist.ErrVariable) || !errors.As(err, &at) || !strings.Contains(err.Error(), c.class) || strings.Contains(err.Error(), secret) {
					t.Errorf("%s: %s: Rewrite = %q, %v; want a line, %v and %q, and not the value", c.name, tag, short(got), err, playlist.ErrVariable, c.class)
				}
			}
		}
	}
	// What is not ours stays a reference.
	o := playlist.Options{Base: base, Grant: newGrant(t, host+"/asset/*"), Query: url.Values{"q": {"https://cdn.example.net"}}}
	in := "#EXTM3U\n#EXT-X-DEFINE:QUERYPARAM=\"q\"\n{$q}/a.ts\n"
	if got, err := rewrite(t, in, o); err != nil || got != in {
		t.Errorf("Rewrite of %q = %q, %v", in, got, err)
	}
	// An error about the playlist's own values names the URI.
	_, err := rewrite(t, "#EXTM3U\n#EXT-X-DEFINE:NAME=\"n\",VALUE=\"/other\"\n{$n}/a.ts\n", o)
	if !errors.Is(err, signer.ErrNotCovered) || errors.Is(err, playlist.ErrVariable) || !strings.Contains(err.Error(), "/other/a.ts") {
		t.Errorf("Rewrite with a value outside the grant: %v", err)
	}
}

func TestSignatureVariable(t *testing.T) {
	o := playlist.Options{Base: base, Grant: newGrant(t, host+"/*"), Variable: "sig", Relative: true}
	for _, c := range []struct{ name, in, want string }{
		{"version is raised",
			"#EXTM3U\n# c\n#EXT-X-VERSION:3\n#EXTINF:2,\na.ts\n",
			"#EXTM3U\n# c\n#EXT-X-VERSION:8\nDEFINE\n#EXTINF:2,\na.ts?{$sig}\n"},
		{"version suffices",
			"#EXTM3U\r\n#EXT-X-VERSION:10\r\n#EXT-X-MAP:URI=\"i\"\r\na.ts?n=1#f",
			"#EXTM3U\r\n#EXT-X-VERSION:10\r\nDEFINE\r\n#EXT-X-MAP:URI=\"i?{$sig}\"\r\nBASEa.ts?n=1&{$sig}#f"},
		{"no version", "#EXTM3U\na b.ts", "#EXTM3U\n#EXT-X-VERSION:8\nDEFINE\nBASEa%20b.ts?{$sig}"},
		{"other variables", "#EXTM3U\n#EXT-X-DEFINE:NAME=\"x\",VALUE=\"y\"\n{$x}.ts", "#EXTM3U\n#EXT-X-VERSION:8\nDEFINE\n#EXT-X-DEFINE:NAME=\"x\",VALUE=\"y\"\nBASEy.ts?{$sig}"},
		{"nothing to sign", "#EXTM3U\n\n", "#EXTM3U\n\n"},
	} {
		want := strings.NewReplacer("DEFINE\n", `#EXT-X-DEFINE:NAME="sig",VALUE="SIG"`+"\n", "DEFINE\r\n", `#EXT-X-DEFINE:NAME="sig",VALUE="SIG"`+"\r\n", "BASE", host+"/asset/").Replace(c.want)
		got, err := rewrite(t, c.in, o)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if diff := cmp.Diff(want, short(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	for _, c := range []struct {
		in   string
		want error
	}{
		{"#EXTM3U\na.ts\n#EXT-X-VERSION:3\n", playlist.ErrMalformed},
		{"#EXTM3U\n#EXT-X-DEFINE:NAME=\"sig\",VALUE=\"\"\n", playlist.ErrVariable},
	} {
		if _, err := rewrite(t, c.in, o); !errors.Is(err, c.want) {
			t.Errorf("Rewrite of %q: %v, want %v", c.in, err, c.want)
		}
	}
}
