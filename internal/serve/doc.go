// Package serve keeps the stand-in running, as a local cloud that an engineer
// deploys to with the pulumi command, from another terminal and over days.
//
//	err := serve.Run(ctx, serve.Options{Progress: print})
//
// Four ports of 127.0.0.1 in a row are its own: AWS's data planes (also an HTTP
// proxy to them), the status page, the provider, and the language host of the
// engine. One folder holds what must survive a restart: the stand-in's state beside
// the backend of Pulumi, and the private keys whose public halves the stack is
// configured with. The file env of that folder gives a shell what it needs, and
// Pulumi.local.yaml in the project's folder the stack "local" its settings.
//
//	run.go        the order of things, from start to stop
//	folder.go     the files of the folder
//	keys.go       the private keys
//	stackfile.go  Pulumi.local.yaml, and the stack in the backend
//	shell.go      the file env
//	saving.go     when the state is saved
//	mirror.go     the watched media folder
//	status        the status page
//	language      the language host
package serve
