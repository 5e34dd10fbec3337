// Package playlist signs what an HLS playlist names, so that a player which adds
// nothing to its requests plays private media.
//
// # What to call
//
// [Rewrite] copies one playlist with its URIs signed, from any reader to any
// writer:
//
//	grant, err := cf.Grant(ctx, signer.Policy{
//		Resource: stack.BaseURL + "/sample/*",
//		Expires:  signer.RoundUp(time.Now().Add(2*time.Hour), time.Hour),
//	})
//	if err != nil {
//		return err
//	}
//	err = playlist.Rewrite(ctx, dst, src, playlist.Options{
//		Base:  stack.BaseURL + "/sample/live.m3u8",
//		Grant: grant,
//	})
//
// [Handler] does it for every playlist of a distribution, as a part of an
// application's mux: it asks the application who may play, fetches, rewrites
// and serves.
//
// # Which mode
//
//   - Options.Grant, one custom policy for the asset: one signature whatever the
//     length, and the same bytes for the same URI in every rewrite with the
//     same grant, which low-latency players rely on.
//   - Options.PerURI, a canned policy for each URI: a URL that leaks opens one
//     file. It costs a signature for each line and a key in this process.
//
// # What is signed
//
// Segment lines, variants, and the URI attributes of the tags that [Tags] lists;
// only those of the distribution's own host. data:, skd: and urn: URIs, other
// hosts, comments, unknown tags and empty values are left as they are. What an
// X-ASSET-LIST, an X-URI or a SERVER-URI leads to is a JSON document with URIs
// of its own, which nobody rewrites; session data and its pictures likewise.
//
// # How a signed URI is written
//
// As the URL that a browser would request, with scheme and host, then the
// signature, then the fragment that there was. So the signature fits however a
// player resolves and encodes URIs, and the rewritten playlist may be served
// from anywhere. Variables are replaced. A signature that is there already is
// replaced too: rewriting twice is rewriting once, but for Options.Variable.
// Options.Relative keeps plain relative URIs relative.
//
// # What is refused
//
// A line that players read differently is an error that names it, not a guess:
// an attribute-list with a broken quote in a tag that carries URIs, a URI without
// its quotation marks, blanks before such a tag, a carriage return inside a line,
// a control character in a fragment, a URI that is not UTF-8, a variable without a
// value. So is a value given from outside, for IMPORT or QUERYPARAM, that would
// write a line or an attribute, and a URI of the own host that the grant does not
// cover. A playlist half of which is signed fails in the middle of playback, where
// nobody can say why.
package playlist
