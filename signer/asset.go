package signer

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
)

// Rules for the key of a playlist that is one asset's own:
//
//   - It is in a folder, since the Resource of a folder is what opens playlist and
//     segments alike; the folder of a key without one would be the whole bucket.
//   - It has the characters that no URL encodes and no Resource reads as a wildcard: a
//     "*" or "?" in the key of a bucket would open more than its folder, S3 reads a "+"
//     as a space, and clients differ in how they encode the rest.
//   - It has at most 1,024 bytes, as any key in S3:
//     https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
//   - It has no empty segments and no "." or "..", which browsers take out of URLs.

// Asset is a folder of a bucket, with a playlist that leads to all that is in it. It
// is what a [Grant] opens.
type Asset struct {
	// URL is that of the playlist: "https://video.example.com/42/master.m3u8".
	URL string
	// Resource is the [Policy] Resource of the folder: "https://video.example.com/42/*".
	Resource string
	// Path is the folder's, with which cookies reach nothing else
	// ([CookieAttributes.Path]): "/42/".
	Path string
}

// NewAsset returns the asset whose playlist is at key in the bucket behind baseURL, the
// BaseURL of the stack outputs. A key that a grant cannot open alone is an
// [ErrObjectKey] that says why.
func NewAsset(baseURL, key string) (Asset, error) {
	slash := strings.LastIndexByte(key, '/')
	switch {
	case strings.Contains(key, "://"):
		return Asset{}, keyError(key, "is a URL; write the key in the bucket")
	case len(key) > 1024:
		return Asset{}, keyError(key, "has more than the 1,024 bytes of any key in S3; shorten it")
	case !only(key, lower+upper+digits+"-._~/"):
		return Asset{}, keyError(key, "may have letters, digits, - . _ ~ and slashes only; rename it in the bucket")
	case !fs.ValidPath(key):
		return Asset{}, keyError(key, "has a slash at an end, or nothing, . or .. between two; write FOLDER/NAME")
	case slash < 0:
		return Asset{}, keyError(key, "is in no folder, and a grant opens a folder; give each video one of its own")
	}
	folder := "/" + key[:slash+1]
	return Asset{URL: baseURL + "/" + key, Resource: baseURL + folder + "*", Path: folder}, nil
}

func keyError(key, problem string) error {
	return fmt.Errorf("%w: %q %s", ErrObjectKey, display(key), problem)
}

// Overlaps reports whether a grant for one asset opens something of the other: whether
// one folder is the other, or in it. Whom you allow one of two such assets you allow
// both.
func (a Asset) Overlaps(b Asset) bool {
	return strings.HasPrefix(a.Path, b.Path) || strings.HasPrefix(b.Path, a.Path)
}

// CookiesForPage returns the cookies that a page sets so that a player in it plays the
// asset and nothing else: [Grant.CookiesFor], in the [SharedDomain] of both and for the
// asset's Path. Of the page's URL scheme and host count, as viewers see them.
//
// Errors: [ErrInvalidCookie] where no cookie would arrive, a page without https among
// them, and those of [Grant.CookiesFor].
func (g *Grant) CookiesForPage(page *url.URL, a Asset) ([]*http.Cookie, error) {
	if page.Scheme != "https" {
		return nil, fmt.Errorf("making cookies: %w: the page has the scheme %q, to browsers another site than that of the media; serve it by https", ErrInvalidCookie, page.Scheme)
	}
	domain, err := SharedDomain(page.Host, a.URL)
	if err != nil {
		return nil, fmt.Errorf("making cookies: %w", err)
	}
	return g.CookiesFor(a.URL, CookieAttributes{Domain: domain, Path: a.Path})
}
