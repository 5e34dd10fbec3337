package report_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// element is what a schema says of one element: its attributes with their types, and
// its children in their order.
type element struct {
	attributes map[string]string // by name; a question mark after the type: may be missing
	children   string            // an expression over "<name>"
	text       bool
}

// The rules of the schema of Ant's JUnit task, which that of Jenkins's xUnit plugin
// relaxes. https://github.com/windyroad/JUnit-Schema/blob/master/JUnit.xsd
var junitSchema = map[string]element{
	"testsuites": {children: `(<testsuite>)*`},
	"testsuite": {
		attributes: map[string]string{"id": "int", "package": "token", "name": "word", "timestamp": "time", "hostname": "word",
			"tests": "int", "failures": "int", "errors": "int", "skipped": "int?", "time": "decimal"},
		children: `<properties>(<testcase>)*<system-out><system-err>`,
	},
	"properties": {children: `(<property>)*`},
	"property":   {attributes: map[string]string{"name": "word", "value": "string"}},
	"testcase": {
		attributes: map[string]string{"classname": "token", "name": "token", "time": "decimal"},
		children:   `(<skipped>|<error>|<failure>)?`,
	},
	"skipped":    {attributes: map[string]string{"message": "string?"}},
	"error":      {attributes: map[string]string{"type": "string", "message": "string?"}, text: true},
	"failure":    {attributes: map[string]string{"type": "string", "message": "string?"}, text: true},
	"system-out": {text: true},
	"system-err": {text: true},
}

var junitTypes = map[string]*regexp.Regexp{
	"int":     regexp.MustCompile(`^[0-9]+$`),
	"decimal": regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`),
	"time":    regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}$`),
	"token":   regexp.MustCompile(`^(\S+( \S+)*)?$`),
	"word":    regexp.MustCompile(`^\S+( \S+)*$`),
	"string":  regexp.MustCompile(`(?s)^.*$`),
}

// node is an element of a document.
type node struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Children []node     `xml:",any"`
	Text     string     `xml:",chardata"`
}

func (n node) attribute(name string) string {
	for _, a := range n.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// validate reports what of a document the schema does not allow.
func validate(n node) error {
	name := n.XMLName.Local
	rule, ok := junitSchema[name]
	if !ok {
		return fmt.Errorf("<%s> is no element", name)
	}
	var errs []error
	for _, a := range n.Attrs {
		kind, ok := rule.attributes[a.Name.Local]
		if !ok {
			errs = append(errs, fmt.Errorf("<%s> has no attribute %s", name, a.Name.Local))
		} else if !junitTypes[strings.TrimSuffix(kind, "?")].MatchString(a.Value) {
			errs = append(errs, fmt.Errorf("<%s %s=%q> is no %s", name, a.Name.Local, a.Value, kind))
		}
	}
	for attribute, kind := range rule.attributes {
		has := slices.ContainsFunc(n.Attrs, func(a xml.Attr) bool { return a.Name.Local == attribute })
		if !has && !strings.HasSuffix(kind, "?") {
			errs = append(errs, fmt.Errorf("<%s> lacks %s", name, attribute))
		}
	}
	children := ""
	for _, child := range n.Children {
		children += "<" + child.XMLName.Local + ">"
		errs = append(errs, validate(child))
	}
	if !regexp.MustCompile("^(" + rule.children + ")$").MatchString(children) {
		errs = append(errs, fmt.Errorf("<%s> holds %s, want %s", name, children, rule.children))
	}
	if !rule.text && strings.TrimSpace(n.Text) != "" {
		errs = append(errs, fmt.Errorf("<%s> holds the text %q", name, n.Text))
	}
	return errors.Join(errs...)
}

func parseXML(t *testing.T, document string) node {
	t.Helper()
	var root node
	d := xml.NewDecoder(strings.NewReader(document))
	if err := d.Decode(&root); err != nil {
		t.Fatalf("no XML: %v\n%s", err, document)
	}
	if _, err := d.Token(); err != io.EOF {
		if _, err := d.Token(); err != io.EOF {
			t.Errorf("after the document comes something, want the end")
		}
	}
	return root
}

// Every report is valid, and its numbers are those of its elements.
func TestJUnitIsValid(t *testing.T) {
	for name, s := range summaries() {
		root := parseXML(t, render(t, "junit", s))
		if root.XMLName.Local != "testsuites" {
			t.Errorf("%s: the root is <%s>", name, root.XMLName.Local)
		}
		if err := validate(root); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		total := map[string]int{}
		for i, suite := range root.Children {
			number := map[string]int{}
			for _, c := range suite.Children {
				number[c.XMLName.Local]++
				for _, sub := range c.Children {
					number[sub.XMLName.Local]++
				}
			}
			for attribute, child := range map[string]string{"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"} {
				if got := suite.attribute(attribute); got != strconv.Itoa(number[child]) {
					t.Errorf("%s: suite %s has %s=%s, and %d of <%s>", name, suite.attribute("name"), attribute, got, number[child], child)
				}
				total[child] += number[child]
			}
			if suite.attribute("id") != strconv.Itoa(i) {
				t.Errorf("%s: suite %d has the id %s", name, i, suite.attribute("id"))
			}
		}
		if total["failure"] != s.Failed+s.Waiting || total["skipped"] != s.Skipped || total["testcase"] != len(s.Results)+total["error"] {
			t.Errorf("%s: %v, want the numbers of %+v", name, total, s)
		}
	}
}

// The rules above refuse what they should.
func TestJUnitSchemaBites(t *testing.T) {
	const suite = `<testsuites><testsuite id="0" package="p" name="n" timestamp="2026-11-21T10:00:00" hostname="h" tests="1" failures="0" errors="0" time="0.1">` +
		`<properties></properties><testcase classname="c" name="n" time="0"></testcase><system-out></system-out><system-err></system-err></testsuite></testsuites>`
	if err := validate(parseXML(t, suite)); err != nil {
		t.Errorf("a valid document is refused: %v", err)
	}
	for _, change := range [][2]string{
		{` hostname="h"`, ``}, {`00:00"`, `00:00Z"`}, {`tests="1"`, `tests="one"`}, {`<properties></properties>`, ``}, {`<system-err></system-err>`, ``},
		{`time="0"></testcase>`, `time="0"><skipped></skipped><skipped></skipped></testcase>`}, {`time="0"></testcase>`, `time="0"><failure></failure></testcase>`},
		{`classname="c"`, `class="c"`}, {`<testsuites>`, `<testsuites name="x">`}, {`name="n" timestamp`, `name="" timestamp`},
	} {
		broken := strings.Replace(suite, change[0], change[1], 1)
		if broken == suite || validate(parseXML(t, broken)) == nil {
			t.Errorf("%q for %q is accepted", change[1], change[0])
		}
	}
}
