package main

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"privateplayback/signer"
)

var update = flag.Bool("update", false, "rewrite the expected output in testdata/script")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"signer": main})
}

// The scripts find in their folder:
//   - s.pem, p.pem with s.pub.pem, p.pub.pem: the stack's keys;
//   - other.pem, other-p.pem: keys that the stack does not know;
//   - outputs.json: the stack; vod.json: the same without channels.
func TestScripts(t *testing.T) {
	kms := newFakeKMS(t)
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("KMS", kms)
			return writeFixtures(env.WorkDir)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code":  cmdCode,
			"chain": cmdChain,
			"edit":  cmdEdit,
			"mode":  cmdMode,
		},
	})
}

// cmdCode runs a command and demands an exit code: code 2 signer url
func cmdCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N COMMAND [ARGS...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("running %q: %v", args[1:], err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("%q exits with %d, want %d", args[1:], got, want)
	}
}

// cmdMode checks the permissions of a file: mode -rw------- FILE
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

// cmdChain checks that two key files belong together: chain PRIVATE PUBLIC
func cmdChain(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: chain PRIVATE PUBLIC")
	}
	key, err := signer.ParsePrivateKey([]byte(ts.ReadFile(args[0])))
	ts.Check(err)
	ts.Check(signer.MatchPublicKey(key, ts.ReadFile(args[1])))
}

// cmdEdit replaces a text that a file has: edit FILE OLD NEW
func cmdEdit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: edit FILE OLD NEW")
	}
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s has no %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.ReplaceAll(text, args[1], args[2])), 0o644))
}

func writeFixtures(dir string) error {
	public := map[string]string{}
	for _, pair := range []struct{ kind, name string }{
		{"signing", "s"}, {"playback", "p"}, {"signing", "other"}, {"playback", "other-p"},
	} {
		generate := signer.GenerateSigningKey
		if pair.kind == "playback" {
			generate = signer.GeneratePlaybackKey
		}
		key, err := generate()
		if err != nil {
			return err
		}
		name := filepath.Join(dir, pair.name)
		if err := writePair(key, name+".pem", name+".pub.pem"); err != nil {
			return err
		}
		text, err := signer.MarshalPublicKey(key.Public())
		if err != nil {
			return err
		}
		public[pair.name] = string(text)
	}
	stack := map[string]any{
		"schemaVersion": 1, "region": "us-west-2", "bucketName": "media",
		"bucketRegionalDomainName": "media.s3.us-west-2.amazonaws.com", "originAccessIdentityId": "E2QWRUHAPOMQZL",
		"distributionId": "EDFDVBD632BHDS5", "distributionDomainName": "d111111abcdef8.cloudfront.net",
		"baseUrl": "https://d111111abcdef8.cloudfront.net", "viewerProtocolPolicy": "https-only",
		"defaultRootObject": "", "keyGroupId": "f3a2c1d0-0b5e-4c0f-9d5c-0f6b1f1f8a11",
		"signingKeys":    []any{map[string]any{"id": "K2JCJMDEHXQW5F", "role": "current", "publicKey": public["s"]}},
		"allowedOrigins": []any{"https://app.example.com"}, "contentPlaylists": []any{},
		"playbackKeys": []any{}, "channels": []any{}, "streamKeys": "[secret]",
	}
	if err := writeJSON(filepath.Join(dir, "vod.json"), stack); err != nil {
		return err
	}
	stack["playbackKeys"] = []any{map[string]any{"arn": "arn:aws:ivs:us-west-2:123456789012:playback-key/abcd", "role": "current",
		"publicKey": public["p"], "fingerprint": ""}}
	stack["channels"] = []any{map[string]any{"name": "live", "arn": "arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh",
		"playbackUrl":    "https://c17b3fb37fc9.us-west-2.playback.live-video.net/api/video/v1/x.m3u8",
		"ingestEndpoint": "a1b2c3d4e5f6.global-contribute.live-video.net", "type": "STANDARD", "latencyMode": "LOW"}}
	return writeJSON(filepath.Join(dir, "outputs.json"), stack)
}

func writeJSON(name string, value any) error {
	data, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(name, append(data, '\n'), 0o644)
}
