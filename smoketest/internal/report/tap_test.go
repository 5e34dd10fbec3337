package report_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// consumer reads a report with the parser that prove uses, and prints what it found.
const consumer = `
my $p = TAP::Parser->new({source => $ARGV[0]});
my %n = (Yaml => 0, Unknown => 0, Bailed => 0);
while (my $r = $p->next) {
	$n{Yaml}++ if $r->is_yaml;
	$n{Unknown}++ if $r->is_unknown;
	$n{Bailed}++ if $r->is_bailout;
}
$n{Planned} = $p->tests_planned // 0;
$n{Passed} = $p->passed;
$n{Failed} = $p->failed;
$n{Skipped} = $p->skipped;
$n{Errors} = $p->parse_errors;
print "{", join(",", map { qq("$_":) . ($n{$_} + 0) } keys %n), "}";
print STDERR "$_\n" for $p->parse_errors;
`

// understood is what a consumer of TAP found in a report.
type understood struct{ Planned, Passed, Failed, Skipped, Yaml, Bailed, Unknown, Errors int }

// Every report is understood by a consumer of TAP, by number and verdict.
func TestTAPIsUnderstood(t *testing.T) {
	perl, err := exec.LookPath("perl")
	if err == nil {
		err = exec.Command(perl, "-MTAP::Parser", "-e1").Run()
	}
	if err != nil {
		t.Skip("no perl with TAP::Parser on PATH; install it with apt-get install perl")
	}
	for name, s := range summaries() {
		file := filepath.Join(t.TempDir(), name+".tap")
		if err := os.WriteFile(file, []byte(render(t, "tap", s)), 0o644); err != nil {
			t.Fatal(err)
		}
		output, err := exec.Command(perl, "-MTAP::Parser", "-e", consumer, file).Output()
		if err != nil {
			t.Fatalf("%s: perl: %v\n%s", name, err, output)
		}
		var got understood
		if err := json.Unmarshal(output, &got); err != nil {
			t.Fatalf("%s: %v: %s", name, err, output)
		}
		want := understood{Planned: s.Planned, Passed: s.Passed + s.Skipped + s.Differed, Failed: s.Failed + s.Waiting, Skipped: s.Skipped,
			Yaml: s.Failed + s.Waiting + s.Differed}
		switch {
		case s.Error != "": // there is no plan
			want.Planned, want.Bailed, want.Errors = 0, 1, 1
		case len(s.Results) < s.Planned:
			want.Bailed, want.Errors = 1, 1
		}
		if got != want {
			t.Errorf("%s: a consumer finds %+v, want %+v", name, got, want)
		}
	}
}
