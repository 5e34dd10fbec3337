package main

import (
	"bytes"
	"crypto"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"privateplayback/internal/local"
	"privateplayback/signer"
)

// bench is a folder with the recipes, in which one of them runs.
type bench struct {
	*testing.T
	recipe
	dir     string
	command string
	curl    string
	path    string // before the PATH of its process
	stack   map[string]any
}

func (b *bench) base() string { return b.stack["baseUrl"].(string) }

// settle puts the files of a kept stack into the folder.
func (b *bench) settle(d *local.Deployment) {
	b.Helper()
	keep, err := local.NewKeep(b.dir)
	b.ok(err)
	b.ok(keep.Write(d))
	b.ok(json.Unmarshal(d.OutputsJSON, &b.stack))
}

func (b *bench) ok(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bench) write(name string, data []byte) {
	b.Helper()
	b.ok(os.WriteFile(filepath.Join(b.dir, name), data, 0o600))
}

// outputs writes the stack's, changed.
func (b *bench) outputs(change func(map[string]any)) {
	b.Helper()
	data, err := json.Marshal(b.stack)
	b.ok(err)
	changed := map[string]any{}
	b.ok(json.Unmarshal(data, &changed))
	change(changed)
	data, err = json.Marshal(changed)
	b.ok(err)
	b.write("outputs.json", data)
}

// rotate makes another key the current one, as a rotation does: CloudFront takes both.
func (b *bench) rotate(key crypto.Signer) {
	b.Helper()
	b.outputs(func(stack map[string]any) {
		keys := stack["signingKeys"].([]any)
		old, next := keys[0].(map[string]any), keys[1].(map[string]any)
		old["role"], next["role"] = "retiring", "current"
		keys[0], keys[1] = next, old
	})
	b.key("signing.pem", key)
}

func (b *bench) key(name string, key crypto.Signer) {
	b.Helper()
	data, err := signer.MarshalPrivateKey(key)
	b.ok(err)
	b.write(name, data)
}

func (b *bench) run(sha256, stdin string, args ...string) (stdout, stderr string, err error) {
	command := exec.CommandContext(b.Context(), b.command, append([]string{b.file}, args...)...)
	var out, errs bytes.Buffer
	command.Dir, command.Stdin, command.Stdout, command.Stderr = b.dir, strings.NewReader(stdin), &out, &errs
	command.Env = append(os.Environ(), "SHA256="+sha256, "PATH="+b.path+os.Getenv("PATH"))
	err = command.Run()
	return strings.TrimRight(out.String(), "\n"), errs.String(), err
}

// signed is what the recipe prints; it must not fail.
func (b *bench) signed(sha256 string, args ...string) string {
	b.Helper()
	stdout, stderr, err := b.run(sha256, "", args...)
	if err != nil || stderr != "" {
		b.Fatalf("%s %q: %v, %q", b.file, args, err, stderr)
	}
	return stdout
}

// get asks with curl as the document does; addresses go by standard input, since
// others can see a command line. There is a status for each address.
func (b *bench) get(addresses []string, args ...string) (status []string, body string) {
	b.Helper()
	command := exec.CommandContext(b.Context(), b.curl, append([]string{"-sS", "-K", "curl.conf", "-K", "-", "-w", `%{stderr}%{http_code}\n`}, args...)...)
	var in strings.Builder
	for _, address := range addresses {
		fmt.Fprintf(&in, "url = %q\n", address)
	}
	var out, errs bytes.Buffer
	command.Dir, command.Stdin, command.Stdout, command.Stderr = b.dir, strings.NewReader(in.String()), &out, &errs
	b.ok(command.Run())
	return strings.Fields(errs.String()), out.String()
}

func (b *bench) want(what, want string, addresses []string, args ...string) {
	b.Helper()
	got, _ := b.get(addresses, args...)
	if len(got) != len(addresses) || slices.ContainsFunc(got, func(status string) bool { return status != want }) {
		b.Errorf("%s, %s: status %s, want %s for each of %d", b.file, what, got, want, len(addresses))
	}
}

// below are files of a folder, asked for with a query.
func below(folder, query string, files ...string) []string {
	for i, file := range files {
		files[i] = folder + file + query
	}
	return files
}

// swap puts keys in place of the stack's; nil leaves one.
func (b *bench) swap(signing, playback crypto.Signer) (undo func()) {
	b.Helper()
	before := map[string][]byte{}
	for name, key := range map[string]crypto.Signer{"signing.pem": signing, "playback.pem": playback} {
		if key == nil {
			continue
		}
		data, err := os.ReadFile(filepath.Join(b.dir, name))
		b.ok(err)
		before[name] = data
		b.key(name, key)
	}
	return func() {
		for name, data := range before {
			b.write(name, data)
		}
	}
}
