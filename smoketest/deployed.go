package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"privateplayback/infra/outputs"
	"privateplayback/smoketest/internal/check"
)

// deployed reads everything about a stack that exists already, and proves that
// the keys are the stack's, before anything is sent anywhere.
func (p *program) deployed(ctx context.Context) (check.Target, error) {
	keys, err := p.readKeys()
	if err != nil {
		return check.Target{}, err
	}
	data, err := p.readOutputs(ctx)
	if err != nil {
		return check.Target{}, err
	}
	stack, err := outputs.Parse(data)
	if err != nil {
		return check.Target{}, fmt.Errorf("reading %s: %w", p.targetName(), err)
	}
	if err := p.prove(stack, keys); err != nil {
		return check.Target{}, err
	}
	target := check.Target{
		Stack: stack, SigningKey: keys.signing[0], MoreSigningKeys: keys.signing[1:],
		OldSigningKey: keys.oldSigning, OldPlaybackKey: keys.oldPlayback,
	}
	if len(keys.playback) > 0 {
		target.PlaybackKey, target.MorePlaybackKeys = keys.playback[0], keys.playback[1:]
	}
	return target, nil
}

func (p *program) readOutputs(ctx context.Context) ([]byte, error) {
	switch {
	case p.stack != "":
		return p.pulumiOutputs(ctx)
	case p.outputs == "-":
		data, err := io.ReadAll(p.stdin)
		if err != nil {
			return nil, fmt.Errorf("reading the outputs from standard input: %w", err)
		}
		return data, nil
	}
	data, err := os.ReadFile(p.outputs)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("reading outputs %q: no such file; write it with pulumi stack output --json > %s", p.outputs, p.outputs)
	}
	if err != nil {
		return nil, fmt.Errorf("reading outputs %q: %w", p.outputs, errors.Unwrap(err))
	}
	return data, nil
}

// pulumiOutputs asks the pulumi command. Secrets stay masked: no check needs
// one.
func (p *program) pulumiOutputs(ctx context.Context) ([]byte, error) {
	path, err := exec.LookPath("pulumi")
	if err != nil {
		return nil, errors.New("finding the pulumi command: it is not on PATH; install Pulumi, or save the outputs elsewhere and pass them with --outputs FILE")
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, path, "stack", "output", "--json", "--stack", p.stack)
	cmd.Env = p.withoutKeys()
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("reading the outputs of stack %q: interrupted", p.stack)
		}
		return nil, fmt.Errorf("reading the outputs of stack %q: %s; list the stacks with pulumi stack ls", p.stack, complaint(stderr.String(), err))
	}
	return stdout.Bytes(), nil
}

// complaint is the first line that a command wrote to standard error, or how it
// ended.
func complaint(stderr string, err error) string {
	for _, line := range strings.Split(stderr, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			return strings.TrimPrefix(line, "error: ")
		}
	}
	return err.Error()
}
