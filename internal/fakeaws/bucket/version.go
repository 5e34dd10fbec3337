package bucket

import (
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"time"
)

// The versioning states that a bucket can be set to, after
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html. A new
// bucket is in neither, and there is no way back to that.
const (
	VersioningEnabled   = "Enabled"
	VersioningSuspended = "Suspended"
)

// nullVersion is the id of what was put without versioning.
const nullVersion = "null"

var versionIDForm = regexp.MustCompile(`^(null|[0-9A-Za-z._]{32})$`)

// Version is one entry of Versions.
type Version struct {
	Key          string
	ID           string // "null" for what was put without versioning
	DeleteMarker bool
	Latest       bool
	LastModified time.Time
}

// version is a stored object or a delete marker. It is not changed once stored.
type version struct {
	Object
	id       string
	marker   bool
	checksum checksum
}

// class is the storage class as listings show it.
func (v *version) class() string {
	if v.StorageClass == "" {
		return "STANDARD"
	}
	return v.StorageClass
}

// PutVersioning sets VersioningEnabled or VersioningSuspended; it holds for the
// next request. Refusals: NoSuchBucket, MalformedXML.
func (s *Service) PutVersioning(name, status string) error {
	const operation = "PutBucketVersioning"
	if status != VersioningEnabled && status != VersioningSuspended {
		return errMalformedXML.control(operation)
	}
	return s.update(operation, name, func(b *state) { b.versioning = status })
}

// Versioning reads the state; "" means that versioning was never enabled.
// Refusals: NoSuchBucket.
func (s *Service) Versioning(name string) (string, error) {
	b, err := s.view("GetBucketVersioning", name)
	return b.versioning, err
}

// Versions lists all versions and delete markers by key, the latest first.
// Refusals: NoSuchBucket.
func (s *Service) Versions(name string) ([]Version, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	b, ok := s.buckets[name]
	if !ok {
		return nil, errNoSuchBucket.control("ListObjectVersions")
	}
	var out []Version
	for _, key := range sortedKeys(b.objects) {
		stack := b.objects[key]
		for i, v := range slices.Backward(stack) {
			out = append(out, Version{key, v.id, v.marker, i == len(stack)-1, v.LastModified})
		}
	}
	return out, nil
}

// DeleteVersion removes one version or delete marker for good; that there is
// none is no error. Refusals: NoSuchBucket, InvalidArgument for what is no
// version id.
func (s *Service) DeleteVersion(name, key, id string) error {
	const operation = "DeleteObject"
	if f := checkVersionID(id); f != nil {
		return f.control(operation)
	}
	return s.update(operation, name, func(b *state) { b.removeVersion(key, id) })
}

func checkVersionID(id string) *refusal {
	if versionIDForm.MatchString(id) {
		return nil
	}
	f := refusal{status: http.StatusBadRequest, code: "InvalidArgument", message: "Invalid version id specified"}.
		with("ArgumentName", "versionId").with("ArgumentValue", id)
	return &f
}

// The methods of state need the lock of the Service.

// current gives the latest version of a key, which may be a delete marker, or
// nil.
func (b *state) current(key string) *version {
	if stack := b.objects[key]; len(stack) > 0 {
		return stack[len(stack)-1]
	}
	return nil
}

// find gives a version by its id; "" is the latest.
func (b *state) find(key, id string) *version {
	if id == "" {
		return b.current(key)
	}
	for _, v := range b.objects[key] {
		if v.id == id {
			return v
		}
	}
	return nil
}

// add makes v the latest version of a key. Without versioning it takes the
// place of the null version.
func (b *state) add(key string, v *version) {
	v.id = nullVersion
	if b.versioning == VersioningEnabled {
		v.id = randomText(32)
	} else {
		b.removeVersion(key, nullVersion)
	}
	b.objects[key] = append(b.objects[key], v)
}

// remove deletes a key as DELETE without a version does, and gives the delete
// marker that this made, or nil. See
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html.
func (b *state) remove(key string, now time.Time) *version {
	if b.versioning == "" {
		b.removeVersion(key, nullVersion)
		return nil
	}
	marker := &version{marker: true, Object: Object{LastModified: now.UTC().Truncate(time.Second)}}
	b.add(key, marker)
	return marker
}

// removeVersion gives the version that was removed, or nil.
func (b *state) removeVersion(key, id string) *version {
	stack := b.objects[key]
	i := slices.IndexFunc(stack, func(v *version) bool { return v.id == id })
	if i < 0 {
		return nil
	}
	v := stack[i]
	if b.objects[key] = slices.Delete(stack, i, i+1); len(b.objects[key]) == 0 {
		delete(b.objects, key)
	}
	return v
}

// randomText is an opaque id; nothing rests on its being hard to guess.
func randomText(n int) string {
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._"
	id := make([]byte, n)
	for i := range id {
		id[i] = alphabet[rand.IntN(len(alphabet))]
	}
	return string(id)
}
