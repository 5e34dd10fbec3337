package check

import (
	"bytes"
	"context"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"encoding/binary"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
)

// world is a handler that answers under every host name, over TLS and without,
// and a target that points at it.
type world struct {
	target Target
}

// now is the time of the tests' clock.
func now() time.Time { return time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC) }

func newWorld(t *testing.T, handler http.Handler) world {
	t.Helper()
	handler = marking(handler)
	secure := httptest.NewTLSServer(handler)
	insecure := httptest.NewServer(handler)
	t.Cleanup(secure.Close)
	t.Cleanup(insecure.Close)

	transport := secure.Client().Transport.(*http.Transport).Clone()
	transport.TLSClientConfig.ServerName = "example.com" // what httptest's certificate is for
	transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		to := secure.Listener.Addr().String()
		if strings.HasSuffix(addr, ":80") {
			to = insecure.Listener.Addr().String()
		}
		var d net.Dialer
		return d.DialContext(ctx, network, to)
	}
	t.Cleanup(transport.CloseIdleConnections)

	signing, playback := newKey(t, signer.GenerateSigningKey), newKey(t, signer.GeneratePlaybackKey)
	w := world{target: Target{
		Stack:       newStack(t, signing, playback),
		SigningKey:  signing,
		PlaybackKey: playback,
		Client:      &http.Client{Transport: transport},
		Timeout:     20 * time.Second,
		Now:         now,
		Wait:        func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	}}
	w.rotate(t)
	return w
}

// rotate gives the world a key in every role, of every kind, and two that were
// dropped.
func (w *world) rotate(t *testing.T) {
	t.Helper()
	add := func(id string, role outputs.Role, key crypto.Signer) {
		w.target.MoreSigningKeys = append(w.target.MoreSigningKeys, key)
		w.target.Stack.SigningKeys = append(w.target.Stack.SigningKeys, outputs.SigningKey{ID: id, Role: role, PublicKey: publicPEM(t, key)})
	}
	add("K3D5EWEUDCCXON", outputs.Next, rsaTestKey())
	add("K1XYZRETIRING0", outputs.Retiring, newKey(t, signer.GenerateSigningKey))
	for _, role := range []outputs.Role{outputs.Next, outputs.Retiring} {
		key := newKey(t, signer.GeneratePlaybackKey)
		w.target.MorePlaybackKeys = append(w.target.MorePlaybackKeys, key)
		w.target.Stack.PlaybackKeys = append(w.target.Stack.PlaybackKeys, outputs.PlaybackKey{
			ARN: "arn:aws:ivs:us-west-2:123456789012:playback-key/" + string(role), Role: role, PublicKey: publicPEM(t, key)})
	}
	w.target.OldSigningKey = &OldSigningKey{ID: "K0OLDOLDOLDOLD", Key: newKey(t, signer.GenerateSigningKey)}
	w.target.OldPlaybackKey = newKey(t, signer.GeneratePlaybackKey)
}

// rsaTestKey is one RSA key for all tests, since making one takes its time.
var rsaTestKey = sync.OnceValue(func() crypto.Signer {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// marking puts on each answer what CloudFront and S3 put on theirs, and the date of
// the tests' clock.
func marking(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", now().Format(http.TimeFormat))
		w.Header().Set("X-Amz-Cf-Id", "abc==")
		w.Header().Set("X-Amz-Request-Id", "ABC")
		h.ServeHTTP(w, r)
	})
}

func newKey(t *testing.T, generate func() (crypto.Signer, error)) crypto.Signer {
	t.Helper()
	key, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func publicPEM(t *testing.T, key crypto.Signer) string {
	t.Helper()
	data, err := signer.MarshalPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func newStack(t *testing.T, signing, playback crypto.Signer) *outputs.Stack {
	return &outputs.Stack{
		SchemaVersion:            outputs.SchemaVersion,
		Region:                   "us-west-2",
		BucketName:               "media",
		BucketRegionalDomainName: "media.s3.us-west-2.amazonaws.com",
		OriginAccessIdentityID:   "E2QWRUHAPOMQZL",
		DistributionID:           "EDFDVBD632BHDS5",
		DistributionDomainName:   "d111111abcdef8.cloudfront.net",
		BaseURL:                  "https://d111111abcdef8.cloudfront.net",
		ViewerProtocolPolicy:     "redirect-to-https",
		KeyGroupID:               "f3a2c1d0-0b5e-4c0f-9d5c-0f6b1f1f8a11",
		SigningKeys:              []outputs.SigningKey{{ID: "K2JCJMDEHXQW5F", Role: outputs.Current, PublicKey: publicPEM(t, signing)}},
		AllowedOrigins:           []string{"https://app.example.com"},
		ContentPlaylists:         []string{"a/master.m3u8"},
		PlaybackKeys: []outputs.PlaybackKey{{ARN: "arn:aws:ivs:us-west-2:123456789012:playback-key/abcd", Role: outputs.Current,
			PublicKey: publicPEM(t, playback)}},
		Channels: []outputs.Channel{{Name: "studio", ARN: "arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh",
			PlaybackURL: "https://c17b3fb37fc9.us-west-2.playback.live-video.net/api/video/v1/us-west-2.123456789012.channel.abcdABCDefgh.m3u8"}},
	}
}

// session makes the world's target ready.
func (w world) session(t *testing.T) *session {
	t.Helper()
	s, err := newSession(w.target)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// run runs one check.
func (w world) run(t *testing.T, id string) Result {
	t.Helper()
	results, err := Run(context.Background(), w.target, []Check{checkOf(t, id)}, Options{})
	if err != nil {
		t.Fatalf("Run(%s): %v", id, err)
	}
	return results[0]
}

func checkOf(t *testing.T, id string) Check {
	t.Helper()
	for _, c := range slices.Concat(All(), Assumed(), InBrowser(), InFFprobe()) {
		if c.ID == id {
			return c
		}
	}
	t.Fatalf("no check %q", id)
	return Check{}
}

func mustURL(text string) *url.URL {
	u, err := url.Parse(text)
	if err != nil {
		panic(err)
	}
	return u
}

// files serves bodies by path, with ranges, and 404 for everything else.
type files map[string][]byte

func (f files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, ok := f[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	if strings.HasSuffix(r.URL.Path, ".m3u8") {
		w.Header().Set("Content-Type", "application/vnd.apple.mpegurl")
	} else if strings.HasSuffix(r.URL.Path, ".ts") {
		w.Header().Set("Content-Type", "video/mp2t")
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// text joins lines as a playlist has them.
func text(lines ...string) []byte {
	return []byte(strings.Join(lines, "\n") + "\n")
}

// packets is a transport stream of n packets.
func packets(n int) []byte {
	return bytes.Repeat(append([]byte{0x47}, make([]byte, 187)...), n)
}

// box is an MP4 box with a body of n bytes.
func box(kind string, n int) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(8+n))
	return append(append(b, kind...), make([]byte, n)...)
}

func boxes(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// encrypt is AES-128 CBC with PKCS #7 padding.
func encrypt(t *testing.T, plain, key, iv []byte) []byte {
	t.Helper()
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	pad := aes.BlockSize - len(plain)%aes.BlockSize
	padded := append(bytes.Clone(plain), bytes.Repeat([]byte{byte(pad)}, pad)...)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(padded, padded)
	return padded
}

// asset is a multivariant playlist with one TS rendition, at a/master.m3u8.
func asset() files {
	return files{
		"/a/master.m3u8": text("#EXTM3U", "#EXT-X-STREAM-INF:BANDWIDTH=1", "180p/index.m3u8"),
		"/a/180p/index.m3u8": text("#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXTINF:2,", "seg0.ts",
			"#EXTINF:2,", "seg1.ts", "#EXT-X-ENDLIST"),
		"/a/180p/seg0.ts": packets(3),
		"/a/180p/seg1.ts": packets(2),
	}
}
