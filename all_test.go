// Package privateplayback holds no code; its test keeps the rules of
// ARCHITECTURE.md that span packages.
package privateplayback

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// source is one Go file of the project.
type source struct {
	path string // with slashes, from the project's folder
	file *ast.File
}

func (s source) dir() string  { return path.Dir(s.path) }
func (s source) isTest() bool { return strings.HasSuffix(s.path, "_test.go") }

func sources(t *testing.T) []source {
	t.Helper()
	list := []source{}
	files := token.NewFileSet()
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && name != "." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata") {
			return fs.SkipDir
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		file, err := parser.ParseFile(files, name, nil, parser.ParseComments)
		list = append(list, source{filepath.ToSlash(name), file})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 50 {
		t.Fatalf("found %d Go files; is the test in the project's folder?", len(list))
	}
	return list
}

// The arrows of ARCHITECTURE.md: what a folder's packages may not import.
var forbidden = []struct {
	folder  string
	imports string
	why     string
	except  []string // folders below that may
	tests   bool     // tests may not either
}{
	{"internal/fakeaws", "privateplayback/signer", "one bug must not both sign and verify", nil, true},
	{"internal/fakeaws", "privateplayback/infra", "the stand-in knows only what the engine deploys", nil, true},
	{"internal/fakeaws/bucket", "privateplayback/internal/fakeaws/edge", "services know nothing of each other", nil, true},
	{"internal/fakeaws/bucket", "privateplayback/internal/fakeaws/ivs", "services know nothing of each other", nil, true},
	{"internal/fakeaws/edge", "privateplayback/internal/fakeaws/bucket", "services know nothing of each other", nil, true},
	{"internal/fakeaws/edge", "privateplayback/internal/fakeaws/ivs", "services know nothing of each other", nil, true},
	{"internal/fakeaws/ivs", "privateplayback/internal/fakeaws/edge", "services know nothing of each other", nil, true},
	{"internal/fakeaws/journal", "privateplayback", "every service tells it, and it asks none", []string{"internal/fakeaws/journal/journaltest"}, true},
	{"internal/fakeaws", "github.com/pulumi", "only the provider speaks to the engine", []string{"internal/fakeaws/provider"}, true},
	{"infra/outputs", "github.com/pulumi", "applications depend on it", nil, true},
	{"infra", "privateplayback/internal", "the program runs on AWS", nil, true},
	{"infra", "privateplayback/signer", "no private key enters the program", nil, true},
	{"signer", "github.com/pulumi", "applications depend on it", nil, false},
	{"signer", "privateplayback/internal", "applications depend on it", nil, false},
	{"signer", "privateplayback/signer/kmskey", "who signs with PEM keys compiles no AWS SDK", []string{"signer/kmskey", "signer/cmd"}, false},
	{"signer", "privateplayback/signer/playlist", "only the command knows all", []string{"signer/playlist", "signer/cmd"}, false},
	{"signer", "privateplayback/signer/inspect", "only the command knows all", []string{"signer/inspect", "signer/cmd"}, false},
	{"examples", "privateplayback/internal", "it is there to be copied", []string{"examples/viewer/local.go"}, false},
	{"internal/browser", "privateplayback", "it knows nothing of what it shows", []string{"internal/browser/browsertest"}, false},
	{"smoketest/internal", "github.com/pulumi", "checks know nothing of how a stack came about", nil, true},
	{"smoketest/internal", "privateplayback/internal", "no check knows which target it runs on", nil, true},
	{"smoketest", "github.com/pulumi", "internal/local runs the engine", nil, false},
}

func TestImportArrows(t *testing.T) {
	for _, s := range sources(t) {
		for _, spec := range s.file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			for _, rule := range forbidden {
				if !within(s.path, rule.folder) || !within(imported, rule.imports) || s.isTest() && !rule.tests {
					continue
				}
				if !slices.ContainsFunc(rule.except, func(folder string) bool { return within(s.path, folder) }) {
					t.Errorf("%s imports %s: %s", s.path, imported, rule.why)
				}
			}
		}
	}
}

func within(name, folder string) bool { return name == folder || strings.HasPrefix(name, folder+"/") }

// No package does anything when it is imported, and each says what it is for.
func TestPackages(t *testing.T) {
	documented := map[string]bool{}
	for _, s := range sources(t) {
		if s.isTest() {
			continue
		}
		documented[s.dir()] = documented[s.dir()] || s.file.Doc != nil
		for _, decl := range s.file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Name.Name == "init" && f.Recv == nil {
				t.Errorf("%s has an init function", s.path)
			}
		}
		for _, name := range []string{"util", "utils", "common", "helper", "helpers", "pkg"} {
			if path.Base(s.dir()) == name {
				t.Errorf("%s: %q says nothing about what is in it", s.dir(), name)
			}
		}
	}
	for dir, ok := range documented {
		if !ok {
			t.Errorf("package %s has no doc comment", dir)
		}
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// The project file declares the settings that the program reads, and no others.
func TestConfigSchema(t *testing.T) {
	var project struct {
		Config map[string]struct{ Type, Description string }
	}
	if err := yaml.Unmarshal(read(t, "Pulumi.yaml"), &project); err != nil {
		t.Fatal(err)
	}
	declared := []string{}
	for key, schema := range project.Config {
		declared = append(declared, key)
		if schema.Type == "" || schema.Description == "" {
			t.Errorf("Pulumi.yaml: %s has no type or no description", key)
		}
	}
	readKeys := []string{}
	for _, match := range regexp.MustCompile(`\b(?:r\.\w+\(|list\(&r, )"(\w+)"`).FindAllSubmatch(read(t, "infra/stack/read.go"), -1) {
		readKeys = append(readKeys, string(match[1]))
	}
	slices.Sort(declared)
	slices.Sort(readKeys)
	if !slices.Equal(declared, readKeys) {
		t.Errorf("Pulumi.yaml declares %q\nthe program reads   %q", declared, readKeys)
	}
	var dev struct{ Config map[string]any }
	if err := yaml.Unmarshal(read(t, "Pulumi.dev.yaml"), &dev); err != nil {
		t.Fatal(err)
	}
	for key := range dev.Config {
		if name, ours := strings.CutPrefix(key, "private-playback:"); ours && !slices.Contains(declared, name) {
			t.Errorf("Pulumi.dev.yaml sets %q, which Pulumi.yaml does not declare", key)
		}
	}
}

// The documents stay short enough to be read, and show what is tested.
func TestDocuments(t *testing.T) {
	for name, most := range map[string]int{"README.md": 200, "ARCHITECTURE.md": 120} {
		if n := bytes.Count(read(t, name), []byte("\n")); n > most {
			t.Errorf("%s has %d lines, at most %d are read", name, n, most)
		}
	}
	if example := bytes.TrimSpace(read(t, "infra/outputs/testdata/outputs.json")); !bytes.Contains(read(t, "docs/outputs.md"), example) {
		t.Error("docs/outputs.md does not show infra/outputs/testdata/outputs.json as it is")
	}
	for _, s := range sources(t) {
		if dir := s.dir(); !s.isTest() && !bytes.Contains(read(t, "ARCHITECTURE.md"), []byte(dir)) {
			t.Errorf("ARCHITECTURE.md does not name %s", dir)
		}
	}
	if !bytes.Contains(read(t, ".ci/run"), []byte("go test")) || !bytes.Contains(read(t, "README.md"), []byte("go test ./...")) {
		t.Error("README.md and .ci/run do not name the test command go test ./...")
	}
}
