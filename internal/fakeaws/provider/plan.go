package provider

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// plan is what a resource with inputs of type t will be told: the inputs, with
// the defaults of what they leave out, and the state of what stays as it is.
func plan(t reflect.Type, inputs, state resource.PropertyMap) resource.PropertyMap {
	planned := resource.PropertyMap{}
	for _, f := range fields(t) {
		now, was := opened(inputs[f.name]), state[f.name]
		switch {
		case now.IsObject() && f.kind.Kind() == reflect.Struct:
			members := resource.PropertyMap{}
			if was := opened(was); was.IsObject() {
				members = was.ObjectValue()
			}
			planned[f.name] = resource.NewObjectProperty(plan(f.kind, now.ObjectValue(), members))
			if inputs[f.name].IsSecret() {
				planned[f.name] = resource.MakeSecret(planned[f.name])
			}
		case !now.IsNull():
			planned[f.name] = inputs[f.name]
		case f.is("computed") && !was.IsNull():
			planned[f.name] = was
		case f.tag.Get("default") != "":
			planned[f.name] = defaultOf(f)
		}
	}
	return planned
}

func defaultOf(f field) resource.PropertyValue {
	text := f.tag.Get("default")
	switch f.kind.Kind() {
	case reflect.Bool:
		return resource.NewBoolProperty(text == "true")
	case reflect.Int, reflect.Int64:
		n, _ := strconv.ParseFloat(text, 64)
		return resource.NewNumberProperty(n)
	}
	return resource.NewStringProperty(text)
}

// likened is a value of type t in the form in which equal means the same to
// the resource: nothing is secret, zero is absent, sets are sorted, JSON is
// canonical.
func likened(t reflect.Type, v resource.PropertyValue) resource.PropertyValue {
	v = opened(v)
	switch {
	case v.IsComputed():
	case t == reflect.TypeFor[jsonText]():
		return resource.NewStringProperty(canonicalJSON(plain(v)))
	case v.IsObject() && t.Kind() == reflect.Struct:
		return resource.NewObjectProperty(likenedMembers(t, v.ObjectValue()))
	case v.IsObject() && t.Kind() == reflect.Map:
		members := resource.PropertyMap{}
		for key, value := range v.ObjectValue() {
			members[key] = opened(value)
		}
		return resource.NewObjectProperty(members)
	case v.IsArray() && t.Kind() == reflect.Slice:
		items := []resource.PropertyValue{}
		for _, item := range v.ArrayValue() {
			items = append(items, likened(t.Elem(), item))
		}
		return resource.NewArrayProperty(items)
	}
	return v
}

func likenedMembers(t reflect.Type, m resource.PropertyMap) resource.PropertyMap {
	members := resource.PropertyMap{}
	for _, f := range fields(t) {
		v := likened(f.kind, m[f.name])
		if f.is("set") && v.IsArray() {
			slices.SortFunc(v.ArrayValue(), func(a, b resource.PropertyValue) int { return strings.Compare(sortKey(a), sortKey(b)) })
		}
		if !v.IsNull() && !isZero(v) {
			members[f.name] = v
		}
	}
	return members
}

func sortKey(v resource.PropertyValue) string {
	text, _ := json.Marshal(plain(v)) // made of what JSON can hold
	return string(text)
}

// canonicalJSON writes policies that mean the same alike: a list of one is its
// item, and lists of texts are sorted, as the real provider compares them.
func canonicalJSON(v any) string {
	if text, ok := v.(string); ok {
		var parsed any
		if json.Unmarshal([]byte(text), &parsed) != nil {
			return text
		}
		v = parsed
	}
	text, _ := json.Marshal(canonical(v))
	return string(text)
}

func canonical(v any) any {
	switch v := v.(type) {
	case map[string]any:
		members := map[string]any{}
		for name, member := range v {
			members[name] = canonical(member)
		}
		return members
	case []any:
		items := []any{}
		for _, item := range v {
			items = append(items, canonical(item))
		}
		if len(items) == 1 {
			return items[0]
		}
		if !slices.ContainsFunc(items, func(item any) bool { _, ok := item.(string); return !ok }) {
			slices.SortFunc(items, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
		}
		return items
	}
	return v
}

func isZero(v resource.PropertyValue) bool {
	switch {
	case v.IsBool():
		return !v.BoolValue()
	case v.IsString():
		return v.StringValue() == ""
	case v.IsNumber():
		return v.NumberValue() == 0
	case v.IsArray():
		return len(v.ArrayValue()) == 0
	case v.IsObject():
		return len(v.ObjectValue()) == 0
	}
	return false
}
