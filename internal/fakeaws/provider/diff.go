package provider

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
)

// diff compares what the program wants with the state, as the real provider
// does: what the API hands back otherwise than it was given shows as a change in
// every run.
func (k kind[T]) diff(req plugin.DiffRequest) (plugin.DiffResult, error) {
	state, planned := req.OldOutputs.Copy(), plan(k.schema(), req.NewInputs, req.OldOutputs)
	if err := ignore(req.IgnoreChanges, state, planned); err != nil {
		return plugin.DiffResult{}, err
	}
	if err := k.checkChange(state, planned); err != nil {
		return plugin.DiffResult{}, err
	}
	changes := likenedMembers(k.schema(), state).Diff(likenedMembers(k.schema(), planned))
	if changes == nil || !changes.AnyChanges() {
		return plugin.DiffResult{Changes: plugin.DiffNone}, nil
	}
	result := plugin.DiffResult{
		Changes:      plugin.DiffSome,
		ChangedKeys:  changes.ChangedKeys(),
		DetailedDiff: plugin.NewDetailedDiffFromObjectDiff(changes, false),
	}
	forced := k.forced()
	for _, key := range changes.ChangedKeys() {
		if slices.Contains(forced, key) {
			result.ReplaceKeys = append(result.ReplaceKeys, key)
		}
	}
	for path, change := range result.DetailedDiff {
		property, _, _ := strings.Cut(path, ".")
		property, _, _ = strings.Cut(property, "[")
		if slices.Contains(forced, resource.PropertyKey(property)) {
			result.DetailedDiff[path] = change.ToReplace()
		}
	}
	// Two resources cannot bear one name, so a name of the program's own asks
	// for deletion first.
	own := k.name.property != "" && !k.name.isAutomatic(req.NewInputs) && req.NewInputs.HasValue(k.name.property)
	result.DeleteBeforeReplace = len(result.ReplaceKeys) > 0 && own && !slices.Contains(result.ReplaceKeys, k.name.property)
	return result, nil
}

// forced lists the properties that no update can change.
func (k kind[T]) forced() []resource.PropertyKey {
	list := []resource.PropertyKey{}
	for _, f := range fields(k.schema()) {
		if f.is("forcenew") {
			list = append(list, f.name)
		}
	}
	return list
}

// ignore puts what the state holds at some paths in the place of what is planned
// there.
func ignore(paths []string, state, planned resource.PropertyMap) error {
	for _, text := range paths {
		path, err := resource.ParsePropertyPath(text)
		if err != nil {
			return err
		}
		wanted := resource.NewObjectProperty(planned)
		if value, ok := path.Get(resource.NewObjectProperty(state)); ok {
			path.Set(wanted, value)
		} else {
			path.Delete(wanted)
		}
	}
	return nil
}

func (k kind[T]) checkChange(state, planned resource.PropertyMap) error {
	if k.refuse == nil {
		return nil
	}
	old, err := decode[T](state)
	if err != nil {
		return err
	}
	new, err := decode[T](planned)
	if err != nil {
		return err
	}
	return k.refuse(old, new)
}
