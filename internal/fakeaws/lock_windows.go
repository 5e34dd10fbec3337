package fakeaws

import (
	"errors"
	"syscall"
)

var errLocked = errors.New("locked")

// lock takes a file for this process until unlock or its end; errLocked: another
// has it.
func lock(path string) (unlock func() error, err error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	const sharingViolation = syscall.Errno(32)
	file, err := syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE, 0, nil,
		syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	if errors.Is(err, sharingViolation) {
		return nil, errLocked
	}
	if err != nil {
		return nil, err
	}
	return func() error { return syscall.CloseHandle(file) }, nil
}

// syncFolder has nothing to do: Windows stores names with the files.
func syncFolder(string) error { return nil }
