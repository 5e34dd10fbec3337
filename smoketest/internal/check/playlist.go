package check

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// playlist is what a player needs of an HLS playlist.
// https://www.rfc-editor.org/rfc/rfc8216#section-4
type playlist struct {
	children []string          // URIs of the playlists that a multivariant one names
	keys     []*contentKey     // of EXT-X-SESSION-KEY, to be loaded before any segment
	values   map[string]string // of its variables, which children may import
	segments []segment
	sequence uint64        // of the first segment
	target   time.Duration // of the longest segment; zero if the playlist does not say
	ended    bool          // EXT-X-ENDLIST
	iframes  bool          // EXT-X-I-FRAMES-ONLY
}

// resource is a URI and, if it is a part of one, which.
type resource struct {
	uri    string
	length int64 // bytes; 0 means the whole
	offset int64
}

// byteRange is the value of the Range header, "" for a whole resource.
func (r resource) byteRange() string {
	if r.length == 0 {
		return ""
	}
	return fmt.Sprintf("bytes=%d-%d", r.offset, r.offset+r.length-1)
}

type segment struct {
	resource
	sequence uint64
	init     *initSection
	key      *contentKey
	gap      bool // EXT-X-GAP: there is nothing to fetch
}

// initSection is an EXT-X-MAP; encrypted if a key is in force where it stands.
type initSection struct {
	resource
	key *contentKey
}

// contentKey is an EXT-X-KEY other than METHOD=NONE.
type contentKey struct {
	method string
	format string
	uri    string
	iv     []byte // nil: the segment's sequence number
}

// decryptable reports whether a key file opens whole segments.
func (k *contentKey) decryptable() bool {
	return k.method == "AES-128" && (k.format == "" || k.format == "identity")
}

func (p *playlist) multivariant() bool { return len(p.children) > 0 }

// parsePlaylist reads the tags that lead to other resources and skips the rest.
func parsePlaylist(body []byte) (*playlist, error) {
	return parseDefined(body, definitions{})
}

// parseDefined does so for a playlist whose variables have values from outside.
func parseDefined(body []byte, outside definitions) (*playlist, error) {
	text := strings.TrimPrefix(string(body), "\ufeff")
	if !strings.HasPrefix(text, "#EXTM3U") {
		return nil, errors.New("does not start with #EXTM3U")
	}
	r := playlistReader{list: &playlist{}, definitions: outside}
	for i, line := range strings.Split(text, "\n") {
		if err := r.line(strings.TrimSpace(line)); err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	if !r.list.multivariant() && len(r.list.segments) == 0 {
		return nil, errors.New("names neither playlists nor segments")
	}
	r.list.values = r.values
	return r.list, nil
}

// playlistReader holds what one line says about the next ones.
type playlistReader struct {
	definitions
	list    *playlist
	variant bool // the next URI is a playlist
	gap     bool // the next segment is missing
	next    resource
	end     int64 // where the last byte range ended
	endURI  string
	init    *initSection
	key     *contentKey
}

func (r *playlistReader) line(line string) error {
	if line == "" {
		return nil
	}
	if !strings.HasPrefix(line, "#") {
		uri, err := r.expand(line)
		if err != nil {
			return err
		}
		return r.uri(uri)
	}
	tag, value, _ := strings.Cut(line, ":")
	switch tag {
	case "#EXT-X-DEFINE", "#EXT-X-MEDIA", "#EXT-X-I-FRAME-STREAM-INF", "#EXT-X-SESSION-KEY", "#EXT-X-MAP", "#EXT-X-KEY":
		attrs, err := r.definitions.attributes(value)
		if err != nil {
			return err
		}
		return r.attributes(tag, attrs)
	case "#EXT-X-STREAM-INF":
		r.variant = true
	case "#EXT-X-MEDIA-SEQUENCE":
		n, err := strconv.ParseUint(value, 10, 64)
		if err != nil {
			return fmt.Errorf("media sequence %q is no number", value)
		}
		r.list.sequence = n
	case "#EXT-X-TARGETDURATION":
		seconds, err := strconv.ParseUint(value, 10, 16)
		if err != nil {
			return fmt.Errorf("target duration %q is no number of seconds", value)
		}
		r.list.target = time.Duration(seconds) * time.Second
	case "#EXT-X-GAP":
		r.gap = true
	case "#EXT-X-ENDLIST":
		r.list.ended = true
	case "#EXT-X-I-FRAMES-ONLY":
		r.list.iframes = true
	case "#EXT-X-BYTERANGE":
		return r.next.parseRange(value, -1)
	}
	return nil
}

// attributes reads a tag with an attribute list.
func (r *playlistReader) attributes(tag string, attrs map[string]string) (err error) {
	switch tag {
	case "#EXT-X-DEFINE":
		return r.define(attrs)
	case "#EXT-X-MEDIA", "#EXT-X-I-FRAME-STREAM-INF":
		if uri := attrs["URI"]; uri != "" {
			r.list.children = append(r.list.children, uri)
		}
	case "#EXT-X-SESSION-KEY":
		key, err := parseKey(attrs)
		if key != nil {
			r.list.keys = append(r.list.keys, key)
		}
		return err
	case "#EXT-X-MAP":
		return r.mapTag(attrs)
	case "#EXT-X-KEY":
		r.key, err = parseKey(attrs)
	}
	return err
}

func (r *playlistReader) uri(uri string) error {
	if r.variant {
		r.list.children = append(r.list.children, uri)
		r.variant = false
		return nil
	}
	part := r.next
	r.next = resource{}
	part.uri = uri
	if part.offset < 0 {
		if r.endURI != uri {
			return fmt.Errorf("byte range of %q has no offset, and none goes before it", uri)
		}
		part.offset = r.end
	}
	r.end, r.endURI = part.offset+part.length, uri
	sequence := r.list.sequence + uint64(len(r.list.segments))
	r.list.segments = append(r.list.segments, segment{resource: part, sequence: sequence, init: r.init, key: r.key, gap: r.gap})
	r.gap = false
	return nil
}

func (r *playlistReader) mapTag(attrs map[string]string) error {
	section := &initSection{resource: resource{uri: attrs["URI"]}, key: r.key}
	if section.uri == "" {
		return errors.New("EXT-X-MAP without URI")
	}
	r.init = section
	if text := attrs["BYTERANGE"]; text != "" {
		return section.parseRange(text, 0)
	}
	return nil
}

// parseKey returns nil for METHOD=NONE.
func parseKey(attrs map[string]string) (*contentKey, error) {
	if attrs["METHOD"] == "NONE" {
		return nil, nil
	}
	key := &contentKey{method: attrs["METHOD"], format: attrs["KEYFORMAT"], uri: attrs["URI"]}
	if key.method == "" || key.uri == "" {
		return nil, errors.New("key without METHOD or URI")
	}
	if text := attrs["IV"]; text != "" {
		iv, err := hex.DecodeString(strings.TrimPrefix(strings.ToLower(text), "0x"))
		if err != nil || len(iv) != 16 {
			return nil, fmt.Errorf("IV %q is no 128-bit hexadecimal number", text)
		}
		key.iv = iv
	}
	return key, nil
}

// parseRange reads "length[@offset]"; without an offset it is unset.
func (p *resource) parseRange(text string, unset int64) error {
	length, offset, given := strings.Cut(text, "@")
	var err error
	if p.length, err = strconv.ParseInt(length, 10, 64); err != nil || p.length <= 0 {
		return fmt.Errorf("byte range %q has no length", text)
	}
	p.offset = unset
	if given {
		if p.offset, err = strconv.ParseInt(offset, 10, 64); err != nil || p.offset < 0 {
			return fmt.Errorf("byte range %q has no offset after @", text)
		}
	}
	return nil
}

// attributes reads an attribute list; quotes are taken off the values.
// https://www.rfc-editor.org/rfc/rfc8216#section-4.2
func attributes(list string) map[string]string {
	attrs := map[string]string{}
	for rest := []byte(list); len(rest) > 0; {
		name, after, ok := bytes.Cut(rest, []byte("="))
		if !ok {
			break
		}
		var value []byte
		if bytes.HasPrefix(after, []byte(`"`)) {
			value, after, _ = bytes.Cut(after[1:], []byte(`"`))
			after = bytes.TrimPrefix(after, []byte(","))
		} else {
			value, after, _ = bytes.Cut(after, []byte(","))
		}
		attrs[strings.TrimSpace(string(name))] = string(value)
		rest = after
	}
	return attrs
}
