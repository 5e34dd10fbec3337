package provider

import (
	"net/http"

	"privateplayback/internal/fakeaws"
	"privateplayback/internal/fakeaws/apierror"
	"privateplayback/internal/fakeaws/bucket"
)

type bucketInputs struct {
	Bucket       string            `json:"bucket,omitempty"`
	ForceDestroy bool              `json:"forceDestroy,omitempty"`
	Tags         map[string]string `json:"tags,omitempty"`
}

func bucketType() resourceType {
	out := func(c *fakeaws.Cloud, name string) outputs {
		return outputs{
			"arn":                      "arn:aws:s3:::" + name,
			"bucket":                   name,
			"bucketDomainName":         name + ".s3.amazonaws.com",
			"bucketRegionalDomainName": name + ".s3." + c.Region + ".amazonaws.com",
			"region":                   c.Region,
		}
	}
	return kind[bucketInputs]{
		autoname: "bucket",
		replace:  []string{"bucket"},
		computed: []string{"arn", "bucket", "bucketDomainName", "bucketRegionalDomainName", "region"},
		create: func(c *fakeaws.Cloud, in bucketInputs) (string, outputs, error) {
			return in.Bucket, out(c, in.Bucket), c.Bucket.CreateBucket(in.Bucket)
		},
		read: func(c *fakeaws.Cloud, id string, last bucketInputs) (bucketInputs, outputs, error) {
			last.Bucket = id
			_, err := c.Bucket.Keys(id)
			return last, out(c, id), err
		},
		// Only forceDestroy and tags are left to change, and both are the
		// caller's own.
		update: func(c *fakeaws.Cloud, id string, _ bucketInputs, _ outputs) (outputs, error) {
			_, err := c.Bucket.Keys(id)
			return out(c, id), err
		},
		delete: deleteBucket,
	}
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

// bucketSetting is a resource that is one setting of a bucket: its id is the
// bucket's name, creation and update both put the setting, and it has no
// outputs.
func bucketSetting[T any](
	name func(T) string,
	put func(c *fakeaws.Cloud, in T) error,
	read func(c *fakeaws.Cloud, id string, last T) (T, error),
	remove func(c *fakeaws.Cloud, id string) error,
) resourceType {
	return kind[T]{
		replace: []string{"bucket"},
		create: func(c *fakeaws.Cloud, in T) (string, outputs, error) {
			return name(in), nil, put(c, in)
		},
		read: func(c *fakeaws.Cloud, id string, last T) (T, outputs, error) {
			in, err := read(c, id, last)
			return in, nil, err
		},
		update: func(c *fakeaws.Cloud, _ string, in T, _ outputs) (outputs, error) {
			return nil, put(c, in)
		},
		delete: func(c *fakeaws.Cloud, id string, _ T, _ outputs) error {
			return remove(c, id)
		},
	}
}

type ownershipInputs struct {
	Bucket string        `json:"bucket"`
	Rule   ownershipRule `json:"rule"`
}

type ownershipRule struct {
	ObjectOwnership string `json:"objectOwnership" oneof:"BucketOwnerPreferred ObjectWriter BucketOwnerEnforced"`
}

func ownershipType() resourceType {
	return bucketSetting(
		func(in ownershipInputs) string { return in.Bucket },
		func(c *fakeaws.Cloud, in ownershipInputs) error {
			return c.Bucket.PutOwnershipControls(in.Bucket, in.Rule.ObjectOwnership)
		},
		func(c *fakeaws.Cloud, id string, _ ownershipInputs) (ownershipInputs, error) {
			ownership, err := c.Bucket.OwnershipControls(id)
			return ownershipInputs{id, ownershipRule{ownership}}, err
		},
		func(c *fakeaws.Cloud, id string) error { return c.Bucket.DeleteOwnershipControls(id) },
	)
}

// publicAccessBlockInputs default to false, each of them.
type publicAccessBlockInputs struct {
	Bucket                string `json:"bucket"`
	BlockPublicAcls       bool   `json:"blockPublicAcls,omitempty"`
	BlockPublicPolicy     bool   `json:"blockPublicPolicy,omitempty"`
	IgnorePublicAcls      bool   `json:"ignorePublicAcls,omitempty"`
	RestrictPublicBuckets bool   `json:"restrictPublicBuckets,omitempty"`
}

func publicAccessBlockType() resourceType {
	return bucketSetting(
		func(in publicAccessBlockInputs) string { return in.Bucket },
		func(c *fakeaws.Cloud, in publicAccessBlockInputs) error {
			return c.Bucket.PutPublicAccessBlock(in.Bucket, bucket.PublicAccessBlock{
				BlockPublicAcls: in.BlockPublicAcls, IgnorePublicAcls: in.IgnorePublicAcls,
				BlockPublicPolicy: in.BlockPublicPolicy, RestrictPublicBuckets: in.RestrictPublicBuckets,
			})
		},
		func(c *fakeaws.Cloud, id string, _ publicAccessBlockInputs) (publicAccessBlockInputs, error) {
			b, err := c.Bucket.PublicAccessBlock(id)
			return publicAccessBlockInputs{id, b.BlockPublicAcls, b.BlockPublicPolicy, b.IgnorePublicAcls, b.RestrictPublicBuckets}, err
		},
		func(c *fakeaws.Cloud, id string) error { return c.Bucket.DeletePublicAccessBlock(id) },
	)
}

type encryptionInputs struct {
	Bucket string           `json:"bucket"`
	Rules  []encryptionRule `json:"rules"`
}

type encryptionRule struct {
	Apply encryptionDefault `json:"applyServerSideEncryptionByDefault"`
}

type encryptionDefault struct {
	SSEAlgorithm string `json:"sseAlgorithm" oneof:"AES256 aws:kms aws:kms:dsse"`
}

func encryptionType() resourceType {
	return bucketSetting(
		func(in encryptionInputs) string { return in.Bucket },
		func(c *fakeaws.Cloud, in encryptionInputs) error {
			if len(in.Rules) != 1 {
				return malformed("PutBucketEncryption", "The encryption configuration must hold one rule.")
			}
			return c.Bucket.PutEncryption(in.Bucket, in.Rules[0].Apply.SSEAlgorithm)
		},
		func(c *fakeaws.Cloud, id string, _ encryptionInputs) (encryptionInputs, error) {
			algorithm, err := c.Bucket.Encryption(id)
			return encryptionInputs{id, []encryptionRule{{encryptionDefault{algorithm}}}}, err
		},
		func(c *fakeaws.Cloud, id string) error { return c.Bucket.DeleteEncryption(id) },
	)
}

type corsInputs struct {
	Bucket    string     `json:"bucket"`
	CORSRules []corsRule `json:"corsRules"`
}

type corsRule struct {
	ID             string   `json:"id,omitempty"`
	AllowedOrigins []string `json:"allowedOrigins"`
	AllowedMethods []string `json:"allowedMethods"`
	AllowedHeaders []string `json:"allowedHeaders,omitempty"`
	ExposeHeaders  []string `json:"exposeHeaders,omitempty"`
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
		func(c *fakeaws.Cloud, id string, _ corsInputs) (corsInputs, error) {
			rules, err := c.Bucket.CORS(id)
			in := corsInputs{Bucket: id}
			for _, r := range rules {
				in.CORSRules = append(in.CORSRules, corsRule(r))
			}
			return in, err
		},
		func(c *fakeaws.Cloud, id string) error { return c.Bucket.DeleteCORS(id) },
	)
}

type bucketPolicyInputs struct {
	Bucket string   `json:"bucket"`
	Policy jsonText `json:"policy"`
}

func bucketPolicyType() resourceType {
	return bucketSetting(
		func(in bucketPolicyInputs) string { return in.Bucket },
		func(c *fakeaws.Cloud, in bucketPolicyInputs) error {
			return c.Bucket.PutPolicy(in.Bucket, string(in.Policy))
		},
		func(c *fakeaws.Cloud, id string, _ bucketPolicyInputs) (bucketPolicyInputs, error) {
			policy, err := c.Bucket.Policy(id)
			return bucketPolicyInputs{id, jsonText(policy)}, err
		},
		func(c *fakeaws.Cloud, id string) error { return c.Bucket.DeletePolicy(id) },
	)
}

func malformed(operation, message string) error {
	return &apierror.Error{Service: "S3", Operation: operation, Status: http.StatusBadRequest, Code: "MalformedXML", Message: message}
}
