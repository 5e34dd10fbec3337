package playlist

import (
	"bytes"
	"fmt"
)

// Rules of an attribute-list, RFC 8216 section 4.2:
//
//   - NAME=VALUE pairs with commas between them. A quoted value runs to the
//     next quotation mark, there is no escape, and commas in it are text.
//   - Blanks around names and after values, and empty elements, are read as if
//     they were not there, as players do.
//   - An element without "=", a quote inside or after a value, and a quote that
//     does not end are malformed: players disagree about what follows.

// attribute is one pair. value is the text without its quotes.
type attribute struct {
	name, value []byte
	start       int // of value in the list
	quoted      bool
}

// attributeList walks an attribute-list from its offset at.
type attributeList struct {
	list []byte
	at   int
}

// next returns the next attribute, and false at the end.
func (l *attributeList) next() (attribute, bool, error) {
	for l.at < len(l.list) && (isBlank(l.list[l.at]) || l.list[l.at] == ',') {
		l.at++
	}
	if l.at == len(l.list) {
		return attribute{}, false, nil
	}
	rest := l.list[l.at:]
	end := bytes.IndexAny(rest, `=,"`)
	if end < 0 || rest[end] != '=' {
		return attribute{}, false, fmt.Errorf("%w: attribute without a value", ErrMalformed)
	}
	a := attribute{name: bytes.TrimRight(rest[:end], " \t"), start: l.at + end + 1}
	if len(a.name) == 0 {
		return attribute{}, false, fmt.Errorf("%w: attribute without a name", ErrMalformed)
	}
	if a.start < len(l.list) && l.list[a.start] == '"' {
		return l.quotedValue(a)
	}
	a.value = l.list[a.start:]
	if comma := bytes.IndexByte(a.value, ','); comma >= 0 {
		a.value = a.value[:comma]
	}
	if bytes.IndexByte(a.value, '"') >= 0 {
		return attribute{}, false, fmt.Errorf("%w: quotation mark inside the value of %q", ErrMalformed, clip(string(a.name)))
	}
	l.at = a.start + len(a.value)
	return a, true, nil
}

func (l *attributeList) quotedValue(a attribute) (attribute, bool, error) {
	a.start++
	a.quoted = true
	end := bytes.IndexByte(l.list[a.start:], '"')
	if end < 0 {
		return attribute{}, false, fmt.Errorf("%w: the quoted value of %q does not end", ErrMalformed, clip(string(a.name)))
	}
	a.value = l.list[a.start : a.start+end]
	l.at = a.start + end + 1
	for l.at < len(l.list) && isBlank(l.list[l.at]) {
		l.at++
	}
	if l.at < len(l.list) && l.list[l.at] != ',' {
		return attribute{}, false, fmt.Errorf("%w: text after the quoted value of %q", ErrMalformed, clip(string(a.name)))
	}
	return a, true, nil
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// clip bounds a name for an error.
func clip(name string) string {
	return name[:min(len(name), 40)]
}
