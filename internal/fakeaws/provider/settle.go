package provider

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil/rpcerror"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"

	"privateplayback/internal/fakeaws"
)

const (
	// deployTimeout is the real provider's, and so is deleteTimeout: how long it
	// retries the deletion of a distribution that it finds disabled already.
	deployTimeout = 90 * time.Minute
	deleteTimeout = time.Minute

	pollInterval = 50 * time.Millisecond
)

var errCancelled = errors.New("the engine cancelled the operation")

// awaitDeployed returns when a distribution is at every edge, or ctx or the
// timeout ends.
func awaitDeployed(ctx context.Context, c *fakeaws.Cloud, id string, timeout time.Duration) error {
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, fmt.Errorf("not deployed after %s", timeout))
	defer cancel()
	for {
		d, err := c.Edge.Distribution(id)
		if err != nil || d.Status == "Deployed" {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for distribution %q to be deployed: %w", id, context.Cause(ctx))
		case <-time.After(pollInterval):
		}
	}
}

// initFailed is the error of a resource that exists and did not become ready; the
// engine keeps its state.
func initFailed(id string, state resource.PropertyMap, cause error) error {
	properties, err := plugin.MarshalProperties(state, plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true, KeepResources: true})
	if err != nil {
		return errors.Join(cause, err)
	}
	return rpcerror.WithDetails(rpcerror.New(codes.Unknown, cause.Error()),
		&pulumirpc.ErrorResourceInitFailed{Id: id, Properties: properties, Reasons: []string{cause.Error()}})
}
