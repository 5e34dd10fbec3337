package playlist_test

import (
	"context"
	"errors"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"privateplayback/signer"
	"privateplayback/signer/playlist"
)

// uris are URIs in a segment line, and what a browser requests for them. The
// want of a URI that is left alone is "".
var uris = []struct{ uri, want string }{
	{"seg.ts", host + "/asset/seg.ts?SIG"},
	{"a/b/seg_1-2~,.ts", host + "/asset/a/b/seg_1-2~,.ts?SIG"},
	{"/seg.ts", host + "/seg.ts?SIG"},
	{"./seg.ts", host + "/asset/seg.ts?SIG"},
	{"../seg.ts", host + "/seg.ts?SIG"},
	{"../../../seg.ts", host + "/seg.ts?SIG"},
	{"a/../seg.ts", host + "/asset/seg.ts?SIG"},
	{"a/%2e%2E/seg.ts", host + "/asset/seg.ts?SIG"},
	{"..a/...ts", host + "/asset/..a/...ts?SIG"},
	{".hidden.ts", host + "/asset/.hidden.ts?SIG"},
	{"a//b.ts", host + "/asset/a//b.ts?SIG"},
	{host + "/asset/seg.ts", host + "/asset/seg.ts?SIG"},
	{"HTTPS://D111111ABCDEF8.CloudFront.NET:443/asset/seg.ts", host + "/asset/seg.ts?SIG"},
	{host, host + "/?SIG"},
	{"//d111111abcdef8.cloudfront.net/seg.ts", host + "/seg.ts?SIG"},
	{`\\d111111abcdef8.cloudfront.net\seg.ts`, host + "/seg.ts?SIG"},
	{"////d111111abcdef8.cloudfront.net/seg.ts", host + "/seg.ts?SIG"},
	{"https:seg.ts", host + "/asset/seg.ts?SIG"},
	{"https:/seg.ts", host + "/seg.ts?SIG"},
	{`https:\\d111111abcdef8.cloudfront.net/seg.ts`, host + "/seg.ts?SIG"},
	{`a\b.ts`, host + "/asset/a/b.ts?SIG"},
	{"seg.ts?n=1", host + "/asset/seg.ts?n=1&SIG"},
	{"seg.ts?n=1&m=a%20b", host + "/asset/seg.ts?n=1&m=a%20b&SIG"},
	{"seg.ts?", host + "/asset/seg.ts?SIG"},
	{"seg.ts?n=1&", host + "/asset/seg.ts?n=1&SIG"},
	{"?n=1", host + "/asset/live.m3u8?n=1&SIG"},
	{"seg.ts?q='", host + "/asset/seg.ts?q=%27&SIG"},
	{"seg.ts#t=1", host + "/asset/seg.ts?SIG#t=1"},
	{"seg.ts?n=1#t?x", host + "/asset/seg.ts?n=1&SIG#t?x"},
	// What is before a fragment is not at an end, where blanks would go.
	{"seg.ts #t=1", host + "/asset/seg.ts%20?SIG#t=1"},
	{"seg.ts?n=1 #t=1", host + "/asset/seg.ts?n=1%20&SIG#t=1"},
	{"seg.ts\x01#t=1", host + "/asset/seg.ts%01?SIG#t=1"},
	{".. #t=1", host + "/asset/..%20?SIG#t=1"},
	{host + "/asset/seg.ts #t=1", host + "/asset/seg.ts%20?SIG#t=1"},
	{host + " #t=1", ""}, // not a host
	{`a.ts#b\c?d\e`, host + `/asset/a.ts?SIG#b\c?d\e`},
	{"a b.ts", host + "/asset/a%20b.ts?SIG"},
	{" seg.ts\t ", host + "/asset/seg.ts?SIG"},
	{"se\tg.ts", host + "/asset/seg.ts?SIG"},
	{"é.ts", host + "/asset/%C3%A9.ts?SIG"},
	{"%c3%a9.ts", host + "/asset/%c3%a9.ts?SIG"},
	{`"<{}>.ts`, host + "/asset/%22%3C%7B%7D%3E.ts?SIG"},
	{"it's.ts", host + "/asset/it's.ts?SIG"},
	{"a+b&c=d;e@f!.ts", host + "/asset/a+b&c=d;e@f!.ts?SIG"},
	{"10:30.ts", host + "/asset/10:30.ts?SIG"},
	{"{$.ts", host + "/asset/%7B$.ts?SIG"},
	// An older signature is replaced.
	{"seg.ts?Expires=1&Signature=x&Key-Pair-Id=K", host + "/asset/seg.ts?SIG"},
	{"seg.ts?n=1&Polic%79=x&Hash-Algorithm=SHA256&m=2", host + "/asset/seg.ts?n=1&m=2&SIG"},
	{"seg.ts?ThisExpires=1", host + "/asset/seg.ts?ThisExpires=1&SIG"},
	// Left alone.
	{"data:video/mp2t;base64,AAAA", ""},
	{"skd://key/1", ""},
	{"urn:uuid:1", ""},
	{"blob:x", ""},
	{"file:///seg.ts", ""},
	{"//cdn.example.net/seg.ts", ""},
	{"https://cdn.example.net/seg.ts?token=é", ""},
	{"https://d111111abcdef8.cloudfront.net.example.net/seg.ts", ""},
	{"https://d111111abcdef8.cloudfront.net@example.net/seg.ts", ""},
	{"https://d111111abcdef8.cloudfront.net:8443/seg.ts", ""},
	{"https://[bad/seg.ts", ""},
	{"   ", ""},
	{" #EXT-X-ENDLIST", ""},
	{"\x01#EXT-X-ENDLIST", ""},
	{" #EXT-X-KEY", ""},
	{" # URI=\"a\"", ""},
	{"#seg.ts", ""},
}

func TestRewriteURIs(t *testing.T) {
	o := playlist.Options{Base: base, Grant: newGrant(t, host+"/*")}
	for _, c := range uris {
		in := "#EXTM3U\n#EXTINF:2,\n" + c.uri + "\n#EXT-X-ENDLIST\n"
		want := in
		if c.want != "" {
			want = strings.Replace(in, c.uri, c.want, 1)
		}
		got, err := rewrite(t, in, o)
		if err != nil || short(got) != want {
			t.Errorf("Rewrite of %q = %q, %v; want %q", c.uri, short(got), err, want)
		}
	}
}

// The same URIs must come out of the way without shortcuts.
func TestRewriteURIsWithoutShortcut(t *testing.T) {
	o := playlist.Options{
		Base:  base,
		Grant: newGrant(t, "*://d111111abcdef8.cloudfront.net/*"),
		Own:   func(u string) bool { return strings.HasPrefix(u, host+"/") },
	}
	for _, c := range uris {
		in := "#EXTM3U\n#EXTINF:2,\n" + c.uri
		want := in
		if c.want != "" {
			want = "#EXTM3U\n#EXTINF:2,\n" + c.want
		}
		got, err := rewrite(t, in, o)
		if err != nil || short(got) != want {
			t.Errorf("Rewrite of %q = %q, %v; want %q", c.uri, short(got), err, want)
		}
	}
}

// The URL of the playlist is read as a browser reads it.
func TestBase(t *testing.T) {
	for raw, want := range map[string]string{
		host + "/asset/live.m3u8#x":     host + "/asset/live.m3u8?n=1&SIG",
		host + "/asset/live.m3u8 #x":    host + "/asset/live.m3u8%20?n=1&SIG",
		host + "/asset/a /../b.m3u8\t ": host + "/asset/b.m3u8?n=1&SIG",
	} {
		got, err := rewrite(t, "#EXTM3U\n?n=1", playlist.Options{Base: raw, Grant: newGrant(t, host+"/*")})
		if err != nil || short(got) != "#EXTM3U\n"+want {
			t.Errorf("Rewrite with Base %q = %q, %v; want %q", raw, short(got), err, want)
		}
	}
	o := playlist.Options{Base: host + "/asset/live.m3u8?q=a #x", Grant: newGrant(t, host+"/*")}
	got, err := rewrite(t, "#EXTM3U\n#EXT-X-DEFINE:QUERYPARAM=\"q\"\n{$q}.ts", o)
	if err != nil || !strings.Contains(got, "/asset/a%20.ts?") {
		t.Errorf("Rewrite with Base %q = %q, %v", o.Base, short(got), err)
	}
}

// lines are whole playlists, less their first line.
var lines = []struct{ name, in, want string }{
	{"nothing", "", ""},
	{"line ends", "\r\n#EXTINF:2,\r\na.ts\r\n\n \r\nb.ts", "\r\n#EXTINF:2,\r\nBASEa.ts?SIG\r\n\n \r\nBASEb.ts?SIG"},
	{"carriage return at the end", "\na.ts\r", "\nBASEa.ts?SIG\r"},
	{"header with attributes", " x-tvg-url=\"a\"\na.ts\n", " x-tvg-url=\"a\"\nBASEa.ts?SIG\n"},
	{"comments and unknown tags", "\n# URI=\"a\"\n#EXT-X-CUE-OUT:URI=\"a\n#EXT-X-KEYS:URI=\"a\"\n#ext-x-key:URI=\"a\"\n",
		"\n# URI=\"a\"\n#EXT-X-CUE-OUT:URI=\"a\n#EXT-X-KEYS:URI=\"a\"\n#ext-x-key:URI=\"a\"\n"},
	{"numbers", "\n#EXTINF:4.00008,a\"b,c\na.ts\n", "\n#EXTINF:4.00008,a\"b,c\nBASEa.ts?SIG\n"},
	{"byte ranges", "\n#EXT-X-BYTERANGE:10@0\na.ts\n#EXT-X-BYTERANGE:10\na.ts\n", "\n#EXT-X-BYTERANGE:10@0\nBASEa.ts?SIG\n#EXT-X-BYTERANGE:10\nBASEa.ts?SIG\n"},
	{"comma in quotes", "\n#EXT-X-MEDIA:NAME=\"a,URI=x\",URI=\"a,b.m3u8\",X=\n", "\n#EXT-X-MEDIA:NAME=\"a,URI=x\",URI=\"BASEa,b.m3u8?SIG\",X=\n"},
	{"blanks in the list", "\n#EXT-X-KEY: METHOD=AES-128 , URI=\"k\"\t,,IV=0x1,\n", "\n#EXT-X-KEY: METHOD=AES-128 , URI=\"BASEk?SIG\"\t,,IV=0x1,\n"},
	{"URI twice", "\n#EXT-X-MAP:URI=\"a\",URI=\"b\"\n", "\n#EXT-X-MAP:URI=\"BASEa?SIG\",URI=\"BASEb?SIG\"\n"},
	{"other attributes that look like it", "\n#EXT-X-MAP:uri=\"a\",X-URI=\"b\",URI =\"c\"\n", "\n#EXT-X-MAP:uri=\"a\",X-URI=\"b\",URI =\"BASEc?SIG\"\n"},
	{"no URI", "\n#EXT-X-KEY:METHOD=NONE\n#EXT-X-KEY:METHOD=NONE,URI=\"\"\n#EXT-X-MAP\n#EXT-X-MAP:\n#EXT-X-KEY:METHOD=NONE,URI=\n",
		"\n#EXT-X-KEY:METHOD=NONE\n#EXT-X-KEY:METHOD=NONE,URI=\"\"\n#EXT-X-MAP\n#EXT-X-MAP:\n#EXT-X-KEY:METHOD=NONE,URI=\n"},
	{"key systems", "\n#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI=\"data:text/plain;base64,AA==\",KEYFORMAT=\"urn:uuid:x\"\n",
		"\n#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI=\"data:text/plain;base64,AA==\",KEYFORMAT=\"urn:uuid:x\"\n"},
	{"fragment alone", "\n#EXT-X-MAP:URI=\"#x\"\n", "\n#EXT-X-MAP:URI=\"BASElive.m3u8?SIG#x\"\n"},
	{"broken list in a tag without URIs", "\n#EXT-X-STREAM-INF:CODECS=\"a\na.m3u8\n", "\n#EXT-X-STREAM-INF:CODECS=\"a\nBASEa.m3u8?SIG\n"},
}

func TestRewriteLines(t *testing.T) {
	o := playlist.Options{Base: base, Grant: newGrant(t, host+"/asset/*")}
	for _, bom := range []string{"", "\ufeff"} {
		for _, c := range lines {
			want := bom + "#EXTM3U" + strings.ReplaceAll(c.want, "BASE", host+"/asset/")
			got, err := rewrite(t, bom+"#EXTM3U"+c.in, o)
			if err != nil {
				t.Errorf("%s: Rewrite of %q: %v", c.name, c.in, err)
			} else if diff := cmp.Diff(want, short(got)); diff != "" {
				t.Errorf("%s: Rewrite of %q (-want +got):\n%s", c.name, c.in, diff)
			}
		}
	}
}

func TestRewriteRefuses(t *testing.T) {
	for _, c := range []struct {
		name, in string
		line     int
		want     error
		text     string
	}{
		{"empty", "", 0, playlist.ErrNotPlaylist, "empty"},
		{"HTML", "<html>\nseg.ts\n", 1, playlist.ErrNotPlaylist, "#EXTM3U"},
		{"another header", "#EXTM3U8\nseg.ts\n", 1, playlist.ErrNotPlaylist, "#EXTM3U"},
		{"header on the second line", "\n#EXTM3U\nseg.ts\n", 1, playlist.ErrNotPlaylist, "#EXTM3U"},
		{"old line ends", "#EXTM3U\r#EXTINF:2,\rseg.ts\n", 1, playlist.ErrMalformed, "carriage return"},
		{"carriage return in a title", "#EXTM3U\n#EXTINF:2,a\rb\n", 2, playlist.ErrMalformed, "carriage return"},
		{"quote without end", "#EXTM3U\n\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\n", 3, playlist.ErrMalformed, `EXT-X-KEY: malformed line: the quoted value of "URI" does not end`},
		{"text after a quote", "#EXTM3U\n#EXT-X-MAP:URI=\"a\"b\n", 2, playlist.ErrMalformed, "after the quoted value"},
		{"quote in a value", "#EXTM3U\n#EXT-X-MAP:X=a\"b,URI=\"c\"\n", 2, playlist.ErrMalformed, "inside the value"},
		{"blank before a quote", "#EXTM3U\n#EXT-X-MAP:URI= \"c\"\n", 2, playlist.ErrMalformed, "inside the value"},
		{"no value", "#EXTM3U\n#EXT-X-MAP:X,URI=\"c\"\n", 2, playlist.ErrMalformed, "without a value"},
		{"no name", "#EXTM3U\n#EXT-X-MAP:=a,URI=\"c\"\n", 2, playlist.ErrMalformed, "without a name"},
		{"URI without quotes", "#EXTM3U\n#EXT-X-MAP:URI=c\n", 2, playlist.ErrMalformed, "URI without quotation marks"},
		{"blank before a tag", "#EXTM3U\n #EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n", 2, playlist.ErrMalformed, "EXT-X-KEY: malformed line: blanks before the tag"},
		{"control character before a tag", "#EXTM3U\n\x01#EXT-X-MAP:URI=\"i\"\n", 2, playlist.ErrMalformed, "EXT-X-MAP: malformed line: blanks before the tag"},
		{"blank before a variant", "#EXTM3U\n\t#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n", 2, playlist.ErrMalformed, "EXT-X-STREAM-INF: malformed line: blanks before the tag"},
		{"control character in a fragment", "#EXTM3U\na.ts#b\x00c\n", 2, playlist.ErrMalformed, "fragment"},
		{"control character in the fragment of an attribute", "#EXTM3U\n#EXT-X-MAP:URI=\"a#b\x7fc\"\n", 2, playlist.ErrMalformed, "fragment"},
		{"long name of a variable", "#EXTM3U\n{$" + strings.Repeat("n", 41) + "}\n", 2, playlist.ErrVariable, `"` + strings.Repeat("n", 40) + `"`},
		{"not UTF-8", "#EXTM3U\n\xff.ts\n", 2, playlist.ErrMalformed, "UTF-8"},
		{"outside the grant", "#EXTM3U\na.ts\n../b.ts?secret=1\n", 3, signer.ErrNotCovered, "/b.ts"},
		{"absolute path outside", "#EXTM3U\n/b.ts\n", 2, signer.ErrNotCovered, "/b.ts"},
		{"absolute URL outside", "#EXTM3U\n" + host + "/asset/a.ts\n" + host + "/b.ts\n", 3, signer.ErrNotCovered, "/b.ts"},
		{"same host by another scheme", "#EXTM3U\nhttp://d111111abcdef8.cloudfront.net/asset/a.ts\n", 2, signer.ErrNotCovered, "http://"},
		{"too long to request", "#EXTM3U\n" + strings.Repeat("a", 8000) + "\n", 2, signer.ErrTooLong, "8192"},
		{"percent sign that begins no escape", "#EXTM3U\n100%.ts\n", 2, signer.ErrInvalidURL, "%25"},
		{"backslash in a query", "#EXTM3U\na.ts?secret=\\\n", 2, signer.ErrInvalidURL, "%5C"},
		{"variable in a URI", "#EXTM3U\n{$cdn}/a.ts\n", 2, playlist.ErrVariable, `"cdn"`},
		{"variable in an attribute", "#EXTM3U\n#EXT-X-MAP:URI=\"{$cdn}\"\n", 2, playlist.ErrVariable, `"cdn"`},
	} {
		got, err := rewrite(t, c.in, playlist.Options{Base: base, Grant: newGrant(t, host+"/asset/*")})
		var at *playlist.LineError
		if !errors.Is(err, c.want) || c.line > 0 && (!errors.As(err, &at) || at.Line != c.line) {
			t.Errorf("%s: Rewrite = %q, %v; want line %d: %v", c.name, short(got), err, c.line, c.want)
		} else if !strings.Contains(err.Error(), c.text) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: Rewrite: %v; want it to say %q and no query", c.name, err, c.text)
		}
	}
}

var update = flag.Bool("update", false, "rewrite the golden files")

func TestRewriteFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/*.m3u8")
	if err != nil || len(files) == 0 {
		t.Fatalf("no playlists: %v", err)
	}
	o := playlist.Options{Base: base, Grant: newGrant(t, host+"/*")}
	for _, name := range files {
		in, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := rewrite(t, string(in), o)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		golden := strings.TrimSuffix(name, ".m3u8") + ".golden"
		if *update {
			if err := os.WriteFile(golden, []byte(short(got)), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), short(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestRewriteInPieces(t *testing.T) {
	o := playlist.Options{Base: base, Grant: newGrant(t, host+"/asset/*")}
	in := "#EXTM3U\r\n" + strings.Repeat("#EXTINF:2,\r\nsegment.ts\r\n", 3000)
	want, err := rewrite(t, in, o)
	if err != nil {
		t.Fatal(err)
	}
	for name, reader := range map[string]func(io.Reader) io.Reader{
		"one byte": iotest.OneByteReader, "half": iotest.HalfReader, "data with the error": iotest.DataErrReader,
	} {
		var got strings.Builder
		if err := playlist.Rewrite(t.Context(), &got, reader(strings.NewReader(in)), o); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got.String() != want {
			t.Errorf("%s: another playlist than in one piece", name)
		}
	}
}

func TestRewriteLimits(t *testing.T) {
	in := "#EXTM3U\n#" + strings.Repeat("x", 99) + "\na.ts\n"
	grant := newGrant(t, host+"/asset/*")
	size := int64(len(in))
	for _, c := range []struct {
		name   string
		limits playlist.Limits
		line   int // 0: no error
	}{
		{"defaults", playlist.Limits{}, 0},
		{"just enough", playlist.Limits{Line: 100, Input: size, Output: 10000}, 0},
		{"line", playlist.Limits{Line: 99}, 2},
		{"no limit for a line", playlist.Limits{Line: math.MaxInt}, 0},
		{"output", playlist.Limits{Output: 300}, 3},
	} {
		_, err := rewrite(t, in, playlist.Options{Base: base, Grant: grant, Limits: c.limits})
		var at *playlist.LineError
		if ok := errors.As(err, &at); c.line == 0 && err != nil || c.line > 0 && (!ok || !errors.Is(err, playlist.ErrTooLarge)) {
			t.Errorf("%s: Rewrite: %v; want line %d", c.name, err, c.line)
		}
	}
	// How far it was read when the limit was reached depends on the reader.
	for name, reader := range map[string]io.Reader{"one piece": strings.NewReader(in), "one byte": iotest.OneByteReader(strings.NewReader(in))} {
		err := playlist.Rewrite(t.Context(), io.Discard, reader, playlist.Options{Base: base, Grant: grant, Limits: playlist.Limits{Input: size - 1}})
		var at *playlist.LineError
		if !errors.Is(err, playlist.ErrTooLarge) || errors.As(err, &at) {
			t.Errorf("Rewrite of an input over the limit in %s: %v; want too large, and no line", name, err)
		}
	}
	var got strings.Builder
	o := playlist.Options{Base: base, Grant: grant, Limits: playlist.Limits{Line: math.MaxInt}}
	if err := playlist.Rewrite(t.Context(), &got, iotest.OneByteReader(strings.NewReader(in)), o); err != nil || !strings.HasSuffix(short(got.String()), "x\n"+host+"/asset/a.ts?SIG\n") {
		t.Errorf("Rewrite in pieces without a limit for a line = %q, %v", short(got.String()), err)
	}
	endless := io.MultiReader(strings.NewReader("#EXTM3U\n"), zeros{})
	err := playlist.Rewrite(t.Context(), io.Discard, endless, playlist.Options{Base: base, Grant: grant})
	var at *playlist.LineError
	if !errors.Is(err, playlist.ErrTooLarge) || !errors.As(err, &at) || at.Line != 2 {
		t.Errorf("Rewrite of an endless line: %v, want line 2: too large", err)
	}
}

// zeros is a line that does not end.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// stuck reads nothing for ever.
type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestRewriteStreamErrors(t *testing.T) {
	o := playlist.Options{Base: base, Grant: newGrant(t, host+"/asset/*")}
	head := strings.NewReader("#EXTM3U\nseg")
	err := playlist.Rewrite(t.Context(), io.Discard, io.MultiReader(head, iotest.ErrReader(io.ErrUnexpectedEOF)), o)
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("Rewrite of a cut stream: %v, want %v", err, io.ErrUnexpectedEOF)
	}
	if err := playlist.Rewrite(t.Context(), io.Discard, stuck{}, o); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("Rewrite of a stuck reader: %v, want %v", err, io.ErrNoProgress)
	}
	if err := playlist.Rewrite(t.Context(), full{}, strings.NewReader("#EXTM3U\n"), o); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("Rewrite to a closed writer: %v, want %v", err, io.ErrClosedPipe)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := playlist.Rewrite(ctx, io.Discard, strings.NewReader("#EXTM3U\n"), o); !errors.Is(err, context.Canceled) {
		t.Errorf("Rewrite with a cancelled context: %v, want %v", err, context.Canceled)
	}
}
