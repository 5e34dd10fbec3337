package provider

import (
	"context"
	"fmt"
	"net"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// maxMessage is the engine's own bound on a message, in bytes.
const maxMessage = 400 << 20

// Serve answers engines at a loopback address, "127.0.0.1:0" for a free port, until
// ctx ends. It returns what PULUMI_DEBUG_PROVIDERS must hold.
func Serve(ctx context.Context, p plugin.Provider, address string) (debugProviders string, err error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return "", err
	}
	server := grpc.NewServer(grpc.MaxRecvMsgSize(maxMessage))
	pulumirpc.RegisterResourceProviderServer(server, plugin.NewProviderServer(p))
	go server.Serve(listener)
	context.AfterFunc(ctx, server.Stop)
	return fmt.Sprintf("aws:%d", listener.Addr().(*net.TCPAddr).Port), nil
}
