// Package tooltest runs other people's signers in the tests of the stand-in's
// services. Its scripts are in internal/fakeaws/testdata/tools; the tests are
// those of a package in a folder beside that one.
//
// A script reads one job as JSON from its standard input and prints one answer
// as JSON. Keys go the same way, so that none reaches a disk or a list of
// processes.
package tooltest

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

const folder = "../testdata/tools"

// Node runs a script under Node.js with job, and unmarshals its answer into
// answer. It skips the test where Node or what package.json names is missing;
// with TEST_NODE in the environment that is a failure.
func Node(t *testing.T, script string, job, answer any) {
	t.Helper()
	const install = "no Node.js with the signers; install it and run npm ci --prefix internal/fakeaws/testdata/tools"
	if _, err := os.Stat(filepath.Join(folder, "node_modules", ".package-lock.json")); err != nil {
		Missing(t, "TEST_NODE", install)
	}
	run(t, Lookup(t, "node", "TEST_NODE", install), script, job, answer)
}

// Python is Node for python3 with botocore and cryptography, and
// TEST_BOTOCORE.
func Python(t *testing.T, script string, job, answer any) {
	t.Helper()
	const install = "no python3 with botocore; install it with pip install boto3 cryptography"
	python := Lookup(t, "python3", "TEST_BOTOCORE", install)
	if exec.Command(python, "-c", "import botocore, cryptography").Run() != nil {
		Missing(t, "TEST_BOTOCORE", install)
	}
	run(t, python, script, job, answer)
}

// Lookup finds a command on PATH. Without it the test is [Missing] something.
func Lookup(t *testing.T, command, variable, install string) string {
	t.Helper()
	path, err := exec.LookPath(command)
	if err != nil {
		Missing(t, variable, install)
	}
	return path
}

// Missing skips the test and says what to install, or fails it if variable is
// in the environment: .ci/run sets that where the tool must be.
func Missing(t *testing.T, variable, install string) {
	t.Helper()
	if os.Getenv(variable) != "" {
		t.Fatalf("%s is set, but there is %s", variable, install)
	}
	t.Skip(install)
}

func run(t *testing.T, interpreter, script string, job, answer any) {
	t.Helper()
	in, err := json.Marshal(job)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), interpreter, filepath.Join(folder, script))
	var stderr bytes.Buffer
	command.Stdin, command.Stderr = bytes.NewReader(in), &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, &stderr)
	}
	if err := json.Unmarshal(out, answer); err != nil {
		t.Fatalf("%s: reading its answer: %v", script, err)
	}
}
