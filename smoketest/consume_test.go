package main

import (
	"bytes"
	"encoding/asn1"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"privateplayback/internal/fakeaws/tooltest"
	"privateplayback/internal/local"
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
			b.unreadable()
			b.tolerant()
			b.linked()
			if b.file == "sign.sh" {
				b.cannotSign()
			}
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
