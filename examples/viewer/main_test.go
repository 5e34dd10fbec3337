package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"privateplayback/signer"
)

// written are the outputs and keys of the deployment as files.
func written(t *testing.T) (outputs, signing, playback string) {
	t.Helper()
	d, dir := deployment(t), t.TempDir()
	outputs, signing, playback = filepath.Join(dir, "outputs.json"), filepath.Join(dir, "signing.pem"), filepath.Join(dir, "playback.pem")
	s, err1 := signer.MarshalPrivateKey(d.SigningKey)
	p, err2 := signer.MarshalPrivateKey(d.PlaybackKey)
	err := errors.Join(err1, err2, os.WriteFile(outputs, d.OutputsJSON, 0o600), os.WriteFile(signing, s, 0o600), os.WriteFile(playback, p, 0o600))
	if err != nil {
		t.Fatal(err)
	}
	return outputs, signing, playback
}

func TestCommandLine(t *testing.T) {
	outputs, signing, playback := written(t)
	database := filepath.Join(t.TempDir(), "viewer.db")
	for name, tc := range map[string]struct {
		args []string
		want string
	}{
		"nothing":            {nil, "give --outputs and --signing-key"},
		"a word":             {[]string{"outputs.json"}, `"outputs.json" is no flag`},
		"no outputs":         {[]string{"--outputs", outputs + "x", "--signing-key", signing}, "pulumi stack output --json"},
		"no signing key":     {[]string{"--outputs", outputs}, "give --outputs and --signing-key"},
		"no playback key":    {[]string{"--outputs", outputs, "--signing-key", signing}, "playback key set"},
		"swapped keys":       {[]string{"--outputs", outputs, "--signing-key", playback, "--playback-key", signing}, "wrong kind of key"},
		"key not there":      {[]string{"--outputs", outputs, "--signing-key", signing + "x"}, "make one with signer keygen"},
		"variable not there": {[]string{"--outputs", outputs, "--signing-key", "env:VIEWER_NONE"}, "env:VIEWER_NONE"},
		"origin of a path":   {[]string{"--outputs", outputs, "--signing-key", signing, "--origin", "https://app.example.com/video"}, "--origin"},
		"origin of no host":  {[]string{"--outputs", outputs, "--signing-key", signing, "--origin", "app.example.com"}, "--origin"},
		"origin of any case": {[]string{"--outputs", outputs, "--signing-key", signing, "--origin", "https://App.example.com"}, "give --origin"},
		"origin with a port": {[]string{"--outputs", outputs, "--signing-key", signing, "--origin", "https://app.example.com:443"}, "leave out :443"},
		"origin of a query":  {[]string{"--outputs", outputs, "--signing-key", signing, "--origin", "https://app.example.com?a=b"}, "give --origin"},
		"every address":      {[]string{"--outputs", outputs, "--signing-key", signing, "--playback-key", playback, "--listen", ":0", "--database", database}, "give --origin"},
		"a short lifetime":   {[]string{"--local", "--grant-lifetime", "1s"}, "--grant-lifetime is too short"},
		"no database":        {[]string{"--outputs", outputs, "--signing-key", signing, "--playback-key", playback, "--listen", "127.0.0.1:0", "--origin", "http://localhost", "--database", filepath.Join(outputs, "db")}, "opening the database"},
		"no port":            {[]string{"--outputs", outputs, "--signing-key", signing, "--playback-key", playback, "--listen", "127.0.0.1:99999", "--database", database}, "99999"},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second) // or it would serve what it should refuse
		err := run(ctx, tc.args, strings.NewReader(""), io.Discard)
		cancel()
		if err == nil || !strings.Contains(err.Error(), tc.want) || strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "PRIVATE KEY---") {
			t.Errorf("%s: run = %v, want one line with %q", name, err, tc.want)
		}
	}
	var help safeBuffer
	if err := run(t.Context(), []string{"--help"}, nil, &help); !errors.Is(err, flag.ErrHelp) || !strings.Contains(help.String(), "-grant-lifetime") {
		t.Errorf("--help = %v with %q", err, help.String())
	}
}

var listening = regexp.MustCompile(`address=(\S+)`)

// begin runs the command until the test ends, and returns where it listens.
func begin(t *testing.T, stdin io.Reader, args ...string) (address string, log *safeBuffer, end func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	log, done := &safeBuffer{}, make(chan error, 1)
	go func() { done <- run(ctx, args, stdin, io.MultiWriter(log, t.Output())) }()
	end = func() error { cancel(); return <-done }
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if found := listening.FindStringSubmatch(log.String()); found != nil {
			return found[1], log, end
		}
		select {
		case err := <-done:
			t.Fatalf("run = %v", err)
		default:
		}
	}
	t.Fatal("it does not listen")
	return
}

// A deployed stack is served from its outputs and keys, and Ctrl-C ends it.
func TestDeployed(t *testing.T) {
	outputs, signing, playback := written(t)
	data, err := os.ReadFile(outputs)
	if err != nil {
		t.Fatal(err)
	}
	key, err := os.ReadFile(signing)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("VIEWER_TEST_KEY", string(key))
	address, log, end := begin(t, strings.NewReader(string(data)), "--outputs", "-", "--signing-key", "env:VIEWER_TEST_KEY", "--playback-key", playback,
		"--listen", "127.0.0.1:0", "--origin", "https://viewer.example.com", "--database", filepath.Join(t.TempDir(), "viewer.db"))
	response, err := http.Get("http://" + address + "/sign-in")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("GET /sign-in: status %d", response.StatusCode)
	}
	if !strings.Contains(log.String(), "playerOrigins") {
		t.Error("nobody is warned that the stack does not allow this origin")
	}
	if err := end(); err != nil {
		t.Errorf("run = %v", err)
	}
	if _, err := http.Get("http://" + address + "/sign-in"); err == nil {
		t.Error("it listens still")
	}
}

// --local is a site under its own name, says how to open it, and leaves nothing.
func TestLocal(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	address, log, end := begin(t, nil, "--local", "--open=false")
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true, ServerName: "app.example.com"}}}
	defer client.CloseIdleConnections()
	response, err := client.Get("https://" + address + "/sign-in")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if name := response.TLS.PeerCertificates[0].DNSNames; len(name) != 1 || name[0] != "app.example.com" || response.StatusCode != http.StatusOK {
		t.Errorf("GET /sign-in of %q: status %d", name, response.StatusCode)
	}
	if err := end(); err != nil {
		t.Errorf("run = %v", err)
	}
	for _, want := range []string{"--host-resolver-rules=", "MAP app.example.com " + address, "MAP video.example.com ", "--ignore-certificate-errors-spki-list=", "'https://app.example.com'"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, log.String())
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left in the temporary folder: %v, %v", left, err)
	}
	if strings.Contains(log.String(), "playerOrigins") {
		t.Error("it warns of its own origin")
	}
}
