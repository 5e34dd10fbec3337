package signer_test

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

// What a playlist costs, by the rewriter of package playlist. BenchmarkRewriteRatio
// takes turns as BenchmarkRatio does.

const assetBase = host + "/asset/index.m3u8"

func assetGrant(b testing.TB) *signer.Grant {
	return must(newCloudFront(b, p256()).Grant(b.Context(), signer.Policy{Resource: host + "/asset/*", Expires: expires}))
}

func perURI(b testing.TB, key crypto.Signer, workers int) playlist.Options {
	return playlist.Options{Base: assetBase, PerURI: &playlist.PerURI{Signer: newCloudFront(b, key), Expires: expires, Workers: workers}}
}

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

// BenchmarkReplaceAll writes what the shared mode writes: the mark to be compared
// with. The host stands at the wrong end, which costs the same.
func BenchmarkReplaceAll(b *testing.B) { run(b, replacing(b)) }

func BenchmarkShared(b *testing.B) {
	grant := assetGrant(b)
	b.Run("segments=1000", func(b *testing.B) {
		benchRewrite(b, segments(1000), playlist.Options{Base: assetBase, Grant: grant})
	})
	b.Run("segments=10000", func(b *testing.B) {
		benchRewrite(b, segments(10_000), playlist.Options{Base: assetBase, Grant: grant})
	})
	b.Run("segments=10000/relative", func(b *testing.B) {
		benchRewrite(b, segments(10_000), playlist.Options{Base: assetBase, Grant: grant, Relative: true})
	})
	b.Run("segments=10000/variable", func(b *testing.B) {
		benchRewrite(b, segments(10_000), playlist.Options{Base: assetBase, Grant: grant, Relative: true, Variable: "s"})
	})
	b.Run("segments=10000/absolute", func(b *testing.B) {
		in := bytes.ReplaceAll(segments(10_000), []byte("\nseg"), []byte("\n"+host+"/asset/seg"))
		benchRewrite(b, in, playlist.Options{Base: assetBase, Grant: grant})
	})
	b.Run("segments=10000/resolved", func(b *testing.B) {
		in := bytes.ReplaceAll(segments(10_000), []byte("\nseg"), []byte("\n./seg"))
		benchRewrite(b, in, playlist.Options{Base: assetBase, Grant: grant})
	})
}

func BenchmarkPerURI(b *testing.B) {
	for _, key := range []struct {
		name string
		key  crypto.Signer
		n    int
	}{{"P256", p256(), 1000}, {"RSA", rsa2048(), 250}} {
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

// BenchmarkRewriteRatio: "shared/ReplaceAll" is at most 2, "10000/1000" at most 12,
// "one/two-workers" at least 1.8 on two cores; "naive-RSA/shared" is what a
// signature per line costs, the row to beat.
func BenchmarkRewriteRatio(b *testing.B) {
	shared := playlist.Options{Base: assetBase, Grant: assetGrant(b)}
	ratio(b, "shared/ReplaceAll", rewriting(b, 10_000, shared), replacing(b))
	ratio(b, "10000/1000-segments", rewriting(b, 10_000, shared), rewriting(b, 1000, shared))
	ratio(b, "P256/one/two-workers", rewriting(b, 1000, perURI(b, p256(), 1)), rewriting(b, 1000, perURI(b, p256(), 2)))
	ratio(b, "RSA/one/two-workers", rewriting(b, 250, perURI(b, rsa2048(), 1)), rewriting(b, 250, perURI(b, rsa2048(), 2)))
	in, cf := segments(1000), newCloudFront(b, rsa2048())
	ratio(b, "naive-RSA/shared", func() error { return naive(io.Discard, bytes.NewReader(in), cf) }, rewriting(b, 1000, shared))
}

// rewriting writes into one buffer again and again.
func rewriting(b testing.TB, n int, o playlist.Options) func() error {
	in, out := segments(n), new(bytes.Buffer)
	return func() error {
		out.Reset()
		return playlist.Rewrite(b.Context(), out, bytes.NewReader(in), o)
	}
}

// replacing writes as many bytes, knowing nothing of playlists.
func replacing(b testing.TB) func() error {
	in, signed := segments(10_000), []byte(".m4s?"+assetGrant(b).Query()+"\n"+host+"/asset/")
	return func() error {
		bytes.ReplaceAll(in, []byte(".m4s\n"), signed)
		return nil
	}
}
