package playlist

import (
	"errors"
	"fmt"
	"net/url"
	"runtime"
	"time"

	"privateplayback/signer"
)

// Options says how one playlist is rewritten. Base and one of Grant and PerURI
// are required. Options are read only: one value serves any number of
// concurrent rewrites.
type Options struct {
	// Base is the URL of the playlist on the distribution, scheme and host
	// included: relative URIs resolve against it, and its host is the one
	// that is signed for. A signature in its query is ignored.
	Base string

	// Grant signs every URI with one custom policy, without further use of
	// the key. A URI of Base's host that it does not cover is an error: left
	// unsigned, it would be a 403 in the middle of playback.
	Grant *signer.Grant

	// PerURI signs every URI with a canned policy of its own instead. A
	// canned signature holds for the exact URL, so the playlist reloads of
	// low-latency HLS and content steering, to which players add parameters,
	// are refused at the edge: use Grant for those.
	PerURI *PerURI

	// Own reports whether a URL, absolute and in the form a browser requests,
	// is to be signed. Nil signs the host and port of Base. Every other URI is
	// left as it is.
	Own func(url string) bool

	// Child, if set, is asked for every URI that names another playlist and
	// is to be signed. What it returns is written in place of the URI, as it
	// is; "" signs the URI as any other. It may send the child to the
	// application, which rewrites it in turn, so that a player without
	// request hooks plays a multivariant playlist.
	Child func(Child) (string, error)

	// Relative leaves plain relative URIs relative and adds only the query.
	// Use it when the rewritten playlist is served from the directory of
	// Base; from anywhere else those URIs would miss. By default every signed
	// URI is written with scheme and host.
	Relative bool

	// Variables are the values of EXT-X-DEFINE:IMPORT, which players take from
	// the multivariant playlist.
	Variables map[string]string

	// Query holds the values of EXT-X-DEFINE:QUERYPARAM, which players take
	// from the query with which they loaded the playlist. Nil means the query
	// of Base.
	Query url.Values

	// Variable, if set, names an EXT-X-DEFINE variable that holds the
	// signature: it is written once and each URI ends in "?{$name}". With
	// Relative that is a tenth of the size for a P-256 grant and a twentieth
	// for an RSA one. It needs a Grant, and players that read EXT-X-DEFINE in
	// segment lines; not all native players are known to. Leave it empty where
	// the player is not your choice. EXT-X-VERSION is raised to 8, which the
	// tag requires. What is rewritten so cannot be rewritten again with the same
	// name, which it defines.
	Variable string

	// Limits bound the work; zero members mean their defaults.
	Limits Limits
}

// PerURI is a canned signature for each URI.
type PerURI struct {
	// Signer makes the signatures. One with a remote key is refused with
	// [ErrRemoteKey]: ten thousand segments would be ten thousand calls.
	Signer *signer.CloudFront
	// Expires is the moment from which CloudFront refuses. For low-latency
	// HLS, where a hinted part must have the same bytes when it comes, round
	// it with signer.RoundUp, and use a key whose signatures are
	// deterministic: RSA, and the ECDSA keys that signer signs itself.
	Expires time.Time
	// Workers bounds how many signatures are made at a time; zero means one
	// for each processor.
	Workers int
}

// Child is a URI that names another playlist.
type Child struct {
	// URL is what the URI resolves to, in the form a browser requests it,
	// without fragment and signature.
	URL string
	// Tag is the tag that carries the URI, "EXT-X-MEDIA"; that of a variant's
	// line is "EXT-X-STREAM-INF".
	Tag string
	// Line is its line in the playlist, from 1.
	Line int
}

// Limits bound one rewrite, in bytes. What is over them is an [ErrTooLarge].
type Limits struct {
	// Line is that of one line without its end, also with its variables
	// replaced, and of the names and values of all variables together; 65,536
	// if zero.
	Line   int
	Input  int64 // of the playlist; 8 MiB if zero
	Output int64 // of the rewritten playlist; 64 MiB if zero
}

func (l Limits) withDefaults() Limits {
	if l.Line == 0 {
		l.Line = 64 << 10
	}
	if l.Input == 0 {
		l.Input = 8 << 20
	}
	if l.Output == 0 {
		l.Output = 64 << 20
	}
	return l
}

// workers is the number of concurrent signatures.
func (p *PerURI) workers() int {
	if p.Workers > 0 {
		return p.Workers
	}
	return runtime.GOMAXPROCS(0)
}

// check refuses options that contradict themselves.
func (o *Options) check() error {
	switch {
	case o.Grant == nil && o.PerURI == nil:
		return errors.New("neither Grant nor PerURI is set")
	case o.Grant != nil && o.PerURI != nil:
		return errors.New("both Grant and PerURI are set")
	case o.PerURI != nil && o.PerURI.Signer == nil:
		return errors.New("the PerURI has no Signer")
	case o.PerURI != nil && o.PerURI.Signer.Remote():
		return fmt.Errorf("%w: sign a grant for the asset instead", ErrRemoteKey)
	case o.PerURI != nil && o.PerURI.Workers < 0:
		return errors.New("the number of Workers is negative")
	case o.Limits.Line < 0 || o.Limits.Input < 0 || o.Limits.Output < 0:
		return errors.New("a limit is negative")
	case o.Variable != "" && o.Grant == nil:
		return errors.New("a Variable needs a Grant: one variable cannot hold a signature for each URI")
	case o.Variable != "" && !isVariableName(o.Variable):
		return fmt.Errorf("the Variable is %q, want letters, digits, - and _", o.Variable)
	}
	return nil
}
