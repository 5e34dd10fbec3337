package fakeaws

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A folder that cannot be used is left as it is, with one error that says what
// to do.
func TestDamagedFolders(t *testing.T) {
	dir := t.TempDir()
	cloud, store := openStore(t, dir)
	d := deploy(t, cloud)
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	first, second := blobName([]byte("first")), blobName([]byte("second"))
	edit := func(old, text string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			data, err := os.ReadFile(dir + "/" + stateName)
			if err != nil || !strings.Contains(string(data), old) {
				t.Fatalf("state.json does not hold %q (%v)", old, err)
			}
			overwrite(t, dir+"/"+stateName, strings.Replace(string(data), old, text, 1))
		}
	}
	write := func(name, text string) func(*testing.T, string) {
		return func(t *testing.T, dir string) { overwrite(t, dir+"/"+name, text) }
	}
	remove := func(name string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			if err := os.Remove(dir + "/" + name); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, tc := range []struct {
		name   string
		damage func(*testing.T, string)
		file   string
		want   string
	}{
		{"changed body", write("objects/"+first, "First"), "objects/" + first, "has not the SHA-256 that it is named after"},
		{"no body", remove("objects/" + second), "objects/" + second, "is missing, and state.json refers to it"},
		{"short seed", write("seed", "x"), "seed", "has 1 bytes, want 32"},
		{"no seed", remove("seed"), "seed", "is missing"},
		{"no state", remove("state.json"), "state.json", "is missing, and there are objects"},
		{"empty state", write("state.json", ""), "state.json", "unexpected end of JSON input"},
		{"half a state", write("state.json", `{"Version":1,"Region":`), "state.json", "unexpected end of JSON input"},
		{"later version", write("state.json", `{"Version":2,"Objects":{}}`), "state.json", "Version: 2, want 1"},
		{"later version of a service", edit(`"Edge": {`+"\n\t\t"+`"Version": 1`, `"Edge": {"Version": 3`), "state.json", "Edge.Version: 3, want 1"},
		{"no region", edit(`"Region": "us-west-2",`, ""), "state.json", "Region is missing"},
		{"unknown member", edit(`"Region":`, `"Regime": "x", "Region":`), "state.json", `unknown field "Regime"`},
		{"other type", edit(`"Name": "videos"`, `"Name": 5`), "state.json", "Bucket.Buckets"},
		{"missing key", edit(d.distribution.DefaultBehavior.TrustedKeyGroups[0], "01234567-89ab-cdef-0123-456789abcdef"), "state.json", "Edge.Distributions[0]: TrustedKeyGroupDoesNotExist: "},
		{"policy", edit(`\"Effect\":\"Allow\"`, `\"Effect\":\"Maybe\"`), "state.json", `Bucket.Buckets[0] "videos": Policy: MalformedPolicy: `},
		{"blob outside", edit(first, "../../seed"), "state.json", `Blob: "../../seed" is not a SHA-256`},
		{"channel", edit(`"LatencyMode": "LOW"`, `"LatencyMode": "NONE"`), "state.json", "IVS.Channels[0]: ValidationException: "},
	} {
		t.Run(tc.name, func(t *testing.T) {
			copied := t.TempDir()
			if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
				t.Fatal(err)
			}
			tc.damage(t, copied)
			before := listing(t, copied)
			_, _, err := Open(copied, Options{})
			if err == nil {
				t.Fatal("Open = nil, want an error")
			}
			for _, want := range []string{`"` + copied + "/" + tc.file + `": `, tc.want, "delete the folder"} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("Open = %v, want it to hold %s", err, want)
				}
			}
			if diff := cmp.Diff(before, listing(t, copied)); diff != "" {
				t.Errorf("Open changed the folder (-before +after):\n%s", diff)
			}
		})
	}
	if _, _, err := Open(dir, Options{Region: "eu-central-1"}); err == nil || !strings.Contains(err.Error(), `is in region "us-west-2"; use another folder`) {
		t.Errorf("Open in another region = %v, want a refusal", err)
	}
	openStore(t, dir)
}

func overwrite(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// listing gives the content of every file of a folder but the lock.
func listing(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, folder := range []string{dir, dir + "/" + blobsName} {
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			if name := folder + "/" + entry.Name(); !entry.IsDir() && entry.Name() != lockName {
				data, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				files[name] = string(data)
			}
		}
	}
	return files
}
