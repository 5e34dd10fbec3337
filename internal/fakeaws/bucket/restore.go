//lint:file-ignore ST1005 an error begins with the member of state.json that it names

package bucket

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
)

var etagForm = regexp.MustCompile(`^[0-9a-f]{32}(-[0-9]{1,5})?$`)

// Restore takes up where another Service's State left off. Every Body must have
// been set again; the Service keeps them. Call it on a Service without buckets,
// before the first request.
//
// Settings and policies are checked as when they were put, but for identities
// that a policy names: they may have been deleted since. Bodies must fit their
// ETags and checksums. The error names the first bad member, "Buckets[0]
// "media": …", and then nothing is restored.
func (s *Service) Restore(kept State) error {
	if kept.Version != stateVersion {
		return fmt.Errorf("Version: %d, want %d", kept.Version, stateVersion)
	}
	options := s.options
	options.PrincipalExists = func(string) bool { return true }
	options.CanonicalUserARN = func(string) string { return "" } // a stored policy names none
	fresh := New(options)
	for i, b := range kept.Buckets {
		if err := fresh.restoreBucket(b); err != nil {
			return fmt.Errorf("Buckets[%d] %q: %w", i, b.Name, err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.buckets) > 0 {
		return errors.New("there are buckets already; restore before that")
	}
	s.buckets = fresh.buckets
	return nil
}

func (s *Service) restoreBucket(kept BucketState) error {
	switch _, twice := s.buckets[kept.Name]; {
	case !validName(kept.Name):
		return errors.New("Name is not valid")
	case twice:
		return errors.New("Name is there twice")
	case kept.Created.IsZero():
		return errors.New("Created is missing")
	}
	set, err := s.restoreSettings(kept)
	if err != nil {
		return err
	}
	b := &state{settings: set, created: kept.Created, objects: map[string][]*version{}, uploads: map[string]*upload{}}
	for i, o := range kept.Objects {
		if err := b.restoreObject(o); err != nil {
			return fmt.Errorf("Objects[%d] %q: %w", i, o.Key, err)
		}
	}
	s.buckets[kept.Name] = b
	return nil
}

func (s *Service) restoreSettings(kept BucketState) (settings, error) {
	set := settings{ownership: kept.ObjectOwnership, encryption: kept.Encryption, versioning: kept.Versioning, cors: cloneRules(kept.CORS)}
	if kept.PublicAccessBlock != nil {
		block := *kept.PublicAccessBlock
		set.block = &block
	}
	switch kept.ObjectOwnership {
	case "", BucketOwnerEnforced, BucketOwnerPreferred, ObjectWriter:
	default:
		return set, fmt.Errorf("ObjectOwnership: %q is none", kept.ObjectOwnership)
	}
	if !isEncryption(kept.Encryption) {
		return set, fmt.Errorf("Encryption: %q is none", kept.Encryption)
	}
	switch kept.Versioning {
	case "", VersioningEnabled, VersioningSuspended:
	default:
		return set, fmt.Errorf("Versioning: %q is none", kept.Versioning)
	}
	if kept.CORS != nil {
		if f := checkCORS(kept.CORS); f != nil {
			return set, fmt.Errorf("CORS: %s: %s", f.code, f.message)
		}
	}
	if kept.Policy == "" {
		return set, nil
	}
	p, f := s.parsePolicy(kept.Name, kept.Policy)
	if f != nil {
		return set, fmt.Errorf("Policy: %s: %s", f.code, f.message)
	}
	set.policy = p
	return set, nil
}

func isEncryption(algorithm string) bool {
	return algorithm == EncryptionS3 || algorithm == EncryptionKMS
}

func (b *state) restoreObject(kept ObjectState) error {
	switch _, twice := b.objects[kept.Key]; {
	case checkKey(kept.Key) != nil:
		return errors.New("Key is not valid")
	case twice:
		return errors.New("Key is there twice")
	case len(kept.Versions) == 0:
		return errors.New("Versions is empty")
	}
	for i, v := range kept.Versions {
		err := v.check(b.versioning)
		if err == nil && b.find(kept.Key, v.ID) != nil {
			err = fmt.Errorf("ID %q is there twice", v.ID)
		}
		if err != nil {
			return fmt.Errorf("Versions[%d]: %w", i, err)
		}
		b.objects[kept.Key] = append(b.objects[kept.Key], v.version())
	}
	return nil
}

func (kept VersionState) check(versioning string) error {
	c := checksum{kept.ChecksumAlgorithm, kept.Checksum}
	_, known := checksums[c.algorithm]
	switch {
	case !versionIDForm.MatchString(kept.ID), versioning == "" && kept.ID != nullVersion:
		return fmt.Errorf("ID: %q is none in a bucket with versioning %q", kept.ID, versioning)
	case kept.LastModified.IsZero(), !kept.LastModified.Equal(kept.LastModified.Truncate(time.Second)):
		return errors.New("LastModified is not a time in whole seconds")
	case kept.DeleteMarker && (versioning == "" || kept.ETag != "" || len(kept.Body) > 0):
		return errors.New("DeleteMarker: this one has a body, or the bucket no versioning")
	case kept.DeleteMarker:
		return nil
	case kept.ContentType == "":
		return errors.New("ContentType is missing")
	case !isEncryption(kept.Encryption):
		return fmt.Errorf("Encryption: %q is none", kept.Encryption)
	case !etagForm.MatchString(kept.ETag), !strings.Contains(kept.ETag, "-") && kept.ETag != entityTag(kept.Body, kept.Encryption):
		return fmt.Errorf("ETag: %q is not that of the body", kept.ETag)
	case !known, c.kind() == "FULL_OBJECT" && c.check(kept.Body) != nil:
		return fmt.Errorf("Checksum: %q by %q is not that of the body", c.value, c.algorithm)
	}
	return nil
}
