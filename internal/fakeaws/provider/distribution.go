package provider

import (
	"context"
	"time"

	"privateplayback/internal/fakeaws"
	"privateplayback/internal/fakeaws/edge"
	"privateplayback/internal/fakeaws/route53"
)

type distributionInputs struct {
	Aliases           []string          `json:"aliases,omitempty" schema:"set"`
	Comment           string            `json:"comment,omitempty" most:"128"`
	ErrorResponses    []errorResponse   `json:"customErrorResponses,omitempty" schema:"set"`
	DefaultBehavior   defaultBehavior   `json:"defaultCacheBehavior"`
	DefaultRootObject string            `json:"defaultRootObject,omitempty"`
	Enabled           bool              `json:"enabled"`
	HTTPVersion       string            `json:"httpVersion,omitempty" default:"http2" oneof:"http1.1 http2 http3 http2and3"`
	IPv6              bool              `json:"isIpv6Enabled,omitempty"`
	Behaviors         []orderedBehavior `json:"orderedCacheBehaviors,omitempty"`
	Origins           []origin          `json:"origins" schema:"set"`
	PriceClass        string            `json:"priceClass,omitempty" default:"PriceClass_All" oneof:"PriceClass_100 PriceClass_200 PriceClass_All"`
	Restrictions      restrictions      `json:"restrictions"`
	RetainOnDelete    bool              `json:"retainOnDelete,omitempty"`
	Tags              map[string]string `json:"tags,omitempty"`
	Certificate       certificate       `json:"viewerCertificate"`
	WaitForDeployment *bool             `json:"waitForDeployment,omitempty" default:"true"`
}

func (distributionInputs) limits() map[string]string {
	return unmodelled("continuousDeploymentPolicyId loggingConfig originGroups staging webAclId")
}

// errorResponse sends an age of 0 where the program gives none, as the real
// provider does: CloudFront's ten seconds hold for codes without a response only.
type errorResponse struct {
	ErrorCode    int    `json:"errorCode"`
	PagePath     string `json:"responsePagePath,omitempty"`
	ResponseCode int    `json:"responseCode,omitempty"`
	MinTTL       int64  `json:"errorCachingMinTtl,omitempty"`
}

type origin struct {
	OriginID        string    `json:"originId" match:"."`
	DomainName      string    `json:"domainName" match:"."`
	Path            string    `json:"originPath,omitempty"`
	S3              *s3Origin `json:"s3OriginConfig,omitempty"`
	AccessControlID string    `json:"originAccessControlId,omitempty" match:"."`
}

func (origin) limits() map[string]string {
	limits := unmodelled("connectionAttempts connectionTimeout customHeaders originShield vpcOriginConfig")
	limits["customOriginConfig"] = "the stand-in has origins of S3 only, by their REST endpoint; a website endpoint cannot be private"
	return limits
}

type s3Origin struct {
	OriginAccessIdentity string `json:"originAccessIdentity"`
}

type restrictions struct {
	Geo geoRestriction `json:"geoRestriction"`
}

type geoRestriction struct {
	Type      string   `json:"restrictionType" oneof:"none whitelist blacklist"`
	Locations []string `json:"locations,omitempty" schema:"set"`
}

type certificate struct {
	ACMCertificateARN      string `json:"acmCertificateArn,omitempty"`
	CloudFrontDefault      bool   `json:"cloudfrontDefaultCertificate,omitempty"`
	MinimumProtocolVersion string `json:"minimumProtocolVersion,omitempty" default:"TLSv1" oneof:"SSLv3 TLSv1 TLSv1_2016 TLSv1.1_2016 TLSv1.2_2018 TLSv1.2_2019 TLSv1.2_2021"`
	SSLSupportMethod       string `json:"sslSupportMethod,omitempty" oneof:"sni-only vip static-ip"`
}

func (certificate) limits() map[string]string { return unmodelled("iamCertificateId") }

func (in distributionInputs) config(callerReference string) edge.DistributionConfig {
	c := edge.DistributionConfig{
		CallerReference: callerReference, Comment: in.Comment, DefaultRootObject: in.DefaultRootObject,
		PriceClass: in.PriceClass, HTTPVersion: in.HTTPVersion, Enabled: in.Enabled, IPv6: in.IPv6, Aliases: in.Aliases,
		DefaultBehavior:   in.DefaultBehavior.config("", in.DefaultBehavior.TrustedKeyGroups),
		ViewerCertificate: edge.ViewerCertificate{CloudFrontDefault: in.Certificate.CloudFrontDefault, MinimumProtocolVersion: in.Certificate.MinimumProtocolVersion},
		Certificate:       edge.Certificate{ACMCertificateARN: in.Certificate.ACMCertificateARN, SSLSupportMethod: in.Certificate.SSLSupportMethod},
		GeoRestriction:    edge.GeoRestriction(in.Restrictions.Geo),
	}
	for _, o := range in.Origins {
		identity := ""
		if o.S3 != nil {
			identity = o.S3.OriginAccessIdentity
		}
		c.Origins = append(c.Origins, edge.Origin{
			ID: o.OriginID, DomainName: o.DomainName, Path: o.Path, OriginAccessIdentity: identity, OriginAccessControlID: o.AccessControlID,
		})
	}
	for _, b := range in.Behaviors {
		c.Behaviors = append(c.Behaviors, b.config(b.PathPattern, b.TrustedKeyGroups))
	}
	for _, e := range in.ErrorResponses {
		c.CustomErrorResponses = append(c.CustomErrorResponses, edge.CustomErrorResponse{
			ErrorCode: e.ErrorCode, ResponsePagePath: e.PagePath, ResponseCode: e.ResponseCode, ErrorCachingMinTTL: &e.MinTTL,
		})
	}
	return c
}

// distributionInputsOf reads a distribution back; tags, waitForDeployment and
// retainOnDelete are the provider's own.
func distributionInputsOf(c edge.DistributionConfig, last distributionInputs) distributionInputs {
	in := distributionInputs{
		Aliases: c.Aliases, Comment: c.Comment, DefaultRootObject: c.DefaultRootObject, PriceClass: c.PriceClass,
		HTTPVersion: c.HTTPVersion, Enabled: c.Enabled, IPv6: c.IPv6,
		DefaultBehavior: defaultBehavior{behaviorOf(c.DefaultBehavior), c.DefaultBehavior.TrustedKeyGroups},
		Restrictions:    restrictions{geoRestriction(c.GeoRestriction)},
		Certificate: certificate{
			c.Certificate.ACMCertificateARN, c.ViewerCertificate.CloudFrontDefault, c.ViewerCertificate.MinimumProtocolVersion, c.Certificate.SSLSupportMethod,
		},
		Tags: last.Tags, WaitForDeployment: last.WaitForDeployment, RetainOnDelete: last.RetainOnDelete,
	}
	for _, o := range c.Origins {
		s3 := &s3Origin{o.OriginAccessIdentity}
		if o.OriginAccessIdentity == "" {
			s3 = nil
		}
		in.Origins = append(in.Origins, origin{o.ID, o.DomainName, o.Path, s3, o.OriginAccessControlID})
	}
	for _, b := range c.Behaviors {
		in.Behaviors = append(in.Behaviors, orderedBehavior{b.PathPattern, behaviorOf(b), b.TrustedKeyGroups})
	}
	for _, e := range c.CustomErrorResponses {
		response := errorResponse{ErrorCode: e.ErrorCode, PagePath: e.ResponsePagePath, ResponseCode: e.ResponseCode}
		if e.ErrorCachingMinTTL != nil {
			response.MinTTL = *e.ErrorCachingMinTTL
		}
		in.ErrorResponses = append(in.ErrorResponses, response)
	}
	return in
}

func distributionOutputs(c *fakeaws.Cloud, d edge.Distribution, tags map[string]string) outputs {
	return outputs{
		"arn": d.ARN, "callerReference": d.CallerReference, "domainName": d.DomainName, "etag": d.ETag,
		"hostedZoneId": route53.CloudFrontZoneID, "inProgressValidationBatches": 0, "lastModifiedTime": d.LastModified.UTC().Format(time.RFC3339),
		"status": d.Status, "tagsAll": tagsAll(tags), "trustedKeyGroups": activeKeyGroups(c, d),
		"trustedSigners": []any{map[string]any{"enabled": false, "items": []any{}}},
	}
}

// activeKeyGroups is the key groups that a distribution trusts somewhere, and
// the ids of their public keys.
func activeKeyGroups(c *fakeaws.Cloud, d edge.Distribution) []any {
	groups, seen := []any{}, map[string]bool{}
	for _, b := range append([]edge.Behavior{d.DefaultBehavior}, d.Behaviors...) {
		for _, id := range b.TrustedKeyGroups {
			if group, err := c.Edge.KeyGroup(id); err == nil && !seen[id] {
				seen[id] = true
				groups = append(groups, map[string]any{"keyGroupId": id, "keyPairIds": group.Items})
			}
		}
	}
	return []any{map[string]any{"enabled": len(groups) > 0, "items": groups}}
}

func distributionType() resourceType {
	return kind[distributionInputs]{
		computed: []string{
			"arn", "callerReference", "domainName", "etag", "hostedZoneId", "inProgressValidationBatches", "lastModifiedTime",
			"status", "tagsAll", "trustedKeyGroups", "trustedSigners",
		},
		create: func(c *fakeaws.Cloud, in distributionInputs) (string, error) {
			d, err := c.Edge.CreateDistribution(in.config(callerReference()))
			return d.ID, err
		},
		read: func(c *fakeaws.Cloud, id string, last distributionInputs) (distributionInputs, outputs, error) {
			d, err := c.Edge.Distribution(id)
			return distributionInputsOf(d.DistributionConfig, last), distributionOutputs(c, d, last.Tags), err
		},
		// An update of the key group in the same run has changed the ETag in the
		// state; the real provider asks for the present one after a 412.
		update: func(c *fakeaws.Cloud, id string, in distributionInputs, _ outputs) error {
			now, err := c.Edge.Distribution(id)
			if err != nil {
				return err
			}
			_, err = c.Edge.UpdateDistribution(id, now.ETag, in.config(now.CallerReference))
			return err
		},
		settle: func(ctx context.Context, c *fakeaws.Cloud, id string, in distributionInputs) error {
			if in.WaitForDeployment == nil || !*in.WaitForDeployment {
				return nil
			}
			return awaitDeployed(ctx, c, id, deployTimeout)
		},
		retire: disable,
		delete: func(c *fakeaws.Cloud, id string, in distributionInputs, _ outputs) error {
			if in.RetainOnDelete {
				return nil
			}
			d, err := c.Edge.Distribution(id)
			if err != nil {
				return err
			}
			return c.Edge.DeleteDistribution(id, d.ETag)
		},
	}
}

// disable makes a distribution ready for deletion: as it is deployed, but
// disabled, and at every edge. One that is disabled already gets a minute to
// spread; then the API refuses the deletion.
func disable(ctx context.Context, c *fakeaws.Cloud, id string, _ distributionInputs) error {
	d, err := c.Edge.Distribution(id)
	if err != nil {
		return err
	}
	if d.Enabled {
		d.Enabled = false
		if _, err := c.Edge.UpdateDistribution(id, d.ETag, d.DistributionConfig); err != nil {
			return err
		}
		return awaitDeployed(ctx, c, id, deployTimeout)
	}
	if err := awaitDeployed(ctx, c, id, deleteTimeout); ctx.Err() != nil {
		return err
	}
	return nil
}
