package playlist_test

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"

	"privateplayback/signer"
	"privateplayback/signer/playlist"
)

func perURI(t testing.TB, key crypto.Signer, workers int) playlist.Options {
	return playlist.Options{Base: base, PerURI: &playlist.PerURI{Signer: newCloudFront(t, key), Expires: expires, Workers: workers}}
}

// Each URL of a rewritten playlist has a signature of its own that verifies,
// and stands where its URI stood.
func TestPerURI(t *testing.T) {
	var in strings.Builder
	in.WriteString("#EXTM3U\r\n")
	for i := range 700 {
		fmt.Fprintf(&in, "#EXT-X-PART:URI=\"part é%d.mp4\",DURATION=1\r\n#EXTINF:2,\r\nseg%d.ts?n=%d\r\n", i, i, i)
	}
	for _, workers := range []int{0, 1, 3} {
		got, err := rewrite(t, in.String(), perURI(t, ecKey(), workers))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(got, "\r\n")
		if len(lines) != 1+3*700+1 {
			t.Fatalf("%d workers: %d lines", workers, len(lines))
		}
		for i := range 700 {
			part := strings.Split(lines[1+3*i], `"`)
			segment := lines[3+3*i]
			if !strings.HasPrefix(part[1], fmt.Sprintf("%s/asset/part%%20%%C3%%A9%d.mp4?Expires=", host, i)) || part[2] != ",DURATION=1" ||
				!strings.HasPrefix(segment, fmt.Sprintf("%s/asset/seg%d.ts?n=%d&Expires=", host, i, i)) {
				t.Fatalf("%d workers: out of order at %d: %s, %s", workers, i, short(lines[1+3*i]), short(segment))
			}
			for _, u := range []string{part[1], segment} {
				if err := verifyCanned(ecKey().Public(), u); err != nil {
					t.Fatalf("%d workers: %s: %v", workers, short(u), err)
				}
			}
		}
	}
}

func TestPerURIFragmentsAndForeign(t *testing.T) {
	in := "#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI=\"skd://k\"\na.ts#t=1\nhttps://cdn.example.net/a.ts\n\n"
	want := "#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI=\"skd://k\"\n" + host + "/asset/a.ts?SIG#t=1\nhttps://cdn.example.net/a.ts\n\n"
	if got, err := rewrite(t, in, perURI(t, rsaKey(), 0)); err != nil || short(got) != want {
		t.Errorf("Rewrite = %q, %v; want %q", short(got), err, want)
	}
}

// counting counts signatures, and may fail or call back at one of them.
type counting struct {
	crypto.Signer
	n    *atomic.Int64
	at   int64
	err  error
	call func()
}

func (c counting) Sign(r io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	if c.n.Add(1) == c.at {
		if c.call != nil {
			c.call()
		}
		if c.err != nil {
			return nil, c.err
		}
	}
	return c.Signer.Sign(r, digest, opts)
}

// A file in byte ranges is signed once for each batch at most, and has the same
// bytes on every line even if the key is not deterministic.
func TestPerURISignsOnce(t *testing.T) {
	key := counting{Signer: ecKey(), n: new(atomic.Int64)}
	in := "#EXTM3U\n" + strings.Repeat("#EXTINF:2,\n#EXT-X-BYTERANGE:100\nall.ts\n", 5000)
	got, err := rewrite(t, in, perURI(t, key, 2))
	if err != nil {
		t.Fatal(err)
	}
	first := strings.Split(got, "\n")[3]
	if n := strings.Count(got, first+"\n"); n != 5000 || key.n.Load() != 1 {
		t.Errorf("%d signatures, %d equal lines; want 1 and 5000", key.n.Load(), n)
	}
}

func TestPerURIErrors(t *testing.T) {
	in := "#EXTM3U\n"
	for i := range 1000 {
		in += fmt.Sprintf("#EXTINF:2,\nseg%d.ts\n", i)
	}
	broken := errors.New("broken")
	key := counting{Signer: ecKey(), n: new(atomic.Int64), at: 300, err: broken}
	var at *playlist.LineError
	if _, err := rewrite(t, in, perURI(t, key, 2)); !errors.As(err, &at) || at.Line < 400 {
		t.Errorf("Rewrite with a broken key: %v, want a line and %v", err, broken)
	}

	ctx, cancel := context.WithCancel(t.Context())
	key = counting{Signer: ecKey(), n: new(atomic.Int64), at: 300, call: cancel}
	err := playlist.Rewrite(ctx, io.Discard, strings.NewReader(in), perURI(t, key, 2))
	if !errors.Is(err, context.Canceled) || key.n.Load() > 302 {
		t.Errorf("Rewrite, cancelled at 300: %v after %d signatures", err, key.n.Load())
	}

	if _, err := rewrite(t, "#EXTM3U\na.ts\na*.ts\n", perURI(t, ecKey(), 0)); !errors.Is(err, signer.ErrWildcard) || !errors.As(err, &at) || at.Line != 3 {
		t.Errorf("Rewrite of a wildcard: %v, want line 3: %v", err, signer.ErrWildcard)
	}
	if _, err := rewrite(t, "#EXTM3U\n", perURI(t, remote{ecKey()}, 0)); !errors.Is(err, playlist.ErrRemoteKey) {
		t.Errorf("Rewrite with a remote key: %v, want %v", err, playlist.ErrRemoteKey)
	}
}

func TestOptionsRefused(t *testing.T) {
	grant := newGrant(t, host+"/*")
	one := &playlist.PerURI{Signer: newCloudFront(t, ecKey()), Expires: expires}
	for name, o := range map[string]playlist.Options{
		"no mode":             {Base: base},
		"both modes":          {Base: base, Grant: grant, PerURI: one},
		"no signer":           {Base: base, PerURI: &playlist.PerURI{}},
		"negative workers":    {Base: base, PerURI: &playlist.PerURI{Signer: one.Signer, Expires: expires, Workers: -1}},
		"no base":             {Grant: grant},
		"relative base":       {Base: "/asset/live.m3u8", Grant: grant},
		"base without scheme": {Base: "d111111abcdef8.cloudfront.net/live.m3u8", Grant: grant},
		"negative limit":      {Base: base, Grant: grant, Limits: playlist.Limits{Line: -1}},
		"variable per URI":    {Base: base, PerURI: one, Variable: "s"},
		"variable name":       {Base: base, Grant: grant, Variable: "a b"},
	} {
		if got, err := rewrite(t, "#EXTM3U\n", o); err == nil || got != "" {
			t.Errorf("%s: Rewrite = %q, %v; want an error and nothing written", name, got, err)
		}
	}
}

// The same URI has the same bytes from one rewrite to the next, though a
// reload has other lines around it.
func TestSameBytesOnReload(t *testing.T) {
	hint := "#EXTM3U\n#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"p2.mp4\"\n"
	part := "#EXTM3U\n#EXT-X-PART:DURATION=1,URI=\"p1.mp4\"\n#EXT-X-PART:DURATION=1,URI=\"p2.mp4\"\n"
	for name, o := range map[string]playlist.Options{
		"shared":         {Base: base, Grant: newGrant(t, host+"/*")},
		"per URI, ECDSA": perURI(t, ecKey(), 0),
		"per URI, RSA":   perURI(t, rsaKey(), 0),
	} {
		before, err := rewrite(t, hint, o)
		if err != nil {
			t.Fatal(err)
		}
		o.Query = map[string][]string{"_HLS_msn": {"2"}}
		after, err := rewrite(t, part, o)
		if err != nil {
			t.Fatal(err)
		}
		uri := strings.Split(before, `"`)[1]
		if !strings.Contains(after, `"`+uri+`"`) {
			t.Errorf("%s: the hinted URI has other bytes as a part", name)
		}
	}
}
