package browsertest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TempDir makes the folder for temporary files, with a path that is short enough for
// Chromium's sockets.
func TempDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "t")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	t.Setenv("TMPDIR", dir)
	return dir
}

// Process is one that runs, on Linux.
type Process struct {
	Dir  string // in /proc
	Line string // its command line
}

// Processes are those whose command line names the folder, zombies not included; none
// where there is no /proc.
func Processes(t testing.TB, dir string) []Process {
	t.Helper()
	paths, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Error(err)
	}
	var found []Process
	for _, path := range paths {
		// A process that has ended meanwhile has no line.
		if line, err := os.ReadFile(path); err == nil && strings.Contains(string(line), dir) {
			found = append(found, Process{filepath.Dir(path), string(line)})
		}
	}
	return found
}

// LeavesNothing demands an empty folder of which no process knows.
func LeavesNothing(t testing.TB, dir string) {
	t.Helper()
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
	for _, p := range Processes(t, dir) {
		t.Errorf("left the process %.80q", p.Line)
	}
}
