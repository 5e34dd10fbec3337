package cause

func playerCauses() []Cause {
	return []Cause{
		{ID: "player-no-hook",
			Seen:   "Plays with hls.js, not in Safari or on iPhones",
			Why:    "native players have no request hook, so nothing adds the signature to children and segments",
			Next:   "serve rewritten playlists with signed URLs (signer/playlist), which need no player code",
			Source: "https://github.com/videojs/video.js/issues/8654"},
		{ID: "player-credentials",
			Seen:   "Cookies are there, the player does not send them",
			Why:    "requests to another host carry cookies only when the player asks for it",
			Next:   "set withCredentials (hls.js: xhrSetup; Video.js: withCredentials; video element: crossorigin=use-credentials)",
			Source: "https://github.com/video-dev/hls.js/issues/246"},
		{ID: "player-reencodes",
			Seen:   "The same URL plays in curl and answers 403 in a player",
			Why:    "the player re-encodes or cuts the query",
			Next:   "compare the request in the browser's network panel with the URL that was handed out, byte for byte",
			Source: "https://github.com/shaka-project/shaka-player/issues/8712"},
		{ID: "no-local-cloudfront",
			Seen:   "Signed URLs cannot be tried without an AWS account",
			Why:    "free emulators of CloudFront check no signatures",
			Next:   "run smoketest --local, or smoketest serve and deploy to it",
			Source: "https://github.com/localstack/localstack/issues/4493"},
	}
}
