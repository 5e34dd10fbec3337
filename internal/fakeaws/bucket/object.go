package bucket

import (
	"bytes"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"time"
	"unicode/utf8"
)

// maxKeyLength is in bytes, after
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html.
const maxKeyLength = 1024

// Object is one object. PutObject reads Body, ContentType and CacheControl
// alone; the rest is what S3 adds.
type Object struct {
	Body         []byte
	ContentType  string // "" in PutObject: binary/octet-stream
	CacheControl string // "": no header

	ETag         string    // hexadecimal, without the quotes of the header
	LastModified time.Time // UTC, whole seconds
	Encryption   string    // EncryptionS3 or EncryptionKMS
}

// PutObject stores an object under a key, in place of what was there. The
// etag is the MD5 of the body in hexadecimal, without quotes; under aws:kms it
// is not. Refusals: NoSuchBucket, KeyTooLongError, InvalidURI for a key that is
// empty or not UTF-8. See
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html.
func (s *Service) PutObject(name, key string, o Object) (etag string, err error) {
	const operation = "PutObject"
	if f := checkKey(key); f != nil {
		return "", f.control(operation)
	}
	stored := &Object{
		Body:         bytes.Clone(o.Body),
		ContentType:  o.ContentType,
		CacheControl: o.CacheControl,
		LastModified: s.options.Now().UTC().Truncate(time.Second),
	}
	if stored.ContentType == "" {
		stored.ContentType = "binary/octet-stream"
	}
	err = s.update(operation, name, func(b *state) {
		stored.Encryption = b.encryption
		stored.ETag = entityTag(stored.Body, b.encryption)
		b.objects[key] = stored
	})
	return stored.ETag, err
}

// entityTag is MD5 for SSE-S3; for KMS AWS promises only that it is not.
func entityTag(body []byte, encryption string) string {
	if encryption == EncryptionKMS {
		sum := sha256.Sum256(body)
		return hex.EncodeToString(sum[:16])
	}
	sum := md5.Sum(body)
	return hex.EncodeToString(sum[:])
}

func checkKey(key string) *refusal {
	switch {
	case key == "" || !utf8.ValidString(key):
		return &errInvalidURI
	case len(key) > maxKeyLength:
		return &errKeyTooLong
	}
	return nil
}

// Object reads an object; the caller owns its Body. Refusals: NoSuchBucket,
// NoSuchKey.
func (s *Service) Object(name, key string) (Object, error) {
	const operation = "GetObject"
	if _, err := s.view(operation, name); err != nil {
		return Object{}, err
	}
	o := s.object(name, key)
	if o == nil {
		return Object{}, errNoSuchKey.control(operation)
	}
	copied := *o
	copied.Body = bytes.Clone(o.Body)
	return copied, nil
}

// object gives the stored object, which must not be changed, or nil.
func (s *Service) object(name, key string) *Object {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if b, ok := s.buckets[name]; ok {
		return b.objects[key]
	}
	return nil
}

// DeleteObject removes an object; that there is none is no error. Refusals:
// NoSuchBucket.
func (s *Service) DeleteObject(name, key string) error {
	return s.update("DeleteObject", name, func(b *state) { delete(b.objects, key) })
}

// Keys lists all keys of a bucket in the order of their UTF-8 bytes. Refusals:
// NoSuchBucket.
func (s *Service) Keys(name string) ([]string, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	b, ok := s.buckets[name]
	if !ok {
		return nil, errNoSuchBucket.control("ListObjectsV2")
	}
	return slices.Sorted(maps.Keys(b.objects)), nil
}
