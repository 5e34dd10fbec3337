package report

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"
)

const explained = "../../../docs/report.md"

// members are the names of a type's members, and of those below.
func members(t reflect.Type, into map[string]bool) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		members(t.Elem(), into)
	case reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			into[name] = true
			members(f.Type, into)
		}
	}
}

// docs/report.md names every member of the document and every format, and its example
// is one.
func TestDocumentIsDocumented(t *testing.T) {
	text, err := os.ReadFile(explained)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	members(reflect.TypeFor[Document](), names)
	for _, format := range streamed {
		names[format] = true
	}
	for extension := range extensions {
		names[extension] = true
	}
	for name := range names {
		if !bytes.Contains(text, []byte("`"+name+"`")) {
			t.Errorf("docs/report.md does not name `%s`", name)
		}
	}
	_, rest, _ := bytes.Cut(text, []byte("```json\n"))
	example, _, _ := bytes.Cut(rest, []byte("```"))
	d := Document{}
	decoder := json.NewDecoder(bytes.NewReader(example))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&d); err != nil || d.SchemaVersion != SchemaVersion || len(d.Checks) == 0 {
		t.Errorf("the example of docs/report.md is no document of version %d: %v", SchemaVersion, err)
	}
}
