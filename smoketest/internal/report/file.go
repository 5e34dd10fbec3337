package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/renameio/v2/maybe"

	"privateplayback/smoketest/internal/check"
)

// File is a report that is written whole when the run has ended.
type File struct {
	Name   string
	format string
}

// ParseFile reads what --report names: FILE, whose extension says the format, or
// FORMAT:FILE.
func ParseFile(text string) (File, error) {
	if format, name, ok := strings.Cut(text, ":"); ok && name != "" && documents[format] != nil {
		return File{name, format}, nil
	}
	extension := strings.ToLower(filepath.Ext(text))
	if format, ok := extensions[extension]; ok {
		return File{text, format}, nil
	}
	return File{}, fmt.Errorf("report %q: its extension says no format, want %s, or FORMAT:FILE with %s", text,
		either(slices.Sorted(maps.Keys(extensions))), either(slices.Sorted(maps.Keys(documents))))
}

// Writable reports, before a run, what would keep the file from being written at
// its end.
func (f File) Writable() error {
	info, err := os.Stat(f.Name)
	switch {
	case err == nil && !info.Mode().IsRegular():
		return fmt.Errorf("report %q: it exists and is no file; name another one", f.Name)
	case err == nil && holdsKey(f.Name):
		return fmt.Errorf("report %q: it holds a key or a certificate; name another file", f.Name)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("report %q: %w", f.Name, errors.Unwrap(err))
	}
	probe, err := os.CreateTemp(filepath.Dir(f.Name), ".report-")
	if err != nil {
		return fmt.Errorf("report %q: %w; name a file in a folder that can be written", f.Name, errors.Unwrap(err))
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// holdsKey tells a file in the form of PEM, which nobody wants to lose over a wrong
// FORMAT:FILE.
func holdsKey(name string) bool {
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, len(pemHead))
	_, err = io.ReadFull(f, head)
	return err == nil && string(head) == pemHead
}

const pemHead = "-----BEGIN "

// Check does nothing: the file is written at the end.
func (f File) Check(check.Result) {}

// Finish writes the file, which is whole or, after an error, as it was.
func (f File) Finish(s Summary) error {
	var whole bytes.Buffer
	err := documents[f.format](&whole, s)
	if err == nil {
		err = maybe.WriteFile(f.Name, whole.Bytes(), 0o644)
	}
	if err != nil {
		return fmt.Errorf("report %q: %w", f.Name, err)
	}
	return nil
}
