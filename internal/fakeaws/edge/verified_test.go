package edge

import (
	"crypto"
	"crypto/elliptic"
	"fmt"
	"strings"
	"testing"
)

// No remembered signature stands for another key, hash, message or signature.
func TestVerified(t *testing.T) {
	key, other := ecdsaKey(t, elliptic.P256()), ecdsaKey(t, elliptic.P256())
	sign := func(message string) []byte { return []byte(decode(t, signature(t, key, crypto.SHA256, message))) }
	v := newVerified(10)
	sig := sign("message")
	for range 2 {
		if !v.verify(&key.PublicKey, crypto.SHA256, []byte("message"), sig) {
			t.Fatal("verify = false for a good signature")
		}
	}
	for about, got := range map[string]bool{
		"another key":              v.verify(&other.PublicKey, crypto.SHA256, []byte("message"), sig),
		"another hash":             v.verify(&key.PublicKey, crypto.SHA1, []byte("message"), sig),
		"another message":          v.verify(&key.PublicKey, crypto.SHA256, []byte("massage"), sig),
		"another signature":        v.verify(&key.PublicKey, crypto.SHA256, []byte("message"), sign("x")),
		"bytes between the two":    v.verify(&key.PublicKey, crypto.SHA256, append(sig[len(sig)-1:], "message"...), sig[:len(sig)-1]),
		"nothing signed":           v.verify(&key.PublicKey, crypto.SHA256, nil, nil),
		"signature in the message": v.verify(&key.PublicKey, crypto.SHA256, append(sig[:len(sig):len(sig)], "message"...), nil),
	} {
		if got {
			t.Errorf("%s: verify = true, want false", about)
		}
	}
	if len(v.known) != 1 {
		t.Errorf("%d signatures are remembered, want the good one", len(v.known))
	}
}

func TestVerifiedForgetsTheOldest(t *testing.T) {
	key := ecdsaKey(t, elliptic.P256())
	v := newVerified(3)
	for i := range 10 {
		message := fmt.Sprint(i)
		if !v.verify(&key.PublicKey, crypto.SHA1, []byte(message), []byte(decode(t, signature(t, key, crypto.SHA1, message)))) {
			t.Fatalf("message %d: verify = false", i)
		}
	}
	if len(v.known) != 3 || len(v.order) != 3 {
		t.Errorf("%d signatures in a ring of %d, want 3", len(v.known), len(v.order))
	}
}

// A remembered signature covers no more than its policy; TestSignatureBeforeCache
// has the end of its time and of its key.
func TestVerifiedDecidesNothing(t *testing.T) {
	w := newWorld(t)
	signed := w.custom(path, w.policy(w.url("/asset/*"), source("192.0.2.1/32")))
	for range 2 {
		if got := verdict(w.get(signed)); got != "200" {
			t.Fatalf("got %s, want 200", got)
		}
	}
	if len(w.verified.known) != 1 {
		t.Errorf("%d signatures are remembered, want 1", len(w.verified.known))
	}
	if got := verdict(w.get(strings.Replace(signed, path, "/other/a.ts", 1))); got != denied {
		t.Errorf("another path: got %s, want %s", got, denied)
	}
	if got := verdict(w.do(fromAddress(w.request("GET", signed), "192.0.2.2:1"))); got != denied {
		t.Errorf("another address: got %s, want %s", got, denied)
	}
}
