package main

import (
	"bytes"
	"context"
	"crypto"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
	"privateplayback/smoketest/internal/check"
)

// deployed reads everything about a stack that exists already, and proves that
// the keys are the stack's, before anything is sent anywhere.
func (p *program) deployed(ctx context.Context) (check.Target, error) {
	signing, err := readKey("signing", p.signingKey)
	if err != nil {
		return check.Target{}, err
	}
	var playback crypto.Signer
	if p.playbackKey != "" {
		if playback, err = readKey("playback", p.playbackKey); err != nil {
			return check.Target{}, err
		}
	}
	data, err := p.readOutputs(ctx)
	if err != nil {
		return check.Target{}, err
	}
	stack, err := outputs.Parse(data)
	if err != nil {
		return check.Target{}, fmt.Errorf("reading %s: %w", p.targetName(), err)
	}
	if err := p.proveKeys(stack, signing, playback); err != nil {
		return check.Target{}, err
	}
	return check.Target{Stack: stack, SigningKey: signing, PlaybackKey: playback}, nil
}

// readKey reads a private key for "signing" or "playback".
func readKey(kind, file string) (crypto.Signer, error) {
	data, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("reading %s key %q: no such file; make one with go run ./signer/cmd/signer keygen --kind %s --out %s, and deploy its public half", kind, file, kind, file)
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s key %q: %w", kind, file, errors.Unwrap(err))
	}
	key, err := signer.ParsePrivateKey(data)
	if err != nil {
		return nil, fmt.Errorf("reading %s key %q: %w", kind, file, err)
	}
	if err := suits(kind, key); err != nil {
		return nil, fmt.Errorf("reading %s key %q: %w", kind, file, err)
	}
	return key, nil
}

// suits reports a key of a kind that the service does not take.
func suits(kind string, key crypto.Signer) error {
	if kind == "playback" {
		_, err := signer.NewIVS(key)
		return err
	}
	// Any well-formed id will do: only the key is looked at.
	_, err := signer.NewCloudFront("K00000000000000", key)
	return err
}

// proveKeys compares the private keys with the public ones of the stack.
func (p *program) proveKeys(stack *outputs.Stack, signing, playback crypto.Signer) error {
	if _, err := signer.SigningKeyID(stack.SigningKeys, signing); err != nil {
		return fmt.Errorf("comparing signing key %q with %s: %w", p.signingKey, p.targetName(), err)
	}
	switch {
	case playback != nil:
		if err := signer.CheckPlaybackKey(stack.PlaybackKeys, playback); err != nil {
			return fmt.Errorf("comparing playback key %q with %s: %w", p.playbackKey, p.targetName(), err)
		}
	case len(stack.Channels) > 0:
		return &usageError{fmt.Sprintf("the stack has live channels: give their private key with --playback-key FILE (channel %q)", stack.Channels[0].Name)}
	}
	return nil
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
	cmd.Env = p.env
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
