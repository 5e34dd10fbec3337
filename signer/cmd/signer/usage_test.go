package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// TestUsage: every mistake in calling is exit code 2, one line on stderr (what,
// and where help is), and nothing on stdout.
func TestUsage(t *testing.T) {
	key := []string{"--key", "k.pem", "--key-id", "K1", "--expires", "1h"}
	with := func(command string, args ...string) []string {
		return slices.Concat([]string{command}, key, args)
	}
	for _, tt := range []struct {
		args []string
		want string
	}{
		{nil, "no command"},
		{[]string{"frobnicate"}, `unknown command "frobnicate"; run signer -h for`},
		{[]string{"https://h.example/a?Signature=SECRET"}, `unknown command "https://h.example/a…"`},
		{[]string{"keygen"}, "--kind is missing"},
		{[]string{"keygen", "--kind", "signing"}, "--out is missing"},
		{[]string{"keygen", "--kind", "rsa", "--out", "x"}, `--kind "rsa"`},
		{[]string{"keygen", "--kind", "signing", "--out", "x", "y"}, `unexpected argument "y"; run signer keygen -h`},
		{[]string{"keygen", "--frobnicate"}, "frobnicate"},
		{[]string{"url"}, "--key is missing"},
		{[]string{"url", "--key", ""}, "--key is empty"},
		{[]string{"url", "--key", "k.pem"}, "--expires is missing"},
		{[]string{"url", "--key", "k.pem", "--expires", "1h"}, "--key-id is missing"},
		{[]string{"url", "--key-pair-id", "K1"}, "not defined: -key-pair-id"},
		{with("url"), "the URL is missing"},
		{with("url", "https://h/a", "https://h/b?SECRET"), `unexpected argument "https://h/b…"`},
		{with("url", "--", "https://h/a", "--ip"), `unexpected argument "--ip"`},
		{with("url", "--expires", "soon", "https://h/a"), "want a duration"},
		{with("url", "--expires"), "needs an argument"},
		{with("url", "--ip", "x"), "IPv4"},
		{with("url", "--ip", "2001:db8::1"), "CloudFront takes no IPv6"},
		{with("url", "--hash", "md5"), "sha1 or sha256"},
		{with("cookies"), "the URL or --resource is missing"},
		{with("cookies", "--format", "xml"), "want headers, json or curl"},
		{with("cookies", "--same-site", "Lax"), "want lax, strict or none"},
		{with("playlist"), "--base is missing"},
		{with("playlist", "--base", "https://h/a", "in.m3u8"), `unexpected argument "in.m3u8"`},
		{with("playlist", "--base", "https://h/a", "--mode", "all"), "want shared or per-uri"},
		{with("playlist", "--base", "https://h/a", "--variable", "x"), "want NAME=VALUE"},
		{with("playlist", "--base", "https://h/a", "--variable", "x=1", "--variable", "x=2"), "given twice"},
		{with("playlist", "--base", "https://h/a", "--mode", "per-uri", "--define", "x"), "go with --mode shared"},
		{with("playlist", "--base", "https://h/a", "--mode", "per-uri", "--ip", "192.0.2.1"), "go with --mode shared"},
		{with("playlist", "--base", "https://h/a", "--mode", "per-uri", "--key", "kms:x"), "a call to KMS for every line"},
		{[]string{"token", "--key", "k.pem", "--expires", "1h"}, "--channel is missing"},
		{[]string{"token", "--channel", "a", "--key", "k.pem"}, "--expires is missing"},
		{[]string{"token", "--origin", ""}, "it is empty"},
		{[]string{"token", "--session-version", "one"}, "session-version"},
		{[]string{"token", "x"}, "--key is missing"},
		{[]string{"inspect"}, "- reads them from standard input"},
		{[]string{"inspect", "--key-id", "K1", "-"}, "--key-id goes with --public-key"},
		{[]string{"inspect", "--ip", "192.0.2.0/24", "-"}, "want an address"},
		{[]string{"inspect", "--format", "xml", "-"}, "want text or json"},
		{[]string{"inspect", "eyJhbGciOiJFUzM4NCJ9.e30.SECRET", "CloudFront-Policy=SECRET"}, `unexpected argument "CloudFront-Policy…"`},
		{[]string{"inspect", "--public-key", "-----BEGIN PUBLIC KEY-----", "-"}, "--public-key takes the name of a file"},
	} {
		var stdout, stderr bytes.Buffer
		code := run(t.Context(), tt.args, strings.NewReader(""), &stdout, &stderr)
		if code != exitUsage || stdout.Len() > 0 {
			t.Errorf("run(%q) = %d, stdout %q, want 2 and nothing", tt.args, code, &stdout)
		}
		got := stderr.String()
		if !strings.Contains(got, tt.want) || strings.Contains(got, "SECRET") || strings.Count(got, "\n") != 1 || !strings.HasSuffix(got, " -h for the flags\n") {
			t.Errorf("run(%q): stderr %q, want %q and where help is", tt.args, got, tt.want)
		}
	}
}
