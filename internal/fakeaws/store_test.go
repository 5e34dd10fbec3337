package fakeaws

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"privateplayback/internal/fakeaws/bucket"
	"privateplayback/internal/fakeaws/ivs"
)

// openStore opens a folder until the test ends.
func openStore(t *testing.T, dir string) (*Cloud, *Store) {
	t.Helper()
	cloud, store, err := Open(dir, Options{})
	if err != nil {
		t.Fatalf("Open = %v", err)
	}
	t.Cleanup(func() { store.unlock() })
	return cloud, store
}

// reopen closes a store and opens its folder again.
func reopen(t *testing.T, store *Store) (*Cloud, *Store) {
	t.Helper()
	if err := store.Close(); err != nil {
		t.Fatalf("Close = %v", err)
	}
	return openStore(t, store.dir)
}

func save(t *testing.T, store *Store) {
	t.Helper()
	if err := store.Save(); err != nil {
		t.Fatalf("Save = %v", err)
	}
}

func putObject(t *testing.T, cloud *Cloud, key, body string) {
	t.Helper()
	if _, err := cloud.Bucket.PutObject("videos", key, bucket.Object{Body: []byte(body)}); err != nil {
		t.Fatal(err)
	}
}

// loggingDisk notes the steps, and stops in the middle of one.
type loggingDisk struct {
	osDisk
	mu      sync.Mutex
	steps   []string
	left    int // steps until the crash; -1: none
	crashed bool
}

var errCrash = errors.New("crash")

func (d *loggingDisk) step(verb, path string, do func() error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.crashed = d.crashed || d.left == 0; d.crashed {
		return errCrash
	}
	d.left--
	d.steps = append(d.steps, verb+" "+filepath.Base(path))
	return do()
}

// write stores half of the data when the crash is now.
func (d *loggingDisk) write(path string, data []byte) error {
	crashed := d.crashed
	err := d.step("write", path, func() error { return d.osDisk.write(path, data) })
	if err != nil && !crashed {
		os.WriteFile(path, data[:len(data)/2], 0o600)
	}
	return err
}

func (d *loggingDisk) rename(from, to string) error {
	return d.step("rename", to, func() error { return d.osDisk.rename(from, to) })
}

func (d *loggingDisk) sync(dir string) error {
	return d.step("sync", dir, func() error { return d.osDisk.sync(dir) })
}

func (d *loggingDisk) remove(path string) error {
	return d.step("remove", path, func() error { return d.osDisk.remove(path) })
}

// Bodies are written once, and removed after the state that does without them
// is in place. What has not changed is not written.
func TestSteps(t *testing.T) {
	disk := &loggingDisk{left: -1}
	cloud, store, err := open(t.TempDir(), Options{}, disk)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	folder := filepath.Base(store.dir)
	replaceState := []string{"write state.json.new", "rename state.json", "sync " + folder}
	one, two := blobName([]byte("one")), blobName([]byte("two"))
	blob := func(name string) []string { return []string{"write " + name + ".new", "rename " + name} }
	for _, tc := range []struct {
		what string
		do   func()
		want []string
	}{
		{"nothing", func() {}, nil},
		{"a bucket", func() { cloud.Bucket.CreateBucket("videos") }, slices.Concat([]string{"sync objects"}, replaceState)},
		{"an object", func() { putObject(t, cloud, "a", "one") }, slices.Concat(blob(one), []string{"sync objects"}, replaceState)},
		{"the same body", func() { putObject(t, cloud, "b", "one") }, slices.Concat([]string{"sync objects"}, replaceState)},
		{"nothing again", func() {}, nil},
		{"one of two with the body", func() { cloud.Bucket.DeleteObject("videos", "a") }, slices.Concat([]string{"sync objects"}, replaceState)},
		{"another body", func() { putObject(t, cloud, "b", "two") },
			slices.Concat(blob(two), []string{"sync objects"}, replaceState, []string{"remove " + one})},
	} {
		disk.steps = nil
		tc.do()
		save(t, store)
		if diff := cmp.Diff(tc.want, disk.steps); diff != "" {
			t.Errorf("%s: steps (-want +got):\n%s", tc.what, diff)
		}
	}
	if len(store.names) != 1 {
		t.Errorf("the hashes of %d bodies are remembered, want that of the one that is there", len(store.names))
	}
}

// After a crash at any step the folder holds the old state or the new one, and
// the next process finds no trace of the other.
func TestCrash(t *testing.T) {
	seen := map[string]int{}
	for n := 0; ; n++ {
		dir := t.TempDir()
		disk := &loggingDisk{left: -1}
		cloud, store, err := open(dir, Options{}, disk)
		if err != nil {
			t.Fatal(err)
		}
		cloud.Bucket.CreateBucket("videos")
		putObject(t, cloud, "a", "old body")
		putObject(t, cloud, "b", "stays")
		save(t, store)
		disk.left = n
		putObject(t, cloud, "a", "new body")
		putObject(t, cloud, "c", "another")
		err = store.Save()
		store.unlock() // as the end of the process does

		again, reopened := openStore(t, dir)
		a, _ := again.Bucket.Object("videos", "a")
		keys, _ := again.Bucket.Keys("videos")
		got := fmt.Sprintf("%s %v", a.Body, keys)
		seen[got]++
		if files, err := reopened.listBlobs(); err != nil || len(files) != len(keys) {
			t.Errorf("crash before step %d: %d files for %v, %v", n, len(files), keys, err)
		}
		if err == nil {
			break
		}
		if !errors.Is(err, errCrash) {
			t.Fatalf("Save = %v, want the crash", err)
		}
	}
	if len(seen) != 2 || seen["old body [a b]"] < 6 || seen["new body [a b c]"] < 2 {
		t.Errorf("states after crashes: %v, want the old one and the new one", seen)
	}
}

// A crash while a folder is made leaves one that can be made again.
func TestCrashOfOpen(t *testing.T) {
	for n := 0; ; n++ {
		dir := t.TempDir()
		_, store, err := open(dir, Options{}, &loggingDisk{left: n})
		if err == nil {
			if n < 6 {
				t.Errorf("Open took %d steps, want at least 3 for each of seed and state", n)
			}
			store.unlock()
			break
		}
		if !errors.Is(err, errCrash) {
			t.Fatalf("Open = %v, want the crash", err)
		}
		openStore(t, dir)
	}
}

// An error that passes, such as a full disk, costs nothing but time.
func TestSaveAgain(t *testing.T) {
	at := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for n := range 9 {
		disk := &loggingDisk{left: -1}
		cloud, store, err := open(t.TempDir(), Options{Now: func() time.Time { return at }}, disk)
		if err != nil {
			t.Fatal(err)
		}
		cloud.Bucket.CreateBucket("videos")
		putObject(t, cloud, "a", "old body")
		save(t, store)
		disk.left = n
		putObject(t, cloud, "a", "new body")
		first := store.Save()
		disk.left, disk.crashed = -1, false
		putObject(t, cloud, "a", "old body") // which was saved last
		save(t, store)
		again, reopened := reopen(t, store)
		if a, err := again.Bucket.Object("videos", "a"); err != nil || string(a.Body) != "old body" {
			t.Errorf("after %v at step %d: %q, %v, want the old body", first, n, a.Body, err)
		}
		if files, _ := reopened.listBlobs(); len(files) != 1 {
			t.Errorf("after %v at step %d: %d files, want 1", first, n, len(files))
		}
	}
}

func TestOneProcess(t *testing.T) {
	_, store := openStore(t, t.TempDir())
	_, _, err := Open(store.dir, Options{})
	if want := fmt.Sprintf("%q is in use by another smoketest serve", store.dir); err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("second Open = %v, want %s…", err, want)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if err := store.Save(); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("Save after Close = %v, want a refusal", err)
	}
	openStore(t, store.dir)
}

func TestSecrets(t *testing.T) {
	cloud, store := openStore(t, t.TempDir())
	channel, key, err := cloud.IVS.CreateChannel(ivs.ChannelConfig{Name: "stage"})
	if err != nil {
		t.Fatal(err)
	}
	owner, passphrase := store.AccessKey(), store.Derive("pulumi")
	if len(owner.ID) != 20 || len(owner.Secret) != 40 || len(passphrase) != 64 || passphrase == store.Derive("other") {
		t.Errorf("derived an id of %d, a secret of %d and a passphrase of %d characters", len(owner.ID), len(owner.Secret), len(passphrase))
	}
	save(t, store)
	data, err := os.ReadFile(store.path(stateName))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), channel.ARN) {
		t.Error("state.json does not hold the channel")
	}
	parts := strings.Split(key.Value, "_")
	for i, secret := range []string{key.Value, parts[2], parts[3], owner.ID, owner.Secret, passphrase, string(store.seed[:]), fmt.Sprintf("%x", store.seed)} {
		if strings.Contains(string(data), secret) {
			t.Errorf("state.json holds secret %d", i)
		}
	}
	again, reopened := reopen(t, store)
	if got, err := again.IVS.StreamKey(channel.ARN); err != nil || got != key {
		t.Errorf("another stream key after a restart (%v)", err)
	}
	if reopened.AccessKey() != owner || reopened.Derive("pulumi") != passphrase {
		t.Error("another access key or passphrase after a restart")
	}
	if _, other := openStore(t, t.TempDir()); other.AccessKey() == owner || other.Derive("pulumi") == passphrase {
		t.Error("another folder has the same access key or passphrase")
	}
	for name, want := range map[string]os.FileMode{blobsName: 0o700, seedName: 0o600, stateName: 0o600, lockName: 0o600} {
		if info, err := os.Stat(store.path(name)); err != nil || info.Mode().Perm() != want {
			t.Errorf("%q has mode %v, %v, want %v", name, info.Mode().Perm(), err, want)
		}
	}
}
