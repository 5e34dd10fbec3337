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
// there. It leads to variant playlists and to segments on another host, whose
// URLs are opaque and bound to the session that the multivariant playlist
// began; they carry no token, and they go on working when the token expires.
// A session ends with its channel or key, when its viewer is revoked, and when
// too many addresses use it at the same time; one that nobody uses may go when
// the quota of concurrent views is reached, which is a 429 to further viewers.
//
// Every channel shows the same looping picture, at 360p and 180p; its type and
// a token's aws:maximum-resolution choose among the renditions there are. A
// channel is on air or idle as [Options].OnAir says. To players an idle one is
// a 404, [Service.Stream] finds no broadcast, and only then can the channel be
// updated or deleted. Without OnAir every channel plays, and none refuses.
//
// Refusals of the control plane are [*apierror.Error] values with AWS's codes
// and statuses. Refusals of playback are JSON arrays of one object, the one
// shape that has been seen on AWS.
//
// Where AWS does not say what it does, this package refuses. It leaves out
// ingest, recording, ads, playback restriction policies, renditions with sound
// alone, and every rate but that of revocations. Revocations take effect at
// once, and there is no account that could be refused or be pending
// verification.
//
// All of it is in memory and safe for concurrent use.
package ivs
