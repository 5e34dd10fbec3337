package stack

import (
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// SampleDir is where the sample lies in the project's folder, with slashes.
const SampleDir = "infra/stack/sample"

// maxContentFiles keeps a stack's state of a size that Pulumi can hold: each
// file is a resource.
const maxContentFiles = 2000

// file is one file to upload.
type file struct {
	key  string // in the bucket
	path string // on disk, absolute
}

// CheckContent tells whether Deploy could upload a folder: the error names it and
// what it lacks.
func CheckContent(dir string) error {
	_, err := folder("", dir, "content")
	return err
}

// uploadContent declares an object for each file of the sample or of contentDir,
// and returns the keys of the playlists to open, sorted.
func uploadContent(ctx *pulumi.Context, projectDir string, c Config, bucket *s3.BucketV2) ([]string, error) {
	if !c.SampleContent {
		return []string{}, nil
	}
	files, err := contentFiles(projectDir, c.ContentDir)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		_, err := s3.NewBucketObjectv2(ctx, f.key, &s3.BucketObjectv2Args{
			Bucket:       bucket.ID(),
			Key:          pulumi.String(f.key),
			Source:       pulumi.NewFileAsset(f.path),
			ContentType:  pulumi.String(ContentType(f.key)),
			CacheControl: pulumi.String(cacheControl(f.key)),
		})
		if err != nil {
			return nil, err
		}
	}
	return entryPlaylists(files)
}

func contentFiles(projectDir, contentDir string) ([]file, error) {
	if contentDir != "" {
		files, err := folder(projectDir, contentDir, "content")
		if err != nil {
			return nil, fmt.Errorf("config: contentDir %w", err)
		}
		return files, nil
	}
	files := []file{}
	for _, video := range []string{"aes", "fmp4", "ts"} {
		more, err := folder(projectDir, path.Join(SampleDir, video), "sample/"+video)
		if err != nil {
			return nil, err
		}
		files = append(files, more...)
	}
	return files, nil
}

// folder lists the files below dir, hidden ones left out, with keys below
// prefix.
func folder(projectDir, dir, prefix string) ([]file, error) {
	root := filepath.FromSlash(dir)
	if !filepath.IsAbs(root) {
		root = filepath.Join(projectDir, root)
	}
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	if target, err := filepath.EvalSymlinks(root); err == nil {
		root = target
	}
	if info, err := os.Stat(root); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("%q is not a folder; name one that holds an HLS playlist and its segments", dir)
	}
	files := []file{}
	err = filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != root && strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir():
			return nil
		}
		f, err := newFile(root, name, prefix)
		files = append(files, f)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(files) > maxContentFiles {
		return nil, fmt.Errorf("%q holds %d files, at most %d are deployed with a stack; deploy without content and copy them into the bucket", dir, len(files), maxContentFiles)
	}
	if !slices.ContainsFunc(files, file.isPlaylist) {
		return nil, fmt.Errorf("%q holds no .m3u8 playlist; name a folder that holds an HLS playlist and its segments", dir)
	}
	return files, nil
}

// maxKey is the longest key that S3 takes, in bytes of UTF-8, by
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html.
const maxKey = 1024

// newFile is what to upload for a file below root, or for what a link there names.
func newFile(root, name, prefix string) (file, error) {
	below, err := filepath.Rel(root, name)
	if err != nil {
		return file{}, err
	}
	if info, err := os.Stat(name); err != nil || !info.Mode().IsRegular() {
		return file{}, fmt.Errorf("%q holds %q, which is neither a file nor a link to one; remove it", root, below)
	}
	readable, err := os.Open(name)
	if err != nil {
		return file{}, err
	}
	readable.Close()
	key := path.Join(prefix, filepath.ToSlash(below))
	if len(key) > maxKey || !utf8.ValidString(key) {
		return file{}, fmt.Errorf("%q holds %q, whose name S3 does not take; rename it to at most %d bytes of UTF-8", root, below, maxKey-len(prefix)-1)
	}
	return file{key: key, path: name}, nil
}

func (f file) isPlaylist() bool { return ContentType(f.key) == playlistType }

// playlistType is the registered type of a playlist, RFC 8216 section 10.
const playlistType = "application/vnd.apple.mpegurl"

// ContentType is the media type of a file by its name, as RFC 8216 section 4 and
// RFC 8216bis have it; without one S3 would keep
// binary/octet-stream.
func ContentType(key string) string {
	switch strings.ToLower(path.Ext(key)) {
	case ".m3u8":
		return playlistType
	case ".ts":
		return "video/mp2t"
	case ".mp4", ".m4s", ".m4v", ".cmfv":
		return "video/mp4"
	case ".m4a", ".cmfa":
		return "audio/mp4"
	case ".aac":
		return "audio/aac"
	case ".vtt":
		return "text/vtt"
	case ".jpg", ".jpeg":
		return "image/jpeg"
	}
	return "application/octet-stream"
}

// cacheControl lets media stay and everything that may be made anew under the
// same name, playlists and keys, go soon.
func cacheControl(key string) string {
	switch ContentType(key) {
	case playlistType, "application/octet-stream":
		return "max-age=10"
	}
	return "max-age=31536000, immutable"
}

// quotedURI finds the URI attributes of a playlist's tags.
var quotedURI = regexp.MustCompile(`URI="([^"]*)"`)

// entryPlaylists returns the keys of the playlists that no other playlist names:
// those that a player opens.
func entryPlaylists(files []file) ([]string, error) {
	named := map[string]bool{}
	keys := []string{}
	for _, f := range files {
		if !f.isPlaylist() {
			continue
		}
		keys = append(keys, f.key)
		data, err := os.ReadFile(f.path)
		if err != nil {
			return nil, err
		}
		base := &url.URL{Path: "/" + f.key}
		for _, uri := range playlistURIs(data) {
			if u, err := base.Parse(uri); err == nil && u.Host == "" && u.Path != base.Path {
				named[strings.TrimPrefix(u.Path, "/")] = true
			}
		}
	}
	slices.Sort(keys)
	entries := slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return named[key] })
	if len(entries) == 0 { // they name each other
		return keys, nil
	}
	return entries, nil
}

func playlistURIs(data []byte) []string {
	uris := []string{}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "#") {
			uris = append(uris, line)
			continue
		}
		for _, match := range quotedURI.FindAllStringSubmatch(line, -1) {
			uris = append(uris, match[1])
		}
	}
	return uris
}
