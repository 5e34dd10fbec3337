package provider

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil/rpcerror"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"privateplayback/internal/fakeaws"
)

// An engine that waits for a distribution when the provider stops hears that it
// exists: it would make a second one in the next run, and never delete the first.
func TestStopTellsWhatExists(t *testing.T) {
	cloud := fakeaws.New(fakeaws.Options{Propagation: time.Hour})
	serving, stop := context.WithCancel(t.Context())
	defer stop()
	debug, wait, err := Serve(serving, func() plugin.Provider { return New(cloud) }, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := grpc.NewClient("127.0.0.1:"+strings.TrimPrefix(debug, "aws:"), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	inputs, err := plugin.MarshalProperties(properties(with(distributionWith("compress", false), "waitForDeployment", true)), plugin.MarshalOptions{})
	if err != nil {
		t.Fatal(err)
	}
	answer := make(chan error, 1)
	go func() {
		_, err := pulumirpc.NewResourceProviderClient(conn).Create(context.Background(), &pulumirpc.CreateRequest{Urn: string(urn(distributionKind, "x")), Properties: inputs})
		answer <- err
	}()
	for deadline := time.Now().Add(10 * time.Second); len(cloud.Resources()) == 0; time.Sleep(pollInterval) {
		if time.Now().After(deadline) {
			t.Fatal("no distribution was made")
		}
	}
	start := time.Now()
	stop()
	wait()
	if waited := time.Since(start); waited >= endTimeout {
		t.Errorf("the stop took %s, want less than %s", waited, endTimeout)
	}
	err = <-answer
	rpc, ok := rpcerror.FromError(err)
	if !ok || len(rpc.Details()) != 1 {
		t.Fatalf("Create while the provider stops = %v, want an error with details", err)
	}
	kept, ok := rpc.Details()[0].(*pulumirpc.ErrorResourceInitFailed)
	if !ok {
		t.Fatalf("the detail is %v, want what exists", rpc.Details()[0])
	}
	if _, err := cloud.Edge.Distribution(kept.Id); err != nil {
		t.Errorf("the distribution that the engine hears of: %v", err)
	}
}
