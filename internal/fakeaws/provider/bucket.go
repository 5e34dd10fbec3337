package provider

import (
	"privateplayback/internal/fakeaws"
)

type bucketInputs struct {
	Bucket       string            `json:"bucket,omitempty" schema:"forcenew,computed" conflicts:"bucketPrefix"`
	BucketPrefix string            `json:"bucketPrefix,omitempty" schema:"forcenew,computed" most:"37"`
	ForceDestroy bool              `json:"forceDestroy,omitempty"`
	Tags         map[string]string `json:"tags,omitempty"`
}

func (bucketInputs) limits() map[string]string {
	limits := unmodelled("accelerationStatus loggings objectLockConfiguration objectLockEnabled replicationConfigurations requestPayer websites")
	for _, name := range []string{"acl", "corsRules", "grants", "lifecycleRules", "policy", "serverSideEncryptionConfigurations", "versionings"} {
		limits[name] = "deprecated, and at war with the resource of its own; declare that in its place"
	}
	return limits
}

func bucketType() resourceType {
	return kind[bucketInputs]{
		name:     naming{property: "bucket", prefix: "bucketPrefix", lower: true},
		computed: []string{"arn", "bucketDomainName", "bucketRegionalDomainName", "region", "tagsAll"},
		create: func(c *fakeaws.Cloud, in bucketInputs) (string, error) {
			in.Bucket = named(in.Bucket, in.BucketPrefix)
			return in.Bucket, c.Bucket.CreateBucket(in.Bucket)
		},
		read: func(c *fakeaws.Cloud, id string, last bucketInputs) (bucketInputs, outputs, error) {
			last.Bucket = id
			_, err := c.Bucket.Keys(id)
			return last, outputs{
				"arn":                      "arn:aws:s3:::" + id,
				"bucketDomainName":         id + ".s3.amazonaws.com",
				"bucketRegionalDomainName": id + ".s3." + c.Region + ".amazonaws.com",
				"region":                   c.Region,
				"tagsAll":                  tagsAll(last.Tags),
			}, err
		},
		// Only forceDestroy and tags are left to change, and both are the
		// caller's own.
		update: func(c *fakeaws.Cloud, id string, _ bucketInputs, _ outputs) error {
			_, err := c.Bucket.Keys(id)
			return err
		},
		delete: deleteBucket,
	}
}

// tagsAll is the tags that a resource has, with those that the provider would
// add to each resource: none.
func tagsAll(tags map[string]string) map[string]any {
	all := map[string]any{}
	for name, value := range tags {
		all[name] = value
	}
	return all
}

// deleteBucket empties a bucket first if the last run stored forceDestroy.
func deleteBucket(c *fakeaws.Cloud, id string, in bucketInputs, _ outputs) error {
	if in.ForceDestroy {
		versions, err := c.Bucket.Versions(id)
		if err != nil {
			return err
		}
		for _, v := range versions {
			if err := c.Bucket.DeleteVersion(id, v.Key, v.ID); err != nil {
				return err
			}
		}
	}
	return c.Bucket.DeleteBucket(id)
}
