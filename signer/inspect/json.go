package inspect

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"unicode/utf8"
)

// node is a JSON value that keeps what encoding/json forgets: order, doubled
// names, and how a number is written.
type node struct {
	kind  byte   // one of the constants below, 0 for no value
	text  string // of a string, decoded; of a number or boolean, as written
	names []string
	items []node // of an object, beside names; of a list
}

const (
	object  = '{'
	list    = '['
	text    = '"'
	number  = '0'
	boolean = 'b'
	null    = 'n'
)

// maxDepth is more than any policy or token needs.
const maxDepth = 16

// parseJSON reads one value in UTF-8 with nothing behind it.
func parseJSON(data []byte) (node, bool) {
	if !utf8.Valid(data) || !json.Valid(data) {
		return node{}, false
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	n, ok := readNode(d, 0)
	if !ok {
		return node{}, false
	}
	_, err := d.Token()
	return n, err == io.EOF
}

func readNode(d *json.Decoder, depth int) (node, bool) {
	token, err := d.Token()
	if err != nil || depth > maxDepth {
		return node{}, false
	}
	switch v := token.(type) {
	case string:
		return node{kind: text, text: v}, true
	case json.Number:
		return node{kind: number, text: v.String()}, true
	case bool:
		return node{kind: boolean, text: strconv.FormatBool(v)}, true
	case nil:
		return node{kind: null}, true
	}
	n := node{kind: list}
	if token == json.Delim('{') {
		n.kind = object
	}
	for d.More() {
		if n.kind == object {
			name, err := d.Token()
			s, ok := name.(string)
			if err != nil || !ok {
				return node{}, false
			}
			n.names = append(n.names, s)
		}
		item, ok := readNode(d, depth+1)
		if !ok {
			return node{}, false
		}
		n.items = append(n.items, item)
	}
	_, err = d.Token() // the closing delimiter
	return n, err == nil
}

// member returns the value of the first member of that name.
func (n node) member(name string) (node, bool) {
	i := slices.Index(n.names, name)
	if n.kind != object || i < 0 {
		return node{}, false
	}
	return n.items[i], true
}

// doubled returns a name that the object has twice, or "".
func (n node) doubled() (string, bool) {
	for i, name := range n.names {
		if slices.Contains(n.names[:i], name) {
			return name, true
		}
	}
	return "", false
}

// integer reads a number that is written in plain digits, without sign,
// fraction or exponent.
func (n node) integer() (int64, bool) {
	if n.kind != number {
		return 0, false
	}
	return plainInteger(n.text)
}

// plainInteger reads digits in the one canonical way.
func plainInteger(s string) (int64, bool) {
	v, err := strconv.ParseInt(s, 10, 64)
	return v, err == nil && v >= 0 && strconv.FormatInt(v, 10) == s
}

// hasSpace tells whether valid JSON has white space between its tokens.
func hasSpace(data []byte) bool {
	quoted := false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && (c == ' ' || c == '\t' || c == '\r' || c == '\n'):
			return true
		}
	}
	return false
}

// kindName names a node's kind for people.
func (n node) kindName() string {
	switch n.kind {
	case object:
		return "an object"
	case list:
		return "a list"
	case text:
		return "a string"
	case number:
		return "a number"
	case boolean:
		return "a boolean"
	case null:
		return "null"
	}
	return "nothing"
}
