package provider

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"

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
// as they were stored, since the API wants the ETag that the caller last saw. As
// in the real provider a resource is read after every change, and what was read
// is the state.
type kind[T any] struct {
	name naming

	// computed lists the outputs, for previews.
	computed []string

	create func(*fakeaws.Cloud, T) (id string, err error)

	// read returns the resource as it is. Its inputs start from those of the
	// last run, which are zero at an import.
	read func(c *fakeaws.Cloud, id string, last T) (T, outputs, error)

	// idOf is the id that an imported resource gets; nil: the one that it was
	// imported by.
	idOf func(T) string

	// refuse says why the real provider would not plan a change; nil: never.
	refuse func(old, new T) error

	// update is nil where every property forces replacement.
	update func(c *fakeaws.Cloud, id string, in T, old outputs) error

	// settle waits for what was created or updated, retire prepares a deletion;
	// nil: there is nothing to do.
	settle, retire func(ctx context.Context, c *fakeaws.Cloud, id string, in T) error

	delete func(c *fakeaws.Cloud, id string, in T, old outputs) error
}

// resourceType is a kind with its inputs' type erased.
type resourceType interface {
	schema() reflect.Type
	check(plugin.CheckRequest) (plugin.CheckResponse, error)
	diff(plugin.DiffRequest) (plugin.DiffResult, error)
	preview(inputs, old resource.PropertyMap) resource.PropertyMap
	createIn(context.Context, *fakeaws.Cloud, resource.PropertyMap) (id string, state resource.PropertyMap, err error)
	readFrom(*fakeaws.Cloud, plugin.ReadRequest) (plugin.ReadResult, error)
	updateIn(context.Context, *fakeaws.Cloud, plugin.UpdateRequest) (resource.PropertyMap, error)
	deleteFrom(context.Context, *fakeaws.Cloud, plugin.DeleteRequest) error
}

func (k kind[T]) schema() reflect.Type { return reflect.TypeFor[T]() }

func (k kind[T]) check(req plugin.CheckRequest) (plugin.CheckResponse, error) {
	inputs, err := k.name.fill(req)
	if err != nil {
		return plugin.CheckResponse{}, err
	}
	return plugin.CheckResponse{Properties: inputs, Failures: checkShape(k.schema(), plainMap(inputs), "")}, nil
}

// preview is the state that a create or an update would leave, as far as it is
// known beforehand.
func (k kind[T]) preview(inputs, old resource.PropertyMap) resource.PropertyMap {
	state := plan(k.schema(), inputs, old)
	later := func(key resource.PropertyKey) {
		if value, ok := old[key]; ok {
			state[key] = value
		} else {
			state[key] = resource.MakeComputed(resource.NewStringProperty(""))
		}
	}
	for _, name := range k.computed {
		later(resource.PropertyKey(name))
	}
	for _, f := range fields(k.schema()) {
		if _, ok := state[f.name]; !ok && f.is("computed") {
			later(f.name)
		}
	}
	return state
}

func (k kind[T]) createIn(ctx context.Context, c *fakeaws.Cloud, inputs resource.PropertyMap) (string, resource.PropertyMap, error) {
	planned := plan(k.schema(), inputs, nil)
	in, err := decode[T](planned)
	if err != nil {
		return "", nil, err
	}
	id, err := k.create(c, in)
	if err != nil {
		return "", nil, err
	}
	state, err := k.observe(ctx, c, id, planned, in)
	return id, state, err
}

// observe is the state of a resource that was just changed, once it has settled.
// If it does not, the error carries the state: the resource exists.
func (k kind[T]) observe(ctx context.Context, c *fakeaws.Cloud, id string, planned resource.PropertyMap, in T) (resource.PropertyMap, error) {
	var unsettled error
	if k.settle != nil {
		unsettled = k.settle(ctx, c, id, in)
	}
	now, out, err := k.read(c, id, in)
	if err != nil {
		return nil, errors.Join(unsettled, err)
	}
	state, err := encode(now)
	if err != nil {
		return nil, err
	}
	keepUnread(planned, state)
	state = withOutputs(state, out)
	if unsettled != nil {
		return nil, initFailed(id, state, unsettled)
	}
	return state, nil
}

func (k kind[T]) readFrom(c *fakeaws.Cloud, req plugin.ReadRequest) (plugin.ReadResult, error) {
	last, err := decode[T](plan(k.schema(), req.Inputs, req.State))
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
	id := req.ID
	if k.idOf != nil {
		id = resource.ID(k.idOf(in))
	}
	return plugin.ReadResult{ID: id, Inputs: inputs, Outputs: withOutputs(inputs, out)}, nil
}

func (k kind[T]) updateIn(ctx context.Context, c *fakeaws.Cloud, req plugin.UpdateRequest) (resource.PropertyMap, error) {
	planned := plan(k.schema(), req.NewInputs, req.OldOutputs)
	in, err := decode[T](planned)
	if err != nil {
		return nil, err
	}
	if k.update == nil {
		return nil, fmt.Errorf("%s cannot be updated", req.URN.Type())
	}
	if err := k.update(c, string(req.ID), in, plainMap(req.OldOutputs)); err != nil {
		return nil, err
	}
	return k.observe(ctx, c, string(req.ID), planned, in)
}

// deleteFrom goes by the state: what a program says in the run that deletes, it
// says too late.
func (k kind[T]) deleteFrom(ctx context.Context, c *fakeaws.Cloud, req plugin.DeleteRequest) error {
	in, err := decode[T](req.Outputs)
	if err != nil {
		return err
	}
	if k.retire != nil {
		err = k.retire(ctx, c, string(req.ID), in)
	}
	if err == nil {
		err = k.delete(c, string(req.ID), in, plainMap(req.Outputs))
	}
	if isNotFound(err) {
		return nil
	}
	return err
}

func isNotFound(err error) bool {
	var refused *apierror.Error
	// ACM answers everything with 400.
	return errors.As(err, &refused) && (refused.Status == http.StatusNotFound || refused.Code == "ResourceNotFoundException")
}

// keepUnread adds to what was read the inputs that reading does not show: assets,
// the mark of defaults, zero values that the program wrote out, and which of them
// are secret.
func keepUnread(inputs, read resource.PropertyMap) {
	for key, value := range inputs {
		now, ok := read[key]
		value := opened(value)
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
		if now, ok := read[key]; ok && inputs[key].ContainsSecrets() && !now.IsSecret() {
			read[key] = resource.MakeSecret(now)
		}
	}
}

// withOutputs is inputs and outputs together, as the real provider stores them.
func withOutputs(inputs resource.PropertyMap, out outputs) resource.PropertyMap {
	merged := inputs.Copy()
	delete(merged, defaultsKey)
	maps.Copy(merged, resource.NewPropertyMapFromMap(out))
	return merged
}
