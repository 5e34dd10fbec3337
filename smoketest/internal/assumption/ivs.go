package assumption

func ivsAssumptions() []Assumption {
	return []Assumption{
		{"ivs.refusal-body", "Every refusal of a token is 403 with an array of one object whose error_code is invalid_playback_auth_token.", Inferred, seenToken,
			"assume.ivs.body-expired, assume.ivs.body-other-channel, assume.ivs.body-wrong-key, assume.ivs.body-origin"},
		{"ivs.missing-token", "A missing or mangled token is 403 with that body.", Reported, seenToken, "live.refuse.no-token, live.refuse.garbage-token"},
		{"ivs.order", "An unknown playback URL is 404, then a bad token 403, then an idle channel 404.", Inferred, tokens, "assume.ivs.unknown-channel, live.refuse.expired on an idle channel"},
		{"ivs.offline-body", "An idle channel is 404 with the error_code transcode_does_not_exist.", Inferred, "https://github.com/chrippa/livestreamer/issues/749", "live.grant.play on an idle channel under --record"},
		{"ivs.last-second", "exp is required, counts in seconds, and in the second that it names a token has expired.", Inferred, tokens, "assume.ivs.last-second, assume.ivs.no-exp"},
		{"ivs.milliseconds", "An exp in milliseconds is refused, with viewer id and without.", Inferred, tokens, "assume.ivs.milliseconds"},
		{"ivs.header", "The header holds alg ES384 and typ JWT and nothing else.", Inferred, tokens, "assume.ivs.key-id"},
		{"ivs.unknown-claim", "A token with an unknown claim is refused.", Inferred, tokens, "assume.ivs.unknown-claim"},
		{"ivs.issued-at", "iat and nbf are taken.", Inferred, tokens, "assume.ivs.issued-at"},
		{"ivs.sizes", "2 KB are 2,048 bytes of the token; 40 characters of a viewer id are runes.", Inferred, ivsQuotas, "api: ask with a token of 2,048 and of 2,049 bytes"},
		{"ivs.single-use", "A single-use token is used up by a request that passes every other test, also a HEAD and also of an idle channel.", Inferred, tokens, "assume.ivs.use-by-refused"},
		{"ivs.wildcard-label", "The wildcard of an origin is one leading label.", Inferred, tokens, "assume.ivs.wildcard-label"},
		{"ivs.no-origin", "A request without Origin passes unless the token is strict.", Documented, tokens, "live.refuse.strict-no-origin, live.grant.play"},
		{"ivs.cors", "Answers allow the page's origin or every one, refusals too.", Inferred, "https://aws.github.io/amazon-ivs-player-docs/1.56.1/web/", "assume.ivs.error-with-cors, live.grant.origin"},
		{"ivs.preflight", "A preflight is 204 for every page, without a look at the token.", Inferred, "https://aws.github.io/amazon-ivs-player-docs/1.56.1/web/", "assume.ivs.preflight"},
		{"ivs.plain-http", "Playback over plain HTTP is 403.", Inferred, ivsGuide + "private-channels.html", "assume.ivs.plain-http"},
		{"ivs.session-after-exp", "A session goes on after exp; it ends with its key or its channel.", Inferred, sessions, "api: play, delete-playback-key-pair, fetch the variant again"},
		{"ivs.fingerprint", "A key pair's fingerprint is the MD5 of its SPKI.", Inferred, ivsAPI + "API_PlaybackKeyPair.html", "api: get-playback-key-pair, and openssl pkey -pubin -outform DER | md5sum"},
		{"ivs.same-key-twice", "The import of a key that is there is 409 ConflictException.", Inferred, ivsAPI + "API_ImportPlaybackKeyPair.html", "api: import-playback-key-pair twice"},
		{"ivs.live-update", "A channel can be changed and deleted while the stand-in's loop plays.", Chosen, ivsAPI + "API_UpdateChannel.html", "api: nothing to settle, AWS answers ConflictException while somebody broadcasts"},
		{"ivs.renditions", "The multivariant playlist lists the best rendition first, each a VIDEO group with its EXT-X-STREAM-INF; BASIC has the source alone.", Reported, ivsGuide + "channel-types.html", "live.grant.play under --record"},
		{"ivs.no-rendition", "A token that filters out every rendition is refused like a bad one.", Inferred, tokens, "api: ask a channel of 720p only with aws:maximum-resolution SD"},
		{"ivs.revocation", "A revocation holds at once, and tokens of a revoked version are refused for ten minutes.", Inferred, revocation, "api: start-viewer-session-revocation, then fetch the variant and ask with the old token"},
		{"ivs.sharing", "A fifth address within ten seconds ends a shared session for all.", Inferred, sessions, "api: fetch one variant URL from five addresses; AWS gives no number"},
		{"ivs.views-quota", "Views beyond 15,000 are 429 with the error_code concurrent_views_quota; a session counts for ten seconds after its last use, and the token is looked at first.", Inferred, ivsQuotas, "api: a load test with Amazon's leave; the status is in the player's documentation"},
		{"ivs.hosts", "Variant playlists are on *.playlist or *.hls.live-video.net; the recorder masks every other live-video.net host too.", Inferred, sessions, "live.grant.play under --record"},
	}
}
