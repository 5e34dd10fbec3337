package fakeaws

import (
	"errors"
	"os"
	"path/filepath"
)

// disk is the steps in which files change; a crash can come between any two.
type disk interface {
	write(path string, data []byte) error // makes or overwrites a file of the user's alone, and waits until it is stored
	rename(from, to string) error         // atomic
	sync(dir string) error                // waits until the names in a folder are stored
	remove(path string) error
}

type osDisk struct{}

func (osDisk) write(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

func (osDisk) rename(from, to string) error { return os.Rename(from, to) }
func (osDisk) sync(dir string) error        { return syncFolder(dir) }
func (osDisk) remove(path string) error     { return os.Remove(path) }

// unfinished ends the name of a file that is being written.
const unfinished = ".new"

// replace writes a file so that its name stands for the old content or the new.
func (s *Store) replace(path string, data []byte) error {
	if err := s.put(path, data); err != nil {
		return err
	}
	return s.disk.sync(filepath.Dir(path))
}

// put is replace but for the last step, which can be done for several files.
func (s *Store) put(path string, data []byte) error {
	if err := s.disk.write(path+unfinished, data); err != nil {
		return err
	}
	return s.disk.rename(path+unfinished, path)
}
