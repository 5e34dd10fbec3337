package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
)

// certificateRegion is where CloudFront takes certificates from.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
const certificateRegion = "us-east-1"

// Configure accepts the region that the stand-in plays, and us-east-1 for the
// certificates of CloudFront.
func (p *Provider) Configure(_ context.Context, req plugin.ConfigureRequest) (plugin.ConfigureResponse, error) {
	region, _ := plain(req.Inputs["region"]).(string)
	if region != p.cloud.Region && region != certificateRegion {
		return plugin.ConfigureResponse{}, fmt.Errorf("aws:region is %q, the stand-in plays %q; run `pulumi config set aws:region %s`", region, p.cloud.Region, p.cloud.Region)
	}
	p.region.Store(&region)
	return plugin.ConfigureResponse{}, nil
}

// checkRegion refuses a resource type or function in a region where the stand-in
// has none: certificates are in us-east-1, and everything else is not, unless that
// is the stand-in's region. A provider that nobody configured is in the stand-in's.
func (p *Provider) checkRegion(token string) error {
	region := p.cloud.Region
	if configured := p.region.Load(); configured != nil {
		region = *configured
	}
	certificate := strings.HasPrefix(token, "aws:acm/")
	switch {
	case certificate && region != certificateRegion:
		return fmt.Errorf("%s in %s: CloudFront takes certificates from us-east-1; give the resource an explicit provider of that region", token, region)
	case !certificate && region != p.cloud.Region:
		return fmt.Errorf("%s in %s: the stand-in plays only certificates there; give the resource the provider of %s", token, region, p.cloud.Region)
	}
	return nil
}
