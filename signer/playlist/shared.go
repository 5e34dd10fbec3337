package playlist

import (
	"bytes"
	"net/url"
	"strings"

	"privateplayback/signer"
)

// shared signs with one grant. A URI that a browser requests as it is written
// costs a scan and a copy; the others are resolved one by one.
type shared struct {
	options    *Options
	base       *base
	parameters string // "Policy=…&Signature=…&Key-Pair-Id=…"
	first      string // what is put after a URI: "?" and they, or "?{$name}"
	more       string // the same with "&", after a query
	dir        string // what a plain relative URI is written after
	root       string // and one that begins with a slash
	prefix     string // what the grant covers all continuations of, or empty
	plainDir   bool   // the grant covers all that is under the base's directory
	plainRoot  bool   // and under its host
}

// maxURL is CloudFront's limit for a URL in bytes.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
const maxURL = 8192

func newShared(b *base, o *Options) *shared {
	s := &shared{options: o, base: b, parameters: o.Grant.Query(), dir: b.origin + b.dir, root: b.origin}
	reference := s.parameters
	if o.Variable != "" {
		reference = "{$" + o.Variable + "}"
	}
	s.first, s.more = "?"+reference, "&"+reference
	if prefix, simple := literalPrefix(o.Grant.Policy().Resource); simple && o.Own == nil {
		s.prefix = prefix
		s.plainDir = strings.HasPrefix(s.dir, prefix)
		s.plainRoot = strings.HasPrefix(s.root+"/", prefix)
	}
	if o.Relative {
		s.dir, s.root = "", ""
	}
	return s
}

// literalPrefix returns what a Resource that ends in its only wildcard begins
// with. Such a policy covers every URL that begins so, if the prefix reaches
// into the path.
func literalPrefix(resource string) (string, bool) {
	prefix, ok := strings.CutSuffix(resource, "*")
	_, after, hasScheme := strings.Cut(prefix, "://")
	return prefix, ok && hasScheme && strings.Contains(after, "/") && !strings.ContainsAny(prefix, "*?")
}

// appendPlain writes a URI that needs no resolving, or reports false.
func (s *shared) appendPlain(out *output, text []byte) bool {
	prefix, path := s.dir, text
	covered := s.plainDir
	switch {
	case len(text) > 0 && text[0] == '/':
		prefix, covered = s.root, s.plainRoot
	case len(text) > len(s.base.origin) && string(text[:len(s.base.origin)]) == s.base.origin:
		// An absolute URL of the base's host: what the grant covers is not
		// known from the base alone.
		prefix, path = "", text[len(s.base.origin):]
		covered = path[0] == '/' && s.prefix != "" && bytes.HasPrefix(text, []byte(s.prefix))
	}
	if !covered {
		return false
	}
	form := plainForm(path)
	if form == notPlain || len(s.base.origin)+len(s.base.dir)+len(text)+1+len(s.parameters) > maxURL {
		return false
	}
	suffix := s.first
	if form == plainQuery {
		suffix = s.more
	}
	out.buf = append(append(append(out.buf, prefix...), text...), suffix...)
	return true
}

// append writes a resolved URI.
func (s *shared) append(out *output, t target) error {
	signed, err := s.options.Grant.URL(t.url)
	if err != nil {
		return err
	}
	if s.options.Variable != "" {
		signed = t.url + s.first
		if strings.Contains(t.url, "?") {
			signed = t.url + s.more
		}
	}
	out.buf = append(append(out.buf, signed...), t.fragment...)
	return nil
}

// form is how a URI is written.
type form int

const (
	notPlain   form = iota
	plainPath       // a relative or absolute path
	plainQuery      // the same with a query
)

// plainForm recognises the URIs that a browser requests as they are written: a
// relative or absolute path of unreserved characters and a few others, without
// dot segments, "%", a colon or an empty host, and a query that holds no
// signature. A test holds it to resolve.
func plainForm(text []byte) form {
	if len(text) == 0 || text[0] == '.' || text[0] == '?' || text[0] == '/' && len(text) > 1 && text[1] == '/' {
		return notPlain
	}
	for i, c := range text {
		if !plainByte(c) {
			if c == '?' {
				return plainQueryForm(text[i+1:])
			}
			return notPlain
		}
		if c == '.' && text[i-1] == '/' {
			return notPlain
		}
	}
	return plainPath
}

func plainQueryForm(query []byte) form {
	if len(query) == 0 || query[len(query)-1] == '&' {
		return notPlain
	}
	for _, c := range query {
		if !plainByte(c) && c != '=' && c != '&' {
			return notPlain
		}
	}
	for _, name := range signatureParameters() {
		if strings.Contains(string(query), name) {
			return notPlain
		}
	}
	return plainQuery
}

// plainByte reports whether c is a letter, a digit or one of "-", ".", "/", "_",
// "~" and ",".
func plainByte(c byte) bool {
	const (
		low  = 0x3ff<<'0' | 1<<',' | 1<<'-' | 1<<'.' | 1<<'/'
		high = 0x3ffffff<<('A'-64) | 0x3ffffff<<('a'-64) | 1<<('_'-64) | 1<<('~'-64)
	)
	if c < 64 {
		return uint64(low)>>c&1 == 1
	}
	return c < 128 && uint64(high)>>(c-64)&1 == 1
}

// queryOf returns the decoded query of a URL, as far as it can be decoded. A URL
// that parseBase refuses has none.
func queryOf(raw string) url.Values {
	normal, _ := signer.RequestURL(raw)
	_, query, _ := strings.Cut(normal, "?")
	values, _ := url.ParseQuery(query)
	return values
}
