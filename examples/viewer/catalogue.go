package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"

	_ "modernc.org/sqlite" // pure Go: nothing to install

	"privateplayback/infra/outputs"
	"privateplayback/signer/playlist"
)

// video is a row of the catalogue. Playlist is the key of its entry playlist in
// the bucket: "sample/ts/master.m3u8".
type video struct {
	ID              int64
	Title, Playlist string
}

// Page is the path of the video's page, by which rights name it.
func (v video) Page() string { return fmt.Sprintf("/videos/%d", v.ID) }

// folder is what a grant opens. Its last slash keeps "sample/ts2/" out of
// "sample/ts/".
func (v video) folder() string { return path.Dir(v.Playlist) + "/" }

// catalogue is the application's own database: the videos, and who may watch
// which page. Of AWS it knows keys of the bucket, nothing else.
type catalogue struct{ db *sql.DB }

// AUTOINCREMENT, since rights to a removed video must not pass on to the next.
const schema = `
CREATE TABLE videos (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, playlist TEXT NOT NULL);
CREATE TABLE rights (viewer TEXT NOT NULL, page TEXT NOT NULL, PRIMARY KEY (viewer, page));
CREATE TRIGGER removed AFTER DELETE ON videos BEGIN DELETE FROM rights WHERE page = '/videos/' || old.id; END;
PRAGMA user_version = 1;`

// openCatalogue opens a database file, or ":memory:". A new one is filled with
// what the stack itself uploaded.
func openCatalogue(ctx context.Context, file string, stack *outputs.Stack) (*catalogue, error) {
	db, err := sql.Open("sqlite", file)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // SQLite has one writer, and a database in memory one connection
	c, version := &catalogue{db}, 0
	if err = db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err == nil && version == 0 {
		err = c.fill(ctx, stack)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening the database %q: %w", file, err), db.Close())
	}
	return c, nil
}

// fill lets the first sample viewer watch everything, the second one video.
func (c *catalogue) fill(ctx context.Context, stack *outputs.Stack) error {
	_, err := c.db.ExecContext(ctx, schema)
	pages := []string{}
	for _, key := range stack.ContentPlaylists {
		v, wrong := c.add(ctx, strings.ReplaceAll(path.Dir(key), "/", " / "), key)
		if wrong == nil {
			pages = append(pages, v.Page())
		} // else the form would refuse it too
	}
	for _, channel := range stack.Channels {
		pages = append(pages, livePage(channel))
	}
	for i, page := range pages {
		err = errors.Join(err, c.allow(ctx, accounts()[0].Name, page, true))
		err = errors.Join(err, c.allow(ctx, accounts()[1].Name, page, i == 0))
	}
	return err
}

func (c *catalogue) videos(ctx context.Context) ([]video, error) {
	rows, err := c.db.QueryContext(ctx, "SELECT id, title, playlist FROM videos ORDER BY title, id")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []video{}
	for rows.Next() {
		var v video
		if err := rows.Scan(&v.ID, &v.Title, &v.Playlist); err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}

// video returns one that the viewer may watch: every page, grant and playlist
// begins here.
func (c *catalogue) video(ctx context.Context, a account, id string) (v video, err error) {
	err = c.db.QueryRowContext(ctx, "SELECT id, title, playlist FROM videos WHERE id = ?", id).Scan(&v.ID, &v.Title, &v.Playlist)
	if errors.Is(err, sql.ErrNoRows) {
		return v, playlist.ErrNotFound
	}
	if err == nil {
		err = c.check(ctx, a, v.Page())
	}
	return v, err
}

// check returns playlist.ErrForbidden for a page that the viewer may not watch.
func (c *catalogue) check(ctx context.Context, a account, page string) error {
	var allowed bool
	err := c.db.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM rights WHERE viewer = ? AND page = ?)", a.Name, page).Scan(&allowed)
	if err == nil && !allowed && !a.Admin {
		err = playlist.ErrForbidden
	}
	return err
}

// allow gives a right or takes it.
func (c *catalogue) allow(ctx context.Context, viewer, page string, allowed bool) error {
	query := "DELETE FROM rights WHERE viewer = ? AND page = ?"
	if allowed {
		query = "INSERT OR IGNORE INTO rights (viewer, page) VALUES (?, ?)"
	}
	_, err := c.db.ExecContext(ctx, query, viewer, page)
	return err
}

// mistake is an error for whoever filled in the form.
type mistake string

func (m mistake) Error() string { return string(m) }

// Other keys are possible, but need escapes in a URL, and "*" and "?" would open
// more than one folder.
var playlistKey = regexp.MustCompile(`^[A-Za-z0-9._~/-]+\.m3u8$`)

// add adds a video whose folder a grant can open alone. Its error is a mistake
// if it is the user's.
func (c *catalogue) add(ctx context.Context, title, key string) (video, error) {
	v := video{Title: strings.TrimSpace(title), Playlist: strings.TrimSpace(key)}
	switch {
	case v.Title == "" || len(v.Title) > 200:
		return v, mistake("Enter a title of up to 200 characters.")
	case strings.ContainsAny(v.Playlist, ":?#"):
		return v, mistake("That is a URL. Enter the key of the playlist in the bucket, such as sample/ts/master.m3u8.")
	case !playlistKey.MatchString(v.Playlist):
		return v, mistake("The key must end in .m3u8 and consist of letters, digits and - . _ ~ between slashes.")
	case !fs.ValidPath(v.Playlist):
		return v, mistake("The key must begin with a folder's name, and have no “.”, “..” or nothing between slashes.")
	case !strings.Contains(v.Playlist, "/"):
		return v, mistake("The playlist is in no folder. A grant opens a folder, so each video needs one of its own.")
	}
	list, err := c.videos(ctx)
	for _, other := range list {
		if strings.HasPrefix(v.folder(), other.folder()) || strings.HasPrefix(other.folder(), v.folder()) {
			return v, mistake(fmt.Sprintf("A grant opens a folder, and %s shares one with “%s” (%s).", v.folder(), other.Title, other.folder()))
		}
	}
	if err == nil {
		err = c.db.QueryRowContext(ctx, "INSERT INTO videos (title, playlist) VALUES (?, ?) RETURNING id", v.Title, v.Playlist).Scan(&v.ID)
	}
	return v, err
}

// remove deletes a video and, by the trigger, all rights to it.
func (c *catalogue) remove(ctx context.Context, id string) error {
	_, err := c.db.ExecContext(ctx, "DELETE FROM videos WHERE id = ?", id)
	return err
}
