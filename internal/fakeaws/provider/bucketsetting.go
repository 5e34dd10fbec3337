package provider

import (
	"fmt"
	"net/http"

	"privateplayback/internal/fakeaws"
	"privateplayback/internal/fakeaws/apierror"
	"privateplayback/internal/fakeaws/bucket"
)

// bucketSetting is a resource that is one setting of a bucket: its id is the
// bucket's name, creation and update both put the setting, and it has no
// outputs.
func bucketSetting[T any](
	name func(T) string,
	put func(c *fakeaws.Cloud, in T) error,
	read func(c *fakeaws.Cloud, id string) (T, error),
	remove func(c *fakeaws.Cloud, id string) error,
) kind[T] {
	return kind[T]{
		create: func(c *fakeaws.Cloud, in T) (string, error) { return name(in), put(c, in) },
		read: func(c *fakeaws.Cloud, id string, _ T) (T, outputs, error) {
			in, err := read(c, id)
			return in, nil, err
		},
		update: func(c *fakeaws.Cloud, _ string, in T, _ outputs) error { return put(c, in) },
		delete: func(c *fakeaws.Cloud, id string, _ T, _ outputs) error { return remove(c, id) },
	}
}

// ofBucket is the property that names the bucket of a setting.
type ofBucket struct {
	Bucket string `json:"bucket" schema:"forcenew"`
}

type ownershipInputs struct {
	ofBucket
	Rule ownershipRule `json:"rule"`
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
		func(c *fakeaws.Cloud, id string) (ownershipInputs, error) {
			ownership, err := c.Bucket.OwnershipControls(id)
			return ownershipInputs{ofBucket{id}, ownershipRule{ownership}}, err
		},
		func(c *fakeaws.Cloud, id string) error { return c.Bucket.DeleteOwnershipControls(id) },
	)
}

// publicAccessBlockInputs default to false, each of them.
type publicAccessBlockInputs struct {
	ofBucket
	BlockPublicAcls       bool `json:"blockPublicAcls,omitempty"`
	BlockPublicPolicy     bool `json:"blockPublicPolicy,omitempty"`
	IgnorePublicAcls      bool `json:"ignorePublicAcls,omitempty"`
	RestrictPublicBuckets bool `json:"restrictPublicBuckets,omitempty"`
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
		func(c *fakeaws.Cloud, id string) (publicAccessBlockInputs, error) {
			b, err := c.Bucket.PublicAccessBlock(id)
			return publicAccessBlockInputs{ofBucket{id}, b.BlockPublicAcls, b.BlockPublicPolicy, b.IgnorePublicAcls, b.RestrictPublicBuckets}, err
		},
		func(c *fakeaws.Cloud, id string) error { return c.Bucket.DeletePublicAccessBlock(id) },
	)
}

type encryptionInputs struct {
	ofBucket
	Rules []encryptionRule `json:"rules" schema:"set"`
}

func (encryptionInputs) limits() map[string]string { return unmodelled("expectedBucketOwner") }

type encryptionRule struct {
	Apply encryptionDefault `json:"applyServerSideEncryptionByDefault"`
}

func (encryptionRule) limits() map[string]string { return unmodelled("bucketKeyEnabled") }

type encryptionDefault struct {
	SSEAlgorithm string `json:"sseAlgorithm" oneof:"AES256 aws:kms aws:kms:dsse"`
}

func (encryptionDefault) limits() map[string]string { return unmodelled("kmsMasterKeyId") }

func encryptionType() resourceType {
	return bucketSetting(
		func(in encryptionInputs) string { return in.Bucket },
		func(c *fakeaws.Cloud, in encryptionInputs) error {
			if len(in.Rules) != 1 {
				return &apierror.Error{Service: "S3", Operation: "PutBucketEncryption", Status: http.StatusBadRequest, Code: "MalformedXML",
					Message: "The encryption configuration must hold one rule."}
			}
			return c.Bucket.PutEncryption(in.Bucket, in.Rules[0].Apply.SSEAlgorithm)
		},
		func(c *fakeaws.Cloud, id string) (encryptionInputs, error) {
			algorithm, err := c.Bucket.Encryption(id)
			return encryptionInputs{ofBucket{id}, []encryptionRule{{encryptionDefault{algorithm}}}}, err
		},
		func(c *fakeaws.Cloud, id string) error { return c.Bucket.DeleteEncryption(id) },
	)
}

type versioningInputs struct {
	ofBucket
	Configuration versioningConfiguration `json:"versioningConfiguration"`
}

func (versioningInputs) limits() map[string]string { return unmodelled("expectedBucketOwner mfa") }

type versioningConfiguration struct {
	Status string `json:"status" oneof:"Enabled Suspended Disabled"`
}

func (versioningConfiguration) limits() map[string]string { return unmodelled("mfaDelete") }

// versioningDisabled is the provider's word for a bucket that never had
// versioning, which S3 has none for.
const versioningDisabled = "Disabled"

// versioningType suspends versioning when it is deleted: there is no way back to
// a bucket that never had it.
func versioningType() resourceType {
	k := bucketSetting(
		func(in versioningInputs) string { return in.Bucket },
		func(c *fakeaws.Cloud, in versioningInputs) error {
			if in.Configuration.Status == versioningDisabled {
				_, err := c.Bucket.Versioning(in.Bucket)
				return err
			}
			return c.Bucket.PutVersioning(in.Bucket, in.Configuration.Status)
		},
		func(c *fakeaws.Cloud, id string) (versioningInputs, error) {
			status, err := c.Bucket.Versioning(id)
			if status == "" {
				status = versioningDisabled
			}
			return versioningInputs{ofBucket{id}, versioningConfiguration{status}}, err
		},
		nil,
	)
	k.refuse = func(old, new versioningInputs) error {
		before, after := old.Configuration.Status, new.Configuration.Status
		if after == versioningDisabled && before != "" && before != versioningDisabled {
			return fmt.Errorf("versioningConfiguration.status cannot be updated from %q to %q", before, after)
		}
		return nil
	}
	k.delete = func(c *fakeaws.Cloud, id string, in versioningInputs, _ outputs) error {
		if in.Configuration.Status == versioningDisabled {
			return nil
		}
		return c.Bucket.PutVersioning(id, bucket.VersioningSuspended)
	}
	return k
}
