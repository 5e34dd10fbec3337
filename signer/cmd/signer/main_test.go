package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/rogpeppe/go-internal/testscript"

	"privateplayback/signer"
)

var update = flag.Bool("update", false, "rewrite the expected output in the scripts")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"signer": main})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"mode":  cmdMode,
			"chain": cmdChain,
		},
	})
}

// cmdMode checks the permissions of a file: mode -rw------- FILE.
func cmdMode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: mode PERMISSIONS FILE")
	}
	info, err := os.Stat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := info.Mode().String(); got != args[0] {
		ts.Fatalf("%s has mode %s, want %s", args[1], got, args[0])
	}
}

// cmdChain checks that two key files belong together: chain PRIVATE PUBLIC.
func cmdChain(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: chain PRIVATE PUBLIC")
	}
	key, err := signer.ParsePrivateKey([]byte(ts.ReadFile(args[0])))
	ts.Check(err)
	ts.Check(signer.MatchPublicKey(key, ts.ReadFile(args[1])))
}

// runOK runs one command and returns what it printed.
func runOK(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), args, nil, &stdout, &stderr); code != exitOK || stderr.Len() > 0 {
		t.Fatalf("run(%q) = %d, stderr %q, want 0 and nothing", args, code, &stderr)
	}
	return stdout.String()
}

func TestTokenVerifies(t *testing.T) {
	file := filepath.Join(t.TempDir(), "playback.pem")
	runOK(t, "keygen", "--kind", "playback", "--out", file)
	before := time.Now().Unix()
	token := strings.TrimSuffix(runOK(t, "token", "--key", file, "--channel", "arn:aws:ivs:us-west-2:123456789012:channel/a",
		"--expires", "10m", "--origin", "https://a.example", "--origin", "https://b.example", "--strict-origin"), "\n")

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
	if got := claims["aws:access-control-allow-origin"]; got != "https://a.example,https://b.example" {
		t.Errorf("origins %v, want both", got)
	}
	if claims["aws:strict-origin-enforcement"] != true {
		t.Error("token is not strict")
	}
	exp, err := claims.GetExpirationTime()
	if err != nil || exp.Unix() < before+600 || exp.Unix() > time.Now().Unix()+600 {
		t.Errorf("exp %v, %v, want ten minutes from now", exp, err)
	}
}

func TestMoment(t *testing.T) {
	for _, s := range []string{"2030-01-01T00:00:00Z", "2030-01-01T01:00:00+01:00", "1893456000"} {
		var m moment
		if err := m.Set(s); err != nil || m.Unix() != 1893456000 {
			t.Errorf("Set(%q) = %v, %v, want 2030-01-01", s, m.Time, err)
		}
	}
	var m moment
	before := time.Now()
	if err := m.Set("-1h30m"); err != nil || m.Before(before.Add(-90*time.Minute)) || m.After(time.Now().Add(-90*time.Minute)) {
		t.Errorf("Set(-1h30m) = %v, %v", m.Time, err)
	}
	for _, s := range []string{"", "tomorrow", "1h ", "2030-01-01", "1.5"} {
		if err := new(moment).Set(s); err == nil {
			t.Errorf("Set(%q) is accepted", s)
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

func TestInterrupted(t *testing.T) {
	file := filepath.Join(t.TempDir(), "s.pem")
	runOK(t, "keygen", "--kind", "signing", "--out", file)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout, stderr bytes.Buffer
	code := run(ctx, []string{"url", "--key", file, "--key-pair-id", "K1", "--expires", "1h", "https://h/a"}, nil, &stdout, &stderr)
	if code != exitError || stdout.Len() > 0 || !strings.Contains(stderr.String(), "canceled") {
		t.Errorf("run = %d, stdout %q, stderr %q, want 1 and the reason", code, &stdout, &stderr)
	}
}

func TestShellQuote(t *testing.T) {
	for name, want := range map[string]string{"a/b-c_1.pub.pem": "a/b-c_1.pub.pem", "my key": "'my key'", "it's": `'it'\''s'`} {
		if got := shellQuote(name); got != want {
			t.Errorf("shellQuote(%q) = %s, want %s", name, got, want)
		}
	}
}
