package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
	"privateplayback/smoketest/internal/check"
)

// betrayal answers every request wrongly, with what was sent and with secrets of its
// own wherever an answer has room for them, and keeps all of those.
type betrayal struct {
	mode string

	mu      sync.Mutex
	secrets map[string]bool
}

// planted are secrets that a service could hand out: of a session, of a stream, of a
// key, and grants for others.
var planted = []string{
	"https://video-edge.pdx02.abs.hls.live-video.net/v1/segment/plantedSegment0123456789.ts",
	"https://usw2.playlist.live-video.net/v1/playlist/plantedSession0123456789.m3u8?dna=plantedDna0123456789",
	"https://d111111abcdef8.cloudfront.net/b?Policy=plantedPolicy0123456789__&Signature=plantedSignature0123456789__&Key-Pair-Id=K2JCJMDEHXQW5F",
	"CloudFront-Signature=plantedCookie0123456789",
	"sk_us-west-2_plantedStreamKey01_0123456789abcdef",
	"eyJhbGciOiJFUzM4NCIsInR5cCI6IkpXVCJ9.eyJwbGFudGVkIjoidG9rZW4ifQ.plantedToken0123456789",
	"-----BEGIN PRIVATE KEY-----\nplantedKey0123456789\n-----END PRIVATE KEY-----",
}

var plantedPart = regexp.MustCompile(`planted[A-Z][A-Za-z0-9]*|eyJwbGFudGVkIjoidG9rZW4ifQ`)

func newBetrayal(mode string) *betrayal {
	b := &betrayal{mode: mode, secrets: map[string]bool{}}
	for _, part := range plantedPart.FindAllString(strings.Join(planted, " "), -1) {
		b.secrets[part] = true
	}
	return b
}

func (b *betrayal) RoundTrip(req *http.Request) (*http.Response, error) {
	sent := req.URL.String() + " " + strings.ReplaceAll(req.Header.Get("Cookie"), "; ", " ; ")
	b.keep(sent)
	all := sent + "\n" + strings.Join(planted, "\n")
	resp := &http.Response{StatusCode: 500, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{}, Request: req}
	for _, name := range []string{"Content-Type", "Content-Range", "X-Cache", "X-Amz-Cf-Pop", "X-Amz-Cf-Id", "Access-Control-Allow-Origin", "Etag", "Server", "Date"} {
		resp.Header.Set(name, strings.ReplaceAll(all, "\n", " "))
	}
	resp.Header.Set("Location", planted[2])
	body := all
	switch b.mode {
	case "error":
		return nil, errors.New("dialing for " + all)
	case "torn":
		resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(all), failing{errors.New("reading " + all)}))
		return resp, nil
	case "page": // no 5xx, after which requests are sent again
		resp.StatusCode = 404
	case "refusal":
		resp.StatusCode = 403
		body = "<Error><Code>" + planted[3] + "</Code><Message>" + strings.ReplaceAll(sent, "&", "&amp;") + "</Message></Error>"
	case "token":
		resp.StatusCode = 404
		body = fmt.Sprintf(`[{"url":%q,"error":%q,"error_code":%q,"type":"error"}]`, sent, planted[1], planted[5])
	case "redirect":
		resp.StatusCode = 302
	case "playlist":
		resp.StatusCode = 200
		resp.Header.Set("Content-Type", "application/vnd.apple.mpegurl")
		body = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n" + strings.Join(planted[:3], "\n#EXT-X-STREAM-INF:BANDWIDTH=2\n") + "\n" + sent
	}
	resp.Body = io.NopCloser(strings.NewReader(body))
	return resp, nil
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// keep remembers what of a request lets somebody in.
func (b *betrayal) keep(sent string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, match := range signedParts.FindAllStringSubmatch(sent, -1) {
		// A shorter one is no secret: the checks send "!" and "garbage".
		if secret := strings.TrimSpace(match[1]); len(secret) > 8 {
			b.secrets[secret] = true
		}
	}
}

// fakeTarget is a deployment of which b answers everything.
func fakeTarget(t *testing.T, b http.RoundTripper) check.Target {
	t.Helper()
	signing, err := signer.GenerateSigningKey()
	if err != nil {
		t.Fatal(err)
	}
	playback, err := signer.GeneratePlaybackKey()
	if err != nil {
		t.Fatal(err)
	}
	signingPublic, err := signer.MarshalPublicKey(signing.Public())
	if err != nil {
		t.Fatal(err)
	}
	playbackPublic, err := signer.MarshalPublicKey(playback.Public())
	if err != nil {
		t.Fatal(err)
	}
	stack := &outputs.Stack{
		SchemaVersion: outputs.SchemaVersion, Region: "us-west-2", BucketName: "media",
		BucketRegionalDomainName: "media.s3.us-west-2.amazonaws.com", OriginAccessIdentityID: "E2QWRUHAPOMQZL",
		DistributionID: "EDFDVBD632BHDS5", DistributionDomainName: "d111111abcdef8.cloudfront.net",
		BaseURL: "https://d111111abcdef8.cloudfront.net", ViewerProtocolPolicy: "https-only", KeyGroupID: "f3a2c1d0-0b5e-4c0f-9d5c-0f6b1f1f8a11",
		SigningKeys:      []outputs.SigningKey{{ID: "K2JCJMDEHXQW5F", Role: outputs.Current, PublicKey: string(signingPublic)}},
		AllowedOrigins:   []string{"https://app.example.com"},
		ContentPlaylists: []string{"a/master.m3u8"},
		PlaybackKeys:     []outputs.PlaybackKey{{ARN: "arn:aws:ivs:us-west-2:123456789012:playback-key/abcd", Role: outputs.Current, PublicKey: string(playbackPublic)}},
		Channels: []outputs.Channel{{Name: "studio", ARN: "arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh",
			PlaybackURL: "https://c17b3fb37fc9.us-west-2.playback.live-video.net/api/video/v1/us-west-2.123456789012.channel.abcdABCDefgh.m3u8"}},
	}
	return check.Target{Stack: stack, SigningKey: signing, PlaybackKey: playback, Client: &http.Client{Transport: b},
		Wait: func(context.Context, time.Duration) error { return nil }}
}

// A deployment on which all goes wrong, and which tells what it should not wherever it
// can: no format and no file tells it on.
func TestNoReportTellsASecret(t *testing.T) {
	for mode, format := range map[string]string{
		"error": "text", "torn": "github", "page": "json", "refusal": "junit", "token": "tap", "redirect": "github", "playlist": "text",
	} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			b := newBetrayal(mode)
			b.search(t, everything(t, format, fakeTarget(t, b)))
			if len(b.secrets) < 30 {
				t.Errorf("%d secrets, want more: were any sent?", len(b.secrets))
			}
		})
	}
}

// everything is all that a run writes: both streams, each sort of file, and the
// summary of a job.
func everything(t *testing.T, format string, target check.Target) map[string]string {
	t.Helper()
	dir := t.TempDir()
	summary := filepath.Join(dir, "summary")
	args := []string{"--format", format, "--verbose", "--slower-than", "1ns", "--record", filepath.Join(dir, "answers.json")}
	for _, extension := range []string{".html", ".json", ".xml", ".tap", ".md", ".txt"} {
		args = append(args, "--report", filepath.Join(dir, "report"+extension))
	}
	var stdout, stderr bytes.Buffer
	p := programFor(t, []string{"GITHUB_STEP_SUMMARY=" + summary}, &stdout, &stderr, args...)
	s, err := p.check(t.Context(), "stack dev", target)
	if err != nil {
		t.Fatal(err)
	}
	if s.Failed < len(check.All())/2 {
		t.Errorf("%d checks failed, want most of %d", s.Failed, s.Planned)
	}
	p.reportError(errors.New("could not run: " + strings.Join(planted, " ")))
	p.complain("could not run: %s", strings.Join(planted, " "))
	written := map[string]string{"standard output": stdout.String(), "standard error": stderr.String()}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		written[f.Name()] = string(data)
	}
	return written
}

// search demands that no secret is in what was written.
func (b *betrayal) search(t *testing.T, written map[string]string) {
	t.Helper()
	for name, text := range written {
		if !strings.Contains(text, "***") && !strings.Contains(text, `\*\*\*`) && name != "answers.json" {
			t.Errorf("%s masks nothing: has the deployment betrayed anything?", name)
		}
		for secret := range b.secrets {
			if i := strings.Index(text, secret); i >= 0 {
				t.Fatalf("%s holds the secret %q: …%s…", name, secret, text[max(0, i-200):min(len(text), i+100)])
			}
		}
	}
}
