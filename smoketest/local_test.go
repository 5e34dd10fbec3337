package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"privateplayback/infra/outputs"
	"privateplayback/internal/local"
	"privateplayback/signer"
	"privateplayback/smoketest/internal/recording"
	"privateplayback/smoketest/internal/report"
)

// invoke runs the command in a temporary folder of its own, and demands that it
// leaves nothing there.
func invoke(t *testing.T, ctx context.Context, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	var out, diagnostics bytes.Buffer
	code = run(ctx, args, os.Environ(), strings.NewReader(""), &out, &diagnostics)
	left, err := os.ReadDir(temp)
	if err != nil || len(left) > 0 {
		t.Errorf("smoketest %q left %v in the temporary folder, error %v", args, left, err)
	}
	return code, out.String(), diagnostics.String()
}

func TestLocalDomain(t *testing.T) {
	code, stdout, stderr := invoke(t, t.Context(), "--local", "--domain", "video.example.com", "--group", "vod.domain", "--group", "vod.protocol")
	if code != exitPassed || !strings.Contains(stdout, ": 18 passed, 0 failed, 0 skipped") {
		t.Errorf("exit code %d, stdout %q, stderr %q; want %d and 18 passed", code, stdout, stderr, exitPassed)
	}
}

func TestLocalText(t *testing.T) {
	file := filepath.Join(t.TempDir(), "answers.json")
	code, stdout, stderr := invoke(t, t.Context(), "--local", "--record", file)
	if code != exitPassed {
		t.Fatalf("exit code %d, want %d\n%s%s", code, exitPassed, stdout, stderr)
	}
	for _, want := range []string{"pass  vod.grant.custom", "pass  live.grant.play", " 0 failed, 9 skipped"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("stdout lacks %q:\n%s", want, stdout)
		}
	}
	for _, want := range []string{"smoketest: engine is pulumi ", "58 created", "58 deleted"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("stderr lacks %q:\n%s", want, stderr)
		}
	}
	answers, err := recording.Read(file)
	if err != nil || len(answers.Checks) < 50 {
		t.Errorf("Read of the recording = %d checks, %v, want at least 50", len(answers.Checks), err)
	}
}

// Own media under https-only plays too, and the document is one JSON object.
func TestLocalMediaJSON(t *testing.T) {
	code, stdout, stderr := invoke(t, t.Context(), "--local", "--media", filepath.Join("..", "infra", "stack", "sample", "fmp4"), "--format", "json")
	if code != exitPassed {
		t.Fatalf("exit code %d, want %d\n%s%s", code, exitPassed, stdout, stderr)
	}
	var document report.Document
	decoder := json.NewDecoder(strings.NewReader(stdout))
	if err := decoder.Decode(&document); err != nil {
		t.Fatalf("stdout is no JSON document: %v\n%s", err, stdout)
	}
	if _, err := decoder.Token(); err != io.EOF {
		t.Errorf("after the document comes %v, want the end", err)
	}
	if document.Outcome != report.Passed {
		t.Errorf("outcome %q, want %q", document.Outcome, report.Passed)
	}
}

// syncBuffer is read while the command writes.
type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// A kept stack can be reached by curl under AWS's names until the run is
// interrupted, which is a success and leaves nothing.
func TestLocalKeep(t *testing.T) {
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Skip("no curl on PATH; install it with apt-get install curl")
	}
	dir := filepath.Join(t.TempDir(), "kept files")
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	var stderr syncBuffer
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, []string{"--local", "--keep", dir}, os.Environ(), strings.NewReader(""), io.Discard, &stderr)
	}()
	waitFor(t, done, &stderr, "until Ctrl-C")

	for name, mode := range map[string]os.FileMode{"outputs.json": 0o644, "signing.pem": 0o600, "playback.pem": 0o600, "ca.pem": 0o644, "curl.conf": 0o644, "aws.env": 0o600} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v, want mode %v", name, info, err, mode)
		}
	}
	for what, url := range keptURLs(t, dir) {
		output, err := exec.CommandContext(t.Context(), curl, "--silent", "--fail", "-K", filepath.Join(dir, "curl.conf"), url).CombinedOutput()
		if err != nil || !bytes.HasPrefix(output, []byte("#EXTM3U")) {
			t.Errorf("curl of the %s: %v, %q, want a playlist", what, err, output)
		}
	}
	listBuckets(t, dir)
	interrupt()
	if code := <-done; code != exitPassed {
		t.Errorf("exit code after the interrupt = %d, want %d\n%s", code, exitPassed, stderr.String())
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the folder is still there: %v", err)
	}
}

// listBuckets runs the AWS CLI with nothing but aws.env, where it is asked for: it
// starts too slowly for every run.
func listBuckets(t *testing.T, dir string) {
	t.Helper()
	if os.Getenv("TEST_AWS_CLI") == "" {
		return
	}
	data, err := os.ReadFile(filepath.Join(dir, "outputs.json"))
	if err != nil {
		t.Fatal(err)
	}
	stack, err := outputs.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	script := `. "$1/aws.env" && aws s3 cp "$1/ca.pem" "s3://$2/own/ca.pem" && aws s3 ls "s3://$2/own/"`
	output, err := exec.CommandContext(t.Context(), "sh", "-c", script, "sh", dir, stack.BucketName).CombinedOutput()
	if err != nil || !strings.Contains(string(output), " ca.pem") {
		t.Errorf("aws s3: %v\n%s", err, output)
	}
}

func waitFor(t *testing.T, done <-chan int, output *syncBuffer, text string) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !strings.Contains(output.String(), text); {
		select {
		case code := <-done:
			t.Fatalf("ended early with exit code %d:\n%s", code, output.String())
		case <-time.After(20 * time.Millisecond):
			if time.Now().After(deadline) {
				t.Fatalf("no %q in the output:\n%s", text, output.String())
			}
		}
	}
}

// keptURLs signs with nothing but the kept files.
func keptURLs(t *testing.T, dir string) map[string]string {
	t.Helper()
	read := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	stack, err := outputs.Parse(read("outputs.json"))
	if err != nil {
		t.Fatal(err)
	}
	signing, err := signer.ParsePrivateKey(read("signing.pem"))
	if err != nil {
		t.Fatal(err)
	}
	id, err := signer.SigningKeyID(stack.SigningKeys, signing)
	if err != nil {
		t.Fatal(err)
	}
	cloudfront, err := signer.NewCloudFront(id, signing)
	if err != nil {
		t.Fatal(err)
	}
	vod, err := cloudfront.SignURL(t.Context(), stack.BaseURL+"/"+stack.ContentPlaylists[0], time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	playback, err := signer.ParsePrivateKey(read("playback.pem"))
	if err != nil {
		t.Fatal(err)
	}
	ivs, err := signer.NewIVS(playback)
	if err != nil {
		t.Fatal(err)
	}
	token, err := ivs.Token(t.Context(), signer.PlaybackToken{ChannelARN: stack.Channels[0].ARN, Expires: time.Now().Add(time.Minute)})
	if err != nil {
		t.Fatal(err)
	}
	live, err := signer.PlaybackURL(stack.Channels[0].PlaybackURL, token)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{"video": vod, "channel": live}
}

// An interrupt while the engine deploys leaves nothing, and says so.
func TestLocalInterrupted(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	var stderr interrupting
	stderr.on, stderr.interrupt = "engine is pulumi", interrupt
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	code := run(ctx, []string{"--local"}, os.Environ(), strings.NewReader(""), io.Discard, &stderr)
	if code != exitNotRun || !strings.Contains(stderr.String(), "interrupted") {
		t.Errorf("exit code %d, want %d\n%s", code, exitNotRun, stderr.String())
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("left %v in the temporary folder, error %v", left, err)
	}
}

// interrupting cancels a context when a text has been written.
type interrupting struct {
	syncBuffer
	on        string
	interrupt context.CancelFunc
}

func (w *interrupting) Write(p []byte) (int, error) {
	if strings.Contains(string(p), w.on) {
		w.interrupt()
	}
	return w.syncBuffer.Write(p)
}

func TestLocalBadInput(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	taken := t.TempDir()
	if err := os.WriteFile(filepath.Join(taken, "signing.pem"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name string
		args []string
		want string
	}{
		{"port in use", []string{"--port", port}, "port " + port + " is in use; choose another with --port"},
		{"empty media", []string{"--media", t.TempDir()}, "holds no .m3u8 playlist; name a folder"},
		{"no media", []string{"--media", "/does/not/exist"}, `"/does/not/exist" is not a folder`},
		{"domain of one label", []string{"--domain", "video"}, `local stack: config: domain.name is "video", want a host name such as video.example.com`},
		{"domain in upper case", []string{"--domain", "Video.example.com"}, `local stack: config: domain.name is "Video.example.com"; write "video.example.com"`},
		{"domain with a port", []string{"--domain", "video.example.com:443"}, `local stack: config: domain.name is "video.example.com:443", want a host name only`},
		{"domain with a final dot", []string{"--domain", "example.com."}, `local stack: config: domain.name is "example.com.", which ends in a dot`},
		{"domain of AWS's", []string{"--domain", "s3.amazonaws.com"}, "local stack: config: domain.name is \"s3.amazonaws.com\", a name of AWS's"},
		{"kept file in the way", []string{"--keep", taken}, "signing.pem\" exists already; name another folder"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			code, stdout, stderr := invoke(t, t.Context(), append([]string{"--local"}, tc.args...)...)
			lines := strings.Split(strings.TrimSpace(stderr), "\n")
			last := lines[len(lines)-1]
			if code != exitNotRun || stdout != "" || !strings.HasPrefix(last, "smoketest: ") || !strings.Contains(last, tc.want) {
				t.Errorf("exit code %d, stdout %q, stderr %q; want %d, nothing, and %q", code, stdout, stderr, exitNotRun, tc.want)
			}
		})
	}
	if data, err := os.ReadFile(filepath.Join(taken, "signing.pem")); err != nil || string(data) != "mine" {
		t.Errorf("the file in the way holds %q, %v", data, err)
	}
}

// An engine that fails in the middle of `up` names the resource and what AWS
// said, in one line, and nothing is left.
func TestEngineFails(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	_, err := local.Start(t.Context(), local.Options{Program: on(func(b *s3.BucketV2Args) { b.Bucket = pulumi.String("x") }).wrap})
	if err == nil {
		t.Fatal("a refused bucket name deployed")
	}
	for _, want := range []string{"aws:s3/bucketV2:BucketV2 \"media\"", "InvalidBucketName"} {
		if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("error %q, want one line with %q", err, want)
		}
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("left %v in the temporary folder, error %v", left, err)
	}
}
