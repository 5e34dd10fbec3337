package main

import (
	"fmt"
	"os"
	"slices"

	"privateplayback/infra/outputs"
	"privateplayback/smoketest/internal/check"
	"privateplayback/smoketest/internal/recording"
	"privateplayback/smoketest/internal/report"
)

// openRecordings reads the file of --compare and makes sure that the one of
// --record can be written, before a run takes its time.
func (p *program) openRecordings() (err error) {
	if p.compare != "" {
		if p.recorded, err = recording.Read(p.compare); err != nil {
			return err
		}
	}
	if p.record == "" {
		return nil
	}
	if sameFile(p.record, p.compare) {
		return &usageError{fmt.Sprintf("--record would overwrite the file of --compare, %q: name another one", p.compare)}
	}
	return recording.Writable(p.record)
}

func sameFile(a, b string) bool {
	first, err := os.Stat(a)
	if err != nil {
		return false
	}
	second, err := os.Stat(b)
	return err == nil && os.SameFile(first, second)
}

// listen lets both --verbose and a recorder hear the checks.
func (p *program) listen(target *check.Target) *recording.Recorder {
	recorder := recording.NewRecorder(named(*target))
	target.Heard = func(x check.Exchange) {
		if p.verbose {
			fmt.Fprintf(p.stderr, "      %s\n", x)
		}
		if p.records() {
			recorder.Hear(x)
		}
	}
	return recorder
}

// named is what names the deployment: the outputs, and the id of a key that was
// dropped.
func named(target check.Target) *outputs.Stack {
	stack := *target.Stack
	if old := target.OldSigningKey; old != nil {
		stack.SigningKeys = slices.Concat(stack.SigningKeys, []outputs.SigningKey{{ID: string(old.ID)}})
	}
	return &stack
}

func (p *program) records() bool { return p.record != "" || p.compare != "" }

// compareWith puts what differs from the file of --compare into the summary.
func (p *program) compareWith(here *recording.Recording, s *report.Summary) {
	if p.recorded != nil {
		c := recording.Compare(p.recorded, here)
		s.Compared, s.Comparison = p.compare, &c
	}
}

// keepRecording writes the file of --record.
func (p *program) keepRecording(here *recording.Recording) error {
	if p.record == "" {
		return nil
	}
	if err := recording.Write(p.record, here); err != nil {
		return err
	}
	p.progress(fmt.Sprintf("answers are recorded in %q", p.record))
	return nil
}
