package language

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/constant"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// Run builds the program and runs it to its end. A program that ends with the
// status of an error that it has told the engine makes the engine stop without a
// word of its own.
func (h host) Run(ctx context.Context, req *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	dir := req.GetInfo().GetProgramDirectory()
	if !h.runs(dir) {
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("the program in %q is not below %q, the one project that this host runs", dir, h.project)}, nil
	}
	display, err := newDisplay(engineOf(ctx).address)
	if err != nil {
		return nil, err
	}
	defer display.Close()
	scratch, err := os.MkdirTemp("", "private-playback-program-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(scratch)
	program := filepath.Join(scratch, "program.exe") // Windows runs no file of another ending
	if err := build(ctx, dir, program); err != nil {
		return &pulumirpc.RunResponse{Error: err.Error()}, nil
	}
	env, err := environment(req, engineOf(ctx).address)
	if err != nil {
		return nil, err
	}
	cmd := command(ctx, req.GetPwd(), program, req.GetArgs()...)
	cmd.Env = append(cmd.Environ(), env...)
	err = run(cmd, display)
	var exit *exec.ExitError
	switch {
	case err == nil:
		return &pulumirpc.RunResponse{}, nil
	case errors.As(err, &exit) && exit.ExitCode() == constant.ExitStatusLoggedError:
		return &pulumirpc.RunResponse{Bail: true}, nil
	}
	return &pulumirpc.RunResponse{Error: "running the program: " + err.Error()}, nil
}

// runs tells whether a program's folder is in the project.
func (h host) runs(dir string) bool {
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return false
	}
	below, err := filepath.Rel(h.project, real)
	return err == nil && filepath.IsLocal(below)
}

// build compiles the package in dir.
func build(ctx context.Context, dir, program string) error {
	goTool, err := exec.LookPath("go")
	if err != nil {
		return errors.New("building the program: no go on PATH; install Go")
	}
	output, err := command(ctx, dir, goTool, "build", "-o", program, ".").CombinedOutput()
	if err != nil {
		return fmt.Errorf("building the program in %q: %w\n%s", dir, err, strings.TrimSpace(string(output)))
	}
	return nil
}

// command ends by an interrupt when the engine hangs up.
func command(ctx context.Context, dir, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 5 * time.Second
	return cmd
}

// environment is what a Go program reads of the engine, by package pulumi.
func environment(req *pulumirpc.RunRequest, engine string) ([]string, error) {
	config, err := json.Marshal(req.GetConfig())
	if err != nil {
		return nil, err
	}
	secrets, err := json.Marshal(req.GetConfigSecretKeys())
	if err != nil {
		return nil, err
	}
	return []string{
		pulumi.EnvOrganization + "=" + req.GetOrganization(),
		pulumi.EnvProject + "=" + req.GetProject(),
		pulumi.EnvPulumiRootDirectory + "=" + req.GetInfo().GetRootDirectory(),
		pulumi.EnvStack + "=" + req.GetStack(),
		pulumi.EnvConfig + "=" + string(config),
		pulumi.EnvConfigSecretKeys + "=" + string(secrets),
		pulumi.EnvParallel + "=" + strconv.Itoa(int(req.GetParallel())),
		pulumi.EnvDryRun + "=" + strconv.FormatBool(req.GetDryRun()),
		pulumi.EnvMonitor + "=" + req.GetMonitorAddress(),
		pulumi.EnvEngine + "=" + engine,
	}, nil
}

// run shows what the program prints, and waits for its end.
func run(cmd *exec.Cmd, d *display) error {
	read, write := io.Pipe()
	cmd.Stdout, cmd.Stderr = write, write
	shown := make(chan struct{})
	go func() {
		defer close(shown)
		d.show(read)
	}()
	err := cmd.Run()
	write.Close()
	<-shown
	return err
}

// display is the engine's log.
type display struct {
	*grpc.ClientConn
	engine pulumirpc.EngineClient
}

func newDisplay(address string) (*display, error) {
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, fmt.Errorf("reaching the engine at %q: %w", address, err)
	}
	return &display{conn, pulumirpc.NewEngineClient(conn)}, nil
}

// show sends each line. An engine that is gone hears nothing; the program is read to
// its end all the same.
func (d *display) show(output io.Reader) {
	lines := bufio.NewReader(output)
	for {
		line, err := lines.ReadString('\n')
		if line = strings.TrimRight(line, "\r\n"); line != "" {
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			d.engine.Log(ctx, &pulumirpc.LogRequest{Severity: pulumirpc.LogSeverity_INFO, Message: line + "\n"})
			cancel()
		}
		if err != nil {
			return
		}
	}
}
