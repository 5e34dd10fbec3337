package serve

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"privateplayback/infra/stack"
	"privateplayback/internal/fakeaws/bucket"
)

// mediaPrefix is where the files of the watched folder lie in a bucket.
const mediaPrefix = "media/"

// mirrorEvery is how often the folder is looked at.
const mirrorEvery = time.Second

// mirror keeps what is below mediaPrefix in every bucket equal to a folder: files
// that change are copied, and what is not in the folder is deleted.
type mirror struct {
	dir      string
	bucket   *bucket.Service
	progress func(string)
	known    map[copied]stamp // copies that were equal to their file when it looked so
	told     string
}

// copied is a file of the folder in a bucket.
type copied struct{ bucket, key string }

// stamp tells whether a file has changed.
type stamp struct {
	size     int64
	modified time.Time
}

func newMirror(dir string, b *bucket.Service, progress func(string)) *mirror {
	return &mirror{dir: dir, bucket: b, progress: progress, known: map[copied]stamp{}}
}

func checkMedia(dir string) error {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return fmt.Errorf("%q is not a folder; name one that holds HLS playlists and their segments", dir)
	}
	return nil
}

// run looks at the folder until ctx ends. A problem is told once.
func (m *mirror) run(ctx context.Context) {
	for ctx.Err() == nil {
		told := ""
		if err := m.look(time.Now()); err != nil {
			if told = err.Error(); told != m.told {
				m.progress("copying the media folder: " + told)
			}
		}
		m.told = told
		select {
		case <-ctx.Done():
		case <-time.After(mirrorEvery):
		}
	}
}

// look brings every bucket up to date.
func (m *mirror) look(now time.Time) error {
	files, err := m.files()
	if err != nil {
		return err
	}
	var all error
	for _, resource := range m.bucket.Resources() {
		name, _ := strings.CutPrefix(resource, "bucket/")
		keys, err := m.bucket.Keys(name)
		all = errors.Join(all, err, m.copyTo(name, keys, files, now), m.clean(name, keys, files))
	}
	return all
}

// copyTo copies what has changed or is missing. A file that changed within the last
// moment may still be written, and waits for the next look.
func (m *mirror) copyTo(name string, keys []string, files map[string]stamp, now time.Time) error {
	var all error
	for key, s := range files {
		at := copied{name, key}
		if m.known[at] == s && slices.Contains(keys, key) || now.Sub(s.modified) < mirrorEvery {
			continue
		}
		if err := m.copy(at); err != nil {
			all = errors.Join(all, err)
			continue
		}
		m.known[at] = s
	}
	return all
}

// files are the regular files below the folder, by key, without hidden ones. The
// folder itself may be a link, which WalkDir would not follow.
func (m *mirror) files() (map[string]stamp, error) {
	files := map[string]stamp{}
	dir, err := filepath.EvalSymlinks(m.dir)
	if err != nil {
		return nil, err
	}
	err = filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		hidden := name != dir && strings.HasPrefix(entry.Name(), ".")
		switch {
		case err != nil:
			return err
		case hidden && entry.IsDir():
			return fs.SkipDir
		case hidden:
			return nil
		}
		info, err := os.Stat(name)
		if err != nil || !info.Mode().IsRegular() {
			return nil // gone meanwhile, a folder, or no file
		}
		below, err := filepath.Rel(dir, name)
		files[mediaPrefix+filepath.ToSlash(below)] = stamp{info.Size(), info.ModTime()}
		return err
	})
	return files, err
}

// cacheControl lets a file that is replaced be seen soon.
const cacheControl = "max-age=5"

func (m *mirror) copy(at copied) error {
	data, err := os.ReadFile(filepath.Join(m.dir, filepath.FromSlash(strings.TrimPrefix(at.key, mediaPrefix))))
	if err != nil {
		return err
	}
	if now, err := m.bucket.Object(at.bucket, at.key); err == nil && bytes.Equal(now.Body, data) {
		return nil // from before a restart
	}
	_, err = m.bucket.PutObject(at.bucket, at.key, bucket.Object{Body: data, ContentType: stack.ContentType(at.key), CacheControl: cacheControl})
	if err == nil {
		m.progress(fmt.Sprintf("copied %s to bucket %s", at.key, at.bucket))
	}
	return err
}

// clean deletes the copies of files that are no more.
func (m *mirror) clean(name string, keys []string, files map[string]stamp) error {
	var all error
	for _, key := range keys {
		if _, ok := files[key]; ok || !strings.HasPrefix(key, mediaPrefix) {
			continue
		}
		if err := m.bucket.DeleteObject(name, key); err != nil {
			all = errors.Join(all, err)
			continue
		}
		m.progress(fmt.Sprintf("deleted %s from bucket %s", key, name))
	}
	return all
}
