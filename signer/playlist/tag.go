package playlist

import "bytes"

// Treatment is what a rewrite does with a tag.
type Treatment string

// The treatments.
const (
	// Signed tags carry URIs, which are signed (or sent to the application,
	// where Options.Child says so).
	Signed Treatment = "signed"
	// LeftAlone tags have text that may look like a URI, or name one that no
	// player requests; their bytes stay.
	LeftAlone Treatment = "left alone"
	// NotURI tags hold none; their bytes stay. So do those of tags that are
	// not in the table, and of comments.
	NotURI Treatment = "not a URI"
)

// Tag is a row of the table of tags.
type Tag struct {
	Name      string // without "#"
	Treatment Treatment
	// URIs are the attributes that carry a URI.
	URIs []URIAttribute
	// NextLine reports that the URI is the line that follows.
	NextLine bool
}

// URIAttribute is an attribute whose quoted value is a URI.
type URIAttribute struct {
	Name  string
	Child bool // it names a playlist, see Options.Child
}

// Tags returns the table of every tag of the second edition of HLS, of those
// that its predecessors had, and of those for pictures that players agree on.
// X-URI of EXT-X-DATERANGE belongs to the preload and schedule classes.
//
// https://datatracker.ietf.org/doc/html/draft-pantos-hls-rfc8216bis-22#section-4.4
func Tags() []Tag {
	uri := []URIAttribute{{Name: "URI"}}
	child := []URIAttribute{{Name: "URI", Child: true}}
	return []Tag{
		// Basic tags.
		{Name: "EXTM3U", Treatment: NotURI},
		{Name: "EXT-X-VERSION", Treatment: NotURI},
		// Tags of both kinds of playlist.
		{Name: "EXT-X-INDEPENDENT-SEGMENTS", Treatment: NotURI},
		{Name: "EXT-X-START", Treatment: NotURI},
		{Name: "EXT-X-DEFINE", Treatment: LeftAlone}, // read for its variables
		// Tags of a media playlist.
		{Name: "EXT-X-TARGETDURATION", Treatment: NotURI},
		{Name: "EXT-X-MEDIA-SEQUENCE", Treatment: NotURI},
		{Name: "EXT-X-DISCONTINUITY-SEQUENCE", Treatment: NotURI},
		{Name: "EXT-X-ENDLIST", Treatment: NotURI},
		{Name: "EXT-X-PLAYLIST-TYPE", Treatment: NotURI},
		{Name: "EXT-X-I-FRAMES-ONLY", Treatment: NotURI},
		{Name: "EXT-X-PART-INF", Treatment: NotURI},
		{Name: "EXT-X-SERVER-CONTROL", Treatment: NotURI},
		// Tags of a segment.
		{Name: "EXTINF", Treatment: Signed, NextLine: true}, // its title is left alone
		{Name: "EXT-X-BYTERANGE", Treatment: NotURI},
		{Name: "EXT-X-DISCONTINUITY", Treatment: NotURI},
		{Name: "EXT-X-KEY", Treatment: Signed, URIs: uri},
		{Name: "EXT-X-MAP", Treatment: Signed, URIs: uri},
		{Name: "EXT-X-PROGRAM-DATE-TIME", Treatment: NotURI},
		{Name: "EXT-X-GAP", Treatment: NotURI},
		{Name: "EXT-X-BITRATE", Treatment: NotURI},
		{Name: "EXT-X-PART", Treatment: Signed, URIs: uri},
		// Metadata of a media playlist.
		{Name: "EXT-X-DATERANGE", Treatment: Signed, URIs: []URIAttribute{
			{Name: "X-ASSET-URI", Child: true},
			{Name: "X-ASSET-LIST"},
			{Name: "X-URI"},
		}},
		{Name: "EXT-X-SKIP", Treatment: NotURI},
		{Name: "EXT-X-PRELOAD-HINT", Treatment: Signed, URIs: uri},
		{Name: "EXT-X-RENDITION-REPORT", Treatment: Signed, URIs: child},
		// Tags of a multivariant playlist.
		{Name: "EXT-X-MEDIA", Treatment: Signed, URIs: child},
		{Name: "EXT-X-STREAM-INF", Treatment: Signed, NextLine: true},
		{Name: "EXT-X-I-FRAME-STREAM-INF", Treatment: Signed, URIs: child},
		{Name: "EXT-X-SESSION-DATA", Treatment: Signed, URIs: uri}, // VALUE is left alone
		{Name: "EXT-X-SESSION-KEY", Treatment: Signed, URIs: uri},
		{Name: "EXT-X-CONTENT-STEERING", Treatment: Signed, URIs: []URIAttribute{{Name: "SERVER-URI"}}},
		// Removed from the protocol.
		{Name: "EXT-X-ALLOW-CACHE", Treatment: NotURI},
		// Pictures for seeking, outside the draft.
		{Name: "EXT-X-IMAGE-STREAM-INF", Treatment: Signed, URIs: child},
		{Name: "EXT-X-IMAGES-ONLY", Treatment: NotURI},
		{Name: "EXT-X-TILES", Treatment: NotURI},
	}
}

// streamInf is the tag whose next line names a playlist.
const streamInf = "EXT-X-STREAM-INF"

// indentedTag returns the tag that a line is but for what comes before it, if
// its URIs or the next line's are to be signed: some players read the tag,
// others a URI or a comment.
func indentedTag(content []byte) (string, bool) {
	tag, _, hasList := bytes.Cut(trimBlanks(content), []byte(":"))
	tag, isTag := bytes.CutPrefix(tag, []byte("#"))
	if !isTag || !hasList {
		return "", false
	}
	if string(tag) == streamInf {
		return streamInf, true
	}
	return carriesURI(tag)
}

// uriClass is what an attribute of a tag holds.
type uriClass int

const (
	noURI uriClass = iota
	resourceURI
	playlistURI
)

// carriesURI reports whether the tag has URI attributes, and gives the name as
// a constant. It and classOf are the table again, as the rewriter asks: without
// a search or an allocation. A test holds them to Tags.
func carriesURI(tag []byte) (string, bool) {
	switch string(tag) {
	case "EXT-X-PART":
		return "EXT-X-PART", true
	case "EXT-X-KEY":
		return "EXT-X-KEY", true
	case "EXT-X-MAP":
		return "EXT-X-MAP", true
	case "EXT-X-DATERANGE":
		return "EXT-X-DATERANGE", true
	case "EXT-X-PRELOAD-HINT":
		return "EXT-X-PRELOAD-HINT", true
	case "EXT-X-RENDITION-REPORT":
		return "EXT-X-RENDITION-REPORT", true
	case "EXT-X-MEDIA":
		return "EXT-X-MEDIA", true
	case "EXT-X-I-FRAME-STREAM-INF":
		return "EXT-X-I-FRAME-STREAM-INF", true
	case "EXT-X-IMAGE-STREAM-INF":
		return "EXT-X-IMAGE-STREAM-INF", true
	case "EXT-X-SESSION-DATA":
		return "EXT-X-SESSION-DATA", true
	case "EXT-X-SESSION-KEY":
		return "EXT-X-SESSION-KEY", true
	case "EXT-X-CONTENT-STEERING":
		return "EXT-X-CONTENT-STEERING", true
	}
	return "", false
}

// classOf tells what an attribute of a tag from carriesURI holds.
func classOf(tag string, attribute []byte) uriClass {
	switch tag {
	case "EXT-X-DATERANGE":
		switch string(attribute) {
		case "X-ASSET-URI":
			return playlistURI
		case "X-ASSET-LIST", "X-URI":
			return resourceURI
		}
	case "EXT-X-CONTENT-STEERING":
		if string(attribute) == "SERVER-URI" {
			return resourceURI
		}
	case "EXT-X-RENDITION-REPORT", "EXT-X-MEDIA", "EXT-X-I-FRAME-STREAM-INF", "EXT-X-IMAGE-STREAM-INF":
		if string(attribute) == "URI" {
			return playlistURI
		}
	default:
		if string(attribute) == "URI" {
			return resourceURI
		}
	}
	return noURI
}
