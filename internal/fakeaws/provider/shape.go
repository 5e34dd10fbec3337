package provider

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/asset"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
)

// Input structs are the schema: a field's JSON name is the property, omitempty
// makes it optional, and there are no others. What the real provider validates
// before it calls the API, and so in a preview, is in tags of their own: oneof (words
// that a text may be), most (bytes that it may have), and name (letters, digits, -
// and _). They hold for each text of a list.

// unknown stands for a value that a preview cannot know yet.
type unknown struct{}

func (unknown) MarshalJSON() ([]byte, error) { return []byte("null"), nil }

// plain turns a property value into what encoding/json would make of it, with
// secrets opened.
func plain(v resource.PropertyValue) any {
	switch {
	case v.IsSecret():
		return plain(v.SecretValue().Element)
	case v.IsOutput():
		if !v.OutputValue().Known {
			return unknown{}
		}
		return plain(v.OutputValue().Element)
	case v.IsComputed():
		return unknown{}
	case v.IsArray():
		items := []any{}
		for _, item := range v.ArrayValue() {
			items = append(items, plain(item))
		}
		return items
	case v.IsObject():
		return plainMap(v.ObjectValue())
	case v.IsAsset():
		return v.AssetValue()
	case v.IsResourceReference():
		return plain(v.ResourceReferenceValue().ID)
	}
	return v.V
}

// plainMap leaves out absent properties and the engine's own, which start with
// two underscores.
func plainMap(m resource.PropertyMap) map[string]any {
	out := map[string]any{}
	for key, value := range m {
		if value.IsNull() || strings.HasPrefix(string(key), "__") {
			continue
		}
		out[string(key)] = plain(value)
	}
	return out
}

// checkShape lists where value differs from type t.
func checkShape(t reflect.Type, value any, path string) []plugin.CheckFailure {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if _, ok := value.(unknown); ok || reflect.PointerTo(t).Implements(unmarshaler) {
		return nil
	}
	wrong := func(want string) []plugin.CheckFailure {
		return []plugin.CheckFailure{failure(path, "expected %s, got %T", want, value)}
	}
	switch t.Kind() {
	case reflect.Struct:
		members, ok := value.(map[string]any)
		if !ok {
			return wrong("an object")
		}
		return checkMembers(t, members, path)
	case reflect.Slice:
		items, ok := value.([]any)
		if !ok {
			return wrong("a list")
		}
		failures := []plugin.CheckFailure{}
		for i, item := range items {
			failures = append(failures, checkShape(t.Elem(), item, fmt.Sprintf("%s[%d]", path, i))...)
		}
		return failures
	case reflect.Map:
		if _, ok := value.(map[string]any); !ok {
			return wrong("a map")
		}
	case reflect.String:
		if _, ok := value.(string); !ok {
			return wrong("a string")
		}
	case reflect.Bool:
		if _, ok := value.(bool); !ok {
			return wrong("a boolean")
		}
	case reflect.Int, reflect.Int64:
		if n, ok := value.(float64); !ok || n != float64(int64(n)) {
			return wrong("an integer")
		}
	}
	return nil
}

var unmarshaler = reflect.TypeFor[json.Unmarshaler]()

func checkMembers(t reflect.Type, members map[string]any, path string) []plugin.CheckFailure {
	failures := []plugin.CheckFailure{}
	known := []string{}
	for i := range t.NumField() {
		name, options, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		known = append(known, name)
		value, ok := members[name]
		switch {
		case ok:
			failures = append(failures, checkShape(t.Field(i).Type, value, join(path, name))...)
			failures = append(failures, checkTags(t.Field(i).Tag, value, join(path, name))...)
		case options != "omitempty":
			failures = append(failures, failure(join(path, name), "missing required property"))
		}
	}
	for name := range members {
		if !slices.Contains(known, name) {
			failures = append(failures, failure(join(path, name), "the stand-in does not model this property of the resource; is it misspelt?"))
		}
	}
	slices.SortFunc(failures, func(a, b plugin.CheckFailure) int { return strings.Compare(string(a.Property), string(b.Property)) })
	return failures
}

var plainName = regexp.MustCompile(`^[0-9A-Za-z_-]*$`)

// checkTags lists where a text that is known breaks the rules of its tags.
func checkTags(tag reflect.StructTag, value any, path string) []plugin.CheckFailure {
	if items, ok := value.([]any); ok {
		failures := []plugin.CheckFailure{}
		for i, item := range items {
			failures = append(failures, checkTags(tag, item, fmt.Sprintf("%s[%d]", path, i))...)
		}
		return failures
	}
	text, ok := value.(string)
	if !ok {
		return nil
	}
	failures := []plugin.CheckFailure{}
	if words := strings.Fields(tag.Get("oneof")); len(words) > 0 && !slices.Contains(words, text) {
		failures = append(failures, failure(path, "expected %s to be one of %q, got %s", path, words, text))
	}
	if most, err := strconv.Atoi(tag.Get("most")); err == nil && len(text) > most {
		failures = append(failures, failure(path, "expected length of %s to be in the range (0 - %d), got %d", path, most, len(text)))
	}
	if tag.Get("name") != "" && !plainName.MatchString(text) {
		failures = append(failures, failure(path, "only alphanumeric characters, hyphens and underscores allowed in %s", path))
	}
	return failures
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func failure(path, format string, args ...any) plugin.CheckFailure {
	return plugin.CheckFailure{Property: resource.PropertyKey(path), Reason: fmt.Sprintf(format, args...)}
}

// decode reads checked inputs into a struct; unknown values stay zero.
func decode[T any](m resource.PropertyMap) (T, error) {
	var into T
	data, err := json.Marshal(plainMap(m))
	if err != nil {
		return into, err
	}
	return into, json.Unmarshal(data, &into)
}

// encode writes a struct as properties.
func encode(from any) (resource.PropertyMap, error) {
	data, err := json.Marshal(from)
	if err != nil {
		return nil, err
	}
	members := map[string]any{}
	if err := json.Unmarshal(data, &members); err != nil {
		return nil, err
	}
	return resource.NewPropertyMapFromMap(members), nil
}

// jsonText is a property that takes JSON as a string or as a value, and is kept
// as a string.
type jsonText string

// UnmarshalJSON accepts either form.
func (t *jsonText) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil {
		*t = jsonText(text)
		return nil
	}
	*t = jsonText(data)
	return nil
}

// fileAsset is a property that takes a file or a text. It is not encoded: a
// resource that is read keeps the asset of its inputs.
type fileAsset struct{ asset *asset.Asset }

// UnmarshalJSON reads the form in which an asset serialises itself.
func (f *fileAsset) UnmarshalJSON(data []byte) error {
	var a asset.Asset
	if err := json.Unmarshal(data, &a); err != nil {
		return err
	}
	f.asset = &a
	return nil
}

// MarshalJSON encodes nothing.
func (f *fileAsset) MarshalJSON() ([]byte, error) { return []byte("null"), nil }
