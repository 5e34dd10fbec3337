package main

import (
	"errors"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"privateplayback/infra/outputs"
	"privateplayback/signer/playlist"
)

// What is wrong is said on the form, which keeps what was entered.
func TestAddVideo(t *testing.T) {
	s := newSite(t)
	admin := s.visitor(t, "admin")
	for _, tc := range []struct{ title, key, mistake string }{
		{"", "a/index.m3u8", "the title is empty"},
		{"  ", "a/index.m3u8", "the title is empty"},
		{"\u200b\x00\u2060", "a/index.m3u8", "the title is empty"}, // nothing to see, and a link to nobody
		{strings.Repeat("x", 201), "a/index.m3u8", "the title is empty"},
		{"A", "", "may have letters"},
		{"A", "a/index.mp4", "does not end in .m3u8"},
		{"A", "a/.m3u8x", "does not end in .m3u8"},
		{"A", "https://video.example.com/a/index.m3u8", "is a URL"},
		{"A", "a/index.m3u8?v=1", "may have letters"},
		{"A", "a/index.m3u8#t", "may have letters"},
		{"A", "/a/index.m3u8", "has a slash"},
		{"A", "../a/index.m3u8", "has a slash"},
		{"A", "a/../b/index.m3u8", "has a slash"},
		{"A", "a/./index.m3u8", "has a slash"},
		{"A", "a//index.m3u8", "has a slash"},
		{"A", "index.m3u8", "in no folder"},
		{"A", "a*/index.m3u8", "may have letters"},
		{"A", "a b/index.m3u8", "may have letters"},
		{"A", "a%2f/index.m3u8", "may have letters"},
		{"A", `a\b/index.m3u8`, "may have letters"},
		{"A", "ä/index.m3u8", "may have letters"},
		{"A", `"><script>/index.m3u8`, "may have letters"},
		{"A", "sample/index.m3u8", "shares one with"},
		{"A", "sample/ts/index.m3u8", "shares one with"},
		{"A", "sample/ts/180p/index.m3u8", "shares one with"},
	} {
		w := admin.post("/admin/videos", "title", tc.title, "playlist", tc.key)
		body := w.Body.String()
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(body, tc.mistake) || strings.Count(body, `role="alert"`) != 1 {
			t.Errorf("adding %q at %q: status %d without %q", tc.title, tc.key, w.Code, tc.mistake)
		}
		if kept := `name="playlist" value="` + tc.key + `"`; !strings.ContainsAny(tc.key, `<"`) && !strings.Contains(strings.ReplaceAll(body, "&#43;", "+"), kept) {
			t.Errorf("adding %q: the form has lost it", tc.key)
		}
		if strings.Contains(body, "<script>") {
			t.Errorf("adding %q: the page runs it", tc.key)
		}
	}
	for _, key := range []string{"sample/ts2/index.m3u8", " samples/index.m3u8 ", "a.b-c_d~e/1/x.m3u8", "..a/..m3u8"} {
		if w := admin.post("/admin/videos", "title", "A", "playlist", key); w.Code != http.StatusSeeOther {
			t.Errorf("adding %q: status %d, want 303", key, w.Code)
		}
	}
	if w := admin.post("/admin/videos", "title", "A", "playlist", "large/"+strings.Repeat("x", 70_000)+".m3u8"); w.Code < 400 {
		t.Errorf("a form of 70 kB: status %d", w.Code)
	}
}

// Of videos that share a folder one is added, however close they come: whoever may watch
// one of two could watch both.
func TestAddAtOnce(t *testing.T) {
	for range 20 {
		c, err := openCatalogue(":memory:", &outputs.Stack{BaseURL: "https://video.example.com"})
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				if _, err := c.add("A", strings.Repeat("a/", i+1)+"x.m3u8"); err != nil && !errors.Is(err, errForm) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if list, err := c.videos(""); err != nil || len(list) != 1 {
			t.Errorf("%d videos share a folder, %v", len(list), err)
		}
		if err := c.db.Close(); err != nil {
			t.Error(err)
		}
	}
}

// The catalogue is there again after a restart; what was removed stays removed.
func TestCatalogueFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "viewer.db")
	stack := &outputs.Stack{BaseURL: "https://video.example.com", ContentPlaylists: []string{"b/x.m3u8", "a/x.m3u8", "a/y.m3u8", "root.m3u8", "sp ace/x.m3u8"}, Channels: []outputs.Channel{{Name: "live"}}}
	for round, want := range [][]string{{"a", "b"}, {"b"}} {
		c, err := openCatalogue(file, stack)
		if err != nil {
			t.Fatal(err)
		}
		list, err := c.videos("")
		if err != nil {
			t.Fatal(err)
		}
		titles := []string{}
		for _, v := range list {
			titles = append(titles, v.Title)
		}
		if strings.Join(titles, " ") != strings.Join(want, " ") {
			t.Errorf("start %d: videos %q, want %q", round+1, titles, want)
		}
		if round == 0 {
			checkRights(t, c, list)
			if err := c.remove("2"); err != nil {
				t.Error(err)
			}
		}
		if err := c.db.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := openCatalogue(filepath.Join(file, "below"), stack); err == nil || !strings.Contains(err.Error(), "viewer.db") {
		t.Errorf("a database that cannot be opened: %v", err)
	}
}

// checkRights: the first sample viewer may watch everything, the second the video
// that the stack names first, the administrator everything there will be.
func checkRights(t *testing.T, c *catalogue, list []video) {
	t.Helper()
	for i, may := range [][]bool{{true, true, true, false}, {false, true, false, false}, {true, true, true, true}} {
		for j, page := range []string{list[0].Page, list[1].Page, "/live/live", "/live/none"} {
			err := c.check(accounts()[i], page)
			if may[j] != (err == nil) || err != nil && !errors.Is(err, playlist.ErrForbidden) {
				t.Errorf("%s at %s: %v, want allowed %t", accounts()[i].Name, page, err, may[j])
			}
		}
	}
}
