package browser

import (
	"os/exec"
	"syscall"
)

// children are the browser's processes: one group, so that none outlives it, and so
// that Ctrl-C in a terminal reaches this process alone, which then closes in order.
type children struct{ cmd *exec.Cmd }

func (c *children) own(cmd *exec.Cmd) {
	c.cmd = cmd
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { c.kill(); return nil }
}

// kill ends what is left of the group.
func (c *children) kill() {
	if c.cmd != nil && c.cmd.Process != nil {
		syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL) // fails when nothing is left
	}
}
