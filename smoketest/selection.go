package main

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"privateplayback/smoketest/internal/check"
)

// repeated is a flag that may be given several times.
type repeated []string

func (r *repeated) String() string { return strings.Join(*r, " ") }

// Set adds a value.
func (r *repeated) Set(value string) error {
	if value == "" {
		return errors.New("it is empty")
	}
	*r = append(*r, value)
	return nil
}

// selection says which checks run. Each list that is not empty narrows: an id matches
// one of its globs, or belongs to one of its groups.
type selection struct {
	only  repeated // globs of --check
	under repeated // names of --group: of a group, or of what comes before a dot in it
	not   repeated // globs of --skip
}

// choose returns the selected ones of all checks, in their order. What selects
// nothing is most often a typing error.
func (s selection) choose(all []check.Check) ([]check.Check, error) {
	ids, groups := []string{}, []string{}
	for _, c := range all {
		ids = append(ids, c.ID)
		for g := c.Group(); g != ""; g = parent(g) {
			groups = append(groups, g)
		}
	}
	err := errors.Join(matched("check", s.only, ids, glob), matched("skip", s.not, ids, glob), matched("group", s.under, groups, within))
	if err != nil {
		return nil, err
	}
	some := []check.Check{}
	for _, c := range all {
		if s.selects(c) {
			some = append(some, c)
		}
	}
	if len(some) == 0 {
		return nil, errors.New("--check, --group and --skip leave no check")
	}
	return some, nil
}

func (s selection) selects(c check.Check) bool {
	return (len(s.only) == 0 || match(glob).any(s.only, c.ID)) &&
		(len(s.under) == 0 || match(within).any(s.under, c.Group())) &&
		!match(glob).any(s.not, c.ID)
}

func parent(group string) string {
	if i := strings.LastIndexByte(group, '.'); i >= 0 {
		return group[:i]
	}
	return ""
}

// match is a way in which a value of a flag selects names.
type match func(value, name string) bool

// glob: an id has no slash, so a star takes dots too. Malformed globs match nothing.
func glob(value, name string) bool {
	ok, err := path.Match(value, name)
	return ok && err == nil
}

func within(value, name string) bool { return name == value || strings.HasPrefix(name, value+".") }

func (m match) any(values []string, name string) bool {
	return slices.ContainsFunc(values, func(value string) bool { return m(value, name) })
}

// matched demands that each value selects one of the names at least.
func matched(flag string, values, names []string, m match) error {
	for _, value := range values {
		if !slices.ContainsFunc(names, func(name string) bool { return m(value, name) }) {
			return fmt.Errorf("--%s %q matches nothing; the nearest: %s", flag, value, strings.Join(nearest(value, names), ", "))
		}
	}
	return nil
}

// nearest are the three names that take the fewest changes.
func nearest(value string, names []string) []string {
	names = slices.Compact(slices.Sorted(slices.Values(names)))
	slices.SortStableFunc(names, func(a, b string) int { return changes(value, a) - changes(value, b) })
	return names[:min(3, len(names))]
}

// changes is how many characters must be put in, left out or replaced to get from one
// text to the other; a star stands for any number of them.
func changes(from, to string) int {
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(from) {
		cost := 1
		if from[i] == '*' {
			cost = 0
		}
		before := row[0] // of the row above, one to the left
		row[0] += cost
		for j := range len(to) {
			replaced := before + cost
			if from[i] == to[j] {
				replaced = before
			}
			before = row[j+1]
			row[j+1] = min(row[j]+cost, replaced, before+cost)
		}
	}
	return row[len(to)]
}
