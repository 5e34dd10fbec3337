// Package signer makes the signatures that open private playback: CloudFront
// signed URLs and cookies, and Amazon IVS playback tokens.
//
// # What to call
//
// Read a private key with [ParsePrivateKey], or bring any [crypto.Signer]. Ask
// the stack outputs which key it is: [SigningKeyID] for CloudFront,
// [CheckPlaybackKey] for IVS. Then make a [CloudFront] or an [IVS] once, at
// start, and use it from all goroutines.
//
//	key, err := signer.ParsePrivateKey(pemBytes)
//	if err != nil {
//		return err
//	}
//	id, err := signer.SigningKeyID(stack.SigningKeys, key)
//	if err != nil {
//		return err // a wrong key shows here, not as 403 at the viewer
//	}
//	cf, err := signer.NewCloudFront(id, key)
//	if err != nil {
//		return err
//	}
//	grant, err := cf.Grant(ctx, signer.Policy{
//		Resource: stack.BaseURL + "/sample/*",
//		Expires:  time.Now().Add(2 * time.Hour),
//	})
//	if err != nil {
//		return err
//	}
//	for _, cookie := range grant.Cookies(signer.CookieAttributes{Domain: "example.com"}) {
//		http.SetCookie(w, cookie)
//	}
//
// # Which signature
//
//   - One file: [CloudFront.SignURL], a canned policy.
//   - Every file of an HLS asset: [CloudFront.Grant], a custom policy with a
//     wildcard, signed once. [Grant.Cookies] suit a player on the same site as
//     the distribution; [Grant.URL] suits one that can add a query to each
//     request. A signed playlist URL alone does not open the segments that the
//     playlist names.
//   - A live channel: [IVS.Token] and [PlaybackURL]. A token is asked for when
//     playback starts, so let it live for minutes.
//
// # What is promised
//
// The bytes of a URL are never changed, only added to; a URL with characters
// that clients encode, a fragment or no path is refused. Nothing is signed that the
// documentation says AWS refuses, save what only time can tell: signing with a
// past expiry is allowed, and [PlaybackToken.Check] takes the clock. Errors
// belong to the classes of this package ([ErrKeyMismatch] and so on) and hold
// no key, signature, token or query. RSA signatures with SHA-1 are byte for
// byte those of aws-sdk-go-v2/feature/cloudfront/sign; ECDSA signatures differ
// each time.
//
// # What is left out
//
// Playlists are not rewritten, nothing is fetched, and no signature is
// verified. URLs are not normalised as a browser would (dot segments,
// upper-case hosts): pass them in the form that is requested.
package signer
