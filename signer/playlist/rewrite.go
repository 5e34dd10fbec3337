package playlist

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Rewrite copies the playlist src to dst with its URIs signed. Every other byte
// stays as it was: order, numbers, unknown tags, comments, line ends, a byte
// order mark, a missing final newline.
//
// It streams: memory does not grow with the playlist, and what comes before an
// error has been written by then. Serve the output only if the error is nil, as
// [Handler] does.
//
// Errors that belong to a line are a [*LineError] around one of this package's
// or package signer's classes; others are the context's, the reader's, the
// writer's, or of the options.
func Rewrite(ctx context.Context, dst io.Writer, src io.Reader, o Options) error {
	r, err := newRewriter(dst, src, o)
	if err != nil {
		return fmt.Errorf("rewriting playlist: %w", err)
	}
	if err := r.run(ctx); err != nil {
		return fmt.Errorf("rewriting playlist: %w", err)
	}
	return nil
}

// rewriter is one rewrite.
type rewriter struct {
	options   Options
	base      base
	in        *lineReader
	out       *output
	shared    *shared // nil in per-URI mode
	perURI    *canned // nil in shared mode
	variables variables
	variant   bool // the next URI line is a variant of EXT-X-STREAM-INF
	version   bool // EXT-X-VERSION was seen
	defined   bool // Options.Variable is written
}

func newRewriter(dst io.Writer, src io.Reader, o Options) (*rewriter, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	b, err := parseBase(o.Base)
	if err != nil {
		return nil, err
	}
	limits := o.Limits.withDefaults()
	query := o.Query
	if query == nil {
		query = queryOf(o.Base)
	}
	r := &rewriter{
		options:   o,
		base:      b,
		in:        newLineReader(src, limits),
		out:       newOutput(dst, limits.Output),
		variables: variables{imports: o.Variables, query: query, limit: limits.Line},
	}
	if o.PerURI != nil {
		r.perURI = newCanned(o.PerURI)
		r.out.canned = r.perURI
		return r, nil
	}
	r.shared = newShared(&r.base, &r.options)
	return r, nil
}

func (r *rewriter) run(ctx context.Context) error {
	for {
		line, err := r.in.next(ctx)
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if err := r.line(line); err != nil {
			return err
		}
		if err := r.out.flushIfFull(ctx); err != nil {
			return r.located(err)
		}
	}
	if r.in.number == 0 {
		return fmt.Errorf("%w: it is empty", ErrNotPlaylist)
	}
	return r.located(r.out.flush(ctx))
}

// located names the line at which the limit of the output was reached. The
// other errors of a flush name theirs, or have none.
func (r *rewriter) located(err error) error {
	if errors.Is(err, ErrTooLarge) {
		return r.fail("", err)
	}
	return err
}

// line rewrites one line, its end included.
func (r *rewriter) line(line []byte) error {
	content, end := cutLineEnd(line)
	if r.in.cr && bytes.IndexByte(content, '\r') >= 0 {
		return r.fail("", fmt.Errorf("%w: a carriage return inside the line, which some players take for its end", ErrMalformed))
	}
	switch {
	case r.in.number == 1:
		if !isHeader(content) {
			return r.fail("", fmt.Errorf("%w: it does not begin with #EXTM3U", ErrNotPlaylist))
		}
	case len(content) > 0 && content[0] == '#':
		if bytes.HasPrefix(content, []byte("#EXT")) {
			return r.tag(content, end)
		}
	case isURILine(content):
		return r.uriLine(content, end)
	default:
		if tag, ok := indentedTag(content); ok {
			return r.fail(tag, fmt.Errorf("%w: blanks before the tag, which some players take off", ErrMalformed))
		}
	}
	r.out.text(line)
	return nil
}

// tag rewrites a line that begins with a tag.
func (r *rewriter) tag(content, end []byte) error {
	if r.options.Variable == "" && bytes.HasPrefix(content, []byte("#EXTINF:")) { // half of all lines
		r.variant = false
		r.out.line(content, end)
		return nil
	}
	tag, list, hasList := bytes.Cut(content[1:], []byte(":"))
	if string(tag) == "EXT-X-VERSION" {
		return r.versionTag(content, list, end)
	}
	r.defineSignature(end)
	switch string(tag) {
	case "EXTINF":
		r.variant = false
	case streamInf:
		r.variant = true
	case "EXT-X-DEFINE":
		if err := r.define(list); err != nil {
			return r.fail("EXT-X-DEFINE", err)
		}
	default:
		if name, ok := carriesURI(tag); ok && hasList {
			if err := r.attributes(name, content, len(content)-len(list)); err != nil {
				return r.fail(name, err)
			}
			r.out.text(end)
			return nil
		}
	}
	r.out.line(content, end)
	return nil
}

// define reads an EXT-X-DEFINE.
func (r *rewriter) define(list []byte) error {
	if err := r.variables.define(list); err != nil {
		return err
	}
	own := r.options.Variable
	if _, taken := r.variables.values[own]; taken && own != "" {
		return fmt.Errorf("%w: %q is to hold the signature, and the playlist defines it", ErrVariable, own)
	}
	return nil
}

// attributes rewrites the URIs in the attribute-list of a tag, which begins at
// the offset start of content.
func (r *rewriter) attributes(tag string, content []byte, start int) error {
	list := attributeList{list: content[start:]}
	done := 0 // of content
	for {
		a, ok, err := list.next()
		if err != nil {
			return err
		}
		if !ok {
			r.out.text(content[done:])
			return nil
		}
		class := classOf(tag, a.name)
		if class == noURI || len(a.value) == 0 {
			continue
		}
		if !a.quoted {
			return fmt.Errorf("%w: %s without quotation marks", ErrMalformed, a.name)
		}
		r.out.text(content[done : start+a.start])
		if err := r.uri(a.value, place{tag: tag, child: class == playlistURI, quoted: true}); err != nil {
			return err
		}
		done = start + a.start + len(a.value)
	}
}

// uriLine rewrites a line that is a URI.
func (r *rewriter) uriLine(content, end []byte) error {
	r.defineSignature(end)
	at := place{child: r.variant}
	if r.variant {
		at.tag = streamInf
	}
	r.variant = false
	if err := r.uri(content, at); err != nil {
		return r.fail("", err)
	}
	r.out.text(end)
	return nil
}

// place is where a URI stands.
type place struct {
	tag    string // that it belongs to, or empty
	child  bool   // it names a playlist
	quoted bool   // it is the value of an attribute
}

// uri writes the signed form of text, or text.
func (r *rewriter) uri(text []byte, at place) error {
	asked := at.child && r.options.Child != nil
	if !asked && r.shared != nil && r.shared.appendPlain(r.out, text) {
		return nil
	}
	v, err := r.variables.expand(text)
	if err != nil {
		return err
	}
	t, err := r.target(v, at)
	if err != nil {
		return v.hide(err)
	}
	if !t.own {
		r.out.text(text)
		return nil
	}
	if asked {
		written, err := r.child(Child{URL: t.url, Tag: at.tag, Line: r.in.number})
		if err != nil || written {
			return err
		}
	}
	if r.perURI != nil {
		r.out.sign(t, v, r.in.number)
		return nil
	}
	return v.hide(r.shared.append(r.out, t))
}

// target resolves a URI whose variables were replaced. One that is to be signed
// can be written where it stands: of it, only the fragment is not encoded.
func (r *rewriter) target(v value, at place) (target, error) {
	t, err := r.base.resolve(v.text, r.options.Own)
	if err != nil || !t.own {
		return t, err
	}
	if i, _ := reference(t.url + t.fragment); i >= 0 {
		return t, fmt.Errorf("%w: replacing the variables of the URI made another reference", ErrVariable)
	}
	if hasControl(t.fragment) || at.quoted && strings.Contains(t.fragment, `"`) {
		return t, fmt.Errorf("%w: control character or quotation mark in the fragment", ErrMalformed)
	}
	return t, nil
}

// child writes what the application wants in place of a child's URI, and
// reports whether it wants anything.
func (r *rewriter) child(c Child) (bool, error) {
	uri, err := r.options.Child(c)
	if err != nil {
		return false, fmt.Errorf("mapping child: %w", err)
	}
	if uri == "" {
		return false, nil
	}
	for i := range len(uri) {
		if uri[i] <= ' ' || uri[i] >= 0x7f || uri[i] == '"' {
			return false, fmt.Errorf("%w: character %#02x at byte %d, percent-encode it", ErrChild, uri[i], i)
		}
	}
	if at, _ := reference(uri); uri[0] == '#' || at >= 0 {
		return false, fmt.Errorf("%w: it begins with # or has a variable reference", ErrChild)
	}
	r.out.text([]byte(uri))
	return true, nil
}

// versionTag copies an EXT-X-VERSION, raised to what EXT-X-DEFINE requires if
// the signature is to be a variable.
func (r *rewriter) versionTag(content, number, end []byte) error {
	if r.options.Variable == "" {
		r.out.line(content, end)
		return nil
	}
	if r.defined {
		return r.fail("EXT-X-VERSION", fmt.Errorf("%w: it comes after other tags, where the variable is defined already", ErrMalformed))
	}
	r.version = true
	if n, err := strconv.Atoi(string(bytes.TrimSpace(number))); err == nil && n < defineVersion {
		content = []byte("#EXT-X-VERSION:" + strconv.Itoa(defineVersion))
	}
	r.out.line(content, end)
	return nil
}

// defineVersion is the protocol version that EXT-X-DEFINE requires.
const defineVersion = 8

// defineSignature writes the variable that holds the signature before the first
// line that is not a header or a comment.
func (r *rewriter) defineSignature(end []byte) {
	if r.options.Variable == "" || r.defined {
		return
	}
	r.defined = true
	if len(end) == 0 {
		end = []byte("\n")
	}
	if !r.version {
		r.out.text([]byte("#EXT-X-VERSION:" + strconv.Itoa(defineVersion)))
		r.out.text(end)
	}
	r.out.text([]byte(`#EXT-X-DEFINE:NAME="` + r.options.Variable + `",VALUE="` + r.shared.parameters + `"`))
	r.out.text(end)
}

// fail wraps the cause of a refused line.
func (r *rewriter) fail(tag string, err error) error {
	return &LineError{Line: r.in.number, Tag: tag, Err: err}
}

// isHeader reports whether a first line is that of a playlist, after the byte
// order mark that some files have and the RFC forbids.
func isHeader(content []byte) bool {
	after, ok := bytes.CutPrefix(bytes.TrimPrefix(content, []byte("\ufeff")), []byte("#EXTM3U"))
	return ok && (len(after) == 0 || isBlank(after[0]))
}

// isURILine reports whether a line that does not begin with "#" is a URI. One
// of blanks is none, and neither is one that begins with "#" but for blanks and
// control characters before it.
func isURILine(content []byte) bool {
	if len(content) > 0 && content[0] > ' ' {
		return true
	}
	content = trimBlanks(content)
	return len(content) > 0 && content[0] != '#'
}

// trimBlanks drops blanks and control characters from the front.
func trimBlanks(content []byte) []byte {
	return bytes.TrimLeftFunc(content, func(r rune) bool { return r <= ' ' })
}
