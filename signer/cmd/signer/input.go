package main

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
	"privateplayback/signer/kmskey"
)

// kmsPrefix is what a --key begins with that names a key in AWS KMS.
const kmsPrefix = "kms:"

func isKMS(key string) bool { return strings.HasPrefix(key, kmsPrefix) }

// openKey returns the private key that --key names; kind is that of keygen.
func openKey(ctx context.Context, kind, name string) (crypto.Signer, error) {
	if isKMS(name) {
		// Not returned at once: a nil *Key in the interface would not be nil.
		key, err := kmskey.Open(ctx, strings.TrimPrefix(name, kmsPrefix))
		if err != nil {
			return nil, err
		}
		return key, nil
	}
	data, err := readFile("key", "private key", name, "make one with signer keygen --kind "+kind+" --out "+shellQuote(name))
	if err != nil {
		return nil, err
	}
	key, err := signer.ParsePrivateKey(data)
	if err != nil {
		return nil, fmt.Errorf("reading private key %q: %w", name, err)
	}
	return key, nil
}

// readOutputs reads the file that --outputs names.
func readOutputs(name string) (*outputs.Stack, error) {
	data, err := readFile("outputs", "outputs", name, "write it with pulumi stack output --json > "+shellQuote(name))
	if err != nil {
		return nil, err
	}
	stack, err := outputs.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("reading outputs %q: %w", name, err)
	}
	return stack, nil
}

// readFile reads a file that a flag names. what it is and how to make it are
// for errors.
func readFile(flag, what, name, maker string) ([]byte, error) {
	if strings.Contains(name, "-----BEGIN") || strings.ContainsAny(name, "{\n") {
		return nil, misused("--%s takes the name of a file, not what is in it", flag) // which may be secret
	}
	data, err := os.ReadFile(name)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("reading %s %q: no such file; name an existing one, or %s", what, name, maker)
	case err != nil:
		return nil, fmt.Errorf("reading %s %q: %w", what, name, errors.Unwrap(err))
	}
	return data, nil
}

// readAll reads standard input to its end, but not beyond limit bytes, until
// ctx ends. A read of a terminal cannot be stopped, so it is left behind.
func (p *program) readAll(ctx context.Context, limit int64) ([]byte, error) {
	type result struct {
		data []byte
		err  error
	}
	done := make(chan result, 1)
	go func() {
		data, err := io.ReadAll(io.LimitReader(p.stdin, limit))
		done <- result{data, err}
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case r := <-done:
		if r.err != nil {
			return nil, fmt.Errorf("reading standard input: %w", r.err)
		}
		return r.data, nil
	}
}
