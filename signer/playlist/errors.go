package playlist

import (
	"errors"
	"fmt"
)

// The classes of refusal that a caller may branch on with [errors.Is]. Those of
// package signer come through too: signer.ErrNotCovered, signer.ErrWildcard
// and so on. No error holds a signature or the query of a URL.
var (
	// ErrNotPlaylist: the input does not begin with #EXTM3U.
	ErrNotPlaylist = errors.New("not a playlist")
	// ErrMalformed: a line that players read differently or not at all, so
	// that its URIs cannot be signed for all of them.
	ErrMalformed = errors.New("malformed line")
	// ErrVariable: a variable without a value, or defined twice, and a value
	// given from outside the playlist, for IMPORT or QUERYPARAM, that cannot
	// stand in one or makes a URI that cannot be signed. In the last case the
	// class of that is behind it too.
	ErrVariable = errors.New("unresolvable variable")
	// ErrTooLarge: over one of the [Limits].
	ErrTooLarge = errors.New("too large")
	// ErrRemoteKey: a signature per URI by a key outside this process.
	ErrRemoteKey = errors.New("per-URI signing with a remote key")
	// ErrChild: a Child function returned what cannot stand in a playlist.
	ErrChild = errors.New("invalid child URI")
)

// LineError tells which line of the playlist a rewrite failed at.
type LineError struct {
	Line int    // from 1
	Tag  string // the tag of the line, such as "EXT-X-KEY"; empty for a URI line
	Err  error
}

// Error names the line, its tag and the cause.
func (e *LineError) Error() string {
	if e.Tag == "" {
		return fmt.Sprintf("line %d: %v", e.Line, e.Err)
	}
	return fmt.Sprintf("line %d: %s: %v", e.Line, e.Tag, e.Err)
}

// Unwrap returns the cause.
func (e *LineError) Unwrap() error { return e.Err }
