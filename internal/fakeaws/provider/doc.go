// Package provider is the Pulumi resource provider of the stand-in: what the
// engine takes for the package aws, in front of the control planes of
// internal/fakeaws.
//
// A process serves it with Serve and hands its address to the engine in
// PULUMI_DEBUG_PROVIDERS; the engine attaches and looks for no plugin.
//
//	types.go     the table of resource types and functions, by token
//	kind.go      what every resource type does: check, create, read, …
//	shape.go     the schema: a property that a type lacks is an error
//	plan.go      defaults, and what stays when it is left out
//	diff.go      the comparison of a plan with the state
//	settle.go    the wait for a distribution
//	function.go  what every function does
//	the others   one per family of resources: inputs, outputs, calls
//
// A change runs as in the real provider: planned from inputs and state, put to
// the API, waited for, read back. What was read is the state, and the next run
// compares with it.
//
// It refuses what the real provider or the API behind it would refuse, in the
// API's words. Property shapes and replacement rules are those of
// https://www.pulumi.com/registry/packages/aws/ version 6.83.0. A resource type,
// a property or a provider setting that it does not model is an error: nothing
// that the program declares is ignored.
package provider
