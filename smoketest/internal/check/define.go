package check

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
)

// definitions are the variables of one playlist.
// https://datatracker.ietf.org/doc/html/draft-pantos-hls-rfc8216bis#section-4.4.2.3
type definitions struct {
	imports map[string]string // of the multivariant playlist
	query   url.Values        // with which the playlist was loaded
	values  map[string]string
}

var reference = regexp.MustCompile(`\{\$([A-Za-z0-9_-]+)\}`)

// define reads an EXT-X-DEFINE, whose references are replaced already. A name is
// defined once, and from one place.
func (d *definitions) define(attrs map[string]string) error {
	value, ok := attrs["VALUE"]
	name := attrs["NAME"]
	if imported := attrs["IMPORT"]; imported != "" && name == "" {
		name = imported
		value, ok = d.imports[name]
	}
	if param := attrs["QUERYPARAM"]; param != "" && name == "" {
		name = param
		value, ok = d.query.Get(name), d.query.Has(name)
	}
	switch _, twice := d.values[name]; {
	case name == "":
		return errors.New("EXT-X-DEFINE of nothing")
	case !ok:
		return fmt.Errorf("EXT-X-DEFINE of %q without a value", name)
	case twice:
		return fmt.Errorf("EXT-X-DEFINE of %q for the second time", name)
	}
	if d.values == nil {
		d.values = map[string]string{}
	}
	d.values[name] = value
	return nil
}

// expand replaces references by their values, which are not searched again.
func (d *definitions) expand(text string) (string, error) {
	var err error
	expanded := reference.ReplaceAllStringFunc(text, func(found string) string {
		name := found[len("{$") : len(found)-len("}")]
		value, ok := d.values[name]
		if !ok {
			err = fmt.Errorf("variable %q has no value", name)
		}
		return value
	})
	return expanded, err
}

// attributes reads an attribute list with its references replaced.
func (d *definitions) attributes(list string) (map[string]string, error) {
	attrs := attributes(list)
	for name, value := range attrs {
		var err error
		if attrs[name], err = d.expand(value); err != nil {
			return nil, err
		}
	}
	return attrs, nil
}
