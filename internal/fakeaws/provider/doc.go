// Package provider is the Pulumi resource provider of the stand-in: what the
// engine takes for the package aws, in front of the control planes of
// internal/fakeaws.
//
// A process serves it with Serve and hands its address to the engine in
// PULUMI_DEBUG_PROVIDERS; the engine attaches and looks for no plugin.
//
//	types.go         the table of resource types and functions, by token
//	kind.go          what every resource type does: check, diff, create, …
//	shape.go         strict decoding: a property that a type lacks is an error
//	bucket.go … ivs.go  one file per service: inputs, outputs, calls
//
// It refuses what the real provider or the API behind it would refuse, in the
// API's words. Property shapes and replacement rules are those of
// https://www.pulumi.com/registry/packages/aws/ version 6.83.0. A resource type,
// a property or a provider setting that it does not model is an error: nothing
// that the program declares is ignored.
package provider
