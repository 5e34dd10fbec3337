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
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
)

// Input structs are the schema: a field's JSON name is the property, omitempty
// makes it optional, and there are no others. What the real provider's schema
// says of a property beyond its type is in tags.
//
//	schema:"forcenew"  no update can change it
//	schema:"computed"  left out, it stays as it is
//	schema:"set"       a list whose order means nothing
//	default:"text"     what it is when left out
//	conflicts:"name"   not together with this property
//
// And of its texts, each of them in a list, what the provider refuses before it
// calls the API, and so in a preview:
//
//	oneof:"words"      the words that it may be
//	most:"n"           bytes that it may have
//	match:"regexp"     what it must match

// field is one property of an input struct.
type field struct {
	name     resource.PropertyKey
	optional bool
	kind     reflect.Type // without the pointer of an optional value
	tag      reflect.StructTag
}

// is tells whether the schema tag of a field holds a word.
func (f field) is(word string) bool {
	return slices.Contains(strings.Split(f.tag.Get("schema"), ","), word)
}

// fields lists the properties of an input struct, those of embedded structs
// among them.
func fields(t reflect.Type) []field {
	list := []field{}
	for _, f := range reflect.VisibleFields(t) {
		if f.Anonymous {
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		kind := f.Type
		if kind.Kind() == reflect.Pointer {
			kind = kind.Elem()
		}
		list = append(list, field{resource.PropertyKey(name), options == "omitempty", kind, f.Tag})
	}
	return list
}

// limited is an input struct that knows of real properties that it lacks, and
// why.
type limited interface{ limits() map[string]string }

// unmodelled are limits of one reason.
func unmodelled(names string) map[string]string {
	limits := map[string]string{}
	for _, name := range strings.Fields(names) {
		limits[name] = "the stand-in does not model this property; leave it out on this stack"
	}
	return limits
}

func whyUnknown(t reflect.Type, name string) string {
	if l, ok := reflect.Zero(t).Interface().(limited); ok {
		if reason := l.limits()[name]; reason != "" {
			return reason
		}
	}
	return "there is no such property; is it misspelt?"
}

// checkShape lists where value differs from type t.
func checkShape(t reflect.Type, value any, path string) []plugin.CheckFailure {
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
		members, ok := value.(map[string]any)
		if !ok {
			return wrong("a map")
		}
		failures := []plugin.CheckFailure{}
		for name, member := range members {
			failures = append(failures, checkShape(t.Elem(), member, join(path, name))...)
		}
		return failures
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
	known := map[string]bool{}
	for _, f := range fields(t) {
		name := string(f.name)
		known[name] = true
		value, ok := members[name]
		switch {
		case ok:
			failures = append(failures, checkShape(f.kind, value, join(path, name))...)
			failures = append(failures, checkTags(f.tag, value, join(path, name))...)
		case !f.optional:
			failures = append(failures, failure(join(path, name), "missing required property"))
		}
		if other := f.tag.Get("conflicts"); ok && other != "" && members[other] != nil {
			failures = append(failures, failure(join(path, name), "conflicts with %s", join(path, other)))
		}
	}
	for name := range members {
		if !known[name] {
			failures = append(failures, failure(join(path, name), "%s", whyUnknown(t, name)))
		}
	}
	slices.SortFunc(failures, func(a, b plugin.CheckFailure) int { return strings.Compare(string(a.Property), string(b.Property)) })
	return failures
}

// checkTags lists where a text that is known breaks the rules of its tags.
// Reasons do not repeat the text, which may be secret.
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
		failures = append(failures, failure(path, "expected %s to be one of %q", path, words))
	}
	if most, err := strconv.Atoi(tag.Get("most")); err == nil && len(text) > most {
		failures = append(failures, failure(path, "expected length of %s to be at most %d, got %d", path, most, len(text)))
	}
	if form := tag.Get("match"); form != "" && !regexp.MustCompile(form).MatchString(text) {
		failures = append(failures, failure(path, "expected %s to match %s", path, form))
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
