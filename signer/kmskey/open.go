package kmskey

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/kms"
)

// Open is [New] with a client from the default AWS configuration: environment,
// shared files, and the role of the container or instance. If id is an ARN,
// its region is used whatever the configuration says. Programs that have an
// [aws.Config] already call New with kms.NewFromConfig.
//
// Errors are those of [New].
func Open(ctx context.Context, id string, options ...Option) (*Key, error) {
	client, err := defaultClient(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("opening KMS key %q: %w", id, err)
	}
	return New(ctx, client, id, options...)
}

func defaultClient(ctx context.Context, id string) (*kms.Client, error) {
	if err := checkID(id); err != nil {
		return nil, err
	}
	var options []func(*config.LoadOptions) error
	if region := regionOf(id); region != "" {
		options = append(options, config.WithRegion(region))
	}
	c, err := config.LoadDefaultConfig(ctx, options...)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		// The cause may quote the lines of a credentials file.
		return nil, fmt.Errorf("%w: reading the AWS configuration failed; try: aws configure list", ErrCredentials)
	case c.Region == "":
		return nil, fmt.Errorf("%w: no region; set AWS_REGION or name the key by its ARN", ErrCredentials)
	}
	return kms.NewFromConfig(c), nil
}
