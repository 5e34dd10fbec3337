package playlist_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"privateplayback/signer/playlist"
)

func readTestdata(t testing.TB) map[string]string {
	t.Helper()
	entries, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".m3u8") {
			files[e.Name()] = string(must(os.ReadFile("testdata/" + e.Name())))
		}
	}
	return files
}

func TestChildren(t *testing.T) {
	o := playlist.Options{Base: base, Grant: newGrant(t, host+"/asset/*")}
	o.Child = func(c playlist.Child) (string, error) {
		if strings.Contains(c.URL, "iframes") {
			return "", nil
		}
		return strings.Replace(c.URL, host, "/app", 1), nil
	}
	in := `#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,URI="audio.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=1

# a comment between
180p/index.m3u8?v=1
not-a-variant.ts
#EXT-X-STREAM-INF:BANDWIDTH=1
https://cdn.example.net/foreign.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=1
#EXTINF:2,
segment.ts
#EXT-X-I-FRAME-STREAM-INF:URI="iframes.m3u8"
#EXT-X-SESSION-KEY:METHOD=AES-128,URI="key.bin"
`
	want := `#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,URI="/app/asset/audio.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=1

# a comment between
/app/asset/180p/index.m3u8?v=1
BASEnot-a-variant.ts?SIG
#EXT-X-STREAM-INF:BANDWIDTH=1
https://cdn.example.net/foreign.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=1
#EXTINF:2,
BASEsegment.ts?SIG
#EXT-X-I-FRAME-STREAM-INF:URI="BASEiframes.m3u8?SIG"
#EXT-X-SESSION-KEY:METHOD=AES-128,URI="BASEkey.bin?SIG"
`
	got, err := rewrite(t, in, o)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.ReplaceAll(want, "BASE", host+"/asset/"), short(got)); diff != "" {
		t.Errorf("Rewrite (-want +got):\n%s", diff)
	}
}

func TestChildRefuses(t *testing.T) {
	broken := errors.New("no such child")
	for _, c := range []struct {
		uri  string
		err  error
		want error
	}{
		{"", broken, broken},
		{"/a b", nil, playlist.ErrChild},
		{"/a\"b", nil, playlist.ErrChild},
		{"/a\nb", nil, playlist.ErrChild},
		{"/é", nil, playlist.ErrChild},
		{"#a", nil, playlist.ErrChild},
		{"/{$a}", nil, playlist.ErrChild},
	} {
		o := playlist.Options{Base: base, Grant: newGrant(t, host+"/*"), Child: func(playlist.Child) (string, error) { return c.uri, c.err }}
		_, err := rewrite(t, "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n", o)
		var at *playlist.LineError
		if !errors.Is(err, c.want) || !errors.As(err, &at) || at.Line != 3 {
			t.Errorf("Rewrite with the child %q: %v, want line 3: %v", c.uri, err, c.want)
		}
	}
}
