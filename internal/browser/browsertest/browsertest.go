// Package browsertest finds, starts and watches browsers for tests.
package browsertest

import (
	"context"
	"os"
	"testing"

	"privateplayback/internal/browser"
)

// Path is the path of a browser. Without one the test is skipped; with TEST_BROWSER=1
// in the environment, which says that there is one, it fails.
func Path(t testing.TB) string {
	t.Helper()
	path, err := browser.Find()
	switch {
	case err == nil:
		return path
	case os.Getenv("TEST_BROWSER") == "1":
		t.Fatalf("TEST_BROWSER=1, but there is %v", err)
	}
	t.Skipf("there is %v", err)
	return ""
}

// Start starts a browser and ends it with the test.
func Start(t testing.TB, o browser.Options) *browser.Browser {
	t.Helper()
	b, err := browser.Start(context.WithoutCancel(t.Context()), o) // that of a test ends before its cleanup
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}
