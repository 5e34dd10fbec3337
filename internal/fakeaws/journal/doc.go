// Package journal keeps the last requests that reached the stand-in's data
// plane, each with the rules that decided it:
//
//	j := journal.New(0, nil)
//	j.ServeHTTP(w, r, journal.CloudFront, edge) // in place of edge.ServeHTTP(w, r)
//	for _, e := range j.Entries(0) { … }
//
// The entry travels in the request's context. A service says what decided with
// [Note], which does nothing, and allocates nothing, where no journal listens.
//
// No secret gets in: of what a request presents only the names are kept, a URL
// is masked by [MaskURL], and what is secret in the request is taken out of every
// rule that repeats it.
package journal
