package check

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"privateplayback/smoketest/internal/cause"
)

// named is a cause in the source; the files of symptoms return nothing else of this form.
var named = regexp.MustCompile(`\b(?:Cause: |id = |return )"([a-z-]+)"`)

// Every cause that a check names is a row of the table.
func TestCausesExist(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range named.FindAllStringSubmatch(string(source), -1) {
			if strings.HasPrefix(m[0], "return") && !strings.HasPrefix(file, "symptom") {
				continue
			}
			found++
			if _, ok := cause.Find(cause.ID(m[1])); !ok {
				t.Errorf("%s names the cause %q, which is not in the table", file, m[1])
			}
		}
	}
	for _, s := range symptoms {
		if _, ok := cause.Find(s.cause); !ok {
			t.Errorf("a symptom leads to %q, which is not in the table", s.cause)
		}
	}
	if found < 20 {
		t.Errorf("%d causes found in the source, want more: has the form changed?", found)
	}
}
