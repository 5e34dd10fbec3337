// Command infra is the Pulumi program of private-playback. `pulumi up` in the
// project's folder runs it; package stack declares what it deploys.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"privateplayback/infra/stack"
)

func main() {
	// The engine starts the program in this folder, one below Pulumi.yaml.
	pulumi.Run(stack.Program(".."))
}
