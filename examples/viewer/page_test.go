package main

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// every node below n, itself first.
func every(n *html.Node, do func(*html.Node)) {
	do(n)
	for c := range n.ChildNodes() {
		every(c, do)
	}
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func document(t *testing.T, body string) *html.Node {
	t.Helper()
	n, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Every link, form, style and script of every page answers, whoever is signed in.
func TestCrawl(t *testing.T) {
	for _, who := range accounts() {
		s := newSite(t)
		v := s.visitor(t, who.Name)
		seen, queue := map[string]bool{}, []string{"/", "/sign-in", "/none"}
		for len(queue) > 0 {
			path := queue[0]
			queue = queue[1:]
			if seen[path] || strings.HasPrefix(path, "data:") || strings.HasPrefix(path, "#") {
				continue
			}
			seen[path] = true
			w := v.get(path)
			if !slices.Contains([]int{http.StatusOK, http.StatusFound}, w.Code) && path != "/none" {
				t.Errorf("%s: GET %s: status %d", who.Name, path, w.Code)
			}
			if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
				continue
			}
			body := w.Body.String()
			checkDocument(t, path, body)
			every(document(t, body), func(n *html.Node) {
				for _, name := range []string{"href", "src"} {
					if to := attribute(n, name); to != "" {
						queue = append(queue, to)
					}
				}
				if grant := attribute(n, "data-grant"); grant != "" {
					if w := v.post(grant); w.Code != http.StatusOK {
						t.Errorf("%s: POST %s: status %d", who.Name, grant, w.Code)
					}
					seen[grant] = true
				}
			})
		}
		want := map[string]int{"viewer": 3 + 2, "another viewer": 1, "admin": 3 + 2}[who.Name]
		pages := 0
		for path := range seen {
			if strings.Count(path, "/") == 2 && (strings.HasPrefix(path, "/videos/") || strings.HasPrefix(path, "/live/")) {
				pages++
			}
		}
		if pages != want || seen["/admin"] != who.Admin {
			t.Errorf("%s found %d videos and channels, want %d; the desk: %t", who.Name, pages, want, seen["/admin"])
		}
		submitForms(t, s, who)
	}
}

// submitForms presses every button that is there, those that sign out last.
func submitForms(t *testing.T, s *site, who account) {
	t.Helper()
	pages := []string{"/", "/sign-in"}
	if who.Admin {
		pages = append(pages, "/admin")
	}
	for _, path := range pages {
		forms := []*html.Node{}
		every(document(t, s.visitor(t, who.Name).get(path).Body.String()), func(n *html.Node) {
			if n.DataAtom == atom.Form {
				forms = append(forms, n)
			}
		})
		if len(forms) == 0 {
			t.Errorf("%s has no form", path)
		}
		for _, form := range forms {
			pairs := []string{}
			every(form, func(n *html.Node) {
				if name := attribute(n, "name"); name == "playlist" {
					pairs = append(pairs, name, "crawled/index.m3u8")
				} else if name != "" {
					pairs = append(pairs, name, attribute(n, "value")+map[string]string{"title": "crawled"}[name])
				}
			})
			v := s.visitor(t, who.Name)
			w := v.post(attribute(form, "action"), pairs...)
			if w.Code != http.StatusSeeOther {
				t.Errorf("%s: POST %s with %q: status %d", who.Name, attribute(form, "action"), pairs, w.Code)
			}
			if to := v.get(w.Header().Get("Location")); to.Code != http.StatusOK {
				t.Errorf("%s: POST %s leads to %q: status %d", who.Name, attribute(form, "action"), w.Header().Get("Location"), to.Code)
			}
		}
	}
}

// checkDocument holds a page to what a keyboard, a screen reader and a strict policy
// need.
func checkDocument(t *testing.T, path, body string) {
	t.Helper()
	checkBalance(t, path, body)
	ids, headings, h1, references := map[string]bool{}, 0, 0, []string{}
	every(document(t, body), func(n *html.Node) {
		if id := attribute(n, "id"); id != "" {
			if ids[id] {
				t.Errorf("%s: the id %q is there twice", path, id)
			}
			ids[id] = true
		}
		for _, name := range []string{"aria-labelledby", "aria-describedby", "for"} {
			if to := attribute(n, name); to != "" {
				references = append(references, to)
			}
		}
		if to, ok := strings.CutPrefix(attribute(n, "href"), "#"); ok {
			references = append(references, to)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" {
				t.Errorf("%s: <%s %s> is inline", path, n.Data, a.Key)
			}
		}
		switch n.DataAtom {
		case atom.H1, atom.H2, atom.H3:
			level := int(n.Data[1] - '0')
			if level > headings+1 {
				t.Errorf("%s: <%s> comes after level %d", path, n.Data, headings)
			}
			headings = level
			if level == 1 {
				h1++
			}
		case atom.Input:
			if attribute(n, "type") != "hidden" && n.Parent.DataAtom != atom.Label {
				t.Errorf("%s: the field %q has no label", path, attribute(n, "name"))
			}
		case atom.Script:
			if attribute(n, "src") == "" {
				t.Errorf("%s: a script is inline", path)
			}
		case atom.Style:
			t.Errorf("%s: a style is inline", path)
		case atom.Form:
			if attribute(n, "method") != "post" {
				t.Errorf("%s: the form %q gets", path, attribute(n, "action"))
			}
		case atom.Html:
			if attribute(n, "lang") != "en" {
				t.Errorf("%s has no language", path)
			}
		}
	})
	for _, to := range references {
		if !ids[to] {
			t.Errorf("%s refers to %q, which is not there", path, to)
		}
	}
	if h1 != 1 || !ids["main"] || !strings.HasPrefix(body, "<!doctype html>") || !strings.Contains(body, `name="viewport"`) || !strings.Contains(body, `class="skip" href="#main"`) {
		t.Errorf("%s: %d first headings, or no main, doctype, viewport or skip link", path, h1)
	}
}

// checkBalance reports tags that are closed in another order than they were opened,
// which the parser would mend in silence.
func checkBalance(t *testing.T, path, body string) {
	t.Helper()
	void := []string{"meta", "link", "input", "br"}
	open := []string{}
	for z := html.NewTokenizer(strings.NewReader(body)); z.Next() != html.ErrorToken; {
		token := z.Token()
		switch {
		case token.Type == html.StartTagToken && !slices.Contains(void, token.Data):
			open = append(open, token.Data)
		case token.Type == html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != token.Data {
				t.Fatalf("%s: </%s> closes %q", path, token.Data, open)
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Errorf("%s: %q stay open", path, open)
	}
}

// The page of a video has what play.js looks for.
func TestVideoPage(t *testing.T) {
	s := newSite(t)
	ways := map[string]*html.Node{}
	every(document(t, s.visitor(t, "admin").get("/videos/3").Body.String()), func(n *html.Node) {
		if n.DataAtom == atom.Video {
			ways[attribute(n, "data-way")] = n
		}
	})
	for _, way := range []string{"urls", "cookies", "query"} {
		n := ways[way]
		if n == nil || attribute(n, "data-grant") != "/videos/3/"+way || attribute(n, "preload") != "none" {
			t.Errorf("the way %s is not there as agreed", way)
		}
	}
	if src := attribute(ways["urls"], "src"); src != "/videos/3/playlist/sample/ts/master.m3u8" {
		t.Errorf("without a script the source is %q", src)
	}
}

// The viewer and the status page of smoketest serve are of one colour.
func TestTokens(t *testing.T) {
	var blocks [2][]byte
	for i, name := range []string{"static/style.css", "../../internal/serve/status/style.css"} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		block, _, ok := bytes.Cut(data, []byte("* { box-sizing"))
		if !ok || len(block) < 200 {
			t.Fatalf("%s begins otherwise", name)
		}
		blocks[i] = block
	}
	if !bytes.Equal(blocks[0], blocks[1]) {
		t.Error("static/style.css and internal/serve/status/style.css begin with other colours")
	}
}

// The application stays small enough to be read: blank lines and comments aside.
func TestSize(t *testing.T) {
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
				lines++
			}
		}
	}
	if lines >= 600 || lines < 300 {
		t.Errorf("%d lines of Go without comments and blanks, want less than 600", lines)
	}
}
