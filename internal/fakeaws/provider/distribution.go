package provider

import (
	"time"

	"privateplayback/internal/fakeaws"
	"privateplayback/internal/fakeaws/edge"
)

type distributionInputs struct {
	Aliases           []string          `json:"aliases,omitempty"`
	Comment           string            `json:"comment,omitempty" most:"128"`
	DefaultBehavior   behavior          `json:"defaultCacheBehavior"`
	DefaultRootObject string            `json:"defaultRootObject,omitempty"`
	Enabled           bool              `json:"enabled"`
	HTTPVersion       string            `json:"httpVersion,omitempty" oneof:"http1.1 http2 http3 http2and3"`
	IPv6              bool              `json:"isIpv6Enabled,omitempty"`
	Behaviors         []behavior        `json:"orderedCacheBehaviors,omitempty"`
	Origins           []origin          `json:"origins"`
	PriceClass        string            `json:"priceClass,omitempty" oneof:"PriceClass_100 PriceClass_200 PriceClass_All"`
	Restrictions      restrictions      `json:"restrictions"`
	Tags              map[string]string `json:"tags,omitempty"`
	Certificate       certificate       `json:"viewerCertificate"`
	WaitForDeployment bool              `json:"waitForDeployment,omitempty"`
}

type origin struct {
	OriginID   string    `json:"originId"`
	DomainName string    `json:"domainName"`
	Path       string    `json:"originPath,omitempty"`
	S3         *s3Origin `json:"s3OriginConfig,omitempty"`
}

type s3Origin struct {
	OriginAccessIdentity string `json:"originAccessIdentity"`
}

type behavior struct {
	PathPattern             string   `json:"pathPattern,omitempty"`
	TargetOriginID          string   `json:"targetOriginId"`
	ViewerProtocolPolicy    string   `json:"viewerProtocolPolicy" oneof:"allow-all https-only redirect-to-https"`
	AllowedMethods          []string `json:"allowedMethods" oneof:"DELETE GET HEAD OPTIONS PATCH POST PUT"`
	CachedMethods           []string `json:"cachedMethods" oneof:"DELETE GET HEAD OPTIONS PATCH POST PUT"`
	Compress                bool     `json:"compress,omitempty"`
	CachePolicyID           string   `json:"cachePolicyId,omitempty"`
	OriginRequestPolicyID   string   `json:"originRequestPolicyId,omitempty"`
	ResponseHeadersPolicyID string   `json:"responseHeadersPolicyId,omitempty"`
	TrustedKeyGroups        []string `json:"trustedKeyGroups,omitempty"`
}

type restrictions struct {
	Geo geoRestriction `json:"geoRestriction"`
}

type geoRestriction struct {
	Type      string   `json:"restrictionType" oneof:"none whitelist blacklist"`
	Locations []string `json:"locations,omitempty"`
}

type certificate struct {
	CloudFrontDefault      bool   `json:"cloudfrontDefaultCertificate,omitempty"`
	MinimumProtocolVersion string `json:"minimumProtocolVersion,omitempty"`
}

func (in distributionInputs) config(callerReference string) edge.DistributionConfig {
	c := edge.DistributionConfig{
		CallerReference: callerReference, Comment: in.Comment, DefaultRootObject: in.DefaultRootObject,
		PriceClass: in.PriceClass, HTTPVersion: in.HTTPVersion, Enabled: in.Enabled, IPv6: in.IPv6, Aliases: in.Aliases,
		DefaultBehavior:   edge.Behavior(in.DefaultBehavior),
		ViewerCertificate: edge.ViewerCertificate(in.Certificate),
		GeoRestriction:    edge.GeoRestriction(in.Restrictions.Geo),
	}
	for _, o := range in.Origins {
		identity := ""
		if o.S3 != nil {
			identity = o.S3.OriginAccessIdentity
		}
		c.Origins = append(c.Origins, edge.Origin{ID: o.OriginID, DomainName: o.DomainName, Path: o.Path, OriginAccessIdentity: identity})
	}
	for _, b := range in.Behaviors {
		c.Behaviors = append(c.Behaviors, edge.Behavior(b))
	}
	return c
}

// distributionInputsOf reads a distribution back; tags and waitForDeployment are
// the provider's own.
func distributionInputsOf(c edge.DistributionConfig, last distributionInputs) distributionInputs {
	in := distributionInputs{
		Aliases: c.Aliases, Comment: c.Comment, DefaultRootObject: c.DefaultRootObject, PriceClass: c.PriceClass,
		HTTPVersion: c.HTTPVersion, Enabled: c.Enabled, IPv6: c.IPv6,
		DefaultBehavior:   behavior(c.DefaultBehavior),
		Restrictions:      restrictions{geoRestriction(c.GeoRestriction)},
		Tags:              last.Tags,
		WaitForDeployment: last.WaitForDeployment,
		// The edge forces the protocol version of its own certificate.
		Certificate: certificate{c.ViewerCertificate.CloudFrontDefault, last.Certificate.MinimumProtocolVersion},
	}
	for _, o := range c.Origins {
		s3 := &s3Origin{o.OriginAccessIdentity}
		if o.OriginAccessIdentity == "" {
			s3 = nil
		}
		in.Origins = append(in.Origins, origin{o.ID, o.DomainName, o.Path, s3})
	}
	for _, b := range c.Behaviors {
		in.Behaviors = append(in.Behaviors, behavior(b))
	}
	return in
}

// hostedZoneID is the Route 53 zone of every distribution, by
// https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html.
const hostedZoneID = "Z2FDTNDATAQYW2"

func distributionOutputs(d edge.Distribution) outputs {
	return outputs{
		"arn": d.ARN, "callerReference": d.CallerReference, "domainName": d.DomainName, "etag": d.ETag,
		"hostedZoneId": hostedZoneID, "lastModifiedTime": d.LastModified.UTC().Format(time.RFC3339), "status": d.Status,
	}
}

func distributionType() resourceType {
	return kind[distributionInputs]{
		computed: []string{"arn", "callerReference", "domainName", "etag", "hostedZoneId", "lastModifiedTime", "status"},
		create: func(c *fakeaws.Cloud, in distributionInputs) (string, outputs, error) {
			d, err := c.Edge.CreateDistribution(in.config(callerReference()))
			return d.ID, distributionOutputs(d), err
		},
		read: func(c *fakeaws.Cloud, id string, last distributionInputs) (distributionInputs, outputs, error) {
			d, err := c.Edge.Distribution(id)
			return distributionInputsOf(d.DistributionConfig, last), distributionOutputs(d), err
		},
		update: func(c *fakeaws.Cloud, id string, in distributionInputs, _ outputs) (outputs, error) {
			d, err := updateDistribution(c, id, in)
			return distributionOutputs(d), err
		},
		delete: deleteDistribution,
	}
}

// updateDistribution takes the ETag of the moment, since an update of its key
// group in the same run has changed the one in the state; the real provider asks
// again after a 412.
func updateDistribution(c *fakeaws.Cloud, id string, in distributionInputs) (edge.Distribution, error) {
	now, err := c.Edge.Distribution(id)
	if err != nil {
		return now, err
	}
	return c.Edge.UpdateDistribution(id, now.ETag, in.config(now.CallerReference))
}

// deleteDistribution disables a distribution before it deletes it, as the API
// demands.
func deleteDistribution(c *fakeaws.Cloud, id string, in distributionInputs, _ outputs) error {
	in.Enabled = false
	d, err := updateDistribution(c, id, in)
	if err != nil {
		return err
	}
	return c.Edge.DeleteDistribution(id, d.ETag)
}
