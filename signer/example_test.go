package signer_test

import (
	"context"
	"crypto"
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
// file of an asset for two hours.
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
		BaseURL:     "https://d111111abcdef8.cloudfront.net",
		SigningKeys: []outputs.SigningKey{{ID: "K2JCJMDEHXQW5F", Role: "current", PublicKey: string(public)}},
	}

	id, err := signer.SigningKeyID(stack.SigningKeys, key)
	if err != nil {
		log.Fatal(err)
	}
	cf, err := signer.NewCloudFront(id, key)
	if err != nil {
		log.Fatal(err)
	}
	grant, err := cf.Grant(context.Background(), signer.Policy{
		Resource: stack.BaseURL + "/sample/*",
		Expires:  time.Now().Add(2 * time.Hour),
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, cookie := range grant.Cookies(signer.CookieAttributes{Domain: "example.com"}) {
		fmt.Println(cookie.Name, cookie.Path, cookie.Domain)
	}
	// Output:
	// CloudFront-Policy / example.com
	// CloudFront-Signature / example.com
	// CloudFront-Key-Pair-Id / example.com
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

func ExampleIVS_Token() {
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
	if err := t.Check(now); err != nil {
		log.Fatal(err)
	}
	token, err := ivs.Token(context.Background(), t)
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
