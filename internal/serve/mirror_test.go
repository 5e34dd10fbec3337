package serve

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"privateplayback/internal/fakeaws/bucket"
)

// watched is a folder, its mirror and the buckets of a stand-in.
type watched struct {
	t      *testing.T
	dir    string
	bucket *bucket.Service
	mirror *mirror
}

func newWatched(t *testing.T, buckets ...string) *watched {
	t.Helper()
	b := bucket.New(bucket.Options{Region: "us-west-2", AccountID: "123456789012"})
	for _, name := range buckets {
		if err := b.CreateBucket(name); err != nil {
			t.Fatal(err)
		}
	}
	w := &watched{t: t, dir: t.TempDir(), bucket: b}
	w.restart()
	return w
}

func (w *watched) restart() { w.mirror = newMirror(w.dir, w.bucket, func(string) {}) }

// write makes a file that was last changed age ago.
func (w *watched) write(name, text string, age time.Duration) {
	w.t.Helper()
	path := filepath.Join(w.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		w.t.Fatal(err)
	}
	changed := time.Now().Add(-age)
	if err := os.Chtimes(path, changed, changed); err != nil {
		w.t.Fatal(err)
	}
}

// look looks once, and returns the keys of a bucket.
func (w *watched) look(name string) []string {
	w.t.Helper()
	if err := w.mirror.look(time.Now()); err != nil {
		w.t.Fatal(err)
	}
	keys, err := w.bucket.Keys(name)
	if err != nil {
		w.t.Fatal(err)
	}
	slices.Sort(keys)
	return keys
}

func TestMirrorFollowsTheFolder(t *testing.T) {
	w := newWatched(t, "one", "two")
	if _, err := w.bucket.PutObject("one", "sample/a.ts", bucket.Object{Body: []byte("stays")}); err != nil {
		t.Fatal(err)
	}
	w.write("film/master.m3u8", "#EXTM3U\n", time.Minute)
	w.write("film/seg000.ts", "first", time.Minute)
	w.write(".hidden/seg.ts", "hidden", time.Minute)
	w.write("film/.seg001.ts", "hidden", time.Minute)
	w.write("film/seg002.ts", "still being written", 0)

	if diff := cmp.Diff([]string{"media/film/master.m3u8", "media/film/seg000.ts", "sample/a.ts"}, w.look("one")); diff != "" {
		t.Errorf("bucket one after the first look (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"media/film/master.m3u8", "media/film/seg000.ts"}, w.look("two")); diff != "" {
		t.Errorf("bucket two after the first look (-want +got):\n%s", diff)
	}
	o, err := w.bucket.Object("one", "media/film/master.m3u8")
	if err != nil || o.ContentType != "application/vnd.apple.mpegurl" || o.CacheControl != cacheControl {
		t.Errorf("the playlist has type %q, cache control %q, error %v", o.ContentType, o.CacheControl, err)
	}

	w.write("film/seg000.ts", "second", time.Second*30)
	if err := os.Remove(filepath.Join(w.dir, "film", "master.m3u8")); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"media/film/seg000.ts", "sample/a.ts"}, w.look("one")); diff != "" {
		t.Errorf("bucket one after a removal (-want +got):\n%s", diff)
	}
	if o, err := w.bucket.Object("one", "media/film/seg000.ts"); err != nil || string(o.Body) != "second" {
		t.Errorf("the changed file is %q, error %v", o.Body, err)
	}
}

// A bucket that is emptied or made anew is filled again; a mirror that starts anew
// uploads nothing that is there, and deletes what went while nobody looked.
func TestMirrorFindsItsPlace(t *testing.T) {
	w := newWatched(t, "one")
	w.write("a.m3u8", "a", time.Minute)
	w.write("b.m3u8", "b", time.Minute)
	w.look("one")
	before, err := w.bucket.PutObject("one", "media/a.m3u8", bucket.Object{Body: []byte("a"), ContentType: "text/plain"})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.bucket.DeleteObject("one", "media/b.m3u8"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"media/a.m3u8", "media/b.m3u8"}, w.look("one")); diff != "" {
		t.Errorf("after a deletion in the bucket (-want +got):\n%s", diff)
	}
	if err := os.Remove(filepath.Join(w.dir, "b.m3u8")); err != nil {
		t.Fatal(err)
	}
	w.restart()
	if diff := cmp.Diff([]string{"media/a.m3u8"}, w.look("one")); diff != "" {
		t.Errorf("after a restart (-want +got):\n%s", diff)
	}
	if o, err := w.bucket.Object("one", "media/a.m3u8"); err != nil || o.ETag != before || o.ContentType != "text/plain" {
		t.Errorf("an equal object was uploaded again: %q, error %v", o.ContentType, err)
	}
}

func TestCheckMedia(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{file, filepath.Join(dir, "missing")} {
		if err := checkMedia(bad); err == nil {
			t.Errorf("checkMedia(%q): got no error", bad)
		}
	}
	if err := checkMedia(dir); err != nil {
		t.Errorf("checkMedia(%q): %v", dir, err)
	}
}

// A link that names the folder is followed, also when it later names another one:
// else the folder would count as empty, and all copies be deleted.
func TestMirrorFollowsALinkToTheFolder(t *testing.T) {
	w := newWatched(t, "one")
	w.write("a.m3u8", "a", time.Minute)
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(w.dir, link); err != nil {
		t.Skip(err)
	}
	w.mirror = newMirror(link, w.bucket, func(string) {})
	if diff := cmp.Diff([]string{"media/a.m3u8"}, w.look("one")); diff != "" {
		t.Errorf("by a link (-want +got):\n%s", diff)
	}
	if err := os.Remove(link); err != nil {
		t.Fatal(err)
	}
	if err := w.mirror.look(time.Now()); err == nil {
		t.Error("a link that is gone: got no error")
	}
	w.dir = t.TempDir()
	w.write("b.m3u8", "b", time.Minute)
	if err := os.Symlink(w.dir, link); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"media/b.m3u8"}, w.look("one")); diff != "" {
		t.Errorf("by a link to another folder (-want +got):\n%s", diff)
	}
}
