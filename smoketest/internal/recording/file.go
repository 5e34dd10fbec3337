package recording

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/google/renameio/v2/maybe"
)

// maxFile bounds what is read, in bytes: far above a run of all checks.
const maxFile = 64 << 20

// Read reads a recording. Errors name the file and the next step.
func Read(file string) (*Recording, error) {
	data, err := readFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading recording %q: no such file; make one with --record %s", file, file)
	}
	if err != nil {
		return nil, fmt.Errorf("reading recording %q: %w", file, err)
	}
	r, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("reading recording %q: %w", file, err)
	}
	return r, nil
}

// readFile reads no pipe, which may never end.
func readFile(file string) ([]byte, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, errors.Unwrap(err)
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a file; name one that --record has written")
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, errors.Unwrap(err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, errors.Unwrap(err)
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("more than %d bytes; name a file that --record has written", maxFile)
	}
	return data, nil
}

var errNoRecording = errors.New("no recording; name a file that --record has written")

// parse reads the version before anything else, so that a recording of another
// release is told from what is none.
func parse(data []byte) (*Recording, error) {
	var head struct {
		Version *int `json:"recordingVersion"`
	}
	if err := json.Unmarshal(data, &head); err != nil || head.Version == nil {
		return nil, errNoRecording
	}
	if *head.Version != Version {
		return nil, fmt.Errorf("recordingVersion is %d, this release reads %d; compare with the release that recorded", *head.Version, Version)
	}
	r := &Recording{}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(r); err != nil {
		return nil, fmt.Errorf("damaged: %w; record again", err)
	}
	if _, err := time.Parse(time.DateOnly, r.Recorded); err != nil {
		return nil, fmt.Errorf("damaged: recorded is %q, want a date; record again", r.Recorded)
	}
	return r, nil
}

// Writable reports, before a run, what would keep Write from writing the file at
// its end: no folder, or something in the way that is no recording.
func Writable(file string) error {
	info, err := os.Lstat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return folder(file)
	}
	if err != nil {
		return fmt.Errorf("recording in %q: %w", file, errors.Unwrap(err))
	}
	if info.Mode().IsRegular() {
		if _, err := Read(file); err == nil {
			return folder(file)
		}
	}
	return fmt.Errorf("recording in %q: it exists and is no recording of this version; name another file", file)
}

// folder tries whether a file can be made beside the recording.
func folder(file string) error {
	probe, err := os.CreateTemp(filepath.Dir(file), ".recording-")
	if err != nil {
		return fmt.Errorf("recording in %q: %w; name a file in a folder that can be written", file, errors.Unwrap(err))
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// Write writes r with mode 0600, indented for people to read. The file is whole
// or, after an error, as it was.
func Write(file string, r *Recording) error {
	if err := Writable(file); err != nil {
		return err
	}
	data := bytes.Buffer{}
	e := json.NewEncoder(&data)
	e.SetEscapeHTML(false) // bodies should stay readable
	e.SetIndent("", "  ")
	if err := e.Encode(r); err != nil {
		return fmt.Errorf("recording in %q: %w", file, err)
	}
	if err := maybe.WriteFile(file, data.Bytes(), 0o600); err != nil {
		return fmt.Errorf("recording in %q: %w", file, err)
	}
	return nil
}
