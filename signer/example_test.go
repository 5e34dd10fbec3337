package signer_test

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"log"
	"net/netip"
	"strings"
	"time"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
)

// exampleKey stands for a key read from a file.
func exampleKey(generate func() (crypto.Signer, error)) []byte {
	key, err := generate()
	if err != nil {
		log.Fatal(err)
	}
	pem, err := signer.MarshalPrivateKey(key)
	if err != nil {
		log.Fatal(err)
	}
	return pem
}

// A key proves which of the stack's public keys it belongs to, and opens every
// file of an asset for two hours, and up to one more.
func Example() {
	key, err := signer.ParsePrivateKey(exampleKey(signer.GenerateSigningKey))
	if err != nil {
		log.Fatal(err)
	}
	public, err := signer.MarshalPublicKey(key.Public())
	if err != nil {
		log.Fatal(err)
	}
	// As outputs.Parse returns it.
	stack := &outputs.Stack{
		BaseURL:     "https://media.example.com",
		SigningKeys: []outputs.SigningKey{{ID: "K2JCJMDEHXQW5F", Role: outputs.Current, PublicKey: string(public)}},
	}

	keys, err := signer.NewSigningKeys(stack.SigningKeys, []crypto.Signer{key})
	if err != nil {
		log.Fatal(err)
	}
	cf, err := keys.Signer(outputs.Current)
	if err != nil {
		log.Fatal(err)
	}
	grants := signer.NewGrants(cf, 1000)

	grant, err := grants.Grant(context.Background(), signer.Policy{
		Resource: stack.BaseURL + "/sample/*",
		Expires:  signer.RoundUp(time.Now().Add(2*time.Hour), time.Hour),
	})
	if err != nil {
		log.Fatal(err)
	}
	cookies, err := grant.CookiesFor(stack.BaseURL+"/sample/master.m3u8", signer.CookieAttributes{Domain: "example.com"})
	if err != nil {
		log.Fatal(err)
	}
	for _, cookie := range cookies {
		fmt.Println(cookie.Name, cookie.Path, cookie.Domain)
	}
	// Output:
	// CloudFront-Policy / example.com
	// CloudFront-Signature / example.com
	// CloudFront-Key-Pair-Id / example.com
}

// What stands in a page or playlist is not always what is requested.
func ExampleRequestURL() {
	form, err := signer.RequestURL("https://D111111abcdef8.cloudfront.net/a/../my film.m3u8")
	fmt.Println(form, err)
	_, err = signer.RequestURL("https://user:password@d111111abcdef8.cloudfront.net/a")
	fmt.Println(err)
	// Output:
	// https://d111111abcdef8.cloudfront.net/my%20film.m3u8 <nil>
	// invalid URL: "https://…@d111111abcdef8.cloudfront.net/a": user information before the host, with which browsers load nothing
}

// All who ask within an hour get the same expiry, so the same signature.
func ExampleRoundUp() {
	for _, minute := range []int{5, 50} {
		now := time.Date(2026, 1, 1, 18, minute, 0, 0, time.UTC)
		fmt.Println(signer.RoundUp(now.Add(2*time.Hour), time.Hour))
	}
	// Output:
	// 2026-01-01 21:00:00 +0000 UTC
	// 2026-01-01 21:00:00 +0000 UTC
}

// The second viewer of a policy costs no signature.
func ExampleGrants_Grant() {
	key, err := signer.ParsePrivateKey(exampleKey(signer.GenerateSigningKey))
	if err != nil {
		log.Fatal(err)
	}
	cf, err := signer.NewCloudFront("K2JCJMDEHXQW5F", key)
	if err != nil {
		log.Fatal(err)
	}
	grants := signer.NewGrants(cf, 1000)
	policy := signer.Policy{
		Resource: "https://d111111abcdef8.cloudfront.net/asset/*",
		Expires:  signer.RoundUp(time.Now().Add(2*time.Hour), time.Hour),
	}
	first, err := grants.Grant(context.Background(), policy)
	if err != nil {
		log.Fatal(err)
	}
	second, err := grants.Grant(context.Background(), policy)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(first == second)
	// Output:
	// true
}

// A token says what it grants, and what IVS would hold against it.
func ExampleParseToken() {
	key, err := signer.ParsePrivateKey(exampleKey(signer.GeneratePlaybackKey))
	if err != nil {
		log.Fatal(err)
	}
	ivs, err := signer.NewIVS(key)
	if err != nil {
		log.Fatal(err)
	}
	token, err := ivs.Token(context.Background(), signer.PlaybackToken{
		ChannelARN: "arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh",
		Expires:    time.Unix(1767290400, 0),
		ViewerID:   "viewer-1",
	})
	if err != nil {
		log.Fatal(err)
	}
	t, err := signer.ParseToken(token, []crypto.PublicKey{key.Public()}, time.Unix(1767200000, 0))
	fmt.Println(t.ChannelARN)
	fmt.Println(err)
	// Output:
	// arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh
	// parsing token: invalid playback token: with SingleUseID or ViewerID a token may live for ten minutes at most
}

// During a rotation an application holds two keys, and the outputs decide
// which of them signs.
func ExampleNewPlaybackKeys() {
	var stack outputs.Stack // as outputs.Parse returns it
	var private []crypto.Signer
	for _, role := range []outputs.Role{outputs.Current, outputs.Next} {
		key, err := signer.ParsePrivateKey(exampleKey(signer.GeneratePlaybackKey))
		if err != nil {
			log.Fatal(err)
		}
		public, err := signer.MarshalPublicKey(key.Public())
		if err != nil {
			log.Fatal(err)
		}
		private = append(private, key)
		stack.PlaybackKeys = append(stack.PlaybackKeys, outputs.PlaybackKey{ARN: "arn:…/" + string(role), Role: role, PublicKey: string(public)})
	}
	keys, err := signer.NewPlaybackKeys(stack.PlaybackKeys, private)
	if err != nil {
		log.Fatal(err)
	}
	_, err = keys.Signer(outputs.Current)
	fmt.Println(err)
	_, err = keys.Signer(outputs.Retiring)
	fmt.Println(err)
	// Output:
	// <nil>
	// no private key of role "retiring", only of current, next; give the application the one that the outputs name
}

func ExampleCloudFront_SignURL() {
	key, err := signer.ParsePrivateKey(exampleKey(signer.GenerateSigningKey))
	if err != nil {
		log.Fatal(err)
	}
	cf, err := signer.NewCloudFront("K2JCJMDEHXQW5F", key, signer.WithHash(crypto.SHA256))
	if err != nil {
		log.Fatal(err)
	}
	signed, err := cf.SignURL(context.Background(), "https://d111111abcdef8.cloudfront.net/trailer.mp4", time.Unix(1767290400, 0))
	if err != nil {
		log.Fatal(err)
	}
	before, _, _ := strings.Cut(signed, "&Signature=")
	fmt.Println(before)
	// Output:
	// https://d111111abcdef8.cloudfront.net/trailer.mp4?Expires=1767290400
}

func ExampleCloudFront_SignCookies() {
	key, err := signer.ParsePrivateKey(exampleKey(signer.GenerateSigningKey))
	if err != nil {
		log.Fatal(err)
	}
	cf, err := signer.NewCloudFront("K2JCJMDEHXQW5F", key)
	if err != nil {
		log.Fatal(err)
	}
	cookies, err := cf.SignCookies(context.Background(), "https://media.example.com/trailer.mp4",
		time.Unix(1767290400, 0), signer.CookieAttributes{Path: "/trailer.mp4"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(cookies[0])
	// Output:
	// CloudFront-Expires=1767290400; Path=/trailer.mp4; HttpOnly; Secure; SameSite=Lax
}

// The cookies that a page needs for media under a domain that both share.
func ExampleSharedDomain() {
	domain, err := signer.SharedDomain("app.example.com", "https://video.example.com")
	if err != nil {
		log.Fatal(err)
	}
	key, err := signer.ParsePrivateKey(exampleKey(signer.GenerateSigningKey))
	if err != nil {
		log.Fatal(err)
	}
	cf, err := signer.NewCloudFront("K2JCJMDEHXQW5F", key)
	if err != nil {
		log.Fatal(err)
	}
	cookies, err := cf.SignCookies(context.Background(), "https://video.example.com/trailer.mp4",
		time.Unix(1767290400, 0), signer.CookieAttributes{Domain: domain, Path: "/trailer.mp4"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(cookies[0])

	_, err = signer.SharedDomain("app.example.com", "https://d111111abcdef8.cloudfront.net")
	fmt.Println(errors.Is(err, signer.ErrInvalidCookie))
	// Output:
	// CloudFront-Expires=1767290400; Path=/trailer.mp4; Domain=example.com; HttpOnly; Secure; SameSite=Lax
	// true
}

// One signature opens many URLs, and none outside the policy.
func ExampleGrant_URL() {
	key, err := signer.ParsePrivateKey(exampleKey(signer.GenerateSigningKey))
	if err != nil {
		log.Fatal(err)
	}
	cf, err := signer.NewCloudFront("K2JCJMDEHXQW5F", key)
	if err != nil {
		log.Fatal(err)
	}
	grant, err := cf.Grant(context.Background(), signer.Policy{
		Resource:  "https://d111111abcdef8.cloudfront.net/asset/*",
		NotBefore: time.Now().Add(-time.Minute),
		Expires:   time.Now().Add(time.Hour),
		SourceIP:  netip.MustParsePrefix("192.0.2.0/24"),
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, path := range []string{"/asset/master.m3u8", "/asset/720p/1.ts", "/other/master.m3u8"} {
		signed, err := grant.URL("https://d111111abcdef8.cloudfront.net" + path)
		if err != nil {
			fmt.Println(err)
			continue
		}
		before, _, _ := strings.Cut(signed, "?")
		fmt.Println(before)
	}
	// Output:
	// https://d111111abcdef8.cloudfront.net/asset/master.m3u8
	// https://d111111abcdef8.cloudfront.net/asset/720p/1.ts
	// applying grant: URL not covered by the policy: "https://d111111abcdef8.cloudfront.net/other/master.m3u8" is outside "https://d111111abcdef8.cloudfront.net/asset/*"
}

func ExampleIVS_TokenAt() {
	key, err := signer.ParsePrivateKey(exampleKey(signer.GeneratePlaybackKey))
	if err != nil {
		log.Fatal(err)
	}
	ivs, err := signer.NewIVS(key)
	if err != nil {
		log.Fatal(err)
	}
	now := time.Now()
	t := signer.PlaybackToken{
		ChannelARN:   "arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh",
		Expires:      now.Add(5 * time.Minute),
		AllowOrigins: []string{"https://app.example.com"},
		ViewerID:     "viewer-1",
	}
	token, err := ivs.TokenAt(context.Background(), now, t)
	if err != nil {
		log.Fatal(err)
	}
	u, err := signer.PlaybackURL("https://c17b3fb37fc9.us-west-2.playback.live-video.net/api/video/v1/us-west-2.123456789012.channel.abcdABCDefgh.m3u8", token)
	if err != nil {
		log.Fatal(err)
	}
	before, _, _ := strings.Cut(u, "token=")
	fmt.Println(before)
	// Output:
	// https://c17b3fb37fc9.us-west-2.playback.live-video.net/api/video/v1/us-west-2.123456789012.channel.abcdABCDefgh.m3u8?
}

func ExampleParsePrivateKey() {
	key, err := signer.GenerateSigningKey()
	if err != nil {
		log.Fatal(err)
	}
	public, err := signer.MarshalPublicKey(key.Public())
	if err != nil {
		log.Fatal(err)
	}
	_, err = signer.ParsePrivateKey(public)
	fmt.Println(err)
	// Output:
	// parsing private key: wrong kind of key: found a public key; pass the private key file that belongs to it
}

func ExampleMatchPublicKey() {
	ours, err := signer.GeneratePlaybackKey()
	if err != nil {
		log.Fatal(err)
	}
	theirs, err := signer.GeneratePlaybackKey()
	if err != nil {
		log.Fatal(err)
	}
	public, err := signer.MarshalPublicKey(ours.Public())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(signer.MatchPublicKey(ours, string(public)))
	fmt.Println(signer.MatchPublicKey(theirs, string(public)))
	// Output:
	// <nil>
	// key mismatch: the private key does not belong to the public key; pass the private key that was made with it
}
