package provider

import (
	"fmt"
	"strings"

	"privateplayback/internal/fakeaws"
	"privateplayback/internal/fakeaws/bucket"
)

type objectInputs struct {
	Bucket       string     `json:"bucket" schema:"forcenew"`
	Key          string     `json:"key,omitempty" schema:"forcenew"`
	Source       *fileAsset `json:"source,omitempty" conflicts:"content"`
	Content      string     `json:"content,omitempty"`
	ContentType  string     `json:"contentType,omitempty" schema:"computed"`
	CacheControl string     `json:"cacheControl,omitempty"`

	Metadata map[string]string `json:"metadata,omitempty"`
}

func (objectInputs) limits() map[string]string {
	return unmodelled(`acl bucketKeyEnabled checksumAlgorithm contentBase64 contentDisposition contentEncoding contentLanguage
		etag forceDestroy kmsKeyId objectLockLegalHoldStatus objectLockMode objectLockRetainUntilDate
		overrideProvider serverSideEncryption sourceHash storageClass tags websiteRedirect`)
}

func (in objectInputs) body() ([]byte, error) {
	if in.Source != nil {
		return in.Source.asset.Bytes()
	}
	return []byte(in.Content), nil
}

func putObject(c *fakeaws.Cloud, in objectInputs) (string, error) {
	body, err := in.body()
	if err != nil {
		return "", err
	}
	for name := range in.Metadata {
		if name != strings.ToLower(name) {
			return "", fmt.Errorf("metadata must be lowercase only, and %q is not", name)
		}
	}
	_, err = c.Bucket.PutObject(in.Bucket, in.Key, bucket.Object{
		Body: body, ContentType: in.ContentType, CacheControl: in.CacheControl, Metadata: in.Metadata,
	})
	return in.Key, err
}

// objectType has the object's key as id. As in the real provider a body that was
// changed outside is not noticed: only what the program says is compared.
func objectType() resourceType {
	return kind[objectInputs]{
		name:     naming{property: "key", whole: true},
		computed: []string{"arn", "etag", "versionId"},
		create:   putObject,
		read: func(c *fakeaws.Cloud, id string, last objectInputs) (objectInputs, outputs, error) {
			if last.Bucket == "" {
				name, key, ok := strings.Cut(strings.TrimPrefix(id, "s3://"), "/")
				if !ok {
					return last, nil, fmt.Errorf("importing %q: want the id BUCKET/KEY", id)
				}
				last.Bucket, last.Key = name, key
			}
			o, err := c.Bucket.Object(last.Bucket, last.Key)
			last.ContentType, last.CacheControl, last.Metadata = o.ContentType, o.CacheControl, o.Metadata
			return last, outputs{"arn": "arn:aws:s3:::" + last.Bucket + "/" + last.Key, "etag": o.ETag, "versionId": o.VersionID}, err
		},
		idOf: func(in objectInputs) string { return in.Key },
		update: func(c *fakeaws.Cloud, _ string, in objectInputs, _ outputs) error {
			_, err := putObject(c, in)
			return err
		},
		delete: func(c *fakeaws.Cloud, _ string, in objectInputs, _ outputs) error {
			return c.Bucket.DeleteObject(in.Bucket, in.Key)
		},
	}
}
