package playlist_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"privateplayback/signer/playlist"
)

// blank replaces every URI of a playlist by "U", with a reader of attribute
// lists that is not the package's: text outside quotation marks alternates with
// text inside.
func blank(text string) string {
	uris := map[string][]string{}
	for _, tag := range playlist.Tags() {
		for _, a := range tag.URIs {
			uris["#"+tag.Name] = append(uris["#"+tag.Name], a.Name)
		}
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		tag, list, _ := strings.Cut(line, ":")
		switch {
		case i == 0:
		case strings.HasPrefix(line, "#") && uris[tag] != nil:
			pieces := strings.Split(list, `"`)
			for j := 1; j < len(pieces); j += 2 {
				name := pieces[j-1]
				name = strings.Trim(name[strings.LastIndexByte(name, ',')+1:], " \t")
				for _, uri := range uris[tag] {
					if trimmed, ok := strings.CutSuffix(name, "="); ok && strings.TrimRight(trimmed, " \t") == uri {
						pieces[j] = "U"
					}
				}
			}
			lines[i] = tag + ":" + strings.Join(pieces, `"`)
		case strings.Trim(line, " \t\r") != "" && strings.TrimLeft(line, " \t")[0] != '#':
			lines[i] = "U"
			if strings.HasSuffix(line, "\r") {
				lines[i] = "U\r"
			}
		}
	}
	return strings.Join(lines, "\n")
}

// signedQuery is a signature where one opens something: the word alone may be a
// part of a file's name.
var signedQuery = regexp.MustCompile(`\?[^"]*Signature=[^&"]`)

// checkProperties holds for any input that is not refused: what is not a URI is
// unchanged, and rewriting again changes nothing.
func checkProperties(t *testing.T, in string, o playlist.Options) {
	t.Helper()
	once, err := rewrite(t, in, o)
	if err != nil {
		if signedQuery.MatchString(err.Error()) {
			t.Errorf("Rewrite of %q: the error holds a signature: %v", in, err)
		}
		return
	}
	if before, after := blank(in), blank(once); before != after {
		t.Errorf("Rewrite of %q changed more than URIs: %q, want %q", in, after, before)
	}
	twice, err := rewrite(t, once, o)
	if err != nil || twice != once {
		t.Errorf("Rewrite of %q, rewritten: %q, %v; want %q", in, short(twice), err, short(once))
	}
}

func randomPlaylist(r *rand.Rand) string {
	var b strings.Builder
	b.WriteString([]string{"", "\ufeff"}[r.IntN(2)] + "#EXTM3U")
	tags := playlist.Tags()
	for range r.IntN(20) {
		b.WriteString([]string{"\n", "\r\n", "\n\n"}[r.IntN(3)])
		uri := uris[r.IntN(len(uris))].uri
		switch r.IntN(4) {
		case 0:
			b.WriteString(uri)
		case 1:
			fmt.Fprintf(&b, "#EXTINF:%.5f,%s", r.Float64(), uri)
		case 2:
			fmt.Fprintf(&b, "#EXT-X-VENDOR:URI=\"%s\"", uri)
		default:
			tag := tags[r.IntN(len(tags))]
			if strings.Contains(uri, `"`) || tag.Name == "EXT-X-DEFINE" {
				continue
			}
			fmt.Fprintf(&b, "#%s:A=1,B=\"x,URI=\"", tag.Name)
			for _, a := range tag.URIs {
				fmt.Fprintf(&b, ",%s=\"%s\"", a.Name, uri)
			}
		}
	}
	return b.String()
}

func TestRewriteProperties(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	shared := playlist.Options{Base: base, Grant: newGrant(t, host+"/*")}
	each := perURI(t, ecKey(), 2)
	for range 300 {
		in := randomPlaylist(r)
		checkProperties(t, in, shared)
		checkProperties(t, in, each)
	}
}

func FuzzRewrite(f *testing.F) {
	for _, text := range readTestdata(f) {
		f.Add([]byte(text))
	}
	for _, c := range lines {
		f.Add([]byte("#EXTM3U" + c.in))
	}
	for _, c := range uris {
		f.Add([]byte("#EXTM3U\n" + c.uri + "\n#EXT-X-MAP:URI=\"" + c.uri + "\""))
	}
	f.Add([]byte("#EXTM3U\n#EXT-X-DEFINE:NAME=\"a\",VALUE=\"b{$\"\n#EXT-X-DEFINE:QUERYPARAM=\"q\"\n{$a}/{$q}.ts"))
	shared := playlist.Options{Base: base + "?q=1", Grant: newGrant(f, host+"/*")}
	each := perURI(f, ecKey(), 1)
	f.Fuzz(func(t *testing.T, in []byte) {
		checkProperties(t, string(in), shared)
		if len(in) < 300 {
			checkProperties(t, string(in), each)
		}
		o := shared
		o.Variable, o.Relative = "s", true
		o.Child = func(c playlist.Child) (string, error) { return strings.TrimPrefix(c.URL, host), nil }
		rewrite(t, string(in), o)
	})
}

// A value from outside changes URIs, and nothing else.
func FuzzOutsideValue(f *testing.F) {
	for _, value := range []string{"a", "a#\nb", `a#",X="y`, "a#\r", "{$", "../x", "https://cdn.example.net", "é #\x7f", "#", "%"} {
		f.Add(value)
	}
	grant := newGrant(f, host+"/*")
	in := "#EXTM3U\n#EXT-X-DEFINE:QUERYPARAM=\"q\"\n#EXT-X-DEFINE:NAME=\"n\",VALUE=\"{$q}\"\n{$q}\n{$n}/a.ts#{$q}\n#EXT-X-MAP:URI=\"{$q}#{$n}\",A=\"x\"\n"
	f.Fuzz(func(t *testing.T, value string) {
		got, err := rewrite(t, in, playlist.Options{Base: base, Grant: grant, Query: url.Values{"q": {value}}})
		if err != nil && !errors.Is(err, playlist.ErrVariable) {
			t.Errorf("Rewrite with %q: %v, want %v", value, err, playlist.ErrVariable)
		}
		if err == nil && blank(got) != blank(in) {
			t.Errorf("Rewrite with %q changed more than URIs: %q", value, short(got))
		}
	})
}
