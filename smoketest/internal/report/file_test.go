package report_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"privateplayback/smoketest/internal/report"
)

func TestParseFile(t *testing.T) {
	dir := t.TempDir()
	s := summaries()["failed"]
	for text, want := range map[string]string{
		"a.html": "<!doctype html>", "a.HTML": "<!doctype html>", "a.json": "{\n", "a.xml": "<?xml ", "a.tap": "TAP version ", "a.txt": "pass  ", "a.md": "## ",
		"junit:out.log": "<?xml ", "html:page": "<!doctype html>", "text:b.json": "pass  ",
	} {
		format, name, found := strings.Cut(text, ":")
		if found {
			name = format + ":" + filepath.Join(dir, name)
		} else {
			name = filepath.Join(dir, text)
		}
		f, err := report.ParseFile(name)
		if err != nil {
			t.Errorf("ParseFile(%q): %v", text, err)
			continue
		}
		if err := f.Finish(s); err != nil {
			t.Errorf("%s: Finish: %v", text, err)
		}
		if got, err := os.ReadFile(f.Name); err != nil || !strings.HasPrefix(string(got), want) {
			t.Errorf("%s holds %.20q, %v, want %q at its beginning", text, got, err, want)
		}
	}
	for _, text := range []string{"", "a", "a.pdf", "html", "html:", "yaml:a", ".html.gz"} {
		if f, err := report.ParseFile(text); err == nil {
			t.Errorf("ParseFile(%q) = %+v, want an error", text, f)
		}
	}
}

// A report takes the place of the last one as a whole, and leaves nothing beside it.
func TestFileIsWhole(t *testing.T) {
	dir := t.TempDir()
	f, err := report.ParseFile(filepath.Join(dir, "r.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"failed", "passed"} {
		if err := f.Writable(); err != nil {
			t.Fatal(err)
		}
		s := summaries()[name]
		if err := f.Finish(s); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(f.Name)
		if want := render(t, "json", s); err != nil || string(got) != want {
			t.Errorf("%s: the file differs from the same report on standard output, error %v", name, err)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("the folder holds %v, %v, want one file", left, err)
	}
}

func TestNotWritable(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "folder.html"), 0o755); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"folder.html", "absent/r.html", "file/r.html"} {
		f, err := report.ParseFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Writable(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: Writable = %v, want an error that names it", name, err)
		}
		if err := f.Finish(summaries()["passed"]); err == nil {
			t.Errorf("%s: Finish = nil, want an error", name)
		}
	}
	if runtime.GOOS != "windows" {
		f, err := report.ParseFile("html:" + os.DevNull)
		if err != nil || f.Writable() == nil {
			t.Errorf("a device is writable, %v, want an error", err)
		}
	}
}
