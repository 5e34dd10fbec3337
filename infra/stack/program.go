package stack

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Program is the Pulumi program: it reads the settings, deploys, and exports the
// contract. projectDir is the folder of Pulumi.yaml, where the sample and a
// relative contentDir are found.
func Program(projectDir string) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		config, err := Read(ctx)
		if err != nil {
			return err
		}
		out, err := Deploy(ctx, projectDir, config)
		if err != nil {
			return err
		}
		out.Export(ctx)
		return nil
	}
}

// Deploy declares every resource of the stack and returns its outputs. It
// uploads content from files below projectDir.
func Deploy(ctx *pulumi.Context, projectDir string, c Config) (*Outputs, error) {
	media, err := newMedia(ctx, c)
	if err != nil {
		return nil, err
	}
	playlists, err := uploadContent(ctx, projectDir, c, media.bucket)
	if err != nil {
		return nil, err
	}
	viewers, err := newViewers(ctx, c.SigningKeys)
	if err != nil {
		return nil, err
	}
	domain, err := newDomain(ctx, c.Domain)
	if err != nil {
		return nil, err
	}
	distribution, err := newDistribution(ctx, c, media, viewers.group, domain)
	if err != nil {
		return nil, err
	}
	if err := domain.lead(ctx, distribution, c.IPv6); err != nil {
		return nil, err
	}
	live, err := newLive(ctx, c)
	if err != nil {
		return nil, err
	}
	return &Outputs{config: c, media: media, playlists: playlists, viewers: viewers, distribution: distribution, live: live}, nil
}

// tags are on everything that can bear them, so that a bill and a console can
// be filtered by stack.
func tags(ctx *pulumi.Context) pulumi.StringMap {
	return pulumi.StringMap{
		"project": pulumi.String(ctx.Project()),
		"stack":   pulumi.String(ctx.Stack()),
	}
}
