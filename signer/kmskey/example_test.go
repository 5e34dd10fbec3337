package kmskey_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/sha256"
	"errors"
	"fmt"
	"log"
	"strings"
	"time"

	"privateplayback/signer"
	"privateplayback/signer/kmskey"
)

// A key in KMS opens every file of an asset with one call.
func ExampleNew() {
	// In a program: kms.NewFromConfig(cfg).
	client := newFake()

	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	key, err := kmskey.New(ctx, client, "alias/playback")
	if err != nil {
		log.Fatal(err)
	}
	cf, err := signer.NewCloudFront("K2JCJMDEHXQW5F", key, signer.WithHash(crypto.SHA256))
	if err != nil {
		log.Fatal(err)
	}
	grant, err := cf.Grant(ctx, signer.Policy{
		Resource: "https://d111111abcdef8.cloudfront.net/sample/*",
		Expires:  time.Now().Add(2 * time.Hour),
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, name := range []string{"master.m3u8", "video/0.ts", "video/1.ts"} {
		signed, err := grant.URL("https://d111111abcdef8.cloudfront.net/sample/" + name)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(name, strings.HasSuffix(signed, "&Hash-Algorithm=SHA256"))
	}
	calls, _ := client.calls()
	fmt.Println("calls of kms:Sign:", len(calls))
	// Output:
	// master.m3u8 true
	// video/0.ts true
	// video/1.ts true
	// calls of kms:Sign: 1
}

// The default AWS configuration and an ARN are enough. This one needs an
// account, so it is not run.
func ExampleOpen() {
	ctx := context.Background()
	key, err := kmskey.Open(ctx, "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab")
	if errors.Is(err, kmskey.ErrDenied) {
		log.Fatal("deploy the role first: ", err)
	}
	if err != nil {
		log.Fatal(err)
	}
	ivs, err := signer.NewIVS(key)
	if err != nil {
		log.Fatal(err)
	}
	token, err := ivs.Token(ctx, signer.PlaybackToken{
		ChannelARN: "arn:aws:ivs:us-west-2:111122223333:channel/abcdABCDefgh",
		Expires:    time.Now().Add(time.Minute),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(token)
}

func ExampleKey_SignMessageContext() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	key, err := kmskey.New(ctx, newFake(), "alias/playback")
	if err != nil {
		log.Fatal(err)
	}
	message := []byte("any message")
	signature, err := key.SignMessageContext(ctx, message, crypto.SHA256)
	if err != nil {
		log.Fatal(err)
	}
	digest := sha256.Sum256(message)
	fmt.Println(ecdsa.VerifyASN1(key.Public().(*ecdsa.PublicKey), digest[:], signature))

	_, err = key.SignMessageContext(ctx, message, crypto.SHA1)
	fmt.Println(err)
	// Output:
	// true
	// signing with KMS key "alias/playback": unusable hash: KMS does not sign SHA-1; make the signer with signer.WithHash(crypto.SHA256)
}
