// Package recording keeps what a deployment answered to the checks, in a file
// that may be published, and says where another deployment answers differently.
//
//	recorder := recording.NewRecorder(stack)
//	target.Heard = recorder.Hear
//	results, err := check.Run(ctx, target, checks, check.Options{Concurrency: 1})
//	here := recorder.Recording(time.Now())
//	err = recording.Write("aws.json", here)
//
//	there, err := recording.Read("aws.json")
//	for _, d := range recording.Compare(there, here).Differences { … }
//
// # What is kept
//
// Of each request the method, URL and headers; of each answer the status, every
// header, and the body: playlists, XML, JSON and HTML as masked text of at most
// [MaxText] bytes, also anything else that is text and no success; media as its
// length and SHA-256, but for parts and for less than 64 bytes, which may be a
// content key, the length alone. An answer that did not come is kept as its
// error.
//
// # What is not
//
// Signatures, policies, tokens, cookies and opaque paths of a live session become
// "***", as do inline keys and session data of playlists. What names one
// deployment becomes a placeholder: {distribution} (its host, or the alias that
// the stack signs for), {distribution-id}, {oai}, {key-group}, {key-id},
// {bucket}, {region}, {account}, {channel}, {playback} (the account's label in the
// playback host), {playback-key}, {ingest}, {edge} (a host that a live playlist
// names), {elsewhere} (any other host that a playlist names), {origin} and
// {origin-2} (the pages that the CORS checks act for), {address} (of a machine).
// Paths of the content stay, so that two deployments of the same videos compare.
//
// # What is compared
//
// Requests of a check are matched by method, URL and headers; those that look
// alike once masked are matched by their order, and an answer that only repeats
// another one counts once. Request ids, dates, entity tags, the state of a cache
// and what a broadcast holds differ without a fault: volatile.go lists how each is
// compared, and why.
package recording
