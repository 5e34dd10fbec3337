package main

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"privateplayback/infra/outputs"
	"privateplayback/internal/fakeaws"
	"privateplayback/internal/local"
	"privateplayback/signer"
)

// stranger is a deployment about which somebody asks, with two channels.
type stranger struct {
	*testing.T
	*local.Deployment
	stack   *outputs.Stack
	file    string       // of the outputs
	idle    atomic.Value // ARN of the channel that is not on air
	skew    time.Duration
	edge    *signer.CloudFront
	live    *signer.IVS
	expires time.Time
}

func newStranger(t *testing.T) *stranger {
	s := &stranger{T: t, expires: time.Now().Add(time.Hour)}
	s.idle.Store("")
	d, err := local.Start(t.Context(), local.Options{
		Cloud:    fakeaws.Options{OnAir: func(arn string) bool { return arn != s.idle.Load() }},
		Settings: map[string]any{"channels": []any{map[string]any{"name": "a"}, map[string]any{"name": "b"}}},
	})
	s.ok(err)
	t.Cleanup(func() { d.Close() })
	s.Deployment = d
	s.stack, err = outputs.Parse(d.OutputsJSON)
	s.ok(err)
	s.file = filepath.Join(t.TempDir(), "outputs.json")
	s.ok(os.WriteFile(s.file, d.OutputsJSON, 0o644))
	s.idle.Store(s.stack.Channels[1].ARN)
	s.edge, err = signer.NewCloudFront(s.keyID(), d.SigningKey)
	s.ok(err)
	s.live, err = signer.NewIVS(d.PlaybackKey)
	s.ok(err)
	return s
}

func (s *stranger) ok(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *stranger) keyID() signer.KeyPairID {
	id, err := signer.SigningKeyID(s.stack.SigningKeys, s.SigningKey)
	s.ok(err)
	return id
}

func (s *stranger) url(path string) string { return s.stack.BaseURL + "/" + path }
func (s *stranger) object() string         { return s.url(s.stack.ContentPlaylists[0]) }

func (s *stranger) signed(url string, expires time.Time) string {
	signed, err := s.edge.SignURL(s.Context(), url, expires)
	s.ok(err)
	return signed
}

// cookies is a Cookie header for a folder, without the cookies named.
func (s *stranger) cookies(resource string, without ...string) string {
	g, err := s.edge.Grant(s.Context(), signer.Policy{Resource: resource, Expires: s.expires})
	s.ok(err)
	pairs := []string{"app=plantedSession0123456789"}
	for _, c := range g.Cookies(signer.CookieAttributes{}) {
		if !strings.Contains(strings.Join(without, " "), c.Name) {
			pairs = append(pairs, c.Name+"="+c.Value)
		}
	}
	return strings.Join(pairs, "; ")
}

// milliseconds is a custom policy as JavaScript's clock dates it, well signed.
func (s *stranger) milliseconds() string {
	policy := fmt.Sprintf(`{"Statement":[{"Resource":"%s","Condition":{"DateLessThan":{"AWS:EpochTime":%d}}}]}`, s.object(), s.expires.UnixMilli())
	digest := sha1.Sum([]byte(policy))
	signature, err := s.SigningKey.Sign(nil, digest[:], crypto.SHA1)
	s.ok(err)
	encode := func(data []byte) string {
		return strings.NewReplacer("+", "-", "=", "_", "/", "~").Replace(base64.StdEncoding.EncodeToString(data))
	}
	return s.object() + "?Policy=" + encode([]byte(policy)) + "&Signature=" + encode(signature) + "&Key-Pair-Id=" + string(s.keyID())
}

func (s *stranger) token(channel int, at time.Time, p signer.PlaybackToken) string {
	p.ChannelARN, p.Expires = s.stack.Channels[channel].ARN, at.Add(time.Minute)
	token, err := s.live.TokenAt(s.Context(), at, p)
	s.ok(err)
	return token
}

func (s *stranger) play(channel int, token string) string {
	u, err := signer.PlaybackURL(s.stack.Channels[channel].PlaybackURL, token)
	s.ok(err)
	return u
}

// explain runs the command as main does, with what is shown on standard input.
func (s *stranger) explain(shown string, args ...string) (code int, stdout, stderr string) {
	var out, diagnostics bytes.Buffer
	p := &program{env: os.Environ(), stdin: strings.NewReader(shown), stdout: &out, stderr: &diagnostics,
		client: s.Client(), now: func() time.Time { return time.Now().Add(s.skew) }}
	code = p.explain(s.Context(), append(args, "-"))
	return code, out.String(), diagnostics.String()
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

// Whatever somebody shows, the verdict is that of the edge, the cause is the right one,
// and with outputs the offline verdict is the same.
func TestExplainAsks(t *testing.T) {
	s := newStranger(t)
	object, past := s.object(), time.Now().Add(-time.Hour)
	good := s.signed(object, s.expires)
	folder := s.stack.BaseURL + "/sample/*"
	bare := s.token(0, time.Now(), signer.PlaybackToken{})
	tests := []struct {
		name, shown string
		flags       []string
		code        int
		verdict     string
		offline     string // with --offline; "" if as with a request
	}{
		{"good", good, nil, 0, "opens", ""},
		{"http", strings.Replace(good, "https:", "http:", 1), nil, 0, "opens", ""},
		{"expired", s.signed(object, past), nil, 3, "refused: grant-expired", ""},
		{"wrong key id", strings.ReplaceAll(good, string(s.keyID()), string(s.OldSigningKeyID)), nil, 3, "refused: key-id-wrong", ""},
		{"other path", strings.Replace(good, ".m3u8", ".m3u", 1), nil, 3, "refused: signature-mismatch", ""},
		{"milliseconds", s.milliseconds(), nil, 3, "refused: policy-malformed", ""},
		{"escaped for HTML", strings.ReplaceAll(good, "&", "&amp;"), nil, 3, "refused: url-damaged", ""},
		{"plain", object, nil, 3, "refused: unsigned", ""},
		{"cookies", s.cookies(folder), []string{"--url", object}, 0, "opens", ""},
		{"cookies without the key", s.cookies(folder, "CloudFront-Key-Pair-Id"), []string{"--url", object}, 3, "refused: signature-missing", ""},
		{"cookies for another folder", s.cookies(s.url("other/*")), []string{"--url", object}, 3, "refused: resource-other", ""},
		{"object that is not there", s.signed(s.url("sample/none.m3u8"), s.expires), nil, 3, "refused: origin-refused", "opens"},
		{"the bucket", "https://" + s.stack.BucketRegionalDomainName + "/" + s.stack.ContentPlaylists[0], nil, 3, "refused: host-is-bucket", ""},
		{"playback URL", s.play(0, bare), nil, 0, "opens", ""},
		{"token", bare, nil, 0, "opens", ""},
		{"token, expired", s.token(0, past, signer.PlaybackToken{}), nil, 3, "refused: token-expired", ""},
		{"token, another channel", s.play(1, bare), nil, 3, "", "refused: channel-other"},
		{"token, idle channel", s.token(1, time.Now(), signer.PlaybackToken{}), nil, 3, "refused: channel-idle", "opens"},
		{"no token", s.stack.Channels[0].PlaybackURL, nil, 3, "refused: token-missing", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, mode := range [][]string{{"--outputs", s.file}, {"--outputs", s.file, "--offline"}, nil} {
				want, wantCode := tt.verdict, tt.code
				if len(mode) > 2 && tt.offline != "" {
					if want, wantCode = tt.offline, 0; strings.HasPrefix(want, "refused") {
						wantCode = 3
					}
				}
				code, stdout, stderr := s.explain(tt.shown, append(mode, tt.flags...)...)
				if mode == nil { // without outputs a bare token has nowhere to go, and causes are less sure
					if code == 2 || code != tt.code && tt.name != "token" && !strings.HasPrefix(tt.name, "token, idle") {
						t.Errorf("without outputs: code %d, want %d\n%s%s", code, tt.code, stdout, stderr)
					}
				} else if code != wantCode || want != "" && lastLine(stdout) != want {
					t.Errorf("%v: code %d %q, want %d %q\n%s%s", mode, code, lastLine(stdout), wantCode, want, stdout, stderr)
				}
				s.keepsSecrets(t, tt.shown, stdout+stderr)
			}
		})
	}
}

// keepsSecrets demands that nothing shown which lets somebody in is printed.
func (s *stranger) keepsSecrets(t *testing.T, shown, printed string) {
	t.Helper()
	secrets := []string{"plantedSession0123456789"}
	for _, m := range signedParts.FindAllStringSubmatch(strings.ReplaceAll(shown, "; ", " ; "), -1) {
		if strings.TrimSpace(m[1]) != "" {
			secrets = append(secrets, strings.TrimSpace(m[1]))
		}
	}
	if strings.HasPrefix(shown, "eyJ") {
		secrets = append(secrets, shown)
	}
	for _, secret := range secrets {
		if strings.Contains(printed, secret) {
			t.Errorf("%q is printed:\n%s", secret, printed)
		}
	}
}

// A clock that is off explains what looked right here, and does not blame the grant.
func TestExplainClock(t *testing.T) {
	s := newStranger(t)
	for _, tt := range []struct {
		name    string
		skew    time.Duration // of this machine
		expires time.Duration
		code    int
		verdict string
		says    string
	}{
		{"behind", -2 * time.Hour, -time.Hour, 3, "refused: clock", "behind the server's"},
		{"ahead", 2 * time.Hour, time.Hour, 0, "opens", "but: clock"},
		{"ahead, and the cache answers", 2 * time.Hour, time.Hour, 0, "opens", "but: clock"},
		{"off, and no matter", 2 * time.Hour, 5 * time.Hour, 0, "opens", "beside that: clock"},
		{"off, and expired by both", 2 * time.Hour, -time.Hour, 3, "refused: grant-expired", "ahead of the server's"},
	} {
		s.skew = tt.skew
		object := s.object()
		if tt.name == "off, and no matter" { // nobody has asked for this one, so no cache answers
			object = s.url(s.stack.ContentPlaylists[len(s.stack.ContentPlaylists)-1])
		}
		code, stdout, _ := s.explain(s.signed(object, time.Now().Add(tt.expires)), "--outputs", s.file)
		if code != tt.code || lastLine(stdout) != tt.verdict || !strings.Contains(stdout, tt.says) {
			t.Errorf("%s: code %d, want %d %q and %q:\n%s", tt.name, code, tt.code, tt.verdict, tt.says, stdout)
		}
	}
}

// A request would spend the token, so it is still good afterwards.
func TestExplainSpendsNothing(t *testing.T) {
	s := newStranger(t)
	token := s.token(0, time.Now(), signer.PlaybackToken{SingleUseID: "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"})
	code, stdout, _ := s.explain(token, "--outputs", s.file)
	if code != 1 || lastLine(stdout) != "cannot tell" || !strings.Contains(stdout, "single use") {
		t.Errorf("code %d, want 1 and cannot tell:\n%s", code, stdout)
	}
	resp, err := s.Client().Get(s.play(0, token))
	s.ok(err)
	resp.Body.Close()
	if resp.StatusCode != 200 {
		t.Errorf("the token answers %d after it was explained, want 200", resp.StatusCode)
	}
}

func TestExplainInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, diagnostics bytes.Buffer
	p := &program{stdout: &out, stderr: &diagnostics}
	if code := p.explain(ctx, []string{"https://d111111abcdef8.cloudfront.net/a"}); code != 1 || !strings.Contains(diagnostics.String(), "interrupted") {
		t.Errorf("code %d, %q, want 1 and interrupted", code, diagnostics.String())
	}
}

// Whatever answers, and with whatever secrets, none of them is printed.
func TestExplainBetrayed(t *testing.T) {
	const grant = "https://d111111abcdef8.cloudfront.net/a?Policy=eyJTdGF0ZW1lbnQiOltd&Signature=abcdefghijklmnop&Key-Pair-Id=K2JCJMDEHXQW5F"
	for _, mode := range []string{"error", "torn", "page", "refusal", "token", "redirect", "playlist"} {
		b := newBetrayal(mode)
		var out, diagnostics bytes.Buffer
		p := &program{stdin: strings.NewReader(grant), stdout: &out, stderr: &diagnostics, client: &http.Client{Transport: b}}
		p.explain(t.Context(), []string{"--timeout", "300ms", "-"})
		if !strings.Contains(out.String(), "answer: ") {
			t.Errorf("%s: nothing was asked:\n%s%s", mode, out.String(), diagnostics.String())
		}
		for secret := range b.secrets {
			if strings.Contains(out.String()+diagnostics.String(), secret) {
				t.Errorf("%s: %q is printed:\n%s", mode, secret, out.String())
			}
		}
	}
}
