package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"privateplayback/infra/outputs"
	"privateplayback/internal/local"
	"privateplayback/smoketest/internal/check"
	"privateplayback/smoketest/internal/report"
)

// cleanupTime bounds the destruction of the local stack, which an interrupt
// does not stop.
const cleanupTime = time.Minute

// performLocal deploys onto the stand-in, checks, and takes everything down
// whatever happened in between. Should both go wrong, the summary tells of the
// checks and the error of the rest.
func (p *program) performLocal(ctx context.Context) (summary report.Summary, err error) {
	var kept *local.Keep
	if p.keep != "" {
		if kept, err = local.NewKeep(p.keep); err != nil {
			return summary, fmt.Errorf("preparing --keep: %w", err)
		}
		defer func() { err = errors.Join(err, kept.Remove()) }()
	}
	d, err := local.Start(ctx, local.Options{
		MediaDir: p.media, Domain: p.domain, Address: fmt.Sprintf("127.0.0.1:%d", p.port), Progress: p.progress,
	})
	if ctx.Err() != nil && err != nil {
		return summary, errors.New("interrupted before the local stack was up; what there was of it has been removed")
	}
	if err != nil {
		return summary, fmt.Errorf("deploying the local stack: %w", err)
	}
	defer func() { err = errors.Join(err, p.takeDown(ctx, d)) }()

	stack, err := outputs.Parse(d.OutputsJSON)
	if err != nil {
		return summary, fmt.Errorf("reading the outputs of the local stack: %w", err)
	}
	target := localTarget(d, stack)
	end := p.found.join(ctx, &target, localReach(d))
	summary, err = p.check(ctx, p.targetName(), target)
	err = errors.Join(err, end())
	if err != nil || kept == nil || ctx.Err() != nil {
		return summary, err
	}
	return summary, p.stayUp(ctx, d, kept)
}

// localTarget is a local stack with all its keys, also the dropped ones.
func localTarget(d *local.Deployment, stack *outputs.Stack) check.Target {
	return check.Target{
		Stack:            stack,
		SigningKey:       d.SigningKey,
		PlaybackKey:      d.PlaybackKey,
		MoreSigningKeys:  d.MoreSigningKeys,
		MorePlaybackKeys: d.MorePlaybackKeys,
		OldSigningKey:    &check.OldSigningKey{ID: d.OldSigningKeyID, Key: d.OldSigningKey},
		OldPlaybackKey:   d.OldPlaybackKey,
		Client:           d.Client(),
	}
}

// stayUp leaves the stack to other clients until the context ends.
func (p *program) stayUp(ctx context.Context, d *local.Deployment, kept *local.Keep) error {
	if err := kept.Write(d); err != nil {
		return fmt.Errorf("writing the files of --keep: %w", err)
	}
	p.progress(fmt.Sprintf("the stack stays up until Ctrl-C; reach it with curl -K %q URL", filepath.Join(p.keep, "curl.conf")))
	<-ctx.Done()
	return nil
}

// takeDown destroys the stack. An interrupt of the terminal reaches the engine too
// and may end the destruction early; the stand-in, and all that was deployed on it,
// ends with the process either way.
func (p *program) takeDown(ctx context.Context, d *local.Deployment) error {
	cleanup, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
	defer cancel()
	err := d.Destroy(cleanup)
	if err != nil && ctx.Err() != nil {
		p.progress("interrupted while the local stack was being removed; it is gone with the stand-in")
		err = nil
	}
	return errors.Join(err, d.Close())
}

// progress writes a line about what takes time before the first check.
func (p *program) progress(line string) {
	fmt.Fprintf(p.stderr, "smoketest: %s\n", line)
}
