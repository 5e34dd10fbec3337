package assumption

import (
	"flag"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"privateplayback/smoketest/internal/check"
)

var update = flag.Bool("update", false, "rewrite docs/assumptions.md")

const document = "../../../docs/assumptions.md"

func TestDocument(t *testing.T) {
	if *update {
		if err := os.WriteFile(document, Document(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(Document()), string(got)); diff != "" {
		t.Errorf("docs/assumptions.md is not made of the tables; run go test ./smoketest/internal/assumption -update (-tables +file):\n%s", diff)
	}
}

var idForm = regexp.MustCompile(`^[a-z0-9]+(\.[a-z0-9-]+)+$`)

func TestEntries(t *testing.T) {
	checks := map[string]bool{}
	for _, c := range append(check.All(), check.Assumed()...) {
		checks[c.ID] = true
	}
	seen, named := map[string]bool{}, map[string]bool{}
	for _, a := range All() {
		if seen[a.ID] || !idForm.MatchString(a.ID) {
			t.Errorf("id %q is there twice, or has another form than %v", a.ID, idForm)
		}
		seen[a.ID] = true
		if !strings.HasSuffix(a.Statement, ".") {
			t.Errorf("%s: %q is no sentence", a.ID, a.Statement)
		}
		if a.Label != Documented && a.Label != Reported && a.Label != Inferred && a.Label != Chosen {
			t.Errorf("%s: label %q is none", a.ID, a.Label)
		}
		if u, err := url.Parse(a.Source); err != nil || u.Scheme != "https" || u.Host == "" {
			t.Errorf("%s: source %q is no address", a.ID, a.Source)
		}
		for _, id := range a.Checks() {
			if !checks[id] {
				t.Errorf("%s: there is no check %q, and by hand begins with deploy: or api:", a.ID, id)
			}
			named[id] = true
		}
	}
	for _, c := range check.Assumed() {
		if !named[c.ID] {
			t.Errorf("check %s settles no assumption", c.ID)
		}
	}
	if len(seen) < 100 {
		t.Errorf("%d assumptions, want all of them", len(seen))
	}
}

var citation = regexp.MustCompile(`\bassumption ([a-z0-9]+\.[a-z0-9-]+)`)

// What a comment cites is there.
func TestCitations(t *testing.T) {
	known := map[string]bool{}
	for _, a := range All() {
		known[a.ID] = true
	}
	cited := 0
	err := filepath.WalkDir("../../../internal/fakeaws", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".go" {
			return err
		}
		data, err := os.ReadFile(name)
		for _, m := range citation.FindAllSubmatch(data, -1) {
			cited++
			if !known[string(m[1])] {
				t.Errorf("%s cites %q, which is no assumption", name, m[1])
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if cited == 0 {
		t.Error("no comment of the stand-in cites an assumption")
	}
}
