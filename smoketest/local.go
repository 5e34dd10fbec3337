package main

import (
	"context"
	"errors"
	"fmt"
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
	if p.keep != "" {
		if err := local.CheckKeepDir(p.keep); err != nil {
			return summary, fmt.Errorf("checking --keep: %w", err)
		}
	}
	d, err := local.Start(ctx, local.Options{
		MediaDir: p.media, Address: fmt.Sprintf("127.0.0.1:%d", p.port), Progress: p.progress,
	})
	if ctx.Err() != nil && err != nil {
		return summary, errors.New("interrupted while the local stack was being deployed; it has been removed")
	}
	if err != nil {
		return summary, fmt.Errorf("deploying the local stack: %w", err)
	}
	defer func() { err = errors.Join(err, p.takeDown(ctx, d)) }()

	stack, err := outputs.Parse(d.OutputsJSON)
	if err != nil {
		return summary, fmt.Errorf("reading the outputs of the local stack: %w", err)
	}
	summary, err = p.check(ctx, p.targetName(), check.Target{
		Stack:       stack,
		SigningKey:  d.SigningKey,
		PlaybackKey: d.PlaybackKey,
		Client:      d.Client(),
	})
	if err != nil || p.keep == "" || ctx.Err() != nil {
		return summary, err
	}
	return summary, p.stayUp(ctx, d)
}

// stayUp leaves the stack to other clients until the context ends.
func (p *program) stayUp(ctx context.Context, d *local.Deployment) error {
	kept, err := d.Keep(p.keep)
	if err != nil {
		return fmt.Errorf("writing the files of --keep: %w", err)
	}
	p.progress(fmt.Sprintf("the stack stays up until Ctrl-C; reach it with curl -K %s/curl.conf URL", p.keep))
	<-ctx.Done()
	if err := kept.Remove(); err != nil {
		return fmt.Errorf("removing the files of --keep: %w", err)
	}
	return nil
}

func (p *program) takeDown(ctx context.Context, d *local.Deployment) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
	defer cancel()
	return errors.Join(d.Destroy(ctx), d.Close())
}

// progress writes a line about what takes time before the first check.
func (p *program) progress(line string) {
	fmt.Fprintf(p.stderr, "smoketest: %s\n", line)
}
