// Command program shows what it was given, as a Pulumi program would find it, and
// ends with the status that it is told.
package main

import (
	"fmt"
	"os"
	"strconv"
)

func main() {
	for _, name := range []string{
		"PULUMI_PROJECT", "PULUMI_STACK", "PULUMI_ORGANIZATION", "PULUMI_ROOT_DIRECTORY", "PULUMI_CONFIG",
		"PULUMI_CONFIG_SECRET_KEYS", "PULUMI_PARALLEL", "PULUMI_DRY_RUN", "PULUMI_MONITOR",
	} {
		fmt.Printf("%s=%s\n", name, os.Getenv(name))
	}
	dir, err := os.Getwd()
	fmt.Fprintln(os.Stderr, "folder", dir, err)
	fmt.Print("no line end")
	status, _ := strconv.Atoi(os.Args[1])
	os.Exit(status)
}
