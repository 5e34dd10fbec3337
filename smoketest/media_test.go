package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"privateplayback/infra/stack/sample"
)

// smallMedia is a folder with one of everything that HLS has here: transport streams
// under a master playlist, fragmented MP4, and a stream encrypted with AES-128. Each
// file is a resource, and there are many stacks to deploy.
func smallMedia(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"ts/master.m3u8": `#EXTM3U
#EXT-X-STREAM-INF:BANDWIDTH=200000,RESOLUTION=320x180,CODECS="avc1.42C00D,mp4a.40.2"
180p/index.m3u8
`,
		"ts/180p/index.m3u8": segmentsOf("", "seg000.ts"),
		"fmp4/index.m3u8":    segmentsOf(`#EXT-X-MAP:URI="180p/init.mp4"`, "180p/seg000.m4s"),
		"aes/index.m3u8": segmentsOf(`#EXT-X-KEY:METHOD=AES-128,URI="key.bin",IV=0x0f0e0d0c0b0a09080706050403020100`,
			"seg000.ts", "seg001.ts"),
	} {
		write(t, dir, name, []byte(text))
	}
	for _, name := range []string{"ts/180p/seg000.ts", "fmp4/180p/init.mp4", "fmp4/180p/seg000.m4s", "aes/key.bin", "aes/seg000.ts", "aes/seg001.ts"} {
		data, err := sample.Files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir, name, data)
	}
	return dir
}

// richMedia is what packagers make of one film: a rendition in byte ranges of one
// file, audio apart, and a playlist of I-frames.
func richMedia(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"film/master.m3u8": `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English",DEFAULT=YES,URI="audio/index.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=200000,RESOLUTION=320x180,CODECS="avc1.42C00D,mp4a.40.2",AUDIO="a"
video/index.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=50000,RESOLUTION=320x180,CODECS="avc1.42C00D",URI="video/iframes.m3u8"
`,
		"film/audio/index.m3u8":   segmentsOf(`#EXT-X-MAP:URI="init.mp4"`, "seg000.m4s"),
		"film/video/index.m3u8":   segmentsOf("", "#EXT-X-BYTERANGE:18800@0\nall.ts", "#EXT-X-BYTERANGE:13912@18800\nall.ts"),
		"film/video/iframes.m3u8": segmentsOf("#EXT-X-I-FRAMES-ONLY", "#EXT-X-BYTERANGE:1880@376\nall.ts"),
	} {
		write(t, dir, name, []byte(text))
	}
	for to, from := range map[string]string{
		"film/audio/init.mp4": "fmp4/180p/init.mp4", "film/audio/seg000.m4s": "fmp4/180p/seg000.m4s", "film/video/all.ts": "ts/180p/seg000.ts",
	} {
		data, err := sample.Files.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir, to, data)
	}
	return dir
}

// segmentsOf is a media playlist of segments of two seconds.
func segmentsOf(tag string, segments ...string) string {
	lines := []string{"#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-TARGETDURATION:2", "#EXT-X-PLAYLIST-TYPE:VOD"}
	if tag != "" {
		lines = append(lines, tag)
	}
	for _, name := range segments {
		lines = append(lines, "#EXTINF:2,", name)
	}
	return strings.Join(append(lines, "#EXT-X-ENDLIST", ""), "\n")
}

func write(t *testing.T, dir, name string, data []byte) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
