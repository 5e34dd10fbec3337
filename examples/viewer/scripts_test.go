package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestScripts parses every module that the pages load, and runs the tests of those
// that need no browser, which skip without Node.js unless TEST_NODE says that it is
// there.
func TestScripts(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("TEST_NODE") != "" {
			t.Fatal("TEST_NODE is set, but there is no Node.js: apt-get install nodejs")
		}
		t.Skip("there is no Node.js: apt-get install nodejs")
	}
	modules := glob(t, "web/*.js", "web/players/*.js", "web/*.mjs")
	for _, name := range modules {
		if out, err := exec.CommandContext(t.Context(), node, "--check", name).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
	tests := glob(t, "web/test/*.test.mjs")
	out, err := exec.CommandContext(t.Context(), node, append([]string{"--test"}, tests...)...).CombinedOutput()
	if err != nil {
		t.Errorf("node --test: %v\n%s", err, out)
	}
}

// The lock file names no registry, so that each installs from their own, and pins
// every package by its content.
func TestLockFile(t *testing.T) {
	data, err := os.ReadFile("web/package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	packages, pinned := strings.Count(string(data), `"node_modules/`), strings.Count(string(data), `"integrity": "sha512-`)
	if packages == 0 || packages != pinned {
		t.Errorf("of %d packages %d are pinned", packages, pinned)
	}
	if strings.Contains(string(data), `"resolved"`) {
		t.Error("it has download addresses: npm config omit-lockfile-registry-resolved is in web/.npmrc")
	}
}

func glob(t *testing.T, patterns ...string) (names []string) {
	t.Helper()
	for _, pattern := range patterns {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %v, %v", pattern, found, err)
		}
		names = append(names, found...)
	}
	return names
}
