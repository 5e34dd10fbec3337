package provider

import (
	"privateplayback/internal/fakeaws"
	"privateplayback/internal/fakeaws/bucket"
)

type corsInputs struct {
	ofBucket
	CORSRules []corsRule `json:"corsRules" schema:"set"`
}

func (corsInputs) limits() map[string]string { return unmodelled("expectedBucketOwner") }

type corsRule struct {
	ID             string   `json:"id,omitempty" most:"255"`
	AllowedOrigins []string `json:"allowedOrigins" schema:"set"`
	AllowedMethods []string `json:"allowedMethods" schema:"set"`
	AllowedHeaders []string `json:"allowedHeaders,omitempty" schema:"set"`
	ExposeHeaders  []string `json:"exposeHeaders,omitempty" schema:"set"`
	MaxAgeSeconds  *int     `json:"maxAgeSeconds,omitempty"`
}

func corsType() resourceType {
	return bucketSetting(
		func(in corsInputs) string { return in.Bucket },
		func(c *fakeaws.Cloud, in corsInputs) error {
			rules := []bucket.CORSRule{}
			for _, r := range in.CORSRules {
				rules = append(rules, bucket.CORSRule(r))
			}
			return c.Bucket.PutCORS(in.Bucket, rules)
		},
		func(c *fakeaws.Cloud, id string) (corsInputs, error) {
			rules, err := c.Bucket.CORS(id)
			in := corsInputs{ofBucket: ofBucket{id}}
			for _, r := range rules {
				in.CORSRules = append(in.CORSRules, corsRule(r))
			}
			return in, err
		},
		func(c *fakeaws.Cloud, id string) error { return c.Bucket.DeleteCORS(id) },
	)
}

// bucketPolicyInputs hold the policy as S3 stores it once it is read: with the
// ARN in the place of a CanonicalUser, which shows as a change in every run.
type bucketPolicyInputs struct {
	ofBucket
	Policy jsonText `json:"policy"`
}

func bucketPolicyType() resourceType {
	return bucketSetting(
		func(in bucketPolicyInputs) string { return in.Bucket },
		func(c *fakeaws.Cloud, in bucketPolicyInputs) error {
			return c.Bucket.PutPolicy(in.Bucket, string(in.Policy))
		},
		func(c *fakeaws.Cloud, id string) (bucketPolicyInputs, error) {
			policy, err := c.Bucket.Policy(id)
			return bucketPolicyInputs{ofBucket{id}, jsonText(policy)}, err
		},
		func(c *fakeaws.Cloud, id string) error { return c.Bucket.DeletePolicy(id) },
	)
}
