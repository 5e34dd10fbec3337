package main

import (
	"bytes"
	"crypto"
	"encoding/asn1"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/publicsuffix"

	"privateplayback/internal/fakeaws/tooltest"
	"privateplayback/internal/local"
	"privateplayback/signer"
)

// recipe is a file that docs/consume.md shows in blocks of one language.
type recipe struct {
	language string
	file     string
	tool     func(*testing.T) string // what runs it; skips without
	rewrites bool                    // it has the job playlist
}

var recipes = []recipe{
	{"Node.js", "sign.mjs", nodeWithSigners, true},
	{"Python", "sign.py", pythonWithBotocore, true},
	{"A shell", "sign.sh", shellWithJQ, false},
}

func nodeWithSigners(t *testing.T) string {
	const install = "no Node.js with the signers; install it and run npm ci --prefix internal/fakeaws/testdata/tools"
	if _, err := os.Stat("../" + nodeModules + "/.package-lock.json"); err != nil {
		tooltest.Missing(t, "TEST_NODE", install)
	}
	return tooltest.Lookup(t, "node", "TEST_NODE", install)
}

func pythonWithBotocore(t *testing.T) string {
	const install = "no python3 with botocore; install it with pip install boto3 cryptography"
	python := tooltest.Lookup(t, "python3", "TEST_BOTOCORE", install)
	if exec.Command(python, "-c", "import botocore, cryptography").Run() != nil {
		tooltest.Missing(t, "TEST_BOTOCORE", install)
	}
	return python
}

func shellWithJQ(t *testing.T) string {
	for _, command := range []string{"openssl", "jq"} {
		tooltest.Lookup(t, command, "TEST_SHELL", "no "+command+" on PATH; install it with apt-get install "+command)
	}
	return tooltest.Lookup(t, "sh", "TEST_SHELL", "no sh on PATH")
}

// nodeModules is the folder that npm fills, from the project's.
const nodeModules = "internal/fakeaws/testdata/tools/node_modules"

// extract is a line of docs/consume.md that makes a file of its blocks.
var extract = regexp.MustCompile(`(?m)^\$ (sed .* docs/consume\.md > (sign\.\w+))$`)

// recipeFiles does with docs/consume.md what it tells its reader to do, and returns
// the folder.
func recipeFiles(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"docs", nodeModules} {
		target, err := filepath.Abs(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(target, filepath.Join(dir, filepath.Base(name))); err != nil {
			t.Fatal(err)
		}
	}
	document, err := os.ReadFile("../docs/consume.md")
	if err != nil {
		t.Fatal(err)
	}
	made := []string{}
	for _, m := range extract.FindAllSubmatch(document, -1) {
		command := exec.CommandContext(t.Context(), "sh", "-c", string(m[1]))
		command.Dir = dir
		if output, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", m[1], err, output)
		}
		made = append(made, string(m[2]))
	}
	if want := []string{"sign.mjs", "sign.py", "sign.sh"}; !slices.Equal(made, want) {
		t.Fatalf("docs/consume.md tells how to make %q, want %q", made, want)
	}
	return dir
}

// bench is a folder with the recipes, in which one of them runs.
type bench struct {
	*testing.T
	recipe
	dir     string
	command string
	curl    string
	stack   map[string]any
}

// The recipes of docs/consume.md open what they should, and nothing else.
func TestConsumeDocument(t *testing.T) {
	curl := tooltest.Lookup(t, "curl", "TEST_SHELL", "no curl on PATH; install it with apt-get install curl")
	d := deploy(t, local.Options{Settings: map[string]any{"channels": []any{map[string]any{"name": "a"}, map[string]any{"name": "b"}}}})
	for _, r := range recipes {
		t.Run(r.language, func(t *testing.T) {
			t.Parallel()
			b := &bench{T: t, recipe: r, command: r.tool(t), dir: recipeFiles(t), curl: curl}
			b.settle(d)
			for _, sha256 := range []string{"0", "1"} {
				b.opens("P-256", sha256)
			}
			b.token()
			b.refuses()
			if b.rewrites {
				b.playlists()
				b.foreign()
			}
			b.ownDomain()
			b.rotate(d.MoreSigningKeys[0])
			for _, sha256 := range []string{"0", "1"} {
				b.opens("RSA", sha256)
			}
		})
	}
}

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
	command.Env = append(os.Environ(), "SHA256="+sha256)
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

func (b *bench) base() string { return b.stack["baseUrl"].(string) }

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
		{same, nil, nil, []string{"token", "c"}, `no channel "c"`},
		{same, nil, nil, []string{"sing", "sample/ts"}, "want query FOLDER"},
	} {
		b.outputs(tc.change)
		undo := b.swap(tc.signing, tc.playback)
		stdout, stderr, err := b.run("0", "", tc.args...)
		undo()
		lines := strings.Count(strings.ReplaceAll(stderr, "sample\n", "sample"), "\n")
		if _, failed := err.(*exec.ExitError); !failed || stdout != "" || lines != 1 || !strings.HasPrefix(stderr, b.file+": ") || !strings.Contains(stderr, tc.want) {
			b.Errorf("%s %q: %v, printed %d bytes, said %q; want a failure with one line of %q", b.file, tc.args, err, len(stdout), stderr, tc.want)
		}
	}
	b.outputs(same)
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

var namedURI = regexp.MustCompile(`(?m)^[^#\s].*$|URI="[^"]*"`)

// playlists rewrites what the stack serves and fetches all that is named there.
func (b *bench) playlists() {
	b.Helper()
	for key, want := range map[string]int{"sample/ts/360p/index.m3u8": 6, "sample/fmp4/360p/index.m3u8": 7, "sample/aes/index.m3u8": 7, "sample/ts/master.m3u8": 2} {
		folder := strings.Join(strings.Split(key, "/")[:2], "/")
		status, text := b.get([]string{b.base() + "/" + key + "?" + b.signed("0", "query", folder)})
		if !slices.Equal(status, []string{"200"}) {
			b.Fatalf("%s: status %s, want 200", key, status)
		}
		uris := []string{}
		for _, uri := range namedURI.FindAllString(b.rewritten(text, key, folder), -1) {
			uris = append(uris, strings.Trim(strings.TrimPrefix(uri, "URI="), `"`))
		}
		if len(uris) != want {
			b.Errorf("%s playlist %s names %d URIs, want %d", b.file, key, len(uris), want)
		}
		if !strings.HasSuffix(key, "master.m3u8") {
			b.want("what "+key+" names", "200", uris)
		} else if want := []string{"/play/sample/ts/180p/index.m3u8", "/play/sample/ts/360p/index.m3u8"}; !slices.Equal(uris, want) {
			b.Errorf("%s playlist %s leads to %q, want %q", b.file, key, uris, want)
		}
	}
}

func (b *bench) rewritten(text, key, folder string) string {
	b.Helper()
	rewritten, stderr, err := b.run("0", text, "playlist", key, folder)
	if err != nil {
		b.Fatalf("%s playlist %s: %v, %q", b.file, key, err, stderr)
	}
	return rewritten
}

// foreign holds the rewriting to what it must leave alone, line ends included.
func (b *bench) foreign() {
	b.Helper()
	const kept = "#EXTM3U\r\n#EXT-X-KEY:METHOD=AES-128,URI=\"data:text/plain;base64,AA==\"\r\n#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"skd://id\"\r\n" +
		"https://ads.example.com/a.ts\r\nhttps://ads.example.com/a.m3u8\r\n\r\n#a comment\r\n"
	got := b.rewritten(kept+"../fmp4/b.ts?x=1\r\n#EXT-X-ENDLIST\r\n", "sample/ts/index.m3u8", "sample")
	line, ok := strings.CutPrefix(got, kept)
	query, ok2 := strings.CutPrefix(line, b.base()+"/sample/fmp4/b.ts?x=1&Policy=")
	query, ok3 := strings.CutSuffix(query, "\r\n#EXT-X-ENDLIST\r")
	if !ok || !ok2 || !ok3 || strings.ContainsAny(query, "\r\n") {
		b.Errorf("%s playlist changed more than the segment's line of\n%q", b.file, kept)
	}
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

// One signature in 128 has a number that is shorter than 48 bytes, which a shell's
// hexadecimal would show as such.
func TestConsumeShortNumbers(t *testing.T) {
	sh := shellWithJQ(t)
	script, err := os.ReadFile(filepath.Join(recipeFiles(t), "sign.sh"))
	if err != nil {
		t.Fatal(err)
	}
	raw := regexp.MustCompile(`(?ms)^raw\(\) \{\n.*?^\}\n`).Find(script)
	if raw == nil {
		t.Fatal("sign.sh has no function raw")
	}
	full := new(big.Int).Lsh(big.NewInt(0xfe000a), 360) // its highest bit is set
	for _, pair := range [][2]*big.Int{{big.NewInt(0x0a), full}, {full, big.NewInt(1)}, {full, full}} {
		der, err := asn1.Marshal(struct{ R, S *big.Int }{pair[0], pair[1]})
		if err != nil {
			t.Fatal(err)
		}
		command := exec.CommandContext(t.Context(), sh, "-c", string(raw)+"raw")
		command.Stdin = bytes.NewReader(der)
		got, err := command.Output()
		want := append(pair[0].FillBytes(make([]byte, 48)), pair[1].FillBytes(make([]byte, 48))...)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("raw of %x: %x, %v, want %x", der, got, err, want)
		}
	}
}
