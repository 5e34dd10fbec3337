package serve

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An interrupt before everything is up is told as such, and leaves no lock.
func TestRunInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := filepath.Join(t.TempDir(), "cloud")
	for range 2 {
		if err := Run(ctx, Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), "interrupted before the local cloud was up") {
			t.Errorf("Run with a cancelled context: got %v", err)
		}
	}
}

func TestRunRefuses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name string
		o    Options
		want string
	}{
		{"media that is no folder", Options{Dir: t.TempDir(), MediaDir: file}, `is not a folder; name one`},
		{"a file in place of the folder", Options{Dir: file}, "making the folder of the local cloud"},
	} {
		if err := Run(t.Context(), tc.o); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want an error with %q", tc.name, err, tc.want)
		}
	}
}

// Each of the four ports that is taken is named, and the folder is free again.
func TestRunNamesThePortInUse(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cloud")
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	port := taken.Addr().(*net.TCPAddr).Port
	f, err := newFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(f.env(), []byte("of a start that was killed"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Run(t.Context(), Options{Dir: dir, Port: port}); err == nil || !strings.Contains(err.Error(), "is in use; choose four free ones in a row with --port") {
		t.Errorf("Run on a port that is taken: got %v", err)
	}
	if _, err := os.Stat(f.env()); err == nil {
		t.Error("a failed start left the file env")
	}
}
