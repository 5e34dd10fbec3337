//lint:file-ignore ST1005 an error begins with the member of state.json that it names

package fakeaws

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"

	"privateplayback/internal/fakeaws/bucket"
)

var blobForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// content is the identity of a body. A service never changes one in place, so
// that the same memory is the same content and need not be hashed again.
type content struct {
	first *byte
	size  int
}

func contentOf(body []byte) content {
	if len(body) == 0 {
		return content{}
	}
	return content{&body[0], len(body)}
}

func blobName(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// nameBlobs names the bodies of a state after their SHA-256 and gives them by
// their names.
func (s *Store) nameBlobs(b *bucket.State) map[string][]byte {
	bodies, names := map[string][]byte{}, map[content]string{}
	for v := range bodiesOf(b) {
		id := contentOf(v.Body)
		name, ok := s.names[id]
		if !ok {
			name = blobName(v.Body)
		}
		v.Blob, names[id], bodies[name] = name, name, v.Body
	}
	s.names = names
	return bodies
}

// loadBlobs reads the bodies of a state.
func (s *Store) loadBlobs(b *bucket.State) error {
	bodies := map[string][]byte{}
	for v := range bodiesOf(b) {
		body, ok := bodies[v.Blob]
		if !ok {
			var err error
			if body, err = s.readBlob(v.Blob); err != nil {
				return err
			}
			bodies[v.Blob] = body
		}
		v.Body = body
		s.names[contentOf(body)] = v.Blob
	}
	return nil
}

func (s *Store) readBlob(name string) ([]byte, error) {
	if !blobForm.MatchString(name) {
		return nil, s.damaged(s.path(stateName), fmt.Errorf("Blob: %q is not a SHA-256 in hexadecimal", name))
	}
	path := s.path(blobsName, name)
	body, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, s.damaged(path, errors.New("is missing, and state.json refers to it"))
	}
	if err == nil && blobName(body) != name {
		return nil, s.damaged(path, errors.New("has not the SHA-256 that it is named after"))
	}
	return body, err
}

// bodiesOf yields the versions that have a body.
func bodiesOf(b *bucket.State) func(func(*bucket.VersionState) bool) {
	return func(yield func(*bucket.VersionState) bool) {
		for i := range b.Buckets {
			for _, o := range b.Buckets[i].Objects {
				for k := range o.Versions {
					if v := &o.Versions[k]; !v.DeleteMarker && !yield(v) {
						return
					}
				}
			}
		}
	}
}

// listBlobs gives the files in objects, unfinished ones too.
func (s *Store) listBlobs() (map[string]bool, error) {
	entries, err := os.ReadDir(s.path(blobsName))
	files := map[string]bool{}
	for _, entry := range entries {
		files[entry.Name()] = true
	}
	return files, err
}

// writeBlobs writes the bodies that have no file yet, and waits until all are
// stored.
func (s *Store) writeBlobs(bodies map[string][]byte) error {
	for _, name := range slices.Sorted(maps.Keys(bodies)) {
		if s.blobs[name] {
			continue
		}
		if err := s.put(s.path(blobsName, name), bodies[name]); err != nil {
			return err
		}
		s.blobs[name] = true
	}
	return s.disk.sync(s.path(blobsName))
}

// removeBlobs removes the files that no version refers to.
func (s *Store) removeBlobs(bodies map[string][]byte) error {
	for _, name := range slices.Sorted(maps.Keys(s.blobs)) {
		if _, used := bodies[name]; used {
			continue
		}
		if err := s.disk.remove(s.path(blobsName, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		delete(s.blobs, name)
	}
	return nil
}
