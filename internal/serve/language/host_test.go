package language

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"
)

// engineLog is the part of an engine that programs talk to.
type engineLog struct {
	pulumirpc.UnimplementedEngineServer
	mu    sync.Mutex
	lines []string
}

func (e *engineLog) Log(_ context.Context, req *pulumirpc.LogRequest) (*emptypb.Empty, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.lines = append(e.lines, strings.TrimSuffix(req.Message, "\n"))
	return &emptypb.Empty{}, nil
}

// attach connects as an engine does, with a log of its own.
func attach(t *testing.T, port int) (pulumirpc.LanguageRuntimeClient, *engineLog) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	log := &engineLog{}
	server := grpc.NewServer()
	pulumirpc.RegisterEngineServer(server, log)
	go server.Serve(listener)
	t.Cleanup(server.Stop)
	conn, err := grpc.NewClient(fmt.Sprintf("127.0.0.1:%d", port), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	client := pulumirpc.NewLanguageRuntimeClient(conn)
	if _, err := client.Handshake(t.Context(), &pulumirpc.LanguageHandshakeRequest{EngineAddress: listener.Addr().String()}); err != nil {
		t.Fatal(err)
	}
	return client, log
}

func serve(t *testing.T) int {
	t.Helper()
	port, err := Serve(t.Context(), "127.0.0.1:0", "testdata")
	if err != nil {
		t.Fatal(err)
	}
	return port
}

func request(t *testing.T, program string, args ...string) *pulumirpc.RunRequest {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("testdata", program))
	if err != nil {
		t.Fatal(err)
	}
	return &pulumirpc.RunRequest{
		Project: "videos", Stack: "local", Organization: "organization", Pwd: t.TempDir(), Args: args,
		Config: map[string]string{"videos:comment": `a "quoted" one`}, ConfigSecretKeys: []string{"videos:key"},
		DryRun: true, Parallel: 16, MonitorAddress: "127.0.0.1:1",
		Info: &pulumirpc.ProgramInfo{RootDirectory: filepath.Dir(dir), ProgramDirectory: dir, EntryPoint: "."},
	}
}

func TestRunGivesTheProgramWhatTheEngineSays(t *testing.T) {
	client, log := attach(t, serve(t))
	req := request(t, "program", "0")
	got, err := client.Run(t.Context(), req)
	if err != nil || got.Error != "" || got.Bail {
		t.Fatalf("Run: got %v, %v, want success", got, err)
	}
	pwd, err := filepath.EvalSymlinks(req.Pwd)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"PULUMI_PROJECT=videos", "PULUMI_STACK=local", "PULUMI_ORGANIZATION=organization",
		"PULUMI_ROOT_DIRECTORY=" + req.Info.RootDirectory,
		`PULUMI_CONFIG={"videos:comment":"a \"quoted\" one"}`, `PULUMI_CONFIG_SECRET_KEYS=["videos:key"]`,
		"PULUMI_PARALLEL=16", "PULUMI_DRY_RUN=true", "PULUMI_MONITOR=127.0.0.1:1",
		"folder " + pwd + " <nil>", "no line end",
	}
	if diff := cmp.Diff(want, log.lines); diff != "" {
		t.Errorf("the engine's display (-want +got):\n%s", diff)
	}
}

func TestRunTellsHowTheProgramEnded(t *testing.T) {
	client, _ := attach(t, serve(t))
	for _, tc := range []struct {
		name, program, status string
		bail                  bool
		err                   string
	}{
		{"an error that the engine knows", "program", "32", true, ""},
		{"any other status", "program", "1", false, "running the program: exit status 1"},
		{"no program", ".", "0", false, "building the program in"},
		{"another project's", "../../status", "0", false, "the program in "},
		{"no such folder", "missing", "0", false, "the program in "},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := client.Run(t.Context(), request(t, tc.program, tc.status))
			if err != nil || got.Bail != tc.bail || !strings.HasPrefix(got.Error, tc.err) || (got.Error == "") != (tc.err == "") {
				t.Errorf("Run: got bail %t, error %q, %v; want bail %t, error %q", got.GetBail(), got.GetError(), err, tc.bail, tc.err)
			}
		})
	}
}

// Two engines at once each see their own program's output.
func TestEnginesAreKeptApart(t *testing.T) {
	port := serve(t)
	var wait sync.WaitGroup
	for _, stack := range []string{"one", "two"} {
		client, log := attach(t, port)
		req := request(t, "program", "0")
		req.Stack = stack
		wait.Go(func() {
			if _, err := client.Run(t.Context(), req); err != nil {
				t.Error(err)
			}
			text := strings.Join(log.lines, "\n")
			if !strings.Contains(text, "PULUMI_STACK="+stack) || strings.Count(text, "PULUMI_STACK") != 1 {
				t.Errorf("the engine of stack %q was shown %q", stack, text)
			}
		})
	}
	wait.Wait()
}

func TestRunLeavesNoFile(t *testing.T) {
	scratch := t.TempDir()
	t.Setenv("TMPDIR", scratch)
	client, _ := attach(t, serve(t))
	if _, err := client.Run(t.Context(), request(t, "program", "0")); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(scratch)
	if err != nil || len(left) > 0 {
		t.Errorf("after Run the folder for temporary files holds %v, %v", left, err)
	}
}
