package main

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"privateplayback/infra/outputs"
	"privateplayback/infra/stack/sample"
)

// writeMedia writes the sample, and a video long enough to outlive its grants and
// what players load ahead: the sample's segments over and over, by other names each
// time, or the browser's cache would play them without any grant.
func writeMedia(t *testing.T, dir string) {
	if err := os.CopyFS(dir, sample.Files); err != nil {
		t.Fatal(err)
	}
	long := filepath.Join(dir, "long")
	if err := os.Mkdir(long, 0o700); err != nil {
		t.Fatal(err)
	}
	var list strings.Builder
	list.WriteString("#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXT-X-PLAYLIST-TYPE:VOD\n")
	for i := range 30 {
		if i > 0 {
			list.WriteString("#EXT-X-DISCONTINUITY\n")
		}
		for _, name := range segments {
			fmt.Fprintf(&list, "#EXTINF:2,\n%s?part=%d\n", name, i)
		}
	}
	list.WriteString("#EXT-X-ENDLIST\n")
	if err := os.WriteFile(filepath.Join(long, "index.m3u8"), []byte(list.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range segments {
		data, err := sample.Files.ReadFile(path.Join("ts", "180p", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(long, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

var segments = []string{"seg000.ts", "seg001.ts", "seg002.ts", "seg003.ts", "seg004.ts", "seg005.ts"}

func (w *world) channel(name string) *outputs.Channel {
	for i, c := range w.stack.Channels {
		if c.Name == name {
			return &w.stack.Channels[i]
		}
	}
	panic("no channel " + name)
}

// entry is the key of a video's entry playlist: "ts", "fmp4", "aes" or "long".
func (w *world) entry(video string) string {
	for _, key := range w.stack.ContentPlaylists {
		if strings.HasPrefix(key, "content/"+video+"/") {
			return key
		}
	}
	panic("no video " + video)
}
