//go:build !linux

package browser

import "os/exec"

// children are left to end with the browser's first process.
type children struct{}

func (*children) own(*exec.Cmd) {}
func (*children) kill()         {}
