package provider

import (
	"crypto/rand"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
)

// defaultsKey marks, as the real provider does, the inputs that the program did
// not give.
const defaultsKey = "__defaults"

// naming says how a resource gets a name that the program leaves out: from its
// name in the program, with a suffix. The zero value names nothing.
type naming struct {
	property resource.PropertyKey // that holds the name; "" for none
	prefix   resource.PropertyKey // that asks for a name of the provider's own; "" for none
	lower    bool                 // capital letters are not allowed
	whole    bool                 // no suffix
}

// fill adds the name to the inputs of a check.
func (n naming) fill(req plugin.CheckRequest) (resource.PropertyMap, error) {
	inputs := req.News.Copy()
	delete(inputs, defaultsKey)
	if n.property == "" || inputs.HasValue(n.property) || n.prefix != "" && inputs.HasValue(n.prefix) {
		return inputs, nil
	}
	name, err := n.make(req)
	if err != nil {
		return nil, err
	}
	inputs[n.property] = resource.NewStringProperty(name)
	inputs[defaultsKey] = resource.NewArrayProperty([]resource.PropertyValue{resource.NewStringProperty(string(n.property))})
	return inputs, nil
}

// make keeps the automatic name of the last run, or makes one from the
// resource's name and seven hexadecimal digits.
func (n naming) make(req plugin.CheckRequest) (string, error) {
	old := req.Olds[n.property]
	if n.isAutomatic(req.Olds) && old.IsString() {
		return old.StringValue(), nil
	}
	name := req.URN.Name()
	if n.lower {
		name = strings.ToLower(name)
	}
	if n.whole {
		return name, nil
	}
	const suffix, longest = 7, 63
	return resource.NewUniqueName(req.RandomSeed, name+"-", suffix, longest, nil)
}

// isAutomatic tells whether inputs bear a name that the program did not give.
func (n naming) isAutomatic(inputs resource.PropertyMap) bool {
	marks := inputs[defaultsKey]
	return marks.IsArray() && slices.ContainsFunc(marks.ArrayValue(), func(v resource.PropertyValue) bool {
		return v.IsString() && v.StringValue() == string(n.property)
	})
}

// uniqueSuffix is how many digits the real provider puts behind a prefix.
const uniqueSuffix = 26

// named is the name, or else one that nobody else has behind the prefix.
func named(name, prefix string) string {
	if name != "" {
		return name
	}
	digits := make([]byte, uniqueSuffix/2)
	rand.Read(digits) // never fails since Go 1.24
	return prefix + hex.EncodeToString(digits)
}
