package fakeaws

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

// Store keeps a Cloud in a folder across restarts. All of the folder is private
// to the user.
//
//	lock               held while the folder is open
//	seed               32 random bytes: the one secret, see Derive
//	state.json         everything but the bodies of objects; holds no secret
//	objects/SHA-256    the body of one or more versions, written once
//
// Not kept: what the edge has in its cache, sessions of IVS viewers, unfinished
// multipart uploads. A Store is safe for concurrent use.
type Store struct {
	dir    string
	cloud  *Cloud
	disk   disk
	seed   seed
	unlock func() error

	gate sync.Mutex
	next func() error // the save that has not looked at the cloud yet; nil: none

	mu     sync.Mutex // held by the save that runs
	closed bool
	saved  []byte             // state.json as it is; nil: not known
	blobs  map[string]bool    // the files in objects
	names  map[content]string // of the bodies at the last save
}

const (
	lockName  = "lock"
	seedName  = "seed"
	stateName = "state.json"
	blobsName = "objects"
)

// Open returns the cloud that the folder dir holds, and makes one where there
// is none. o.Region "" is the region it was made with, another one is an error;
// o.Owner zero is Store.AccessKey. Close the Store when nothing uses the cloud
// any more.
//
// It fails if another process has the folder open, and for a damaged folder
// with one error that names the file, the member and what to do. It then leaves
// the folder as it is.
func Open(dir string, o Options) (*Cloud, *Store, error) { return open(dir, o, osDisk{}) }

func open(dir string, o Options, d disk) (*Cloud, *Store, error) {
	if err := os.MkdirAll(filepath.Join(dir, blobsName), 0o700); err != nil {
		return nil, nil, err
	}
	unlock, err := lock(filepath.Join(dir, lockName))
	if errors.Is(err, errLocked) {
		return nil, nil, fmt.Errorf("%q is in use by another smoketest serve; stop that one or choose another folder", dir)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("locking %q: %w", dir, err)
	}
	s := &Store{dir: dir, disk: d, unlock: unlock, blobs: map[string]bool{}, names: map[content]string{}}
	if err := s.load(o); err != nil {
		unlock()
		return nil, nil, err
	}
	return s.cloud, s, nil
}

// load fills the cloud from the folder.
func (s *Store) load(o Options) error {
	data, err := os.ReadFile(s.path(stateName))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if s.blobs, err = s.listBlobs(); err != nil {
		return err
	}
	if data == nil && len(s.blobs) > 0 {
		return s.damaged(s.path(stateName), errors.New("is missing, and there are objects"))
	}
	if err := s.loadSeed(data != nil); err != nil {
		return err
	}
	if o.Owner == (AccessKey{}) {
		o.Owner = s.AccessKey()
	}
	if data == nil {
		s.cloud = newCloud(o, s.Derive)
	} else if err := s.restore(data, o); err != nil {
		return err
	}
	// Host names are drawn by now; and what a crash has left goes.
	return s.Save()
}

// Save writes what has changed since the last one, if anything has, so that it
// survives a crash; one that happens meanwhile leaves the old state or the new.
// What was done before the call is in it. Calls that wait for the same save
// share it. After an error, what was saved before is still there, and the next
// call tries again.
func (s *Store) Save() error {
	s.gate.Lock()
	save := s.next
	if save == nil {
		save = sync.OnceValue(s.saveNext)
		s.next = save
	}
	s.gate.Unlock()
	return save()
}

func (s *Store) saveNext() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gate.Lock()
	s.next = nil // who comes now may have done what this save does not see
	s.gate.Unlock()
	if s.closed {
		return fmt.Errorf("saving %q: it is closed", s.dir)
	}
	return s.save()
}

// save needs s.mu.
func (s *Store) save() error {
	file, bodies := s.snapshot()
	data, err := json.MarshalIndent(file, "", "\t")
	if err != nil {
		return err
	}
	if !bytes.Equal(data, s.saved) {
		if err := s.writeBlobs(bodies); err != nil {
			return err
		}
		s.saved = nil // what an error leaves there is not known
		if err := s.replace(s.path(stateName), data); err != nil {
			return err
		}
		s.saved = data
	}
	return s.removeBlobs(bodies)
}

// Close saves and lets go of the folder.
func (s *Store) Close() error {
	err := s.Save()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return err
	}
	s.closed = true
	return errors.Join(err, s.unlock())
}

func (s *Store) path(names ...string) string {
	return filepath.Join(append([]string{s.dir}, names...)...)
}
