package playlist_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"privateplayback/signer/playlist"
)

// Every row of the table does what it says, with every attribute that any of
// them signs, and nothing else is signed.
func TestTags(t *testing.T) {
	o := playlist.Options{Base: base, Grant: newGrant(t, host+"/*")}
	names := []string{"URI", "SERVER-URI", "X-ASSET-URI", "X-ASSET-LIST", "X-URI", "VALUE", "OTHER"}
	for _, tag := range playlist.Tags() {
		signed := map[string]bool{}
		for _, a := range tag.URIs {
			signed[a.Name] = true
		}
		if (tag.Treatment == playlist.Signed) != (len(signed) > 0 || tag.NextLine) {
			t.Errorf("%s: %s, with URIs %v and next line %v", tag.Name, tag.Treatment, tag.URIs, tag.NextLine)
		}
		if tag.Name == "EXTM3U" || tag.Name == "EXT-X-DEFINE" {
			continue // have syntax of their own
		}
		in, want := "#"+tag.Name+":", "#"+tag.Name+":"
		for i, name := range names {
			value := fmt.Sprintf("a%d", i)
			in += fmt.Sprintf("%s=%q,", name, value)
			if signed[name] {
				value = host + "/asset/" + value + "?SIG"
			}
			want += fmt.Sprintf("%s=%q,", name, value)
		}
		if got, err := rewrite(t, "#EXTM3U\n"+in+"\n", o); err != nil || short(got) != "#EXTM3U\n"+want+"\n" {
			t.Errorf("%s: Rewrite = %q, %v; want %q", tag.Name, short(got), err, want)
		}
	}
}

// The table says which URIs are playlists.
func TestTagsChildren(t *testing.T) {
	for _, tag := range playlist.Tags() {
		for _, a := range tag.URIs {
			var got []playlist.Child
			o := playlist.Options{Base: base, Grant: newGrant(t, host+"/*"), Child: func(c playlist.Child) (string, error) {
				got = append(got, c)
				return "/app/child", nil
			}}
			out, err := rewrite(t, "#EXTM3U\n#"+tag.Name+":"+a.Name+"=\"../x y.m3u8#f\"\n", o)
			want := playlist.Child{URL: host + "/x%20y.m3u8", Tag: tag.Name, Line: 2}
			if err != nil || a.Child != (len(got) == 1 && got[0] == want) || a.Child != strings.HasSuffix(out, "=\"/app/child\"\n") {
				t.Errorf("%s %s: asked for %v, wrote %q, %v; want a child: %v", tag.Name, a.Name, got, out, err, a.Child)
			}
		}
	}
}

// A tag that a playlist of this repository uses is in the table.
func TestTagsComplete(t *testing.T) {
	known := map[string]int{}
	for _, tag := range playlist.Tags() {
		if known[tag.Name]++; known[tag.Name] > 1 {
			t.Errorf("%s is in the table twice", tag.Name)
		}
	}
	for name, text := range readTestdata(t) {
		for _, m := range regexp.MustCompile(`(?m)^#(EXT[A-Z0-9-]*)`).FindAllStringSubmatch(text, -1) {
			if known[m[1]] == 0 {
				t.Errorf("%s has %s, which is not in the table", name, m[1])
			}
		}
	}
}
