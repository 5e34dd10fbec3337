package main

import (
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"privateplayback/internal/fakeaws/tooltest"
)

// unreadable gives a recipe files that are none, which it must name in one line
// without a word of what is in them.
func (b *bench) unreadable() {
	b.Helper()
	openssl := tooltest.Lookup(b.T, "openssl", "TEST_SHELL", "no openssl on PATH; install it with apt-get install openssl")
	own := b.read("signing.pem")
	encrypted := exec.CommandContext(b.Context(), openssl, "pkey", "-aes256", "-passout", "pass:passphrase")
	encrypted.Stdin = strings.NewReader(string(own))
	locked, err := encrypted.Output()
	b.ok(err)
	public := []byte(b.stack["signingKeys"].([]any)[0].(map[string]any)["publicKey"].(string))
	for _, tc := range []struct {
		name string
		data []byte // nil: no such file
		want string
	}{
		{"signing.pem", nil, "signing.pem"},
		{"signing.pem", public, "signing.pem is not a private key in PEM without a passphrase"},
		{"signing.pem", locked, "signing.pem is not a private key in PEM without a passphrase"},
		{"signing.pem", own[:len(own)/2], "signing.pem is not a private key"},
		{"outputs.json", nil, "outputs.json"},
		{"outputs.json", []byte(`{"streamKeys": {"a": sk_us-west-2_secret`), "outputs.json is not the JSON of pulumi stack output"},
	} {
		before := b.read(tc.name)
		b.ok(os.Remove(filepath.Join(b.dir, tc.name)))
		if tc.data != nil {
			b.write(tc.name, tc.data)
		}
		b.wantRefusal(tc.name+", "+tc.want, tc.want, "query", "sample/ts")
		b.write(tc.name, before)
	}
}

// tolerant gives it files as other systems write them.
func (b *bench) tolerant() {
	b.Helper()
	stack, key := b.read("outputs.json"), b.read("signing.pem")
	b.write("outputs.json", append([]byte("\ufeff"), stack...))
	b.write("signing.pem", []byte(strings.ReplaceAll(string(key), "\n", "\r\n")))
	b.signed("0", "query", "sample/ts")
	b.write("outputs.json", stack)
	b.write("signing.pem", key)
}

// linked calls it by another name.
func (b *bench) linked() {
	b.Helper()
	b.ok(os.Symlink(b.file, filepath.Join(b.dir, "linked-"+b.file)))
	by := *b
	by.file = "linked-" + b.file
	if by.signed("0", "query", "sample/ts") == "" {
		b.Errorf("%s prints nothing under another name", b.file)
	}
}

// cannotSign runs it where openssl refuses SHA-1, as it does in FIPS mode.
func (b *bench) cannotSign() {
	b.Helper()
	openssl := tooltest.Lookup(b.T, "openssl", "TEST_SHELL", "no openssl on PATH; install it with apt-get install openssl")
	strict := b.TempDir()
	b.ok(os.WriteFile(filepath.Join(strict, "openssl"), []byte("#!/bin/sh\ncase \" $* \" in *' -sha1 '*) exit 1 ;; esac\nexec "+openssl+" \"$@\"\n"), 0o700))
	by := *b
	by.path = strict + string(os.PathListSeparator)
	by.wantRefusal("SHA-1 in FIPS mode", "openssl does not sign by sha1", "query", "sample/ts")
	if query := by.signed("1", "query", "sample/ts"); !strings.Contains(query, "&Signature=") {
		b.Errorf("%s, SHA-256 in FIPS mode: no signature", b.file)
	}
}

// wantRefusal demands one line on the diagnostics, and that nothing of a key is in it.
func (b *bench) wantRefusal(what, want string, args ...string) {
	b.Helper()
	stdout, stderr, err := b.run("0", "", args...)
	if _, failed := err.(*exec.ExitError); !failed || stdout != "" || strings.Count(stderr, "\n") != 1 ||
		!strings.HasPrefix(stderr, b.file+": ") || !strings.Contains(stderr, want) || strings.Contains(stderr, "sk_") {
		b.Errorf("%s %q, %s: %v, printed %d bytes, said %q; want a failure with one line of %q", b.file, args, what, err, len(stdout), stderr, want)
	}
}

func (b *bench) read(name string) []byte {
	b.Helper()
	data, err := os.ReadFile(filepath.Join(b.dir, name))
	b.ok(err)
	if block, _ := pem.Decode(data); block == nil && strings.HasSuffix(name, ".pem") {
		b.Fatalf("%s is no PEM", name)
	}
	return data
}
