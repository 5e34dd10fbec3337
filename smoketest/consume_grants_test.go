package main

import (
	"bytes"
	"crypto"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"privateplayback/internal/local"
	"privateplayback/signer"
)

// opens tries query and cookies for one folder on it and on its neighbour.
func (b *bench) opens(kind, sha256 string) {
	b.Helper()
	kind += ", SHA256=" + sha256
	folder, neighbour := b.base()+"/sample/ts", b.base()+"/sample/fmp4"
	query := b.signed(sha256, "query", "sample/ts")
	if got := strings.HasSuffix(query, "&Hash-Algorithm=SHA256"); got != (sha256 == "1") {
		b.Errorf("%s, %s: Hash-Algorithm at the end is %v", b.file, kind, got)
	}
	b.write("cookies.txt", []byte(b.signed(sha256, "cookies", "sample/ts", strings.TrimPrefix(b.base(), "https://"))+"\n"))
	files := func(query string) []string {
		return below(folder, query, "/master.m3u8", "/360p/index.m3u8", "/360p/seg000.ts")
	}
	b.want("without a signature", "403", files(""))
	b.want(kind+", query", "200", files("?"+query))
	b.want(kind+", cookies", "200", files(""), "-b", "cookies.txt")
	b.want(kind+", another folder's query", "403", below(neighbour, "?"+query, "/master.m3u8"))
	b.neighbourly(kind, below(neighbour, "", "/master.m3u8"))
}

// neighbourly sends the cookies to where their Path keeps a browser from sending them:
// the policy must refuse too.
func (b *bench) neighbourly(kind string, addresses []string) {
	b.Helper()
	data, err := os.ReadFile(filepath.Join(b.dir, "cookies.txt"))
	b.ok(err)
	b.write("wide.txt", bytes.ReplaceAll(data, []byte("Path=/sample/ts/"), []byte("Path=/")))
	b.want(kind+", another folder's cookies", "403", addresses, "-b", "wide.txt")
}

func (b *bench) token() {
	b.Helper()
	first, second := b.signed("0", "token", "a"), b.signed("0", "token", "b")
	for _, own := range []string{first, second} {
		if status, body := b.get([]string{own}); !slices.Equal(status, []string{"200"}) || !strings.HasPrefix(body, "#EXTM3U") {
			b.Errorf("%s, token: status %s, want 200 and a playlist", b.file, status)
		}
	}
	address, token, _ := strings.Cut(first, "?token=")
	other, _, _ := strings.Cut(second, "?")
	b.want("no token", "403", []string{address, other})
	b.want("another channel's token", "403", []string{other + "?token=" + token})
	b.want("a page of the stack's", "200", []string{first}, "-H", "Origin: "+local.Origins()[0])
	b.want("a stranger's page", "403", []string{first}, "-H", "Origin: https://elsewhere.example.com")
}

// refuses tries what a recipe must refuse by itself, in one line.
func (b *bench) refuses() {
	b.Helper()
	other, err := signer.GenerateSigningKey()
	b.ok(err)
	live, err := signer.GeneratePlaybackKey()
	b.ok(err)
	same := func(map[string]any) {}
	for _, tc := range []struct {
		change            func(map[string]any)
		signing, playback crypto.Signer
		args              []string
		want              string
	}{
		{same, other, nil, []string{"query", "sample/ts"}, "signing.pem is not the private half of the current key"},
		{same, other, nil, []string{"cookies", "sample/ts", strings.TrimPrefix(b.base(), "https://")}, "signing.pem is not"},
		{same, nil, live, []string{"token", "a"}, "playback.pem is not the private half of the current key"},
		{func(m map[string]any) { m["baseUrl"] = "[secret]" }, nil, nil, []string{"query", "sample/ts"}, "masked as [secret]"},
		{func(m map[string]any) { m["channels"].([]any)[0].(map[string]any)["arn"] = "[secret]" }, nil, nil, []string{"token", "a"}, "masked as [secret]"},
		{func(m map[string]any) { m["schemaVersion"] = 2 }, nil, nil, []string{"query", "sample/ts"}, "schemaVersion is 2"},
		{same, nil, nil, []string{"query", ""}, `folder ""`},
		{same, nil, nil, []string{"query", "sample/*"}, `folder "sample/*"`},
		{same, nil, nil, []string{"query", "sample\n\"/x"}, "folder"},
		{same, nil, nil, []string{"query", "/sample"}, `folder "/sample"`},
		{same, nil, nil, []string{"cookies", "sample/ts", "example.com"}, `cookies for "example.com" never reach`},
		{same, nil, nil, []string{"cookies", "sample/ts", "loudfront.net"}, "never reach"},
		{same, nil, nil, []string{"cookies", "sample/ts"}, `cookies for "" never reach`},
		{same, nil, nil, []string{"cookies", "sample/ts", "cloudfront.net"}, `cookies for "cloudfront.net" never reach`},
		{same, nil, nil, []string{"cookies", "sample/ts", "net"}, `cookies for "net" never reach`},
		{same, nil, nil, []string{"query", "my", "videos"}, "want query FOLDER"},
		{same, nil, nil, []string{"token", "a", "b"}, "want query FOLDER"},
		{same, nil, nil, []string{"token", "c"}, `no channel "c"`},
		{same, nil, nil, []string{"sing", "sample/ts"}, "want query FOLDER"},
	} {
		b.outputs(tc.change)
		undo := b.swap(tc.signing, tc.playback)
		stdout, stderr, err := b.run("0", "", tc.args...)
		undo()
		lines := strings.Count(strings.ReplaceAll(stderr, "sample\n", "sample"), "\n") // the folder with a line break is quoted as it is
		if _, failed := err.(*exec.ExitError); !failed || stdout != "" || lines != 1 || !strings.HasPrefix(stderr, b.file+": ") || !strings.Contains(stderr, tc.want) {
			b.Errorf("%s %q: %v, printed %d bytes, said %q; want a failure with one line of %q", b.file, tc.args, err, len(stdout), stderr, tc.want)
		}
	}
	b.outputs(same)
}

// ownDomain gives the cookies to a browser's rules: page and media are under one
// domain.
func (b *bench) ownDomain() {
	b.Helper()
	b.outputs(func(m map[string]any) { m["baseUrl"] = "https://media.example.com" })
	defer b.outputs(func(map[string]any) {})
	header := http.Header{}
	for line := range strings.Lines(b.signed("1", "cookies", "sample/ts", "example.com")) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		header.Add(name, value)
	}
	cookies := (&http.Response{Header: header}).Cookies()
	jar, err := cookiejar.New(&cookiejar.Options{PublicSuffixList: publicsuffix.List})
	b.ok(err)
	jar.SetCookies(&url.URL{Scheme: "https", Host: "app.example.com", Path: "/watch"}, cookies)
	for address, want := range map[string]int{
		"https://media.example.com/sample/ts/master.m3u8": 4, "https://media.example.com/sample/ts2/master.m3u8": 0,
		"http://media.example.com/sample/ts/master.m3u8": 0, "https://example.org/sample/ts/master.m3u8": 0,
	} {
		to, err := url.Parse(address)
		b.ok(err)
		if got := len(jar.Cookies(to)); got != want {
			b.Errorf("%s: a browser sends %d cookies to %s, want %d", b.file, got, address, want)
		}
	}
	names := map[string]bool{}
	for _, c := range cookies {
		names[c.Name] = true
		if !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || !c.Expires.IsZero() || c.MaxAge != 0 || c.Domain != "example.com" {
			b.Errorf("%s: attributes of %s: HttpOnly %v, Secure %v, SameSite %v, Domain %q", b.file, c.Name, c.HttpOnly, c.Secure, c.SameSite, c.Domain)
		}
	}
	if want := []string{"CloudFront-Hash-Algorithm", "CloudFront-Key-Pair-Id", "CloudFront-Policy", "CloudFront-Signature"}; !slices.Equal(slices.Sorted(maps.Keys(names)), want) {
		b.Errorf("%s: cookies %q, want %q", b.file, slices.Sorted(maps.Keys(names)), want)
	}
}
