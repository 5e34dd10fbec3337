package local

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
)

// operation is one run of the engine on a stack.
type operation func(context.Context, *auto.Stack, *eventLog) (auto.OutputMap, error)

func up(ctx context.Context, s *auto.Stack, log *eventLog) (auto.OutputMap, error) {
	result, err := s.Up(ctx, optup.EventStreams(log.channel), optup.SuppressProgress(), optup.SuppressOutputs())
	return result.Outputs, err
}

func destroy(ctx context.Context, s *auto.Stack, log *eventLog) (auto.OutputMap, error) {
	_, err := s.Destroy(ctx, optdestroy.EventStreams(log.channel), optdestroy.SuppressProgress(), optdestroy.SuppressOutputs())
	return nil, err
}

// run runs the engine, reports what it changed, and turns its diagnostics into
// one error.
func (d *Deployment) run(ctx context.Context, do operation) (*eventLog, auto.OutputMap, error) {
	log := newEventLog()
	values, err := do(ctx, &d.stack, log)
	log.wait()
	if changes := log.summary(); changes != "" {
		d.progress(changes)
	}
	return log, values, engineError(ctx, err, log)
}

// eventLog collects what the engine reports while it runs.
type eventLog struct {
	channel chan events.EngineEvent
	done    chan struct{}

	mu     sync.Mutex
	errors []string
	counts map[string]int
	steps  []step // in the order in which they were done
}

// step is one thing that the engine did to a resource.
type step struct {
	op   string // create, update, delete, replace, …
	kind string // resource type
	name string
}

func newEventLog() *eventLog {
	l := &eventLog{channel: make(chan events.EngineEvent), done: make(chan struct{}), counts: map[string]int{}}
	go l.collect()
	return l
}

// collect ends when the Automation API closes the channel.
func (l *eventLog) collect() {
	defer close(l.done)
	for e := range l.channel {
		l.add(e)
	}
}

// wait lets the last event in. An engine that never started closes no channel.
func (l *eventLog) wait() {
	select {
	case <-l.done:
	case <-time.After(time.Second):
	}
}

func (l *eventLog) add(e events.EngineEvent) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case e.DiagnosticEvent != nil && e.DiagnosticEvent.Severity == "error":
		l.errors = append(l.errors, diagnostic(e.DiagnosticEvent.URN, e.DiagnosticEvent.Message))
	case e.SummaryEvent != nil:
		for op, n := range e.SummaryEvent.ResourceChanges {
			l.counts[string(op)] = n
		}
	case e.ResOutputsEvent != nil:
		m := e.ResOutputsEvent.Metadata
		l.steps = append(l.steps, step{op: string(m.Op), kind: m.Type, name: urnName(m.URN)})
	}
}

// diagnostic is the engine's message on one line, with the resource in front.
func diagnostic(urn, message string) string {
	lines := []string{}
	for _, line := range strings.Split(message, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	text := strings.TrimPrefix(strings.Join(lines, " "), "error: ")
	if kind, name := urnType(urn), urnName(urn); name != "" && kind != "pulumi:pulumi:Stack" {
		return fmt.Sprintf("%s %q: %s", kind, name, text)
	}
	return text
}

func urnName(urn string) string {
	parts := strings.Split(urn, "::")
	if len(parts) < 4 {
		return ""
	}
	return strings.Join(parts[3:], "::")
}

func urnType(urn string) string {
	parts := strings.Split(urn, "::")
	if len(parts) < 4 {
		return ""
	}
	return parts[2][strings.LastIndex(parts[2], "$")+1:]
}

// summary counts what was done: "53 created".
func (l *eventLog) summary() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	words := []string{}
	for _, c := range []struct{ op, word string }{
		{"create", "created"}, {"update", "updated"}, {"replace", "replaced"}, {"delete", "deleted"}, {"same", "unchanged"},
	} {
		if n := l.counts[c.op]; n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n, c.word))
		}
	}
	if len(words) == 0 {
		return ""
	}
	return "resources: " + strings.Join(words, ", ")
}

// engineError is the first diagnostic, since the others follow from it, or else
// the last line of what the CLI printed.
func engineError(ctx context.Context, err error, log *eventLog) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if log != nil {
		log.mu.Lock()
		defer log.mu.Unlock()
		if len(log.errors) > 0 {
			return errors.New(log.errors[0])
		}
	}
	return errors.New(cliError(err.Error()))
}

// cliError is the line of a failed command's output that says why: the first error,
// or else the last line that is more than a heading.
func cliError(output string) string {
	last := "it ended without a word"
	for _, line := range strings.Split(output, "\n") {
		line = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), "stderr:"))
		if text, ok := strings.CutPrefix(line, "error: "); ok {
			return text
		}
		if line != "" && !strings.HasPrefix(line, "stdout:") && !strings.HasPrefix(line, "code:") {
			last = line
		}
	}
	return last
}
