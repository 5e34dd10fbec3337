package recording

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func whole() *Recording {
	return of(Check{"vod.refuse.unsigned", []Exchange{
		{Request{"GET", "https://{distribution}/a?b&c", Header{"Origin: {origin}"}}, Answer{Status: 403, Header: Header{"Server: CloudFront"},
			Body: Body{Length: 9, Text: "<é>\n", Cut: true}}},
		{Request{Method: "GET", URL: "u"}, Answer{Error: "refused"}},
		{Request{Method: "GET", URL: "v"}, Answer{Status: 200, Body: Body{Length: 70, Live: true, SHA256: "00"}}},
	}})
}

func TestWriteAndRead(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "answers.json")
	for _, r := range []*Recording{of(), whole()} { // the second one replaces the first
		if err := Write(file, r); err != nil {
			t.Fatalf("Write: %v", err)
		}
		read, err := Read(file)
		if err != nil {
			t.Fatalf("Read: %v", err)
		}
		if diff := cmp.Diff(r.Checks, read.Checks); diff != "" && len(r.Checks) > 0 {
			t.Errorf("Read of what Write wrote (-want +got):\n%s", diff)
		}
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has %v, %v; want mode 0600", info.Mode(), err)
	}
	data, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(data), `"<é>\n"`) || !strings.HasSuffix(string(data), "}\n") {
		t.Errorf("the file holds %q, %v; want bodies that can be read", data, err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("the folder holds %v, %v; want the recording alone", left, err)
	}
}

func TestReadRefuses(t *testing.T) {
	const good = `{"recordingVersion": 1, "recorded": "2026-11-27", "checks": []}`
	tests := []struct{ name, data, want string }{
		{"nothing", "", "no recording; name a file that --record has written"},
		{"another document", `{"schemaVersion": 1}`, "no recording"},
		{"a list", `[1]`, "no recording"},
		{"half a file", good[:40], "no recording"},
		{"something behind it", good + good, "no recording"},
		{"another version", `{"recordingVersion": 2}`, "recordingVersion is 2, this release reads 1"},
		{"an unknown member", strings.Replace(good, "checks", "cheks", 1), `damaged: json: unknown field "cheks"; record again`},
		{"another type", strings.Replace(good, "[]", "[1]", 1), "damaged: json: cannot unmarshal number"},
		{"no date", strings.Replace(good, "2026-11-27", "\x1b[2J", 1), "no recording"},
		{"a wrong date", strings.Replace(good, "2026-11-27", "yesterday", 1), `damaged: recorded is "yesterday", want a date`},
	}
	for _, tt := range tests {
		file := filepath.Join(t.TempDir(), "answers.json")
		if err := os.WriteFile(file, []byte(tt.data), 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := Read(file)
		if err == nil || !strings.Contains(err.Error(), `"`+file+`": `+tt.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: Read = %v, %v; want one line with %q", tt.name, r, err, tt.want)
		}
		// What is no recording is not written over either.
		if err := Write(file, whole()); err == nil || !strings.Contains(err.Error(), "exists and is no recording") {
			t.Errorf("%s: Write = %v, want a refusal", tt.name, err)
		}
		if data, err := os.ReadFile(file); err != nil || string(data) != tt.data {
			t.Errorf("%s: after Write the file holds %q, %v", tt.name, data, err)
		}
	}
}

func TestReadRefusesHugeFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "answers.json")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(file, maxFile+1); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(file); err == nil || !strings.Contains(err.Error(), "more than 67108864 bytes") {
		t.Errorf("Read of %d bytes = %v, want a refusal", maxFile+1, err)
	}
}

// Links are not followed: the recording would take the place of the link.
func TestWriteRefusesLinks(t *testing.T) {
	dir := t.TempDir()
	file, link := filepath.Join(dir, "answers.json"), filepath.Join(dir, "link.json")
	if err := Write(file, whole()); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(file, link); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	if err := Write(link, whole()); err == nil {
		t.Error("Write to a link = nil, want a refusal")
	}
	if err := Write(filepath.Join(dir, "absent", "answers.json"), whole()); err == nil || errors.Is(err, fs.ErrExist) {
		t.Errorf("Write into no folder = %v, want a refusal", err)
	}
}

// Whatever is read can be compared, and does not differ from itself.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"recordingVersion": 1, "recorded": "2026-11-27", "checks": [{"id": "a.b", "exchanges": [{"request": {"method": "GET", "url": "u"}, "answer": {"status": 403, "header": ["Server", "Date: x"], "body": {"length": 3, "text": "<a>"}}}]}]}`))
	f.Add([]byte(`{"recordingVersion": 1, "recorded": "2026-11-27", "checks": [{"id": "a.b", "exchanges": null}, {"id": "a.b", "exchanges": [{"request": {"method": "", "url": ""}, "answer": {"error": "x", "body": {"length": 0}}}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := parse(data)
		if err != nil {
			return
		}
		if c := Compare(r, r); c.Differing > 0 {
			t.Errorf("Compare of %q with itself = %+v, want no difference", data, c)
		}
	})
}
