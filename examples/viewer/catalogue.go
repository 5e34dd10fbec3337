package main

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"path"
	"strings"
	"sync"
	"unicode"

	_ "modernc.org/sqlite" // pure Go: nothing to install

	"privateplayback/infra/outputs"
	"privateplayback/signer"
	"privateplayback/signer/playlist"
)

// video is a row of the catalogue, and the folder that a grant for it opens.
type video struct {
	Page     string // the path of its page, by which rights name it: "/videos/7"
	Title    string
	Playlist string // the key of its entry playlist: "sample/ts/master.m3u8"
	signer.Asset
}

// catalogue is the application's own database: the videos, and who may watch which
// page. It takes microseconds, hence no contexts: a viewer who leaves must not end
// the one connection to a database in memory.
type catalogue struct {
	db      *sql.DB
	baseURL string
	adding  sync.Mutex // or two at once would not see each other's folder
}

// AUTOINCREMENT, since rights to a removed video must not pass on to the next.
const schema = `
CREATE TABLE videos (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, playlist TEXT NOT NULL);
CREATE TABLE rights (viewer TEXT NOT NULL, page TEXT NOT NULL, PRIMARY KEY (viewer, page));
CREATE TRIGGER removed AFTER DELETE ON videos BEGIN DELETE FROM rights WHERE page = '/videos/' || old.id; END;
PRAGMA user_version = 1;`

// openCatalogue opens a database file, or ":memory:". A new one is filled with what
// the stack itself uploaded; what the form would refuse stays out.
func openCatalogue(file string, stack *outputs.Stack) (*catalogue, error) {
	db, err := sql.Open("sqlite", file)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // SQLite has one writer, and memory one connection
	c, version := &catalogue{db: db, baseURL: stack.BaseURL}, 0
	if err = db.QueryRow("PRAGMA user_version").Scan(&version); err == nil && version == 0 {
		_, err = db.Exec(schema)
		for i, key := range stack.ContentPlaylists {
			if v, wrong := c.add(strings.ReplaceAll(path.Dir(key), "/", " / "), key); wrong == nil {
				c.allow("viewer", v.Page, true)
				c.allow("another viewer", v.Page, i == 0)
			}
		}
		for _, channel := range stack.Channels {
			c.allow("viewer", livePage(channel), true)
		}
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening the database %q: %w", file, err), db.Close())
	}
	return c, nil
}

func (c *catalogue) videos(where string, args ...any) (list []video, err error) {
	rows, err := c.db.Query("SELECT '/videos/' || id, title, playlist FROM videos "+where+" ORDER BY title, id", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for err == nil && rows.Next() {
		var v video
		if err = rows.Scan(&v.Page, &v.Title, &v.Playlist); err == nil {
			v.Asset, err = signer.NewAsset(c.baseURL, v.Playlist)
		}
		list = append(list, v)
	}
	return list, errors.Join(err, rows.Err())
}

// video returns one that the viewer may watch.
func (c *catalogue) video(who account, id string) (video, error) {
	list, err := c.videos("WHERE id = ?", id)
	if err != nil || len(list) == 0 {
		return video{}, cmp.Or(err, playlist.ErrNotFound)
	}
	return list[0], c.check(who, list[0].Page)
}

// check returns playlist.ErrForbidden for a page that the viewer may not watch.
func (c *catalogue) check(who account, page string) error {
	var allowed bool
	err := c.db.QueryRow("SELECT EXISTS (SELECT 1 FROM rights WHERE viewer = ? AND page = ?)", who.Name, page).Scan(&allowed)
	if err == nil && !allowed && !who.Admin {
		err = playlist.ErrForbidden
	}
	return err
}

// allow gives a right, or takes it.
func (c *catalogue) allow(viewer, page string, allowed bool) error {
	query := map[bool]string{true: "INSERT OR IGNORE INTO rights (viewer, page) VALUES (?, ?)", false: "DELETE FROM rights WHERE viewer = ? AND page = ?"}[allowed]
	_, err := c.db.Exec(query, viewer, page)
	return err
}

// errForm is an error of whoever filled in the form.
var errForm = errors.New("not added")

// add adds a video whose folder a grant can open alone.
func (c *catalogue) add(title, key string) (v video, err error) {
	v.Title, v.Playlist = strings.TrimSpace(title), strings.TrimSpace(key)
	v.Asset, err = signer.NewAsset(c.baseURL, v.Playlist)
	switch {
	case !strings.ContainsFunc(v.Title, unicode.IsGraphic) || len(v.Title) > 200:
		return v, fmt.Errorf("%w: the title is empty or longer than 200 bytes", errForm)
	case err != nil:
		return v, fmt.Errorf("%w: %w", errForm, err)
	case !strings.HasSuffix(v.Playlist, ".m3u8"):
		return v, fmt.Errorf("%w: the key %q does not end in .m3u8; name the playlist with which players begin", errForm, v.Playlist)
	}
	c.adding.Lock()
	defer c.adding.Unlock()
	list, err := c.videos("")
	for _, other := range list {
		if v.Overlaps(other.Asset) {
			return v, fmt.Errorf("%w: a grant opens a folder, and %s shares one with %q at %s", errForm, v.Path, other.Title, other.Path)
		}
	}
	if err == nil {
		err = c.db.QueryRow("INSERT INTO videos (title, playlist) VALUES (?, ?) RETURNING '/videos/' || id", v.Title, v.Playlist).Scan(&v.Page)
	}
	return v, err
}

// remove deletes a video and, by the trigger, all rights to it.
func (c *catalogue) remove(id string) error {
	_, err := c.db.Exec("DELETE FROM videos WHERE id = ?", id)
	return err
}
