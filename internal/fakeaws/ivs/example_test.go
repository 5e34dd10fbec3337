package ivs_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http/httptest"

	"privateplayback/internal/fakeaws/ivs"
)

func ExampleNew() {
	key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		panic(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		panic(err)
	}
	publicPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})

	s := ivs.New(ivs.Options{Region: "eu-central-1", AccountID: "123456789012"})
	if _, err := s.ImportPlaybackKeyPair("viewers", string(publicPEM)); err != nil {
		panic(err)
	}
	channel, _, err := s.CreateChannel(ivs.ChannelConfig{Name: "stage", Authorized: true})
	if err != nil {
		panic(err)
	}

	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest("GET", channel.PlaybackURL, nil))
	fmt.Println(channel.Type, channel.LatencyMode, w.Code)
	// Output: STANDARD LOW 403
}
