// Package signer makes the signatures that open private playback: CloudFront
// signed URLs and cookies, and Amazon IVS playback tokens.
//
// # What to call
//
// Read private keys with [ParsePrivateKey], or bring any [crypto.Signer]; a key
// outside the process is a [RemoteKey], of which privateplayback/signer/kmskey
// has one for AWS KMS. Prove against the stack outputs that the keys belong to
// it, with [NewSigningKeys] for CloudFront and [NewPlaybackKeys] for IVS, once,
// at start. Use what they return from all goroutines.
//
//	key, err := signer.ParsePrivateKey(pemBytes)
//	if err != nil {
//		return err
//	}
//	keys, err := signer.NewSigningKeys(stack.SigningKeys, []crypto.Signer{key})
//	if err != nil {
//		return err // a wrong key shows here, not as 403 at the viewer
//	}
//	cf, err := keys.Signer(outputs.Current)
//	if err != nil {
//		return err
//	}
//	grants := signer.NewGrants(cf, 1000)
//
// Then, for each viewer:
//
//	grant, err := grants.Grant(ctx, signer.Policy{
//		Resource: stack.BaseURL + "/sample/*",
//		Expires:  signer.RoundUp(time.Now().Add(2*time.Hour), time.Hour),
//	})
//	if err != nil {
//		return err
//	}
//	domain, err := signer.SharedDomain(r.Host, stack.BaseURL)
//	if err != nil {
//		return err // no cookie would arrive; the grant suits signed URLs still
//	}
//	cookies, err := grant.CookiesFor(stack.BaseURL+"/sample/master.m3u8", signer.CookieAttributes{Domain: domain})
//	if err != nil {
//		return err
//	}
//	for _, cookie := range cookies {
//		http.SetCookie(w, cookie)
//	}
//
// # Which signature
//
//   - One file: [CloudFront.SignURL], a canned policy.
//   - Every file of an HLS asset: [CloudFront.Grant] or [Grants.Grant], a custom
//     policy with a wildcard, signed once. [Grant.CookiesFor] suits a player on
//     the same site as the distribution, which takes a domain of one's own, with
//     the Domain of [SharedDomain]; [Grant.Query] one that can add a query
//     to each request; a playlist rewritten by privateplayback/signer/playlist
//     suits every player. A signed playlist URL alone does not open the segments
//     that the playlist names.
//   - A live channel: [IVS.TokenAt] and [PlaybackURL]. A token is asked for when
//     playback starts, so let it live for minutes. [ParseToken] says what one
//     grants and what is wrong with it.
//
// # What is signed
//
// CloudFront compares a signature with what is requested, and browsers rewrite
// what they are given before they request it: spaces, quotes, dot segments,
// upper-case hosts. A URL that is not in the form that is requested is therefore
// refused with an [ErrURLForm] that names it, and [RequestURL] returns it. That
// form has a few characters that other clients encode and browsers do not (a
// "|" in the path; braces, "^", "|" and a backtick in the query): percent-encode
// them where more than browsers play.
//
// # Keys, hashes and equal bytes
//
// Keys of crypto/ecdsa sign deterministically (RFC 6979), as RSA does by
// nature. With an expiry that [RoundUp] rounded, any two requests in the same
// bucket, on any two servers, get the same bytes, so caches and players know a
// URL again. P-256 is signed some thirty times as fast as RSA 2048, and its
// URLs are shorter. In FIPS-only mode (GODEBUG=fips140=only) CloudFront needs
// [WithHash] of SHA-256; SHA-1 is then an [ErrHash].
//
// # What is promised
//
// The bytes of a URL are never changed, only added to. Nothing is signed that
// the documentation says AWS refuses, save what only time can tell: signing
// with a past expiry is allowed, for tests of refusal, and [IVS.TokenAt] takes
// the clock. Errors belong to the classes of this package ([ErrKeyMismatch] and
// so on) and hold no key, signature, token or query. RSA signatures with SHA-1
// are byte for byte those of aws-sdk-go-v2/feature/cloudfront/sign wherever
// both sign; a test lists where only one does, and why.
//
// # What is left out
//
// Nothing is fetched, and no CloudFront signature is verified: see
// privateplayback/signer/inspect for what the edge would say.
package signer
