package report_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// The page needs nothing beside it, runs nothing, and can be found through by
// headings and landmarks, whatever a deployment answers.
func TestHTMLStandsAlone(t *testing.T) {
	for name, s := range summaries() {
		page := render(t, "html", s)
		root, err := html.Parse(strings.NewReader(page))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		count, level := map[string]int{}, 0
		ids := []string{}
		for n := range root.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			count[n.Data]++
			if len(n.Data) == 2 && n.Data[0] == 'h' && n.Data != "hr" {
				next := int(n.Data[1] - '0')
				if next > level+1 {
					t.Errorf("%s: <%s> after a heading of level %d", name, n.Data, level)
				}
				level = next
			}
			for _, a := range n.Attr {
				if a.Key == "id" {
					ids = append(ids, a.Val)
				}
				if err := allowed(n, a); err != "" {
					t.Errorf("%s: <%s %s=%q>: %s", name, n.Data, a.Key, a.Val, err)
				}
			}
		}
		for _, tag := range []string{"script", "link", "img", "iframe", "object", "form"} {
			if count[tag] > 0 {
				t.Errorf("%s: the page has <%s>", name, tag)
			}
		}
		for _, tag := range []string{"title", "header", "main", "footer", "h1"} {
			if count[tag] == 0 || tag != "title" && count[tag] > 1 {
				t.Errorf("%s: %d of <%s>, want one", name, count[tag], tag)
			}
		}
		slices.Sort(ids)
		if len(slices.Compact(slices.Clone(ids))) != len(ids) {
			t.Errorf("%s: an id is there twice: %q", name, ids)
		}
		for _, outside := range []string{"@import", "url("} {
			if strings.Contains(page, outside) {
				t.Errorf("%s: the style asks for something: %s", name, outside)
			}
		}
	}
}

// allowed says what is wrong with an attribute; empty if nothing is.
func allowed(n *html.Node, a html.Attribute) string {
	switch {
	case strings.HasPrefix(a.Key, "on"), a.Key == "src", a.Key == "srcset", a.Key == "style":
		return "not on this page"
	case a.Key == "href" && (n.DataAtom != atom.A || !strings.HasPrefix(a.Val, "https://") && !strings.HasPrefix(a.Val, "#")):
		return "not an address that a reader may follow"
	}
	return ""
}
