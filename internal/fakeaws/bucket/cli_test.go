package bucket

import (
	"bytes"
	"context"
	"encoding/pem"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestCommandLine runs AWS's own command line tool against a server on
// loopback, over HTTP and over TLS, where it sends chunks with trailers. It
// takes most of a minute and so waits for TEST_AWS_CLI=1.
func TestCommandLine(t *testing.T) {
	tool, err := exec.LookPath("aws")
	switch {
	case os.Getenv("TEST_AWS_CLI") == "":
		t.Skip("TEST_AWS_CLI is not set: this takes most of a minute")
	case err != nil:
		t.Skip("aws is not on PATH; install it with pip install awscli")
	}
	for _, secure := range []bool{false, true} {
		s := newKeyed(t)
		s.options.Now = time.Now
		s.CreateBucket("other")
		server := httptest.NewUnstartedServer(s)
		if secure {
			server.StartTLS()
		} else {
			server.Start()
		}
		runCommands(t, s, server, tool, secure)
		server.Close()
	}
}

func runCommands(t *testing.T, s *Service, server *httptest.Server, tool string, secure bool) {
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		t.Helper()
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		// S3 keeps whole seconds, so sync takes a file of this second for newer.
		old := time.Now().Add(-time.Hour)
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
		return path
	}
	environment := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "AWS_ACCESS_KEY_ID=" + ownerKey, "AWS_SECRET_ACCESS_KEY=" + ownerSecret,
		"AWS_DEFAULT_REGION=" + region, "AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE=" + os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull, "AWS_PAGER="}
	if secure {
		certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
		environment = append(environment, "AWS_CA_BUNDLE="+write("ca.pem", certificate))
	}
	run := func(args ...string) string {
		t.Helper()
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		command := exec.CommandContext(ctx, tool, append([]string{"--endpoint-url", server.URL}, args...)...)
		command.Env = environment
		out, err := command.CombinedOutput()
		if err != nil {
			t.Errorf("aws %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	large := bytes.Repeat([]byte("0123456789abcdef"), 9<<16) // two parts
	source := write("tree/big.mp4", large)
	write("tree/a+b ü/seg.ts", []byte("segment"))
	run("s3", "sync", filepath.Join(dir, "tree"), "s3://media/t", "--content-type", "video/mp4", "--cache-control", "max-age=60")
	if keys, _ := s.Keys("media"); !slices.Equal(keys, []string{"a/b.m3u8", "t/a+b ü/seg.ts", "t/big.mp4"}) {
		t.Errorf("keys after sync = %q", keys)
	}
	if o, err := s.Object("media", "t/big.mp4"); err != nil || !bytes.Equal(o.Body, large) || !strings.HasSuffix(o.ETag, "-2") || o.ContentType != "video/mp4" || o.CacheControl != "max-age=60" {
		t.Errorf("big.mp4: %d bytes, %q, %q, %v", len(o.Body), o.ETag, o.ContentType, err)
	}
	if out := run("s3", "sync", filepath.Join(dir, "tree"), "s3://media/t"); strings.Contains(out, "upload:") {
		t.Errorf("second sync uploads again: %s", out)
	}
	if out := run("s3", "ls", "s3://media/"); !strings.Contains(out, "PRE t/") || !strings.Contains(out, "PRE a/") {
		t.Errorf("ls = %s", out)
	}
	if out := run("s3", "ls", "s3://media", "--recursive"); !strings.Contains(out, "9437184 t/big.mp4") || !strings.Contains(out, "t/a+b ") {
		t.Errorf("ls --recursive = %s", out)
	}
	if out := run("s3", "ls"); !strings.Contains(out, " media") {
		t.Errorf("ls = %s", out)
	}
	run("s3", "cp", "s3://media/t/big.mp4", "s3://other/copy.mp4")
	run("s3", "cp", "s3://media/a/b.m3u8", "s3://other/b.m3u8")
	back := filepath.Join(dir, "back.mp4")
	run("s3", "cp", "s3://other/copy.mp4", back)
	for _, path := range []string{source, back} {
		if data, err := os.ReadFile(path); err != nil || !bytes.Equal(data, large) {
			t.Errorf("%s: %d bytes, %v", path, len(data), err)
		}
	}
	run("s3api", "put-bucket-versioning", "--bucket", "other", "--versioning-configuration", "Status=Enabled")
	run("s3", "rm", "s3://other/", "--recursive")
	if out := run("s3api", "list-object-versions", "--bucket", "other"); !strings.Contains(out, "DeleteMarkers") || !strings.Contains(out, `"VersionId": "null"`) {
		t.Errorf("list-object-versions = %s", out)
	}
	run("s3api", "delete-objects", "--bucket", "media", "--delete", "Objects=[{Key=t/big.mp4}]")
	run("s3api", "head-bucket", "--bucket", "media")
	run("s3api", "get-bucket-location", "--bucket", "media")
	if keys, _ := s.Keys("other"); len(keys) != 0 {
		t.Errorf("keys after rm = %q", keys)
	}
	response, err := server.Client().Get(strings.TrimSpace(run("s3", "presign", "s3://media/a/b.m3u8", "--expires-in", "60")))
	if err != nil {
		t.Fatal(err)
	}
	if response.Body.Close(); response.StatusCode != 200 {
		t.Errorf("presigned URL = %d", response.StatusCode)
	}
}
