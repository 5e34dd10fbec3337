package provider

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// maxMessage is the engine's own bound on a message, in bytes.
const maxMessage = 400 << 20

// Serve answers engines at a loopback address, "127.0.0.1:0" for a free port, until
// ctx ends. It returns what PULUMI_DEBUG_PROVIDERS must hold, and what waits for the
// last answer after that.
//
// The engine attaches every provider of a program to that one port, over a
// connection each, and configures them one by one. No call names its provider, so
// each connection is served by an instance of its own.
func Serve(ctx context.Context, instance func() plugin.Provider, address string) (debugProviders string, wait func(), err error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return "", nil, err
	}
	context.AfterFunc(ctx, func() { listener.Close() })
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { serveInstance(ctx, instance(), conn) })
		}
	})
	return fmt.Sprintf("aws:%d", listener.Addr().(*net.TCPAddr).Port), serving.Wait, nil
}

// serveInstance answers one engine's connection.
func serveInstance(ctx context.Context, p plugin.Provider, conn net.Conn) {
	server := grpc.NewServer(grpc.MaxRecvMsgSize(maxMessage))
	pulumirpc.RegisterResourceProviderServer(server, plugin.NewProviderServer(p))
	single := &singleListener{address: conn.LocalAddr(), conns: make(chan net.Conn, 1), closed: make(chan struct{})}
	single.conns <- &watchedConn{conn, single}
	stop := context.AfterFunc(ctx, func() { end(server, p) })
	defer stop()
	server.Serve(single) // once told to stop, it returns when that is done
}

// endTimeout is how long the last answers may take.
const endTimeout = 5 * time.Second

// end stops a server after the answers that it owes: an engine that does not hear of
// a distribution which it made would leave it behind, and with it all that it uses.
// Calls that wait are cancelled, again and again since one may be about to.
func end(server *grpc.Server, p plugin.Provider) {
	stopped := make(chan struct{})
	go func() {
		server.GracefulStop()
		close(stopped)
	}()
	timeout := time.After(endTimeout)
	for {
		p.SignalCancellation(context.Background())
		select {
		case <-stopped:
			return
		case <-timeout:
			server.Stop()
			return
		case <-time.After(pollInterval):
		}
	}
}

// singleListener accepts one connection, and is closed when that is.
type singleListener struct {
	address net.Addr
	conns   chan net.Conn
	closed  chan struct{}
	once    sync.Once
}

func (l *singleListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *singleListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *singleListener) Addr() net.Addr { return l.address }

type watchedConn struct {
	net.Conn
	listener *singleListener
}

func (c *watchedConn) Close() error {
	c.listener.Close()
	return c.Conn.Close()
}
