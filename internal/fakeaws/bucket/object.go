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

// Object is one object. PutObject reads the fields of the first group alone;
// the rest is what S3 adds.
type Object struct {
	Body               []byte
	ContentType        string            // "" in PutObject: binary/octet-stream
	CacheControl       string            // "": no header, like the next four
	ContentDisposition string            //
	ContentEncoding    string            //
	ContentLanguage    string            //
	Expires            string            //
	Metadata           map[string]string // names in lower case, without x-amz-meta-

	ETag         string    // hexadecimal, without the quotes of the header
	LastModified time.Time // UTC, whole seconds
	Encryption   string    // EncryptionS3 or EncryptionKMS
	StorageClass string    // "": STANDARD
	VersionID    string    // "": the bucket never had versioning
}

// PutObject stores an object under a key: as a new version where versioning is
// enabled, else in place of what was there. The etag is the MD5 of the body in
// hexadecimal, without quotes; under aws:kms it is not. Refusals: NoSuchBucket,
// KeyTooLongError, InvalidURI for a key that is empty or not UTF-8. See
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html.
func (s *Service) PutObject(name, key string, o Object) (etag string, err error) {
	const operation = "PutObject"
	if f := checkKey(key); f != nil {
		return "", f.control(operation)
	}
	stored := &version{Object: o}
	stored.Body, stored.Metadata = bytes.Clone(o.Body), maps.Clone(o.Metadata)
	stored.Encryption, stored.StorageClass, stored.VersionID = "", "", ""
	s.complete(stored)
	err = s.update(operation, name, func(b *state) {
		b.encrypt(stored)
		b.add(key, stored)
	})
	if err != nil {
		return "", err
	}
	return stored.ETag, nil
}

// complete fills in what does not depend on the bucket.
func (s *Service) complete(v *version) {
	v.LastModified = s.options.Now().UTC().Truncate(time.Second)
	if v.ContentType == "" {
		v.ContentType = "binary/octet-stream"
	}
	if v.checksum.algorithm == "" {
		v.checksum = sum("crc64nvme", v.Body)
	}
}

// encrypt takes the bucket's algorithm where the caller chose none; the entity
// tag depends on it. It needs the lock of the Service.
func (b *state) encrypt(v *version) {
	if v.Encryption == "" {
		v.Encryption = b.encryption
	}
	v.ETag = entityTag(v.Body, v.Encryption)
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

// Object reads the latest version of an object; the caller owns its Body and
// Metadata. Refusals: NoSuchBucket, NoSuchKey.
func (s *Service) Object(name, key string) (Object, error) {
	const operation = "GetObject"
	b, err := s.view(operation, name)
	if err != nil {
		return Object{}, err
	}
	v := s.version(name, key, "")
	if v == nil || v.marker {
		return Object{}, errNoSuchKey.control(operation)
	}
	copied := v.Object
	copied.Body, copied.Metadata = bytes.Clone(v.Body), maps.Clone(v.Metadata)
	if b.versioning != "" {
		copied.VersionID = v.id
	}
	return copied, nil
}

// version gives the stored version, which must not be changed, or nil; id ""
// is the latest one.
func (s *Service) version(name, key, id string) *version {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if b, ok := s.buckets[name]; ok {
		return b.find(key, id)
	}
	return nil
}

// DeleteObject removes an object, or puts a delete marker over it where the
// bucket has or had versioning; that there is none is no error. Refusals:
// NoSuchBucket.
func (s *Service) DeleteObject(name, key string) error {
	return s.update("DeleteObject", name, func(b *state) { b.remove(key, s.options.Now()) })
}

// Keys lists the keys of a bucket in the order of their UTF-8 bytes, without
// those under a delete marker. Refusals: NoSuchBucket.
func (s *Service) Keys(name string) ([]string, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	b, ok := s.buckets[name]
	if !ok {
		return nil, errNoSuchBucket.control("ListObjectsV2")
	}
	keys := sortedKeys(b.objects)
	return slices.DeleteFunc(keys, func(key string) bool { return b.current(key).marker }), nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
