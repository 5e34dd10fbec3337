// Package browsertest says what a test does on a machine without a browser.
package browsertest

import (
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
