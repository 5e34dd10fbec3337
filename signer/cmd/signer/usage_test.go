package main

import (
	"bytes"
	"strings"
	"testing"
)

// TestUsage: every mistake in calling is exit code 2, two lines on stderr (what
// and where help is), and nothing on stdout.
func TestUsage(t *testing.T) {
	key := []string{"--key", "k.pem", "--key-pair-id", "K1"}
	for _, tt := range []struct {
		args []string
		want string
	}{
		{nil, "no command"},
		{[]string{"frobnicate"}, `unknown command "frobnicate"`},
		{[]string{"keygen"}, "--kind is missing"},
		{[]string{"keygen", "--kind", "signing"}, "--out is missing"},
		{[]string{"keygen", "--kind", "rsa", "--out", "x"}, `--kind "rsa"`},
		{[]string{"keygen", "--kind", "signing", "--out", "x", "y"}, `unexpected argument "y"`},
		{[]string{"keygen", "--frobnicate"}, "frobnicate"},
		{[]string{"url"}, "--key is missing"},
		{[]string{"url", "--key", "k.pem"}, "--key-pair-id is missing"},
		{append([]string{"url"}, key...), "--expires is missing"},
		{append([]string{"url", "--expires", "1h"}, key...), "the URL is missing"},
		{append([]string{"url", "--expires", "soon"}, key...), "want a duration"},
		{append([]string{"url", "--ip", "x"}, key...), "IPv4"},
		{append([]string{"url", "--hash", "md5"}, key...), "sha1 or sha256"},
		{append(append([]string{"url", "--expires", "1h"}, key...), "https://h/a", "--ip", "192.0.2.1"), "flags come before"},
		{append([]string{"cookies", "--expires", "1h"}, key...), "URL or --resource"},
		{append(append([]string{"cookies", "--expires", "1h", "--resource", "*"}, key...), "https://h/a"), "not both"},
		{[]string{"token", "--key", "k.pem", "--expires", "1h"}, "--channel is missing"},
		{[]string{"token", "--channel", "a", "--key", "k.pem"}, "--expires is missing"},
	} {
		var stdout, stderr bytes.Buffer
		code := run(t.Context(), tt.args, nil, &stdout, &stderr)
		if code != exitUsage || stdout.Len() > 0 {
			t.Errorf("run(%q) = %d, stdout %q, want 2 and nothing", tt.args, code, &stdout)
		}
		got := stderr.String()
		if !strings.Contains(got, tt.want) || strings.Count(got, "\n") != 2 || !strings.Contains(got, ` -h" for help`) {
			t.Errorf("run(%q): stderr %q, want %q and where help is", tt.args, got, tt.want)
		}
	}
}
