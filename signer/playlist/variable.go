package playlist

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"privateplayback/signer"
)

// Rules of EXT-X-DEFINE, rfc8216bis section 4.4.2.3:
//
//   - A tag has exactly one of NAME (with VALUE), IMPORT and QUERYPARAM. The
//     value comes from the tag, from the multivariant playlist, and from the
//     query with which the playlist was loaded.
//   - A name is defined once, and before it is used. References in a VALUE are
//     replaced where it is defined; values are not searched again.
//   - "{$" without a name and "}" is text.
//   - A value of IMPORT and QUERYPARAM comes from outside, the latter from a
//     viewer: it writes neither lines nor attributes, no error holds it, and a
//     URI that cannot be signed because of it is an ErrVariable.

// variables are the definitions of one playlist.
type variables struct {
	imports map[string]string
	query   url.Values
	limit   int // in bytes, of an expanded text and of all definitions: they multiply
	size    int // of the names and values
	values  map[string]value
}

// value is a text whose variables were replaced.
type value struct {
	text    string
	outside bool // something of it is a value of IMPORT or QUERYPARAM
}

// hide takes from an error about v what it may hold of a value from outside,
// and leaves its class. An error that is of no class is about a key.
func (v value) hide(err error) error {
	if err == nil || !v.outside || errors.Is(err, ErrVariable) {
		return err
	}
	for _, class := range []error{
		ErrMalformed, ErrTooLarge,
		signer.ErrNotCovered, signer.ErrTooLong, signer.ErrInvalidURL, signer.ErrWildcard, signer.ErrURLForm, signer.ErrReservedParameter,
	} {
		if errors.Is(err, class) {
			return fmt.Errorf("%w: with a value of IMPORT or QUERYPARAM: %w", ErrVariable, class)
		}
	}
	return err
}

// define reads the attribute-list of an EXT-X-DEFINE.
func (d *variables) define(list []byte) error {
	var kind, name string
	var v value
	var hasValue bool
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
			if v, err = d.expand(a.value); err != nil {
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
		return fmt.Errorf("%w: variable name %q", ErrMalformed, clip(name))
	}
	if _, twice := d.values[name]; twice {
		return fmt.Errorf("%w: %q is defined twice", ErrVariable, clip(name))
	}
	switch kind {
	case "NAME":
		if !hasValue {
			return fmt.Errorf("%w: %q has no VALUE", ErrVariable, clip(name))
		}
	case "IMPORT":
		text, ok := d.imports[name]
		if !ok {
			return fmt.Errorf("%w: %q is imported and the caller gave no value", ErrVariable, clip(name))
		}
		v = value{text: text, outside: true}
	case "QUERYPARAM":
		if !d.query.Has(name) {
			return fmt.Errorf("%w: %q is not in the query of the playlist", ErrVariable, clip(name))
		}
		v = value{text: d.query.Get(name), outside: true}
	}
	return d.set(name, v)
}

// set keeps a definition, if its value can stand in a playlist.
func (d *variables) set(name string, v value) error {
	if v.outside {
		if !utf8.ValidString(v.text) {
			return fmt.Errorf("%w: the value of %q is not UTF-8", ErrVariable, clip(name))
		}
		if hasControl(v.text) || strings.Contains(v.text, `"`) {
			return fmt.Errorf("%w: control character or quotation mark in the value of %q", ErrVariable, clip(name))
		}
	}
	if d.size += len(name) + len(v.text); d.size > d.limit {
		return v.hide(fmt.Errorf("%w: the variables have over %d bytes", ErrTooLarge, d.limit))
	}
	if d.values == nil {
		d.values = map[string]value{}
	}
	d.values[name] = v
	return nil
}

// expand replaces the references in text by their values.
func (d *variables) expand(text []byte) (value, error) {
	if !bytes.Contains(text, []byte("{$")) {
		return value{text: string(text)}, nil
	}
	var b strings.Builder
	var expanded value
	rest := string(text)
	for {
		start, name := reference(rest)
		if start < 0 {
			b.WriteString(rest)
			expanded.text = b.String()
			return expanded, nil
		}
		v, ok := d.values[name]
		if !ok {
			return value{}, fmt.Errorf("%w: %q is used and not defined before", ErrVariable, clip(name))
		}
		expanded.outside = expanded.outside || v.outside
		b.WriteString(rest[:start])
		b.WriteString(v.text)
		if b.Len() > d.limit {
			return value{}, expanded.hide(fmt.Errorf("%w: over %d bytes with its variables replaced", ErrTooLarge, d.limit))
		}
		rest = rest[start+len("{$}")+len(name):]
	}
}

// hasControl reports whether s has a control character.
func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
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
