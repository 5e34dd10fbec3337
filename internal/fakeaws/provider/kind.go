package provider

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"

	"privateplayback/internal/fakeaws"
	"privateplayback/internal/fakeaws/apierror"
)

// outputs is what a resource has beyond its inputs.
type outputs map[string]any

// text is the output as a string, "" if there is none.
func (o outputs) text(name string) string {
	s, _ := o[name].(string)
	return s
}

// kind is one resource type with inputs of type T. Calls get the state's outputs
// as they were stored, since the API wants the ETag that the caller last saw.
type kind[T any] struct {
	// autoname is the property that is named after the resource if the program
	// leaves it out, with a suffix; "" for none.
	autoname string

	// set is a list property whose order means nothing; "" for none.
	set string

	// replace lists the properties that no update can change.
	replace []string

	// computed lists the outputs, for previews.
	computed []string

	create func(*fakeaws.Cloud, T) (id string, out outputs, err error)

	// read returns the resource as it is. Its inputs start from those of the
	// last run, which are zero at an import.
	read func(c *fakeaws.Cloud, id string, last T) (T, outputs, error)

	// update is nil where every property is in replace.
	update func(c *fakeaws.Cloud, id string, in T, old outputs) (outputs, error)

	delete func(c *fakeaws.Cloud, id string, in T, old outputs) error
}

// resourceType is a kind with its inputs' type erased.
type resourceType interface {
	check(plugin.CheckRequest) (plugin.CheckResponse, error)
	diff(plugin.DiffRequest) plugin.DiffResult
	preview(inputs, old resource.PropertyMap) resource.PropertyMap
	createIn(*fakeaws.Cloud, resource.PropertyMap) (id string, state resource.PropertyMap, err error)
	readFrom(*fakeaws.Cloud, plugin.ReadRequest) (plugin.ReadResult, error)
	updateIn(*fakeaws.Cloud, plugin.UpdateRequest) (resource.PropertyMap, error)
	deleteFrom(*fakeaws.Cloud, plugin.DeleteRequest) error
}

// defaultsKey marks, as the real provider does, the inputs that the program did
// not give.
const defaultsKey = "__defaults"

func (k kind[T]) check(req plugin.CheckRequest) (plugin.CheckResponse, error) {
	inputs := req.News.Copy()
	delete(inputs, defaultsKey)
	if k.autoname != "" && !inputs.HasValue(resource.PropertyKey(k.autoname)) {
		name, err := k.name(req)
		if err != nil {
			return plugin.CheckResponse{}, err
		}
		inputs[resource.PropertyKey(k.autoname)] = resource.NewStringProperty(name)
		inputs[defaultsKey] = resource.NewArrayProperty([]resource.PropertyValue{resource.NewStringProperty(k.autoname)})
	}
	failures := checkShape(reflect.TypeFor[T](), plainMap(inputs), "")
	return plugin.CheckResponse{Properties: inputs, Failures: failures}, nil
}

// name keeps the automatic name of the last run, or makes one from the
// resource's name and seven hexadecimal digits.
func (k kind[T]) name(req plugin.CheckRequest) (string, error) {
	old := req.Olds[resource.PropertyKey(k.autoname)]
	if isAutonamed(req.Olds) && old.IsString() {
		return old.StringValue(), nil
	}
	const suffix, longest = 7, 63
	return resource.NewUniqueName(req.RandomSeed, strings.ToLower(req.URN.Name())+"-", suffix, longest, nil)
}

func isAutonamed(inputs resource.PropertyMap) bool { return inputs[defaultsKey].IsArray() }

func (k kind[T]) diff(req plugin.DiffRequest) plugin.DiffResult {
	changes := k.sorted(req.OldInputs).Diff(k.sorted(req.NewInputs), func(key resource.PropertyKey) bool {
		return strings.HasPrefix(string(key), "__") || slices.Contains(req.IgnoreChanges, string(key))
	})
	if changes == nil || !changes.AnyChanges() {
		return plugin.DiffResult{Changes: plugin.DiffNone}
	}
	result := plugin.DiffResult{
		Changes:      plugin.DiffSome,
		ChangedKeys:  changes.ChangedKeys(),
		DetailedDiff: plugin.NewDetailedDiffFromObjectDiff(changes, true),
	}
	for _, key := range changes.ChangedKeys() {
		if slices.Contains(k.replace, string(key)) {
			result.ReplaceKeys = append(result.ReplaceKeys, key)
		}
	}
	for path, change := range result.DetailedDiff {
		property, _, _ := strings.Cut(path, ".")
		property, _, _ = strings.Cut(property, "[")
		if slices.Contains(k.replace, property) {
			result.DetailedDiff[path] = change.ToReplace()
		}
	}
	// Two resources cannot bear one name, so a name of the program's own asks
	// for deletion first.
	named := k.autoname != "" && !isAutonamed(req.NewInputs)
	result.DeleteBeforeReplace = len(result.ReplaceKeys) > 0 && named && !slices.Contains(result.ReplaceKeys, resource.PropertyKey(k.autoname))
	return result
}

// sorted orders the texts of the set, so that two orders compare as equal.
func (k kind[T]) sorted(inputs resource.PropertyMap) resource.PropertyMap {
	key := resource.PropertyKey(k.set)
	if !inputs[key].IsArray() {
		return inputs
	}
	inputs = inputs.Copy()
	items := slices.Clone(inputs[key].ArrayValue())
	slices.SortStableFunc(items, func(a, b resource.PropertyValue) int { return strings.Compare(a.String(), b.String()) })
	inputs[key] = resource.NewArrayProperty(items)
	return inputs
}

// preview is the state that a create or an update would leave, as far as it is
// known beforehand.
func (k kind[T]) preview(inputs, old resource.PropertyMap) resource.PropertyMap {
	state := inputs.Copy()
	delete(state, defaultsKey)
	for _, name := range k.computed {
		key := resource.PropertyKey(name)
		if value, ok := old[key]; ok {
			state[key] = value
		} else {
			state[key] = resource.MakeComputed(resource.NewStringProperty(""))
		}
	}
	return state
}

func (k kind[T]) createIn(c *fakeaws.Cloud, inputs resource.PropertyMap) (string, resource.PropertyMap, error) {
	in, err := decode[T](inputs)
	if err != nil {
		return "", nil, err
	}
	id, out, err := k.create(c, in)
	if err != nil {
		return "", nil, err
	}
	return id, state(inputs, out), nil
}

func (k kind[T]) readFrom(c *fakeaws.Cloud, req plugin.ReadRequest) (plugin.ReadResult, error) {
	last, err := decode[T](req.Inputs)
	if err != nil {
		return plugin.ReadResult{}, err
	}
	in, out, err := k.read(c, string(req.ID), last)
	if isNotFound(err) {
		return plugin.ReadResult{}, nil
	}
	if err != nil {
		return plugin.ReadResult{}, err
	}
	inputs, err := encode(in)
	if err != nil {
		return plugin.ReadResult{}, err
	}
	keepUnread(req.Inputs, inputs)
	return plugin.ReadResult{ID: req.ID, Inputs: inputs, Outputs: state(inputs, out)}, nil
}

// keepUnread adds to what was read the inputs of the last run that reading does
// not show: assets, the mark of defaults, and zero values that the program wrote
// out.
func keepUnread(last, read resource.PropertyMap) {
	for key, value := range read {
		if value.IsNull() {
			delete(read, key)
		}
	}
	for key, value := range last {
		now, ok := read[key]
		switch {
		case value.IsAsset() || key == defaultsKey || !ok && isZero(value):
			read[key] = value
		case value.IsObject() && now.IsObject():
			keepUnread(value.ObjectValue(), now.ObjectValue())
		case value.IsArray() && now.IsArray() && len(value.ArrayValue()) == len(now.ArrayValue()):
			for i, item := range value.ArrayValue() {
				if item.IsObject() && now.ArrayValue()[i].IsObject() {
					keepUnread(item.ObjectValue(), now.ArrayValue()[i].ObjectValue())
				}
			}
		}
	}
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

func isNotFound(err error) bool {
	var refused *apierror.Error
	return errors.As(err, &refused) && refused.Status == http.StatusNotFound
}

func (k kind[T]) updateIn(c *fakeaws.Cloud, req plugin.UpdateRequest) (resource.PropertyMap, error) {
	in, err := decode[T](req.NewInputs)
	if err != nil {
		return nil, err
	}
	if k.update == nil {
		return nil, fmt.Errorf("%s cannot be updated", req.URN.Type())
	}
	out, err := k.update(c, string(req.ID), in, plainMap(req.OldOutputs))
	if err != nil {
		return nil, err
	}
	return state(req.NewInputs, out), nil
}

func (k kind[T]) deleteFrom(c *fakeaws.Cloud, req plugin.DeleteRequest) error {
	in, err := decode[T](req.Inputs)
	if err != nil {
		return err
	}
	err = k.delete(c, string(req.ID), in, plainMap(req.Outputs))
	if isNotFound(err) {
		return nil
	}
	return err
}

// state is inputs and outputs together, as the real provider stores them.
func state(inputs resource.PropertyMap, out outputs) resource.PropertyMap {
	merged := inputs.Copy()
	delete(merged, defaultsKey)
	maps.Copy(merged, resource.NewPropertyMapFromMap(out))
	return merged
}
