// Package local deploys the program in infra/stack on the stand-in with the real
// Pulumi engine, in one process and one temporary folder.
//
//	d, err := local.Start(ctx, local.Options{})
//	if err != nil { … }
//	defer d.Close()
//	stack, err := outputs.Parse(d.OutputsJSON)
//	if err != nil { … }
//	response, err := d.Client().Get(stack.BaseURL + "/…")
//
// Nothing outside that folder is read or written but the CLI that Engine builds:
// no ~/.pulumi, no AWS credential, no address beyond this machine. A cancelled
// context ends everything; Close removes the folder.
package local
