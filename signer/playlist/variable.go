package playlist

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
)

// Rules of EXT-X-DEFINE, rfc8216bis section 4.4.2.3:
//
//   - A tag has exactly one of NAME (with VALUE), IMPORT and QUERYPARAM. The
//     value comes from the tag, from the multivariant playlist, and from the
//     query with which the playlist was loaded.
//   - A name is defined once, and before it is used. References in a VALUE are
//     replaced where it is defined; values are not searched again.
//   - "{$" without a name and "}" is text.

// variables are the definitions of one playlist.
type variables struct {
	imports map[string]string
	query   url.Values
	limit   int // of an expanded text, in bytes: definitions multiply
	values  map[string]string
}

// define reads the attribute-list of an EXT-X-DEFINE.
func (v *variables) define(list []byte) error {
	var name, value string
	var hasValue bool
	var kind string
	attributes := attributeList{list: list}
	for {
		a, ok, err := attributes.next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		switch string(a.name) {
		case "NAME", "IMPORT", "QUERYPARAM":
			if kind != "" {
				return fmt.Errorf("%w: both %s and %s", ErrMalformed, kind, a.name)
			}
			kind, name = string(a.name), string(a.value)
		case "VALUE":
			if value, err = v.expand(a.value); err != nil {
				return err
			}
			hasValue = true
		default:
			continue
		}
		if !a.quoted {
			return fmt.Errorf("%w: %s without quotation marks", ErrMalformed, a.name)
		}
	}
	if !isVariableName(name) {
		return fmt.Errorf("%w: variable name %q", ErrMalformed, clip([]byte(name)))
	}
	if _, twice := v.values[name]; twice {
		return fmt.Errorf("%w: %q is defined twice", ErrVariable, name)
	}
	switch kind {
	case "NAME":
		if !hasValue {
			return fmt.Errorf("%w: %q has no VALUE", ErrVariable, name)
		}
	case "IMPORT":
		if value, hasValue = v.imports[name]; !hasValue {
			return fmt.Errorf("%w: %q is imported and the caller gave no value", ErrVariable, name)
		}
	case "QUERYPARAM":
		if !v.query.Has(name) {
			return fmt.Errorf("%w: %q is not in the query of the playlist", ErrVariable, name)
		}
		value = v.query.Get(name)
	}
	if v.values == nil {
		v.values = map[string]string{}
	}
	v.values[name] = value
	return nil
}

// expand replaces the references in text by their values.
func (v *variables) expand(text []byte) (string, error) {
	if !bytes.Contains(text, []byte("{$")) {
		return string(text), nil
	}
	var b strings.Builder
	rest := string(text)
	for {
		start, name := reference(rest)
		if start < 0 {
			b.WriteString(rest)
			return b.String(), nil
		}
		value, ok := v.values[name]
		if !ok {
			return "", fmt.Errorf("%w: %q is used and not defined before", ErrVariable, name)
		}
		b.WriteString(rest[:start])
		b.WriteString(value)
		if b.Len() > v.limit {
			return "", fmt.Errorf("%w: over %d bytes with its variables replaced", ErrTooLarge, v.limit)
		}
		rest = rest[start+len("{$}")+len(name):]
	}
}

// reference finds the first {$name} in s and returns its offset, or -1.
func reference(s string) (int, string) {
	for from := 0; ; {
		i := strings.Index(s[from:], "{$")
		if i < 0 {
			return -1, ""
		}
		start := from + i
		end := start + 2
		for end < len(s) && isVariableByte(s[end]) {
			end++
		}
		if end > start+2 && end < len(s) && s[end] == '}' {
			return start, s[start+2 : end]
		}
		from = start + 2
	}
}

func isVariableName(s string) bool {
	for i := range len(s) {
		if !isVariableByte(s[i]) {
			return false
		}
	}
	return s != ""
}

func isVariableByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_'
}
