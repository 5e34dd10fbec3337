package main

import (
	"regexp"
	"slices"
	"strings"
)

var namedURI = regexp.MustCompile(`(?m)^[^#\s].*$|URI="[^"]*"`)

// playlists rewrites what the stack serves and fetches all that is named there.
func (b *bench) playlists() {
	b.Helper()
	for key, want := range map[string]int{"sample/ts/360p/index.m3u8": 6, "sample/fmp4/360p/index.m3u8": 7, "sample/aes/index.m3u8": 7, "sample/ts/master.m3u8": 2} {
		folder := strings.Join(strings.Split(key, "/")[:2], "/")
		status, text := b.get([]string{b.base() + "/" + key + "?" + b.signed("0", "query", folder)})
		if !slices.Equal(status, []string{"200"}) {
			b.Fatalf("%s: status %s, want 200", key, status)
		}
		uris := []string{}
		for _, uri := range namedURI.FindAllString(b.rewritten(text, key, folder), -1) {
			uris = append(uris, strings.Trim(strings.TrimPrefix(uri, "URI="), `"`))
		}
		if len(uris) != want {
			b.Errorf("%s playlist %s names %d URIs, want %d", b.file, key, len(uris), want)
		}
		if !strings.HasSuffix(key, "master.m3u8") {
			b.want("what "+key+" names", "200", uris)
		} else if want := []string{"/play/sample/ts/180p/index.m3u8", "/play/sample/ts/360p/index.m3u8"}; !slices.Equal(uris, want) {
			b.Errorf("%s playlist %s leads to %q, want %q", b.file, key, uris, want)
		}
	}
}

func (b *bench) rewritten(text, key, folder string) string {
	b.Helper()
	rewritten, stderr, err := b.run("0", text, "playlist", key, folder)
	if err != nil {
		b.Fatalf("%s playlist %s: %v, %q", b.file, key, err, stderr)
	}
	return rewritten
}

// foreign holds the rewriting to what it must leave alone, line ends included.
func (b *bench) foreign() {
	b.Helper()
	const kept = "#EXTM3U\r\n#EXT-X-KEY:METHOD=AES-128,URI=\"data:text/plain;base64,AA==\"\r\n#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"skd://id\"\r\n" +
		"https://ads.example.com/a.ts\r\nhttps://ads.example.com/a.m3u8\r\n\r\n#a comment\r\n"
	got := b.rewritten(kept+"../fmp4/b.ts?x=1\r\n#EXT-X-ENDLIST\r\n", "sample/ts/index.m3u8", "sample")
	line, ok := strings.CutPrefix(got, kept)
	query, ok2 := strings.CutPrefix(line, b.base()+"/sample/fmp4/b.ts?x=1&Policy=")
	query, ok3 := strings.CutSuffix(query, "\r\n#EXT-X-ENDLIST\r")
	if !ok || !ok2 || !ok3 || strings.ContainsAny(query, "\r\n") {
		b.Errorf("%s playlist changed more than the segment's line of\n%q", b.file, kept)
	}
}
