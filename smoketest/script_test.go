package main

import (
	"context"
	"crypto"
	"encoding/json"
	"errors"
	"flag"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"privateplayback/signer"
)

var update = flag.Bool("update", false, "rewrite the expected output in testdata/script")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"smoketest": main})
}

// The scripts find in their folder:
//   - signing.pem, playback.pem: the stack's private keys; signing.pub: a public one;
//   - other.pem, playback-other.pem: keys that the stack does not know;
//   - quiet.json: outputs without content and channels, on which no check sends
//     anything;
//   - live.json: outputs with a channel;
//   - good.txt, expired.txt, folder.txt, token.txt: a signed URL that holds until 2099 and
//     one of 2020, cookies for /films/*, and a token of 2020 for live.json's channel;
//   - secret.json, future.json, torn.json, wrong.json: outputs that are refused,
//     and outputs that contradict themselves.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               writeFixtures,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"code": code, "envfile": envfile},
	})
}

// code runs a command and demands an exit code: code 2 smoketest --local=x
func code(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N command [args...]")
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

// envfile sets a variable to what a file holds: envfile KEY=key.pem
func envfile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 || !strings.Contains(args[0], "=") {
		ts.Fatalf("usage: envfile NAME=FILE")
	}
	name, file, _ := strings.Cut(args[0], "=")
	ts.Setenv(name, ts.ReadFile(file))
}

func writeFixtures(env *testscript.Env) error {
	// For a script that takes PATH away.
	command, err := exec.LookPath("smoketest")
	if err != nil {
		return err
	}
	env.Setenv("SMOKETEST", command)
	keys := map[string]crypto.Signer{}
	for file, generate := range map[string]func() (crypto.Signer, error){
		"signing.pem": signer.GenerateSigningKey, "other.pem": signer.GenerateSigningKey,
		"playback.pem": signer.GeneratePlaybackKey, "playback-other.pem": signer.GeneratePlaybackKey,
	} {
		key, err := generate()
		if err != nil {
			return err
		}
		keys[file] = key
		private, err := signer.MarshalPrivateKey(key)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(env.WorkDir, file), private, 0o600); err != nil {
			return err
		}
	}
	signing, err := signer.MarshalPublicKey(keys["signing.pem"].Public())
	if err != nil {
		return err
	}
	playback, err := signer.MarshalPublicKey(keys["playback.pem"].Public())
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(env.WorkDir, "signing.pub"), signing, 0o644); err != nil {
		return err
	}
	if err := writeGrants(env.WorkDir, keys["signing.pem"], keys["playback.pem"]); err != nil {
		return err
	}
	return writeOutputs(env.WorkDir, string(signing), string(playback))
}

// writeGrants writes what viewers of the stack may show.
func writeGrants(dir string, signing, playback crypto.Signer) error {
	const base = "https://d111111abcdef8.cloudfront.net/films/"
	ctx, past, future := context.Background(), time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)
	cf, err := signer.NewCloudFront("K2JCJMDEHXQW5F", signing)
	if err != nil {
		return err
	}
	live, err := signer.NewIVS(playback)
	if err != nil {
		return err
	}
	good, err := cf.SignURL(ctx, base+"master.m3u8", future)
	if err != nil {
		return err
	}
	expired, err := cf.SignURL(ctx, base+"master.m3u8", past)
	if err != nil {
		return err
	}
	grant, err := cf.Grant(ctx, signer.Policy{Resource: base + "*", Expires: future})
	if err != nil {
		return err
	}
	folder := ""
	for _, c := range grant.Cookies(signer.CookieAttributes{}) {
		folder += c.Name + "=" + c.Value + "; "
	}
	token, err := live.TokenAt(ctx, past, signer.PlaybackToken{ChannelARN: "arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh", Expires: past.Add(time.Minute)})
	if err != nil {
		return err
	}
	for name, text := range map[string]string{"good.txt": good, "expired.txt": expired, "folder.txt": folder, "token.txt": token} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text+"\n"), 0o600); err != nil {
			return err
		}
	}
	return nil
}

func writeOutputs(dir, signing, playback string) error {
	quiet := map[string]any{
		"schemaVersion": 1, "region": "us-west-2", "bucketName": "media",
		"bucketRegionalDomainName": "media.s3.us-west-2.amazonaws.com", "originAccessIdentityId": "E2QWRUHAPOMQZL",
		"distributionId": "EDFDVBD632BHDS5", "distributionDomainName": "d111111abcdef8.cloudfront.net",
		"baseUrl": "https://d111111abcdef8.cloudfront.net", "viewerProtocolPolicy": "https-only",
		"defaultRootObject": "", "keyGroupId": "f3a2c1d0-0b5e-4c0f-9d5c-0f6b1f1f8a11",
		"signingKeys":    []any{map[string]any{"id": "K2JCJMDEHXQW5F", "role": "current", "publicKey": signing}},
		"allowedOrigins": []any{"https://app.example.com"}, "contentPlaylists": []any{},
		"playbackKeys": []any{}, "channels": []any{}, "streamKeys": "[secret]",
	}
	with := func(changes map[string]any) map[string]any {
		all := maps.Clone(quiet)
		maps.Copy(all, changes)
		return all
	}
	live := with(map[string]any{
		"playbackKeys": []any{map[string]any{"arn": "arn:aws:ivs:us-west-2:123456789012:playback-key/abcd", "role": "current",
			"publicKey": playback, "fingerprint": ""}},
		"channels": []any{map[string]any{"name": "studio", "arn": "arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh",
			"playbackUrl":    "https://c17b3fb37fc9.us-west-2.playback.live-video.net/api/video/v1/x.m3u8",
			"ingestEndpoint": "a1b2c3d4e5f6.global-contribute.live-video.net", "type": "STANDARD", "latencyMode": "LOW"}},
	})
	torn := maps.Clone(quiet)
	delete(torn, "keyGroupId")
	for name, value := range map[string]any{
		"quiet.json":  quiet,
		"live.json":   live,
		"secret.json": with(map[string]any{"signingKeys": "[secret]"}),
		"future.json": with(map[string]any{"schemaVersion": 2}),
		"torn.json":   torn,
		"wrong.json":  with(map[string]any{"region": "eu-west-1"}),
	} {
		data, err := json.MarshalIndent(value, "", "  ")
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), append(data, '\n'), 0o644); err != nil {
			return err
		}
	}
	return nil
}
