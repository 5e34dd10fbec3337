package local

import (
	"context"
	"crypto"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"privateplayback/infra/stack"
	"privateplayback/internal/fakeaws"
	"privateplayback/internal/fakeaws/edge"
	"privateplayback/internal/fakeaws/provider"
	"privateplayback/signer"
)

// Options says what to deploy. The zero value deploys the sample.
type Options struct {
	// MediaDir is a folder of HLS files to deploy in place of the sample.
	MediaDir string

	// Address is where the stand-in listens; "" for a free loopback port.
	Address string

	// Cloud configures the stand-in.
	Cloud fakeaws.Options

	// Domain is a name for the distribution, "video.example.com", in a hosted zone that
	// the account has already, as HostDomain finds it; "" for none.
	Domain string

	// Account makes what else the account has before the stack, and returns the
	// settings that tell of it; nil for nothing.
	Account func(*fakeaws.Cloud) (settings map[string]any, err error)

	// Settings are added to the stack's config, by key without the project's
	// name, and win over those that Start makes.
	Settings map[string]any

	// SigningKeys and PlaybackKeys are the private keys whose public halves are
	// deployed: the current one, the next, retiring ones. nil makes three of each.
	SigningKeys, PlaybackKeys []crypto.Signer

	// Program wraps the program, to see what a fault in it does; nil runs it as
	// it is.
	Program func(pulumi.RunFunc) pulumi.RunFunc

	// CLI is what Engine returned, for those who deploy often; nil looks for one.
	CLI *CLI

	// project is what stands in Pulumi.yaml; nil for the least that works.
	project *workspace.Project

	// Progress hears each step, a line each; nil for silence.
	Progress func(line string)
}

// Deployment is a deployed stack on a running stand-in.
type Deployment struct {
	// OutputsJSON is what `pulumi stack output --json` prints: secrets masked.
	OutputsJSON []byte

	// SigningKey and PlaybackKey are the current private keys, made for this
	// run, MoreSigningKeys and MorePlaybackKeys those in the other roles.
	SigningKey, PlaybackKey           crypto.Signer
	MoreSigningKeys, MorePlaybackKeys []crypto.Signer

	// OldSigningKey and OldPlaybackKey have been dropped. CloudFront knows the
	// first still, by OldSigningKeyID, but no key group has it.
	OldSigningKey, OldPlaybackKey crypto.Signer
	OldSigningKeyID               signer.KeyPairID

	// Cloud is the stand-in that the stack is deployed on.
	Cloud *fakeaws.Cloud

	owner    fakeaws.AccessKey
	endpoint *fakeaws.Endpoint
	stack    auto.Stack
	folder   folder
	settings map[string]any
	account  []string           // what was there before the stack
	dropped  edge.PublicKey     // of OldSigningKey
	stop     context.CancelFunc // of the provider
	progress func(string)
}

// Origins are the player origins of a local stack: two, since a cache that mixes
// them up is the fault to look for.
func Origins() []string { return []string{"https://app.example.com", "https://admin.example.com"} }

// Start starts the stand-in and deploys the stack on it. If it fails, or ctx ends
// meanwhile, nothing is left: no process, no file.
func Start(ctx context.Context, o Options) (*Deployment, error) {
	d, err := prepare(ctx, o)
	if err != nil {
		return nil, err
	}
	err = d.up(ctx)
	if err == nil {
		err = d.dropKeys()
	}
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// prepare does everything but the deployment.
func prepare(ctx context.Context, o Options) (_ *Deployment, err error) {
	if o.Progress == nil {
		o.Progress = func(string) {}
	}
	if o.Address == "" {
		o.Address = "127.0.0.1:0"
	}
	if o.MediaDir != "" {
		if o.MediaDir, err = filepath.Abs(o.MediaDir); err != nil {
			return nil, err
		}
		if err := stack.CheckContent(o.MediaDir); err != nil {
			return nil, fmt.Errorf("reading the media folder: %w", err)
		}
	}
	if o.Domain != "" {
		if err := stack.CheckDomain(o.Domain); err != nil {
			return nil, err
		}
	}
	if o.Cloud.Owner == (fakeaws.AccessKey{}) {
		o.Cloud.Owner = fakeaws.NewAccessKey()
	}
	cloud := fakeaws.New(o.Cloud)
	endpoint, err := fakeaws.Listen(cloud, o.Address)
	if errors.Is(err, syscall.EADDRINUSE) {
		_, port, _ := net.SplitHostPort(o.Address)
		err = fmt.Errorf("port %s is in use; choose another with --port, or leave it out for a free one", port)
	}
	if err != nil {
		return nil, fmt.Errorf("starting the stand-in: %w", err)
	}
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	d := &Deployment{Cloud: cloud, owner: o.Cloud.Owner, endpoint: endpoint, stop: stop, progress: o.Progress}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.Close())
		}
	}()
	o.Progress("stand-in for S3, CloudFront and IVS listens on " + endpoint.Addr())
	if o.CLI == nil {
		cli, err := Engine(ctx, o.Progress)
		if err != nil {
			return nil, err
		}
		o.CLI = &cli
	}
	o.Progress("engine is pulumi " + o.CLI.Version().String())
	return d, d.newStack(ctx, serving, *o.CLI, o)
}

func (d *Deployment) newStack(ctx, serving context.Context, cli CLI, o Options) error {
	if err := d.makeKeys(o); err != nil {
		return err
	}
	if err := d.makeSettings(o); err != nil {
		return err
	}
	var err error
	if d.folder, err = newFolder(); err != nil {
		return err
	}
	if err := d.folder.unpackSample(); err != nil {
		return err
	}
	attach, _, err := provider.Serve(serving, func() plugin.Provider { return provider.New(d.Cloud) }, "127.0.0.1:0")
	if err != nil {
		return err
	}
	values, err := settings(d.settings)
	if err != nil {
		return err
	}
	program := stack.Program(d.folder.project())
	if o.Program != nil {
		program = o.Program(program)
	}
	project := o.project
	if project == nil {
		project = newProject()
	}
	env := Environment(d.folder.root, rand.Text(), attach)
	d.stack, err = d.folder.newStack(ctx, cli, project, program, env, values)
	if err != nil {
		return fmt.Errorf("making the stack: %w", engineError(ctx, err, nil))
	}
	return nil
}

// makeSettings is the config of the run's stack.
func (d *Deployment) makeSettings(o Options) (err error) {
	signing := slices.Concat([]crypto.Signer{d.SigningKey}, d.MoreSigningKeys)
	playback := slices.Concat([]crypto.Signer{d.PlaybackKey}, d.MorePlaybackKeys)
	if d.settings, err = Settings(d.Cloud.Region, signing, playback); err != nil {
		return err
	}
	if o.MediaDir != "" {
		d.settings[projectName+":contentDir"] = o.MediaDir
	}
	account, err := d.makeAccount(o)
	if err != nil {
		return err
	}
	for _, more := range []map[string]any{account, o.Settings} {
		for key, value := range more {
			d.settings[projectName+":"+key] = value
		}
	}
	return nil
}

// Settings is the config of a local stack, by key as in Pulumi.local.yaml. Of the
// keys the first is the current one, the second the next; those behind are retiring.
func Settings(region string, signing, playback []crypto.Signer) (map[string]any, error) {
	signingKeys, err := keySettings(signing)
	if err != nil {
		return nil, err
	}
	playbackKeys, err := keySettings(playback)
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"aws:region":                    region,
		projectName + ":signingKeys":    signingKeys,
		projectName + ":playbackKeys":   playbackKeys,
		projectName + ":playerOrigins":  Origins(),
		projectName + ":dataProtection": "false",
	}, nil
}

// up deploys what the program declares and keeps the outputs.
func (d *Deployment) up(ctx context.Context) error {
	_, values, err := d.run(ctx, up)
	if err != nil {
		return fmt.Errorf("deploying: %w", err)
	}
	d.OutputsJSON, err = outputsJSON(values)
	return err
}

// outputsJSON masks secrets as `pulumi stack output --json` does.
func outputsJSON(values auto.OutputMap) ([]byte, error) {
	shown := map[string]any{}
	for name, output := range values {
		shown[name] = output.Value
		if output.Secret {
			shown[name] = "[secret]"
		}
	}
	data, err := json.MarshalIndent(shown, "", "  ")
	return append(data, '\n'), err
}

// Endpoint is where the stand-in listens, for clients other than Client.
func (d *Deployment) Endpoint() *fakeaws.Endpoint { return d.endpoint }

// Client returns a client that finds AWS's host names on the stand-in.
func (d *Deployment) Client() *http.Client { return d.endpoint.Client() }

// Destroy deletes everything that was deployed; the stand-in goes on, with what the
// account had before.
func (d *Deployment) Destroy(ctx context.Context) error {
	if err := d.forgetKeys(); err != nil {
		return err
	}
	if _, _, err := d.run(ctx, destroy); err != nil {
		return fmt.Errorf("destroying: %w", err)
	}
	left := slices.DeleteFunc(d.Cloud.Resources(), func(name string) bool { return slices.Contains(d.account, name) })
	if len(left) > 0 {
		return fmt.Errorf("destroying: %d resources are left: %q", len(left), left)
	}
	return nil
}

// Close stops the stand-in and removes the temporary folder, whatever state the
// stack is in.
func (d *Deployment) Close() error {
	d.stop()
	err := d.endpoint.Close()
	if d.folder.root != "" {
		err = errors.Join(err, os.RemoveAll(d.folder.root))
	}
	return err
}
