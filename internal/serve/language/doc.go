// Package language runs Go programs for a Pulumi engine that has no language host
// of its own: a CLI that is built from modules comes without pulumi-language-go.
//
//	port, err := language.Serve(ctx, "127.0.0.1:0", project)
//	// PULUMI_DEBUG_LANGUAGES=go:PORT pulumi up
//
// An engine with that variable attaches to the host, hands it the program's folder,
// and hears of the program what it would hear from the host that Pulumi ships: the
// program is built with the go command on PATH, runs as a process of its own in the
// folder that the engine names, and its output goes to the engine's display.
//
// The protocol is https://github.com/pulumi/pulumi/blob/v3.200.0/proto/pulumi/language.proto;
// what no deployment calls (generating code, debugging, packing) is not there.
package language
