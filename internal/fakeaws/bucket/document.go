package bucket

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// A policy is read into a tree that keeps what encoding/json would hide:
// repeated members, the case of names, and where in the text a value stands.

type nodeKind int

const (
	nullNode nodeKind = iota
	objectNode
	arrayNode
	stringNode
	numberNode
	boolNode
)

type node struct {
	kind       nodeKind
	text       string // of a string, number or bool
	members    []member
	items      []*node
	start, end int // the value is document[start:end]
}

type member struct {
	name  string
	value *node
}

// member gives the value of a member, or nil.
func (n *node) member(name string) *node {
	for _, m := range n.members {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

// list gives the items of an array, or the value alone.
func (n *node) list() []*node {
	if n.kind == arrayNode {
		return n.items
	}
	return []*node{n}
}

// strings gives a string or a non-empty array of strings; false: it is neither.
func (n *node) strings() ([]string, bool) {
	var out []string
	for _, item := range n.list() {
		if item.kind != stringNode {
			return nil, false
		}
		out = append(out, item.text)
	}
	return out, len(out) > 0
}

// only reports whether an object has no member but the named ones.
func (n *node) only(names ...string) bool {
	for _, m := range n.members {
		known := false
		for _, name := range names {
			known = known || m.name == name
		}
		if !known {
			return false
		}
	}
	return true
}

// parseDocument reads the JSON of a policy.
func parseDocument(document string) (*node, *refusal) {
	if !strings.HasPrefix(document, "{") {
		return nil, malformedPolicy("Policies must be valid JSON and the first byte must be '{'")
	}
	if !utf8.ValidString(document) || !json.Valid([]byte(document)) {
		return nil, malformedPolicy("This policy contains invalid Json")
	}
	r := treeReader{document: document, decoder: json.NewDecoder(strings.NewReader(document))}
	r.decoder.UseNumber()
	root := r.value()
	if r.repeated {
		return nil, malformedPolicy("This policy contains invalid Json")
	}
	return root, nil
}

// treeReader walks a document that is known to be valid JSON.
type treeReader struct {
	document string
	decoder  *json.Decoder
	repeated bool // a member name came twice in one object
}

func (r *treeReader) value() *node {
	start := int(r.decoder.InputOffset())
	for start < len(r.document) && strings.IndexByte(" \t\r\n,:", r.document[start]) >= 0 {
		start++
	}
	n := &node{start: start}
	token, _ := r.decoder.Token()
	switch t := token.(type) {
	case json.Delim:
		n.kind = arrayNode
		if t == '{' {
			n.kind = objectNode
		}
		seen := map[string]bool{}
		for r.decoder.More() {
			if n.kind == arrayNode {
				n.items = append(n.items, r.value())
				continue
			}
			name := r.value().text
			r.repeated = r.repeated || seen[name]
			seen[name] = true
			n.members = append(n.members, member{name, r.value()})
		}
		r.decoder.Token()
	case string:
		n.kind, n.text = stringNode, t
	case json.Number:
		n.kind, n.text = numberNode, t.String()
	case bool:
		n.kind, n.text = boolNode, "false"
		if t {
			n.text = "true"
		}
	}
	n.end = int(r.decoder.InputOffset())
	return n
}
