package main

import (
	"crypto"
	"testing"

	"privateplayback/infra/outputs"
	"privateplayback/internal/local"
	"privateplayback/signer"
	"privateplayback/smoketest/internal/check"
)

func deploy(t *testing.T, o local.Options) *local.Deployment {
	t.Helper()
	d, err := local.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// engine looks for the Pulumi CLI once for all stacks of a test.
func engine(t *testing.T) *local.CLI {
	t.Helper()
	cli, err := local.Engine(t.Context(), func(line string) { t.Log(line) })
	if err != nil {
		t.Fatal(err)
	}
	return &cli
}

// readTarget is a local stack as its outputs tell of it, with all its keys.
func readTarget(t *testing.T, d *local.Deployment) check.Target {
	t.Helper()
	stack, err := outputs.Parse(d.OutputsJSON)
	if err != nil {
		t.Fatal(err)
	}
	return localTarget(d, stack)
}

func checked(t *testing.T, target check.Target) []check.Result {
	t.Helper()
	results, err := check.Run(t.Context(), target, check.All(), check.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return results
}

// publicKey is the public half of a key that nobody holds.
func publicKey(generate func() (crypto.Signer, error)) (string, error) {
	key, err := generate()
	if err != nil {
		return "", err
	}
	data, err := signer.MarshalPublicKey(key.Public())
	return string(data), err
}
