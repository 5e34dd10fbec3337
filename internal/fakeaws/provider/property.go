package provider

import (
	"encoding/json"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/asset"
)

// unknown stands for a value that a preview cannot know yet.
type unknown struct{}

func (unknown) MarshalJSON() ([]byte, error) { return []byte("null"), nil }

// opened is a value without the wrappings that mark it as secret or as the
// output of another resource; one that is not known yet is computed.
func opened(v resource.PropertyValue) resource.PropertyValue {
	for {
		switch {
		case v.IsSecret():
			v = v.SecretValue().Element
		case v.IsOutput() && v.OutputValue().Known:
			v = v.OutputValue().Element
		case v.IsOutput():
			return resource.MakeComputed(resource.NewStringProperty(""))
		case v.IsResourceReference():
			v = v.ResourceReferenceValue().ID
		default:
			return v
		}
	}
}

// plain turns a property value into what encoding/json would make of it, with
// secrets opened.
func plain(v resource.PropertyValue) any {
	v = opened(v)
	switch {
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

// decode reads checked inputs into a struct; unknown values stay zero.
func decode[T any](m resource.PropertyMap) (T, error) {
	var into T
	data, err := json.Marshal(plainMap(m))
	if err != nil {
		return into, err
	}
	return into, json.Unmarshal(data, &into)
}

// encode writes a struct as properties, without absent ones and empty texts.
func encode(from any) (resource.PropertyMap, error) {
	data, err := json.Marshal(from)
	if err != nil {
		return nil, err
	}
	members := map[string]any{}
	if err := json.Unmarshal(data, &members); err != nil {
		return nil, err
	}
	properties := resource.NewPropertyMapFromMap(members)
	for key, value := range properties {
		if value.IsNull() || value.IsString() && value.StringValue() == "" {
			delete(properties, key)
		}
	}
	return properties, nil
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
