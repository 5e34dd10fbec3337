package main

import (
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// fence is a block of a document with its language.
var fence = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$")

// command is a call of the binary, over several lines.
var command = regexp.MustCompile(`(?m)(?:bin|RUNNER_TEMP)/smoketest"?((?:\\\n|[^\n` + "`" + `])*)`)

// The commands of docs/ci.md are ones that this binary takes, and its workflow is one.
func TestCIDocument(t *testing.T) {
	data, err := os.ReadFile("../docs/ci.md")
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	for _, m := range command.FindAllStringSubmatch(string(data), -1) {
		args := strings.Fields(strings.ReplaceAll(m[1], "\\\n", " "))
		if _, err := parseArgs(args, io.Discard); err != nil && err != errHelp {
			t.Errorf("smoketest %q: %v", args, err)
		}
		calls++
	}
	if calls != 5 {
		t.Errorf("found %d calls of the binary, want 5", calls)
	}
	workflows := 0
	for _, m := range fence.FindAllStringSubmatch(string(data), -1) {
		if m[1] != "yaml" {
			continue
		}
		workflows++
		var workflow struct {
			Jobs map[string]struct {
				Steps []struct{ Uses, Run string }
			}
		}
		if err := yaml.Unmarshal([]byte(m[2]), &workflow); err != nil || len(workflow.Jobs["deploy"].Steps) != 7 {
			t.Errorf("the workflow reads as %+v, %v; want a job of seven steps", workflow, err)
		}
	}
	if workflows != 1 {
		t.Errorf("found %d workflows, want one", workflows)
	}
}
