package playlist

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"privateplayback/signer"
)

// Rules of resolving a URI, by the URL standard that browsers follow:
//
//   - Blanks and control characters at the ends, and tabs inside, are dropped.
//   - In http and https a backslash is a slash, any number of slashes begins
//     the host, and "https:x" under an https base is relative.
//   - What is requested is the form of signer.RequestURL. It is what is signed
//     and what is written, so that a player without a browser's parser requests
//     the same.
//   - The fragment is not requested: it is taken off and put back. RequestURL
//     sees it, for a blank before it is not at the end, where it would go.
//   - Signature parameters already in the query are replaced, and an empty
//     query or a final "&" goes.
//
// https://url.spec.whatwg.org/#url-parsing

// base is the parsed URL of the playlist.
type base struct {
	scheme string // "https"
	origin string // "https://host"
	path   string // "/asset/live.m3u8"
	dir    string // "/asset/"
	query  string // without "?"
}

func parseBase(raw string) (base, error) {
	normal, err := signer.RequestURL(raw)
	if err != nil {
		return base{}, fmt.Errorf("the URL of the playlist: %w", err)
	}
	normal = withoutSignature(normal)
	scheme, after, ok := strings.Cut(normal, "://")
	slash := strings.IndexByte(after, '/')
	if !ok || slash < 0 {
		return base{}, errors.New("the URL of the playlist has no scheme, host and path")
	}
	b := base{scheme: scheme, origin: normal[:len(scheme)+len("://")+slash]}
	b.path, b.query, _ = strings.Cut(after[slash:], "?")
	b.dir = b.path[:strings.LastIndexByte(b.path, '/')+1]
	return b, nil
}

// target is a resolved URI.
type target struct {
	url      string // in request form, without fragment and signature
	fragment string // with its "#", or empty
	own      bool   // to be signed; else nothing of the rest is set
}

// resolve finds what a browser requests for text. own decides which URLs are
// to be signed, nil means those of the base's origin whatever their scheme.
func (b *base) resolve(text string, own func(string) bool) (target, error) {
	if !utf8.ValidString(text) {
		return target{}, fmt.Errorf("%w: the URI is not UTF-8", ErrMalformed)
	}
	text = strings.TrimFunc(text, func(r rune) bool { return r <= ' ' })
	text = strings.ReplaceAll(text, "\t", "")
	if text == "" {
		return target{}, nil
	}
	text, fragment := cutFragment(text)
	absolute, ok := b.absolute(text)
	if !ok {
		return target{}, nil
	}
	normal, err := signer.RequestURL(absolute + fragment)
	if err != nil {
		if !strings.EqualFold(roughHost(absolute), roughHost(b.origin)) {
			return target{}, nil // nobody's business but the player's
		}
		return target{}, err
	}
	normal = withoutSignature(normal)
	if own == nil && !b.ownHost(normal) || own != nil && !own(normal) {
		return target{}, nil
	}
	return target{url: normal, fragment: fragment, own: true}, nil
}

// absolute joins text, which has no fragment, to the base, up to what
// RequestURL does. It is false for schemes that CloudFront does not serve.
func (b *base) absolute(text string) (joined string, ok bool) {
	if scheme, after, has := cutScheme(text); has {
		if scheme != "http" && scheme != "https" {
			return "", false
		}
		if scheme != b.scheme {
			return scheme + "://" + strings.TrimLeft(slashes(after), "/"), true
		}
		text = after
	}
	text = slashes(text)
	path, query, hasQuery := strings.Cut(text, "?")
	switch {
	case strings.HasPrefix(path, "//"):
		return b.scheme + "://" + strings.TrimLeft(text, "/"), true
	case strings.HasPrefix(path, "/"):
		path = b.origin + path
	case path == "":
		path = b.origin + b.path
		if !hasQuery {
			query, hasQuery = b.query, b.query != ""
		}
	default:
		path = b.origin + b.dir + path
	}
	if hasQuery {
		path += "?" + query
	}
	return path, true
}

// ownHost reports whether a URL in request form is of the base's host and
// port.
func (b *base) ownHost(normal string) bool {
	return roughHost(normal) == roughHost(b.origin)
}

// cutScheme splits text after the colon of its scheme, which is lowered.
func cutScheme(text string) (scheme, after string, ok bool) {
	for i := range len(text) {
		c := text[i] | 0x20
		switch {
		case c >= 'a' && c <= 'z':
		case i > 0 && (text[i] >= '0' && text[i] <= '9' || strings.IndexByte("+-.", text[i]) >= 0):
		case i > 0 && text[i] == ':':
			return strings.ToLower(text[:i]), text[i+1:], true
		default:
			return "", "", false
		}
	}
	return "", "", false
}

func cutFragment(text string) (rest, fragment string) {
	if i := strings.IndexByte(text, '#'); i >= 0 {
		return text[:i], text[i:]
	}
	return text, ""
}

// slashes turns backslashes before the query into slashes.
func slashes(text string) string {
	path, query, hasQuery := strings.Cut(text, "?")
	path = strings.ReplaceAll(path, `\`, "/")
	if hasQuery {
		path += "?" + query
	}
	return path
}

// roughHost is the host and port of an absolute URL, with no regard to how it
// is spelled.
func roughHost(absolute string) string {
	_, after, _ := strings.Cut(absolute, "://")
	if end := strings.IndexAny(after, `/?#\`); end >= 0 {
		after = after[:end]
	}
	return after[strings.LastIndexByte(after, '@')+1:]
}

// signatureParameters are the names that CloudFront reads as a signature.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-choosing-signed-urls-cookies.html
func signatureParameters() []string {
	return []string{"Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"}
}

// withoutSignature drops the parameters of an older signature from a URL
// without fragment, an empty query and "&" at its end. Names are compared
// decoded, as signer does.
func withoutSignature(u string) string {
	path, query, ok := strings.Cut(u, "?")
	if !ok {
		return u
	}
	kept := make([]string, 0, 8)
	for pair := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if decoded, err := url.QueryUnescape(name); err == nil {
			name = decoded
		}
		if !slices.Contains(signatureParameters(), name) {
			kept = append(kept, pair)
		}
	}
	query = strings.TrimRight(strings.Join(kept, "&"), "&")
	if query == "" {
		return path
	}
	return path + "?" + query
}
