package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"privateplayback/signer"
)

// runOK runs one command and returns what it printed.
func runOK(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), args, strings.NewReader(""), &stdout, &stderr); code != exitOK || stderr.Len() > 0 {
		t.Fatalf("run(%q) = %d, stderr %q, want 0 and nothing", args, code, &stderr)
	}
	return stdout.String()
}

func TestTokenVerifies(t *testing.T) {
	file := filepath.Join(t.TempDir(), "playback.pem")
	runOK(t, "keygen", "--kind", "playback", "--out", file)
	before := time.Now().Unix()
	token := strings.TrimSuffix(runOK(t, "token", "--key", file, "--channel", "arn:aws:ivs:us-west-2:123456789012:channel/a",
		"--expires", "10m", "--origin", "https://a.example", "--origin", "https://b.example", "--strict-origin",
		"--viewer-id", "v", "--session-version", "7", "--single-use", "--max-resolution", "HD"), "\n")

	public, err := os.ReadFile(strings.TrimSuffix(file, ".pem") + ".pub.pem")
	if err != nil {
		t.Fatal(err)
	}
	key, err := signer.ParsePublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	claims := jwt.MapClaims{}
	if _, err := jwt.ParseWithClaims(token, claims, func(*jwt.Token) (any, error) { return key, nil }); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{
		"aws:channel-arn":                 "arn:aws:ivs:us-west-2:123456789012:channel/a",
		"aws:access-control-allow-origin": "https://a.example,https://b.example",
		"aws:strict-origin-enforcement":   true,
		"aws:viewer-id":                   "v",
		"aws:viewer-session-version":      7.0,
		"aws:maximum-resolution":          "HD",
	} {
		if got := claims[name]; got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	uuid, _ := claims["aws:single-use-uuid"].(string)
	if !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(uuid) || uuid == newUUID() {
		t.Errorf("single use by %q, want a random UUID", uuid)
	}
	exp, err := claims.GetExpirationTime()
	if err != nil || exp.Unix() < before+600 || exp.Unix() > time.Now().Unix()+600 {
		t.Errorf("exp %v, %v, want ten minutes from now", exp, err)
	}
}

func TestMoment(t *testing.T) {
	now := time.Unix(1893456000, 0)
	for _, tt := range []struct {
		text string
		want time.Duration // from now
	}{
		{"2030-01-01T00:00:00Z", 0},
		{"2030-01-01T01:00:00+01:00", 0},
		{"1893456000", 0},
		{"1893456060", time.Minute},
		{"0s", 0},
		{"1h30m", 90 * time.Minute},
		{"-1h30m", -90 * time.Minute},
		{"7d", 7 * 24 * time.Hour},
		{"1d12h", 36 * time.Hour},
		{"-1d1m", -24*time.Hour - time.Minute},
		{"36500d", 36500 * 24 * time.Hour},
	} {
		if got, err := parseMoment(tt.text, now); err != nil || !got.Equal(now.Add(tt.want)) {
			t.Errorf("parseMoment(%q) = %v, %v, want %v", tt.text, got, err, now.Add(tt.want))
		}
	}
	for _, text := range []string{"", "d", "tomorrow", "1h ", "2030-01-01", "1.5", "1.5d", "1d-1h", "--1h", "-+1h", "1h1d", "36501d", "99999999999999999999d", "1d2d"} {
		if got, err := parseMoment(text, now); err == nil {
			t.Errorf("parseMoment(%q) = %v, want an error", text, got)
		}
	}
}

func TestExampleURL(t *testing.T) {
	for _, tt := range []struct{ pattern, domain, path, want string }{
		{"https://h.example/a/*", "", "", "https://h.example/a/x"},
		{"https://h.example/a/*", "", "/a/b", "https://h.example/a/b/x"},
		{"https://h.example/a/*", "", "/b", "https://h.example/a/x"},
		{"https://h.example/*/hd/*.ts", "", "/v/", "https://h.example/v/x/hd/x.ts"},
		{"https://h.example/v*", "", "/v", "https://h.example/v/x"},
		{"https://h.example/a", "", "/", "https://h.example/a"},
		{"*", "h.example", "", "https://h.example/x"},
		{"*", "", "/v", "https://x/v/x"},
		{"*://*.example.com/*", ".example.com", "", "https://x.example.com/x"},
		{"https://*", "h.example", "", "https://h.example/x"},
		{"http://h?.example/*", "", "", "http://hx.example/x"},
		{"https://h.example/a?b=*", "", "", "https://h.example/a?b=x"},
	} {
		if got := exampleURL(tt.pattern, signer.CookieAttributes{Domain: tt.domain, Path: tt.path}); got != tt.want {
			t.Errorf("exampleURL(%q, domain %q, path %q) = %q, want %q", tt.pattern, tt.domain, tt.path, got, tt.want)
		}
	}
}

// TestKeygenUndoes: the public file cannot be written, so the private one must
// not stay.
func TestKeygenUndoes(t *testing.T) {
	dir := t.TempDir()
	private := filepath.Join(dir, "k.pem")
	key, err := signer.GenerateSigningKey()
	if err != nil {
		t.Fatal(err)
	}
	if err := writePair(key, private, filepath.Join(dir, "absent", "k.pub.pem")); err == nil {
		t.Fatal("writePair into an absent folder succeeded")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind %v, %v", left, err)
	}
}

// TestInterrupted: whatever it was doing, also waiting for input that does not
// come.
func TestInterrupted(t *testing.T) {
	file := filepath.Join(t.TempDir(), "s.pem")
	runOK(t, "keygen", "--kind", "signing", "--out", file)
	key := []string{"--key", file, "--key-id", "K1", "--expires", "1h"}
	for _, args := range [][]string{
		append([]string{"url", "https://h/a"}, key...),
		append([]string{"playlist", "--mode", "per-uri", "--base", "https://h/a"}, key...),
		{"inspect", "-"},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		stdin, w := io.Pipe()
		defer w.Close()
		cancel()
		var stdout, stderr bytes.Buffer
		code := run(ctx, args, stdin, &stdout, &stderr)
		if code != exitError || stdout.Len() > 0 || stderr.String() != "signer: interrupted\n" {
			t.Errorf("run(%q) = %d, stdout %q, stderr %q, want 1 and that it was interrupted", args, code, &stdout, &stderr)
		}
	}
}

// TestReaderLeaves: a verdict stands when nobody reads the report to its end;
// a product that nobody got is a failure.
func TestReaderLeaves(t *testing.T) {
	file := filepath.Join(t.TempDir(), "s.pem")
	runOK(t, "keygen", "--kind", "signing", "--out", file)
	for _, tt := range []struct {
		args []string
		want int
	}{
		{[]string{"inspect", "https://h.example/a"}, exitRefused},
		{[]string{"url", "--key", file, "--key-id", "K1", "--expires", "1h", "https://h.example/a"}, exitError},
	} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		defer w.Close()
		var stderr bytes.Buffer
		if code := run(t.Context(), tt.args, strings.NewReader(""), w, &stderr); code != tt.want {
			t.Errorf("run(%q) into a closed pipe = %d, stderr %q, want %d", tt.args, code, &stderr, tt.want)
		}
	}
}

func TestInputFails(t *testing.T) {
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), []string{"inspect", "-"}, brokenReader{}, &stdout, &stderr)
	if want := "signer: reading standard input: broken; twice\n"; code != exitError || stderr.String() != want {
		t.Errorf("run = %d, stderr %q, want 1, %q", code, &stderr, want)
	}
}

// brokenReader fails with an error of two lines.
type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errors.New("broken\ntwice") }

func TestShellQuote(t *testing.T) {
	for name, want := range map[string]string{"a/b-c_1.pub.pem": "a/b-c_1.pub.pem", "my key": "'my key'", "it's": `'it'\''s'`} {
		if got := shellQuote(name); got != want {
			t.Errorf("shellQuote(%q) = %s, want %s", name, got, want)
		}
	}
}
