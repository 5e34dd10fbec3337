package fakeaws_test

import (
	"fmt"
	"os"
	"path/filepath"

	"privateplayback/internal/fakeaws"
)

func ExampleOpen() {
	parent, err := os.MkdirTemp("", "")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(parent)
	dir := filepath.Join(parent, "cloud")

	cloud, store, err := fakeaws.Open(dir, fakeaws.Options{})
	if err != nil {
		panic(err)
	}
	if err := cloud.Bucket.CreateBucket("videos"); err != nil {
		panic(err)
	}
	if err := store.Close(); err != nil { // saves
		panic(err)
	}

	cloud, store, err = fakeaws.Open(dir, fakeaws.Options{})
	if err != nil {
		panic(err)
	}
	defer store.Close()
	fmt.Println(cloud.Resources())
	// Output: [bucket/videos]
}
