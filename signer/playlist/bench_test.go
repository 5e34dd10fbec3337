package playlist_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto"
	"fmt"
	"io"
	"strings"
	"testing"

	"privateplayback/signer"
	"privateplayback/signer/playlist"
)

// Read the results as ratios of rows from one run.

// segments returns a media playlist of n segments.
func segments(n int) []byte {
	var b bytes.Buffer
	b.WriteString("#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:2\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-MAP:URI=\"init.mp4\"\n")
	for i := range n {
		fmt.Fprintf(&b, "#EXTINF:2.000000,\nseg%05d.m4s\n", i)
	}
	b.WriteString("#EXT-X-ENDLIST\n")
	return b.Bytes()
}

// lowLatency is the same with a part before each segment.
func lowLatency(n int) []byte {
	return bytes.ReplaceAll(segments(n), []byte("#EXTINF:2"), []byte("#EXT-X-PART:DURATION=0.33334,URI=\"part.mp4\",INDEPENDENT=YES\n#EXTINF:2"))
}

func benchRewrite(b *testing.B, in []byte, o playlist.Options) {
	var out bytes.Buffer
	if err := playlist.Rewrite(b.Context(), &out, bytes.NewReader(in), o); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(out.Len()))
	b.ReportAllocs()
	for b.Loop() {
		out.Reset()
		if err := playlist.Rewrite(b.Context(), &out, bytes.NewReader(in), o); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReplaceAll writes what the shared mode writes, knowing nothing of
// playlists: the mark to be compared with.
func BenchmarkReplaceAll(b *testing.B) {
	in, grant := segments(10_000), newGrant(b, host+"/asset/*")
	// The host stands at the wrong end, which costs the same.
	signed := []byte(".m4s?" + grant.Query() + "\n" + host + "/asset/")
	var size int
	for b.Loop() {
		out := bytes.ReplaceAll(in, []byte(".m4s\n"), signed)
		size = len(out)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
}

func BenchmarkShared(b *testing.B) {
	grant := newGrant(b, host+"/asset/*")
	b.Run("segments=1000", func(b *testing.B) {
		benchRewrite(b, segments(1000), playlist.Options{Base: base, Grant: grant})
	})
	b.Run("segments=10000", func(b *testing.B) {
		benchRewrite(b, segments(10_000), playlist.Options{Base: base, Grant: grant})
	})
	b.Run("segments=10000/relative", func(b *testing.B) {
		benchRewrite(b, segments(10_000), playlist.Options{Base: base, Grant: grant, Relative: true})
	})
	b.Run("segments=10000/variable", func(b *testing.B) {
		benchRewrite(b, segments(10_000), playlist.Options{Base: base, Grant: grant, Relative: true, Variable: "s"})
	})
	b.Run("segments=10000/absolute", func(b *testing.B) {
		in := bytes.ReplaceAll(segments(10_000), []byte("\nseg"), []byte("\n"+host+"/asset/seg"))
		benchRewrite(b, in, playlist.Options{Base: base, Grant: grant})
	})
	b.Run("segments=10000/resolved", func(b *testing.B) {
		in := bytes.ReplaceAll(segments(10_000), []byte("\nseg"), []byte("\n./seg"))
		benchRewrite(b, in, playlist.Options{Base: base, Grant: grant})
	})
	b.Run("segments=10000/parts", func(b *testing.B) {
		benchRewrite(b, lowLatency(10_000), playlist.Options{Base: base, Grant: grant})
	})
}

func BenchmarkPerURI(b *testing.B) {
	for _, key := range []struct {
		name string
		key  crypto.Signer
		n    int
	}{{"P256", ecKey(), 1000}, {"RSA", rsaKey(), 250}} {
		in := segments(key.n)
		b.Run(fmt.Sprintf("%s/segments=%d/naive", key.name, key.n), func(b *testing.B) {
			cf := newCloudFront(b, key.key)
			for b.Loop() {
				if err := naive(io.Discard, bytes.NewReader(in), cf); err != nil {
					b.Fatal(err)
				}
			}
		})
		for _, workers := range []int{1, 0} {
			name := fmt.Sprintf("%s/segments=%d/workers=%d", key.name, key.n, workers)
			if workers == 0 {
				name = fmt.Sprintf("%s/segments=%d/workers=all", key.name, key.n)
			}
			b.Run(name, func(b *testing.B) { benchRewrite(b, in, perURI(b, key.key, workers)) })
		}
	}
}

// naive is what pages of 2015 did: split into lines, sign each that is not a
// comment, one after the other.
func naive(w io.Writer, r io.Reader, cf *signer.CloudFront) error {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line != "" && !strings.HasPrefix(line, "#") {
			signed, err := cf.SignURL(context.Background(), host+"/asset/"+line, expires)
			if err != nil {
				return err
			}
			line = signed
		}
		fmt.Fprintln(w, line)
	}
	return lines.Err()
}

// BenchmarkNaive is the row to beat: an RSA signature for each of 1,000
// segments, against BenchmarkShared of as many.
func BenchmarkNaive(b *testing.B) {
	in, cf := segments(1000), newCloudFront(b, rsaKey())
	for b.Loop() {
		if err := naive(io.Discard, bytes.NewReader(in), cf); err != nil {
			b.Fatal(err)
		}
	}
}

// Allocations do not grow with the playlist.
func TestSharedAllocations(t *testing.T) {
	o := playlist.Options{Base: base, Grant: newGrant(t, host+"/asset/*")}
	count := func(in []byte) float64 {
		return testing.AllocsPerRun(5, func() {
			if err := playlist.Rewrite(t.Context(), io.Discard, bytes.NewReader(in), o); err != nil {
				t.Fatal(err)
			}
		})
	}
	for name, make := range map[string]func(int) []byte{"segments": segments, "parts": lowLatency} {
		if short, long := count(make(200)), count(make(20_000)); short != long || long > 40 {
			t.Errorf("%s: %v allocations for 200, %v for 20,000; want the same, at most 40", name, short, long)
		}
	}
}
