package check

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseDefined(t *testing.T) {
	outside := definitions{imports: map[string]string{"dir": "180p"}, query: url.Values{"session": {"a b"}}}
	list, err := parseDefined(text("#EXTM3U",
		`#EXT-X-DEFINE:NAME="host",VALUE="https://h"`,
		`#EXT-X-DEFINE:NAME="base",VALUE="{$host}/a"`,
		`#EXT-X-DEFINE:IMPORT="dir"`,
		`#EXT-X-DEFINE:QUERYPARAM="session"`,
		`#EXT-X-MAP:URI="{$base}/init.mp4"`,
		`#EXT-X-KEY:METHOD=AES-128,URI="{$dir}/k.bin?s={$session}"`,
		`#EXTINF:2,{$unknown} in a title`,
		`{$base}/{$dir}/seg{0.ts`,
	), outside)
	if err != nil {
		t.Fatal(err)
	}
	s := list.segments[0]
	got := []string{s.uri, s.init.uri, s.key.uri, list.values["base"]}
	if diff := cmp.Diff([]string{"https://h/a/180p/seg{0.ts", "https://h/a/init.mp4", "180p/k.bin?s=a b", "https://h/a"}, got); diff != "" {
		t.Errorf("parseDefined (-want +got):\n%s", diff)
	}
}

func TestParseDefinedRefuses(t *testing.T) {
	for name, lines := range map[string][]string{
		"no definition":         {"{$x}.ts"},
		"used before it":        {`#EXT-X-KEY:METHOD=AES-128,URI="{$x}"`, `#EXT-X-DEFINE:NAME="x",VALUE="1"`, "a.ts"},
		"no value":              {`#EXT-X-DEFINE:NAME="x"`, "a.ts"},
		"no name":               {`#EXT-X-DEFINE:VALUE="x"`, "a.ts"},
		"twice":                 {`#EXT-X-DEFINE:NAME="x",VALUE="1"`, `#EXT-X-DEFINE:NAME="x",VALUE="1"`, "a.ts"},
		"nothing to import":     {`#EXT-X-DEFINE:IMPORT="x"`, "a.ts"},
		"not in the query":      {`#EXT-X-DEFINE:QUERYPARAM="x"`, "a.ts"},
		"undefined in a value":  {`#EXT-X-DEFINE:NAME="x",VALUE="{$y}"`, "a.ts"},
		"undefined in a master": {`#EXT-X-MEDIA:TYPE=AUDIO,URI="{$x}"`, "#EXT-X-STREAM-INF:BANDWIDTH=1", "a.m3u8"},
	} {
		if list, err := parsePlaylist(text(append([]string{"#EXTM3U"}, lines...)...)); err == nil || !strings.HasPrefix(err.Error(), "line ") {
			t.Errorf("%s: parsePlaylist = %+v, %v, want an error of a line", name, list, err)
		}
	}
}
