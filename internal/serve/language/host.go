package language

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"runtime"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/stats"
	"google.golang.org/protobuf/types/known/emptypb"
)

// Serve answers engines at a loopback address, "127.0.0.1:0" for a free port, until
// ctx ends. The port belongs into PULUMI_DEBUG_LANGUAGES. Programs below the folder
// project are run, and no others: whoever reaches the port must not choose what
// runs as this user.
func Serve(ctx context.Context, address, project string) (port int, err error) {
	project, err = filepath.Abs(project)
	if err == nil {
		project, err = filepath.EvalSymlinks(project)
	}
	if err != nil {
		return 0, fmt.Errorf("serving the language host: %w", err)
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return 0, fmt.Errorf("serving the language host: %w", err)
	}
	server := grpc.NewServer(grpc.StatsHandler(engines{}), grpc.MaxRecvMsgSize(maxMessage))
	pulumirpc.RegisterLanguageRuntimeServer(server, host{project: project})
	go server.Serve(listener)
	context.AfterFunc(ctx, server.Stop)
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// maxMessage is the engine's own bound on a message, in bytes.
const maxMessage = 400 << 20

// host is the language host of every engine that is attached.
type host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer
	project string
}

// Handshake keeps where the engine listens, for the calls on the same connection.
func (host) Handshake(ctx context.Context, req *pulumirpc.LanguageHandshakeRequest) (*pulumirpc.LanguageHandshakeResponse, error) {
	engineOf(ctx).address = req.EngineAddress
	return &pulumirpc.LanguageHandshakeResponse{}, nil
}

// GetPluginInfo names no version: the host is part of this program.
func (host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{}, nil
}

// GetRequiredPackages is empty: the engine attaches to the provider too, and there
// is nothing to install.
func (host) GetRequiredPackages(context.Context, *pulumirpc.GetRequiredPackagesRequest) (*pulumirpc.GetRequiredPackagesResponse, error) {
	return &pulumirpc.GetRequiredPackagesResponse{}, nil
}

// About names the toolchain that this host was built with.
func (host) About(context.Context, *pulumirpc.AboutRequest) (*pulumirpc.AboutResponse, error) {
	return &pulumirpc.AboutResponse{Executable: "go", Version: strings.TrimPrefix(runtime.Version(), "go")}, nil
}

// GetProgramDependencies is for `pulumi about`; go.mod says more.
func (host) GetProgramDependencies(context.Context, *pulumirpc.GetProgramDependenciesRequest) (*pulumirpc.GetProgramDependenciesResponse, error) {
	return &pulumirpc.GetProgramDependenciesResponse{}, nil
}

// InstallDependencies has nothing to do: building the program fetches its modules.
func (host) InstallDependencies(*pulumirpc.InstallDependenciesRequest, grpc.ServerStreamingServer[pulumirpc.InstallDependenciesResponse]) error {
	return nil
}

// Cancel has nothing to end: a program ends with the call that runs it.
func (host) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// engine is one connected engine.
type engine struct{ address string }

// engines gives each connection an engine of its own, since only the handshake
// tells where the engine listens.
type engines struct{}

type engineKey struct{}

// TagConn is called once for each connection, and its context is the parent of
// every call's.
func (engines) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context {
	return context.WithValue(ctx, engineKey{}, &engine{})
}

func (engines) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context { return ctx }
func (engines) HandleRPC(context.Context, stats.RPCStats)                       {}
func (engines) HandleConn(context.Context, stats.ConnStats)                     {}

func engineOf(ctx context.Context) *engine { return ctx.Value(engineKey{}).(*engine) }
