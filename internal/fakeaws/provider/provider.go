package provider

import (
	"context"
	"fmt"
	"slices"

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
	cloud *fakeaws.Cloud
	types map[tokens.Type]resourceType
}

// New returns a provider whose resources live in cloud.
func New(cloud *fakeaws.Cloud) *Provider {
	return &Provider{cloud: cloud, types: types()}
}

// Handshake accepts any engine.
func (p *Provider) Handshake(context.Context, plugin.ProviderHandshakeRequest) (*plugin.ProviderHandshakeResponse, error) {
	return &plugin.ProviderHandshakeResponse{AcceptSecrets: true, AcceptResources: true, AcceptOutputs: true}, nil
}

// Attach lets a running engine use this process; there is nothing to set up.
func (p *Provider) Attach(string) error { return nil }

// Close has nothing to release: the stand-in outlives its engine.
func (p *Provider) Close() error { return nil }

// SignalCancellation has nothing to interrupt: every call returns at once.
func (p *Provider) SignalCancellation(context.Context) error { return nil }

// Pkg is the package that the provider stands in for.
func (p *Provider) Pkg() tokens.Package { return "aws" }

// GetPluginInfo tells the version; the name is the plugin interface's.
func (p *Provider) GetPluginInfo(context.Context) (workspace.PluginInfo, error) {
	version, err := semver.Parse(Version)
	return workspace.PluginInfo{Name: "aws", Version: &version}, err
}

// settings are the provider settings that mean something here; the others would
// be ignored silently, so they are refused.
var settings = []resource.PropertyKey{
	"region", "version", "skipCredentialsValidation", "skipMetadataApiCheck",
	"skipRegionValidation", "skipRequestingAccountId",
}

// CheckConfig refuses settings that the stand-in does not model.
func (p *Provider) CheckConfig(_ context.Context, req plugin.CheckConfigRequest) (plugin.CheckConfigResponse, error) {
	failures := []plugin.CheckFailure{}
	for key := range req.News {
		if !slices.Contains(settings, key) {
			failures = append(failures, failure(string(key), "the stand-in takes no such provider setting; unset aws:%s on this stack", key))
		}
	}
	return plugin.CheckConfigResponse{Properties: req.News, Failures: failures}, nil
}

// DiffConfig finds no difference that would need a new provider.
func (p *Provider) DiffConfig(context.Context, plugin.DiffConfigRequest) (plugin.DiffConfigResponse, error) {
	return plugin.DiffConfigResponse{Changes: plugin.DiffNone}, nil
}

// Configure accepts the region that the stand-in plays, and no other.
func (p *Provider) Configure(_ context.Context, req plugin.ConfigureRequest) (plugin.ConfigureResponse, error) {
	region, _ := plain(req.Inputs["region"]).(string)
	if region != p.cloud.Region {
		return plugin.ConfigureResponse{}, fmt.Errorf("aws:region is %q, the stand-in plays %q; run `pulumi config set aws:region %s`", region, p.cloud.Region, p.cloud.Region)
	}
	return plugin.ConfigureResponse{}, nil
}

func (p *Provider) resourceType(t tokens.Type) (resourceType, error) {
	known, ok := p.types[t]
	if !ok {
		return nil, fmt.Errorf("the stand-in has no resource type %s", t)
	}
	return known, nil
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

// Diff compares inputs with those of the last run.
func (p *Provider) Diff(_ context.Context, req plugin.DiffRequest) (plugin.DiffResult, error) {
	t, err := p.resourceType(req.URN.Type())
	if err != nil {
		return plugin.DiffResult{}, err
	}
	return t.diff(req), nil
}

// Create calls the API, or in a preview says what is not known yet.
func (p *Provider) Create(_ context.Context, req plugin.CreateRequest) (plugin.CreateResponse, error) {
	t, err := p.resourceType(req.URN.Type())
	if err != nil {
		return plugin.CreateResponse{}, err
	}
	if req.Preview {
		return plugin.CreateResponse{Properties: t.preview(req.Properties, nil), Status: resource.StatusOK}, nil
	}
	id, state, err := t.createIn(p.cloud, req.Properties)
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
func (p *Provider) Update(_ context.Context, req plugin.UpdateRequest) (plugin.UpdateResponse, error) {
	t, err := p.resourceType(req.URN.Type())
	if err != nil {
		return plugin.UpdateResponse{}, err
	}
	if req.Preview {
		return plugin.UpdateResponse{Properties: t.preview(req.NewInputs, req.OldOutputs), Status: resource.StatusOK}, nil
	}
	state, err := t.updateIn(p.cloud, req)
	return plugin.UpdateResponse{Properties: state, Status: resource.StatusOK}, err
}

// Delete calls the API; what is gone already counts as deleted.
func (p *Provider) Delete(_ context.Context, req plugin.DeleteRequest) (plugin.DeleteResponse, error) {
	t, err := p.resourceType(req.URN.Type())
	if err != nil {
		return plugin.DeleteResponse{}, err
	}
	return plugin.DeleteResponse{Status: resource.StatusOK}, t.deleteFrom(p.cloud, req)
}

// Invoke runs one of the provider's functions.
func (p *Provider) Invoke(_ context.Context, req plugin.InvokeRequest) (plugin.InvokeResponse, error) {
	call, ok := functions()[req.Tok]
	if !ok {
		return plugin.InvokeResponse{}, fmt.Errorf("the stand-in has no function %s", req.Tok)
	}
	result, err := call(p.cloud, plainMap(req.Args))
	if err != nil {
		return plugin.InvokeResponse{}, err
	}
	return plugin.InvokeResponse{Properties: resource.NewPropertyMapFromMap(result)}, nil
}
