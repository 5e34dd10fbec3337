package local

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/rogpeppe/go-internal/lockedfile"
)

// minimumCLI is the first CLI that refreshes and destroys inline programs.
var minimumCLI = semver.MustParse("3.181.0")

// pulumiModule is the module of the CLI that internal/tools pins.
const pulumiModule = "github.com/pulumi/pulumi/pkg/v3"

// CLI is the Pulumi command.
type CLI struct {
	auto.PulumiCommand
	Dir string // the folder that PATH needs to find it; "" if PATH does
}

// frugal is a CLI that spares two processes of an update: the Automation API asks for
// the history, which nobody here reads, and for the outputs a second time with their
// secrets, which OutputsJSON leaves out.
type frugal struct {
	auto.PulumiCommand
	shown string // the outputs when they were last asked for, secrets masked
}

func (f *frugal) Run(ctx context.Context, workdir string, stdin io.Reader, out, errOut []io.Writer, env []string, args ...string) (string, string, int, error) {
	command := strings.Join(args[:min(2, len(args))], " ")
	switch {
	case command == "stack history":
		return "[]", "", 0, nil
	case command == "stack output" && slices.Contains(args, "--show-secrets"):
		return f.shown, "", 0, nil
	}
	stdout, stderr, code, err := f.PulumiCommand.Run(ctx, workdir, stdin, out, errOut, env, args...)
	if command == "stack output" {
		f.shown = stdout
	}
	return stdout, stderr, code, err
}

// Engine returns the Pulumi CLI: the one on PATH if it is new enough, else the
// one that internal/tools pins, built once into the user's cache folder. Building
// takes minutes the first time; progress hears of it.
func Engine(ctx context.Context, progress func(line string)) (CLI, error) {
	if answers(ctx, "pulumi") {
		if cli, err := auto.NewPulumiCommand(&auto.PulumiCommandOptions{Version: minimumCLI}); err == nil {
			return CLI{PulumiCommand: cli}, nil
		}
	}
	root, err := buildOnce(ctx, progress)
	if err != nil {
		return CLI{}, err
	}
	dir := filepath.Join(root, "bin")
	if !answers(ctx, filepath.Join(dir, executable("pulumi"))) && ctx.Err() == nil {
		return CLI{}, fmt.Errorf("the Pulumi CLI in %q does not run; remove that folder and try again", root)
	}
	cli, err := auto.NewPulumiCommand(&auto.PulumiCommandOptions{Root: root})
	return CLI{cli, dir}, cmp.Or(ctx.Err(), err)
}

// answers tells whether a CLI says its version before long: the Automation API
// would wait for ever.
func answers(ctx context.Context, cli string) bool {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, cli, "version")
	cmd.Env = append(os.Environ(), "PULUMI_SKIP_UPDATE_CHECK=true")
	cmd.WaitDelay = time.Second
	return cmd.Run() == nil
}

// buildOnce returns the folder whose bin holds the pinned CLI.
func buildOnce(ctx context.Context, progress func(string)) (string, error) {
	tools, err := toolsDir()
	if err != nil {
		return "", err
	}
	version, err := pinnedVersion(tools)
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("finding a place for the Pulumi CLI: %w; set XDG_CACHE_HOME, or install Pulumi >= %s", err, minimumCLI)
	}
	root := filepath.Join(cache, "private-playback", "pulumi-"+version+"-"+runtime.Version())
	bin := filepath.Join(root, "bin", executable("pulumi"))
	if _, err := os.Stat(bin); err == nil {
		return root, nil
	}
	if err := os.MkdirAll(filepath.Dir(bin), 0o755); err != nil {
		return "", fmt.Errorf("making a place for the Pulumi CLI: %w; set XDG_CACHE_HOME, or install Pulumi >= %s", err, minimumCLI)
	}
	unlock, err := lock(ctx, filepath.Join(root, "lock"))
	if err != nil {
		return "", err
	}
	defer unlock()
	if _, err := os.Stat(bin); err == nil { // another process built it meanwhile
		return root, nil
	}
	return root, build(ctx, tools, version, bin, progress)
}

// lock keeps two processes from building at once.
func lock(ctx context.Context, path string) (unlock func(), err error) {
	type result struct {
		unlock func()
		err    error
	}
	locked := make(chan result, 1)
	go func() {
		unlock, err := lockedfile.MutexAt(path).Lock()
		locked <- result{unlock, err}
	}()
	select {
	case r := <-locked:
		return r.unlock, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// toolsDir finds internal/tools from the working folder upwards.
func toolsDir() (string, error) {
	root, err := Above(filepath.Join("internal", "tools", "go.mod"))
	if err == nil && root == "" {
		err = fmt.Errorf("no pulumi >= %s on PATH, and the working folder is not in a checkout that could build one; install Pulumi or run in the checkout", minimumCLI)
	}
	return filepath.Join(root, "internal", "tools"), err
}

// Above returns the folder, the working folder or one above it, that holds name;
// "" if none does.
func Above(name string) (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", nil
		}
		dir = parent
	}
}

var requirement = regexp.MustCompile(regexp.QuoteMeta(pulumiModule) + ` (v[0-9.]+)`)

func pinnedVersion(tools string) (string, error) {
	data, err := os.ReadFile(filepath.Join(tools, "go.mod"))
	if err != nil {
		return "", err
	}
	match := requirement.FindSubmatch(data)
	if match == nil {
		return "", fmt.Errorf("%s does not require %s", filepath.Join(tools, "go.mod"), pulumiModule)
	}
	return string(match[1]), nil
}

// build makes the CLI under a name of its own and renames it, so that one that
// is there is whole, whoever else builds at the same time.
func build(ctx context.Context, tools, version, bin string, progress func(string)) error {
	goTool, err := exec.LookPath("go")
	if err != nil {
		return errors.New("building the Pulumi CLI: no go on PATH; install Go, or Pulumi >= " + minimumCLI.String())
	}
	scratch, err := os.MkdirTemp(filepath.Dir(bin), "build-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	made := filepath.Join(scratch, "pulumi")
	// A CLI without a version is refused by the Automation API.
	flags := "-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=" + version
	cmd := exec.CommandContext(ctx, goTool, "build", "-trimpath", "-ldflags", flags, "-o", made, pulumiModule+"/cmd/pulumi")
	cmd.Dir = tools
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=readonly", "GOTMPDIR="+scratch)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 5 * time.Second
	stop := tick(progress, "building the Pulumi CLI "+version+" (once, some minutes)")
	output, err := cmd.CombinedOutput()
	stop()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		lines := strings.Split(strings.TrimSpace(string(output)), "\n")
		return fmt.Errorf("building the Pulumi CLI: %w: %s; install Pulumi >= %s to do without", err, lines[len(lines)-1], minimumCLI)
	}
	return os.Rename(made, bin)
}

// tick reports a long step at its start and with its elapsed time every few
// seconds, until the returned function is called.
func tick(progress func(string), step string) (stop func()) {
	started := time.Now()
	progress(step)
	done := make(chan struct{})
	go func() {
		ticker := time.NewTicker(15 * time.Second)
		defer ticker.Stop()
		for {
			select {
			case <-done:
				return
			case <-ticker.C:
				progress(fmt.Sprintf("%s: %s", step, time.Since(started).Round(time.Second)))
			}
		}
	}()
	return func() { close(done) }
}

func executable(name string) string {
	if runtime.GOOS == "windows" {
		return name + ".exe"
	}
	return name
}
