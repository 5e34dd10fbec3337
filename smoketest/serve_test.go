package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"privateplayback/internal/local"
)

// The scripts run the real pulumi command on a copy of the program. They find the
// first of four free ports in $PORT, and the status page's in $STATUS.
func TestServe(t *testing.T) {
	cli, err := local.Engine(t.Context(), func(line string) { t.Log(line) })
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/serve",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		Setup:               func(env *testscript.Env) error { return setUpServe(env, cli.Dir) },
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code": code, "ready": ready, "get": get, "nosecret": noSecret,
		},
	})
}

func setUpServe(env *testscript.Env, cliDir string) error {
	port, err := freePorts(4)
	if err != nil {
		return err
	}
	env.Setenv("PORT", strconv.Itoa(port))
	env.Setenv("STATUS", strconv.Itoa(port+1))
	if cliDir != "" {
		env.Setenv("PATH", cliDir+string(os.PathListSeparator)+env.Getenv("PATH"))
	}
	// The program is built with the caches of the tests.
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPROXY", "GOFLAGS"} {
		value, err := exec.Command("go", "env", name).Output()
		if err != nil {
			return err
		}
		env.Setenv(name, strings.TrimSpace(string(value)))
	}
	project := filepath.Join(env.WorkDir, "project")
	for _, name := range []string{"Pulumi.yaml", "go.mod", "go.sum", "infra"} {
		if err := copyTree(filepath.Join("..", name), filepath.Join(project, name)); err != nil {
			return err
		}
	}
	return nil
}

func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		below, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		target := filepath.Join(to, below)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		return os.WriteFile(target, data, 0o644)
	})
}

// freePorts finds n ports in a row that nobody listens on.
func freePorts(n int) (first int, err error) {
	for range 100 {
		if first, err = tryPorts(n); err == nil {
			return first, nil
		}
	}
	return 0, fmt.Errorf("finding %d free ports in a row: %w", n, err)
}

func tryPorts(n int) (int, error) {
	first := 0
	for i := range n {
		port := 0
		if i > 0 {
			port = first + i
		}
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil {
			return 0, err
		}
		defer l.Close()
		if i == 0 {
			first = l.Addr().(*net.TCPAddr).Port
		}
	}
	if first+n > 65535 {
		return 0, errors.New("the ports end")
	}
	return first, nil
}

// ready waits for a file that a background command makes: ready FILE
func ready(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: ready FILE")
	}
	path := ts.MkAbs(args[0])
	for range 600 {
		if _, err := os.Stat(path); err == nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	ts.Fatalf("%s did not appear", args[0])
}

// get saves what a URL answers: get URL FILE
func get(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: get URL FILE")
	}
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{}}
	resp, err := client.Get(args[0])
	ts.Check(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	ts.Check(err)
	if resp.StatusCode != http.StatusOK {
		ts.Fatalf("get %s: status %d, want 200: %s", args[0], resp.StatusCode, body)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), body, 0o644))
}

// secretForms are what no state may hold: a stream key, a private key.
var secretForms = regexp.MustCompile(`\bsk_[a-z0-9-]+_[A-Za-z0-9_]+|PRIVATE KEY`)

// noSecret searches a folder: nosecret DIR
func noSecret(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: nosecret DIR")
	}
	files := 0
	ts.Check(filepath.WalkDir(ts.MkAbs(args[0]), func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files++
		data, err := os.ReadFile(name)
		if found := secretForms.Find(bytes.ToValidUTF8(data, nil)); found != nil {
			ts.Fatalf("%s holds a secret of %d bytes", name, len(found))
		}
		return err
	}))
	if files == 0 {
		ts.Fatalf("%s holds no file", args[0])
	}
}
