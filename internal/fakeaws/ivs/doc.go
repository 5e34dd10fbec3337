// Package ivs stands in for Amazon IVS, low latency: the part of its control
// plane that private channels need, and playback.
//
// Start with [New], import a playback key, create a channel, and serve:
//
//	s := ivs.New(ivs.Options{Region: "eu-central-1", AccountID: "123456789012"})
//	pair, err := s.ImportPlaybackKeyPair("viewers", publicPEM)
//	channel, key, err := s.CreateChannel(ivs.ChannelConfig{Name: "stage", Authorized: true})
//	http.Serve(tlsListener, s) // answers for the names that s.Hosts lists
//
// Playback is HLS in three steps, as on AWS. The multivariant playlist lives
// at the channel's playback URL; a channel that is authorized wants a token
// there. It leads to a variant playlist and to segments on another host, whose
// URLs are opaque and bound to the session that the multivariant playlist
// began; they carry no token, and they go on working when the token expires.
// Every channel shows the same looping picture.
//
// Refusals of the control plane are [*apierror.Error] values with AWS's codes
// and statuses. Refusals of playback are JSON arrays of one object, the one
// shape that has been seen on AWS.
//
// Where AWS does not say what it does, this package refuses. It leaves out
// ingest, recording, session revocation, restriction policies and ads; its one
// rendition is 180p.
//
// All of it is in memory and safe for concurrent use.
package ivs
