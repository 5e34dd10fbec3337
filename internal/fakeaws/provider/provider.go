package provider

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"

	"privateplayback/internal/fakeaws"
)

// Version is the version of the provider whose resources the table describes.
const Version = "6.83.0"

// Provider is a plugin.Provider over the stand-in; it is safe for concurrent
// use.
type Provider struct {
	plugin.UnimplementedProvider
	cloud     *fakeaws.Cloud
	types     map[tokens.Type]resourceType
	functions map[tokens.ModuleMember]function
	region    atomic.Pointer[string] // nil until Configure

	mu        sync.Mutex
	cancelled chan struct{} // closed, and made anew, when an engine cancels
}

// New returns a provider whose resources live in cloud.
func New(cloud *fakeaws.Cloud) *Provider {
	return &Provider{cloud: cloud, types: types(), functions: functions(), cancelled: make(chan struct{})}
}

// Handshake accepts any engine.
func (p *Provider) Handshake(context.Context, plugin.ProviderHandshakeRequest) (*plugin.ProviderHandshakeResponse, error) {
	return &plugin.ProviderHandshakeResponse{AcceptSecrets: true, AcceptResources: true, AcceptOutputs: true}, nil
}

// Attach lets a running engine use this process; there is nothing to set up.
func (p *Provider) Attach(string) error { return nil }

// Close has nothing to release: the stand-in outlives its engine.
func (p *Provider) Close() error { return nil }

// SignalCancellation ends what waits for a distribution now; the provider goes
// on to serve other engines.
func (p *Provider) SignalCancellation(context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.cancelled)
	p.cancelled = make(chan struct{})
	return nil
}

// cancellable is ctx until the engine cancels.
func (p *Provider) cancellable(ctx context.Context) (context.Context, context.CancelFunc) {
	p.mu.Lock()
	cancelled := p.cancelled
	p.mu.Unlock()
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		select {
		case <-cancelled:
			cancel(errCancelled)
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(nil) }
}

// Pkg is the package that the provider stands in for.
func (p *Provider) Pkg() tokens.Package { return "aws" }

// GetPluginInfo tells the version; the name is the plugin interface's.
func (p *Provider) GetPluginInfo(context.Context) (workspace.PluginInfo, error) {
	version, err := semver.Parse(Version)
	return workspace.PluginInfo{Name: "aws", Version: &version}, err
}

func (p *Provider) resourceType(t tokens.Type) (resourceType, error) {
	known, ok := p.types[t]
	if !ok {
		return nil, fmt.Errorf("the stand-in has no resource type %s", t)
	}
	return known, p.checkRegion(string(t))
}

// Check names what has no name and lists every property that is missing,
// unknown or of a wrong type.
func (p *Provider) Check(_ context.Context, req plugin.CheckRequest) (plugin.CheckResponse, error) {
	t, err := p.resourceType(req.URN.Type())
	if err != nil {
		return plugin.CheckResponse{}, err
	}
	return t.check(req)
}

// Diff compares inputs with the state.
func (p *Provider) Diff(_ context.Context, req plugin.DiffRequest) (plugin.DiffResult, error) {
	t, err := p.resourceType(req.URN.Type())
	if err != nil {
		return plugin.DiffResult{}, err
	}
	return t.diff(req)
}

// Create calls the API, or in a preview says what is not known yet.
func (p *Provider) Create(ctx context.Context, req plugin.CreateRequest) (plugin.CreateResponse, error) {
	t, err := p.resourceType(req.URN.Type())
	if err != nil {
		return plugin.CreateResponse{}, err
	}
	if req.Preview {
		return plugin.CreateResponse{Properties: t.preview(req.Properties, nil), Status: resource.StatusOK}, nil
	}
	ctx, cancel := p.cancellable(ctx)
	defer cancel()
	id, state, err := t.createIn(ctx, p.cloud, req.Properties)
	if err != nil {
		return plugin.CreateResponse{}, err
	}
	return plugin.CreateResponse{ID: resource.ID(id), Properties: state, Status: resource.StatusOK}, nil
}

// Read finds a resource as it is now; one that is gone has no id.
func (p *Provider) Read(_ context.Context, req plugin.ReadRequest) (plugin.ReadResponse, error) {
	t, err := p.resourceType(req.URN.Type())
	if err != nil {
		return plugin.ReadResponse{}, err
	}
	result, err := t.readFrom(p.cloud, req)
	return plugin.ReadResponse{ReadResult: result, Status: resource.StatusOK}, err
}

// Update calls the API with the ETag of the last run.
func (p *Provider) Update(ctx context.Context, req plugin.UpdateRequest) (plugin.UpdateResponse, error) {
	t, err := p.resourceType(req.URN.Type())
	if err != nil {
		return plugin.UpdateResponse{}, err
	}
	if req.Preview {
		return plugin.UpdateResponse{Properties: t.preview(req.NewInputs, req.OldOutputs), Status: resource.StatusOK}, nil
	}
	ctx, cancel := p.cancellable(ctx)
	defer cancel()
	state, err := t.updateIn(ctx, p.cloud, req)
	return plugin.UpdateResponse{Properties: state, Status: resource.StatusOK}, err
}

// Delete calls the API; what is gone already counts as deleted.
func (p *Provider) Delete(ctx context.Context, req plugin.DeleteRequest) (plugin.DeleteResponse, error) {
	t, err := p.resourceType(req.URN.Type())
	if err != nil {
		return plugin.DeleteResponse{}, err
	}
	ctx, cancel := p.cancellable(ctx)
	defer cancel()
	return plugin.DeleteResponse{Status: resource.StatusOK}, t.deleteFrom(ctx, p.cloud, req)
}

// Invoke runs one of the provider's functions.
func (p *Provider) Invoke(_ context.Context, req plugin.InvokeRequest) (plugin.InvokeResponse, error) {
	call, ok := p.functions[req.Tok]
	if !ok {
		return plugin.InvokeResponse{}, fmt.Errorf("the stand-in has no function %s", req.Tok)
	}
	if err := p.checkRegion(string(req.Tok)); err != nil {
		return plugin.InvokeResponse{}, err
	}
	return call(p.cloud, req.Args)
}
