package provider

import (
	"fmt"
	"strings"

	"privateplayback/internal/fakeaws"
	"privateplayback/internal/fakeaws/bucket"
)

type objectInputs struct {
	Bucket       string     `json:"bucket"`
	Key          string     `json:"key,omitempty"`
	Source       *fileAsset `json:"source,omitempty"`
	Content      string     `json:"content,omitempty"`
	ContentType  string     `json:"contentType,omitempty"`
	CacheControl string     `json:"cacheControl,omitempty"`
}

func (in objectInputs) body() ([]byte, error) {
	switch {
	case in.Source != nil && in.Content != "":
		return nil, fmt.Errorf("only one of source and content can be specified")
	case in.Source != nil:
		return in.Source.asset.Bytes()
	}
	return []byte(in.Content), nil
}

func putObject(c *fakeaws.Cloud, in objectInputs) (string, outputs, error) {
	body, err := in.body()
	if err != nil {
		return "", nil, err
	}
	etag, err := c.Bucket.PutObject(in.Bucket, in.Key, bucket.Object{Body: body, ContentType: in.ContentType, CacheControl: in.CacheControl})
	return in.Key, objectOutputs(in, etag), err
}

func objectOutputs(in objectInputs, etag string) outputs {
	return outputs{"arn": "arn:aws:s3:::" + in.Bucket + "/" + in.Key, "etag": etag}
}

// objectType has the object's key as id. As in the real provider a body that was
// changed outside is not noticed: only what the program says is compared.
func objectType() resourceType {
	return kind[objectInputs]{
		replace:  []string{"bucket", "key"},
		computed: []string{"arn", "etag"},
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
			last.ContentType, last.CacheControl = o.ContentType, o.CacheControl
			return last, objectOutputs(last, o.ETag), err
		},
		update: func(c *fakeaws.Cloud, _ string, in objectInputs, _ outputs) (outputs, error) {
			_, out, err := putObject(c, in)
			return out, err
		},
		delete: func(c *fakeaws.Cloud, _ string, in objectInputs, _ outputs) error {
			return c.Bucket.DeleteObject(in.Bucket, in.Key)
		},
	}
}
