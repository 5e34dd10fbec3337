package provider

import (
	"crypto/rand"

	"privateplayback/internal/fakeaws"
	"privateplayback/internal/fakeaws/edge"
)

// callerReference is what the provider makes up so that a repeated call makes
// nothing twice.
func callerReference() string { return "pulumi-" + rand.Text() }

// cloudFrontARN is the ARN of a resource of CloudFront, which has no region.
func cloudFrontARN(kind, id string) string {
	return "arn:aws:cloudfront::" + fakeaws.AccountID + ":" + kind + "/" + id
}

type identityInputs struct {
	Comment string `json:"comment,omitempty"`
}

func identityType() resourceType {
	return kind[identityInputs]{
		computed: []string{"arn", "callerReference", "cloudfrontAccessIdentityPath", "etag", "iamArn", "s3CanonicalUserId"},
		create: func(c *fakeaws.Cloud, in identityInputs) (string, error) {
			i, err := c.Edge.CreateOriginAccessIdentity(callerReference(), in.Comment)
			return i.ID, err
		},
		read: func(c *fakeaws.Cloud, id string, _ identityInputs) (identityInputs, outputs, error) {
			i, err := c.Edge.OriginAccessIdentity(id)
			return identityInputs{i.Comment}, outputs{
				"arn":                          cloudFrontARN("origin-access-identity", i.ID),
				"callerReference":              i.CallerReference,
				"cloudfrontAccessIdentityPath": "origin-access-identity/cloudfront/" + i.ID,
				"etag":                         i.ETag,
				"iamArn":                       i.IAMARN(),
				"s3CanonicalUserId":            i.S3CanonicalUserID,
			}, err
		},
		update: func(c *fakeaws.Cloud, id string, in identityInputs, old outputs) error {
			_, err := c.Edge.UpdateOriginAccessIdentity(id, old.text("etag"), in.Comment)
			return err
		},
		delete: func(c *fakeaws.Cloud, id string, _ identityInputs, old outputs) error {
			return c.Edge.DeleteOriginAccessIdentity(id, old.text("etag"))
		},
	}
}

type accessControlInputs struct {
	Name            string `json:"name,omitempty" most:"64"`
	Description     string `json:"description,omitempty" most:"256" default:"Managed by Pulumi"`
	SigningProtocol string `json:"signingProtocol" oneof:"sigv4"`
	SigningBehavior string `json:"signingBehavior" oneof:"never always no-override"`
	OriginType      string `json:"originAccessControlOriginType" oneof:"s3 mediastore mediapackagev2 lambda"`
}

func accessControlType() resourceType {
	return kind[accessControlInputs]{
		name:     naming{property: "name"},
		computed: []string{"arn", "etag"},
		create: func(c *fakeaws.Cloud, in accessControlInputs) (string, error) {
			a, err := c.Edge.CreateOriginAccessControl(edge.OriginAccessControlConfig(in))
			return a.ID, err
		},
		read: func(c *fakeaws.Cloud, id string, _ accessControlInputs) (accessControlInputs, outputs, error) {
			a, err := c.Edge.OriginAccessControl(id)
			return accessControlInputs(a.OriginAccessControlConfig),
				outputs{"arn": cloudFrontARN("origin-access-control", a.ID), "etag": a.ETag}, err
		},
		update: func(c *fakeaws.Cloud, id string, in accessControlInputs, old outputs) error {
			_, err := c.Edge.UpdateOriginAccessControl(id, old.text("etag"), edge.OriginAccessControlConfig(in))
			return err
		},
		delete: func(c *fakeaws.Cloud, id string, _ accessControlInputs, old outputs) error {
			return c.Edge.DeleteOriginAccessControl(id, old.text("etag"))
		},
	}
}
